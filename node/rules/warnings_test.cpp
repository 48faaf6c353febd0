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

const std::string plain = scheme("rate", "rate") + rate("rate");

std::string only_warning(const std::string& sections) {
  const auto found = warned(plain + sections);
  EXPECT_EQ(found.size(), 1u) << sections;
  return found.empty() ? "" : found[0].path + ": " + found[0].what;
}

TEST(Warnings, FindNothingInAPolicyThatMeansWhatItSays) {
  EXPECT_TRUE(warned(plain +
                     "[states]\nrelease = \"2 %\"\n[liquidation]\nsize = \"to target\"\ntarget = \"1.2\"\n"
                     "limit = \"1 %\"\nbackstop = { account = \"b\", at = \"66 %\", penalty = \"1 %\" }\n")
                  .empty());
}

TEST(Warnings, FindLiquidationRulesThatDoNothing) {
  EXPECT_EQ(only_warning("[liquidation]\nsize = \"whole\"\nlimit = \"1 %\"\ntarget = \"1.2\"\n"),
            "liquidation.target: nothing asks for it: the size is not \"to target\"");
  EXPECT_EQ(
      only_warning("[liquidation]\nsize = \"to target\"\nlimit = \"1 %\"\ntarget = \"1.2\"\n"),
      "liquidation.target: without states.release an account that its orders brought just above maintenance "
      "is let go, short of the target");
  EXPECT_EQ(only_warning("[liquidation]\nsize = \"whole\"\n"),
            "liquidation: without a limit orders are at the mark itself, and may find nobody");
  const std::string whole = "[liquidation]\nsize = \"whole\"\nlimit = \"1 %\"\n";
  EXPECT_EQ(only_warning(whole + "backstop = { account = \"b\", at = \"66 %\" }\n"),
            "liquidation.backstop: without a penalty the backstop is paid nothing for its risk");
  EXPECT_EQ(only_warning(whole + "losses = { rest = \"fund\", fund_daily = \"20 %\" }\n"),
            "liquidation.losses: fund_daily spares the fund nothing: the rest is the fund's, too");
  EXPECT_EQ(only_warning(whole + "losses = { rest = \"pro rata\", leverage_cap = \"10\" }\n"),
            "liquidation.losses: nothing asks for leverage_cap: winners are not ranked");
}

}  // namespace
}  // namespace lockstep
