// Rulebooks that can be evaluated and mean something odd.
#include "node/rules/warnings.h"

#include <gtest/gtest.h>

#include "node/rules/compile.h"

namespace lockstep {
namespace {

constexpr const char* head = R"(rulebook = "odd"
version = "1"
source = "test"
[prices]
stale_after = { mark = "1 h", index = "1 h", volatility = "1 h" }
divergence  = { perpetual = "0 %", future = "0 %" }
[prices.allow]
stale = []
diverged = []
missing = []
[gaps]
)";

std::string scheme(const std::string& initial, const std::string& maintenance) {
  return "[scheme.cross]\nmargin_balance = \"equity\"\nunit_initial = \"" + initial +
         "\"\nunit_maintenance = \"" + maintenance +
         "\"\ninitial = \"sum(unit)\"\nmaintenance = \"sum(unit)\"\norders = { rule = \"none\" }\n"
         "liquidate = \"margin balance < maintenance\"\n";
}

std::string rate(const std::string& name) {
  return "[component." + name +
         "]\nkind = \"notional_rate\"\napplies_to = [\"linear perpetual\"]\n[component." + name +
         ".rows]\ndefault = { initial = \"10 %\", maintenance = \"5 %\" }\n";
}

std::vector<RulebookDefect> warned(const std::string& text) {
  const Result<Rulebook, Fault> rules = compile_rulebook_text(head + text, "odd.toml");
  EXPECT_TRUE(static_cast<bool>(rules)) << (rules ? "" : rules.error().what);
  return rules ? rulebook_warnings(rules.value()) : std::vector<RulebookDefect>{};
}

TEST(Warnings, FindNothingWhereInitialIsAtLeastMaintenance) {
  EXPECT_TRUE(warned(scheme("rate", "rate") + rate("rate")).empty());
  EXPECT_TRUE(warned(scheme("1.2 * maintenance", "max(rate, more)") + rate("rate") + rate("more")).empty());
}

TEST(Warnings, FindAnInitialBelowMaintenance) {
  const auto found = warned(scheme("0.8 * rate", "rate") + rate("rate"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].path, "scheme.cross.unit_initial");
  EXPECT_EQ(found[0].what,
            "initial margin can be below maintenance margin: 0.8 against 1 where rate asks for 1");
}

// One component covers the other's absence only together.
TEST(Warnings, FindItForOneComponentAlone) {
  const auto found = warned(scheme("2 * rate", "rate + more") + rate("rate") + rate("more"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].what.find("where more asks for 1"), std::string::npos) << found[0].what;
}

TEST(Warnings, FindAComponentThatNothingAsksFor) {
  const auto found = warned(scheme("rate", "rate") + rate("rate") + rate("idle"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].path, "component.idle");
}

TEST(Warnings, FindScenariosInOneDirection) {
  const auto found = warned(scheme("grid", "grid") + R"([component.grid]
kind = "scenario_grid"
applies_to = ["linear perpetual"]
[component.grid.rows.default]
volatility_up = "0 %"
volatility_down = "0 %"
volatility_up_min = "0 %"
power_short = "0"
power_long = "0"
days_min = "1"
listed = [["-10 %", "same"], ["-20 %", "same"]]
)");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].path, "component.grid.rows.default");
  EXPECT_NE(found[0].what.find("no scenario moves the price up"), std::string::npos);
}

TEST(Warnings, FindALeverageThatTheMaintenanceRateForbids) {
  const auto found = warned(scheme("steps", "steps") + R"([component.steps]
kind = "brackets"
applies_to = ["linear perpetual"]
[component.steps.rows]
default = [["0", "5 %", "25", "0"]]
)");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].what.find("at most 20 would not be"), std::string::npos) << found[0].what;
}

}  // namespace
}  // namespace lockstep
