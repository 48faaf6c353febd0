#include "apps/lockstep/explanation_text.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

calibrate::Explanation made(const std::string& field, const std::string& target,
                            const std::string& decision) {
  calibrate::Explanation e;
  e.field = field;
  e.in_force = e.published = "1 %";
  e.target = target;
  e.decision = decision;
  e.rule = "by hand";
  e.data = target.empty() ? "" : "closes";
  e.window = target.empty() ? "" : "10 days";
  e.observations = target.empty() ? 0 : 1'234;
  return e;
}

std::vector<calibrate::Explanation> some() {
  std::vector<calibrate::Explanation> all = {made("component.b", "", calibrate::kept_as_policy),
                                             made("component.b.rows.X/USD.rates", "2 %", "up"),
                                             made("component.b.rows.X/USDC.rates", "2 %", "up"),
                                             made("component.b.rows.Y.cover", "", calibrate::kept_as_policy),
                                             made("collateral.USD", "", calibrate::kept_as_policy)};
  all[1].changed = all[2].changed = true;
  return all;
}

TEST(ExplanationText, OneGroupAComponentAndEqualRowsOnce) {
  EXPECT_EQ(explanation_text(some(), false),
            "component.b\n"
            "     field               in force  target  published  decision\n"
            "  *  X/USD X/USDC rates  1 %       2 %     1 %        up\n"
            "  kept by policy: Y cover\n"
            "\n"
            "collateral\n"
            "  kept by policy: USD\n");
}

TEST(ExplanationText, RulesStandBehindTheirLines) {
  const std::string text = explanation_text(some(), true);
  EXPECT_NE(
      text.find(
          "up\n      rule    by hand\n      data    closes, 1,234 observations\n      window  10 days\n"),
      std::string::npos)
      << text;
}

TEST(ExplanationText, JsonHasEveryField) {
  Json json;
  json.begin_object();
  explanation_json(json, {some()[1]});
  json.end_object();
  EXPECT_EQ(json.str(),
            R"({"explanations":[{"field":"component.b.rows.X/USD.rates","in_force":"1 %","target":"2 %",)"
            R"("published":"1 %","decision":"up","changed":true,"rule":"by hand","data":"closes",)"
            R"("window":"10 days","observations":1234}]})");
}

}  // namespace
}  // namespace lockstep
