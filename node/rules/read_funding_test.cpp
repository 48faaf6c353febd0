// [funding] compiles to what it says, and what contradicts itself is one line that says what would be right.
#include <gtest/gtest.h>

#include "node/rules/compile.h"

namespace lockstep {
namespace {

const std::string head = R"toml(rulebook = "test"
version = "1"
source = "made up"
[prices]
stale_after = { mark = "10 s", index = "10 s", volatility = "10 s" }
divergence = { perpetual = "0 %", future = "0 %" }
[prices.allow]
stale = []
diverged = []
missing = []
[component.tiers]
kind = "linear_in_size"
applies_to = ["linear perpetual"]
[component.tiers.rows]
BTC = { initial = "4 %", maintenance = "2 %", per_coin = "0 %" }
[scheme.cross]
margin_balance = "equity"
unit_initial = "tiers"
unit_maintenance = "tiers"
initial = "sum(unit)"
maintenance = "sum(unit)"
orders = { rule = "none" }
liquidate = "margin balance < maintenance"
)toml";

// Begins at line 24; the row of BTC at line 26.
const std::string funding = R"toml([funding]
rates = "made"
[funding.rows.BTC]
formula = "damped"
premium = "impact"
average = "linear"
interval = "8 h"
period = "8 h"
sample = "5 s"
samples_min = "100"
interest = "0.01 %"
band = "0.05 %"
premium_cap = "5 %"
rate_cap = "2 %"
cap_of_maintenance = "75 %"
cap_of_margin = "600 %"
[funding.rows.default]
formula = "dead band"
premium = "mark"
interval = "0 s"
period = "8 h"
sample = "1 min"
band = "0.025 %"
)toml";

std::string fault_with(const std::string& from, const std::string& to) {
  std::string text = funding;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  const Result<Rulebook, Fault> rules =
      compile_rulebook_text(head + text.replace(at, from.size(), to), "x.toml");
  return rules ? "no fault" : rules.error().what;
}

constexpr i64 basis_point = rate_one / 10'000;

TEST(FundingText, ReadsEveryFieldExactly) {
  const Result<Rulebook, Fault> compiled = compile_rulebook_text(head + funding, "x.toml");
  ASSERT_TRUE(compiled) << compiled.error().what;
  const Rulebook& rules = compiled.value();
  EXPECT_TRUE(rules.funding_made);
  ASSERT_EQ(rules.funding.size(), 2u);
  const FundingRow& row = rules.funding[0];
  EXPECT_EQ(row.key.base, "BTC");
  EXPECT_EQ(row.formula, FundingFormula::damped);
  EXPECT_EQ(row.premium, PremiumFrom::impact);
  EXPECT_EQ(row.average, FundingAverage::linear);
  EXPECT_EQ(row.interval.raw(), 8 * hour.raw());
  EXPECT_EQ(row.period.raw(), 8 * hour.raw());
  EXPECT_EQ(row.sample.raw(), 5 * second.raw());
  EXPECT_EQ(row.samples_min, 100u);
  EXPECT_EQ(row.interest.raw(), basis_point);
  EXPECT_EQ(row.band.raw(), 5 * basis_point);
  EXPECT_EQ(row.premium_cap.raw(), 500 * basis_point);
  EXPECT_EQ(row.rate_cap.raw(), 200 * basis_point);
  EXPECT_EQ(row.cap_of_maintenance.raw(), rate_one * 3 / 4);
  EXPECT_EQ(row.cap_of_margin.raw(), 6 * rate_one);
  EXPECT_EQ(rules.funding[1].formula, FundingFormula::dead_band);
  EXPECT_EQ(rules.funding[1].samples_min, 1u);
}

TEST(FundingText, WithoutItRatesAreSent) {
  EXPECT_FALSE(compile_rulebook_text(head, "x.toml").value().funding_made);
  EXPECT_EQ(fault_with("\"made\"", "\"sent\""), "no fault");
}

TEST(FundingText, Words) {
  EXPECT_EQ(
      fault_with("\"made\"", "\"computed\""),
      "x.toml:25:1: rates must be \"made\" (by the engine) or \"sent\" (as commands), not \"computed\"");
  EXPECT_EQ(fault_with("\"damped\"", "\"dampened\""),
            "x.toml:27:1: formula must be \"damped\", \"plain\" or \"dead band\", not \"dampened\"");
  EXPECT_EQ(fault_with("\"linear\"", "\"mode\""),
            "x.toml:29:1: average must be \"mean\", \"linear\" or \"padded\", not \"mode\"");
  EXPECT_EQ(fault_with("\"100\"", "\"-1\""),
            "x.toml:33:1: samples_min must be a number of samples such as \"60\", not \"-1\"");
  EXPECT_EQ(
      fault_with("period = \"8 h\"\n", ""),
      "x.toml:26:15: \"BTC\" lacks the key \"period\": a time span such as \"30 s\", \"5 min\", \"24 h\" "
      "or \"2 d\"");
}

TEST(FundingText, RowsThatContradictThemselves) {
  const std::string row = "x.toml:26:15: funding.rows.BTC: ";
  EXPECT_EQ(fault_with("sample = \"5 s\"", "sample = \"7 s\""),
            row + "interval is a multiple of sample, and sample is not 0 s");
  EXPECT_EQ(fault_with("sample = \"5 s\"", "sample = \"0 s\""),
            row + "interval is a multiple of sample, and sample is not 0 s");
  EXPECT_EQ(fault_with("sample = \"5 s\"", "sample = \"10 ms\""),
            row + "an interval has room for at most a million samples");
  EXPECT_EQ(fault_with("samples_min = \"100\"", "samples_min = \"5761\""),
            row + "samples_min lies between 1 and what an interval has room for, 5760");
  EXPECT_EQ(fault_with("interval = \"8 h\"", "interval = \"16 h\""),
            row + "interval is at most the period that the rate is quoted for");
  EXPECT_EQ(fault_with("\"damped\"", "\"plain\""), row + "a plain rate has no band");
  EXPECT_EQ(fault_with("\"damped\"", "\"dead band\""), row + "a rate with a dead band has no interest");
  EXPECT_EQ(fault_with("interval = \"8 h\"", "interval = \"0 s\""),
            row + "an interval of 0 s is continuous: there are no samples to count or to weigh");
  EXPECT_EQ(fault_with("rate_cap = \"2 %\"", "rate_cap = \"101 %\""),
            row + "premium_cap and rate_cap lie between 0 % (none) and 100 %");
}

TEST(FundingText, RowsThatAreMissingOrDouble) {
  const std::string rows = funding.substr(funding.find("[funding.rows.BTC]"));
  EXPECT_EQ(fault_with(rows, "[funding.rows]\n"),
            "x.toml:24:2: funding: the engine makes rates by rows, and there is none");
  EXPECT_EQ(fault_with("rows.default", "rows.\"BTC/\""),
            "x.toml:40:15: a row is called \"BTC\", \"BTC/USDC\", \"*/USDC\" or \"default\", not \"BTC/\"");
  EXPECT_EQ(fault_with("rows.default", "rows.\"*/BTC\""), "no fault");
}

}  // namespace
}  // namespace lockstep
