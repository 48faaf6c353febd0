// The sections [states], [epochs] and [liquidation] say what they should, and what is wrong with one is said
// in a line.
#include <gtest/gtest.h>

#include "node/rules/compile.h"

namespace lockstep {
namespace {

const std::string head = R"toml(rulebook = "test"
version = "1"
source = "made up"
[prices]
stale_after = { mark = "1 h", index = "1 h", volatility = "1 h" }
divergence = { perpetual = "0 %", future = "0 %" }
BOUND
[prices.allow]
stale = []
diverged = []
missing = []
[gaps]
[component.rate]
kind = "notional_rate"
applies_to = ["linear perpetual"]
[component.rate.rows]
default = { initial = "10 %", maintenance = "5 %" }
[scheme.cross]
margin_balance = "equity"
unit_initial = "rate"
unit_maintenance = "rate"
initial = "sum(unit)"
maintenance = "sum(unit)"
orders = { rule = "none" }
liquidate = "margin balance < maintenance"
)toml";

std::string file(const std::string& sections, const std::string& bound = "") {
  std::string text = head;
  return text.replace(text.find("BOUND"), 5, bound) + sections;
}

// Without the file's name and the place.
std::string fault_of(const std::string& sections, const std::string& bound = "") {
  const Result<Rulebook, Fault> rules = compile_rulebook_text(file(sections, bound), "x.toml");
  if (rules) return "no fault";
  const std::string& what = rules.error().what;
  const std::size_t blank = what.find(' ');
  return what.substr(blank + 1);
}

std::string fault_with(const std::string& lines) {
  return fault_of("[liquidation]\nsize = \"whole\"\n" + lines + "\n");
}

Rulebook rules_with(const std::string& sections, const std::string& bound = "") {
  const Result<Rulebook, Fault> rules = compile_rulebook_text(file(sections, bound), "x.toml");
  EXPECT_TRUE(static_cast<bool>(rules)) << (rules ? "" : rules.error().what);
  return rules ? rules.value() : Rulebook{};
}

constexpr Rate percent(i64 n) { return Rate::from_raw(n * rate_one / 100); }

TEST(LiquidationText, ReadsWhereOrdersAreLimitedAndWhatTheyPay) {
  const LiquidationRules health = rules_with(R"([liquidation]
size = "whole"
fee = "1.5 %"
fee_from = "part"
limit_at = "health"
spread = "150 %"
adjustment = "1"
)")
                                      .liquidation;
  EXPECT_EQ(health.limit_at, LimitRule::health);
  EXPECT_EQ(health.spread, percent(150));
  EXPECT_EQ(health.adjustment, percent(100));
  EXPECT_EQ(health.fee_from, FeeRule::part);
  EXPECT_EQ(health.tiers, 1);
  const LiquidationRules bankruptcy =
      rules_with("[liquidation]\nsize = \"tier\"\ntiers = \"2\"\nlimit_at = \"bankruptcy\"\n").liquidation;
  EXPECT_EQ(bankruptcy.limit_at, LimitRule::bankruptcy);
  EXPECT_EQ(bankruptcy.fee_from, FeeRule::pool);
  EXPECT_EQ(bankruptcy.tiers, 2);
}

TEST(LiquidationText, ReadsSlices) {
  const LiquidationRules rules = rules_with(R"([liquidation]
size = "whole"
slice = { share = "20 %", above = "100 k", lots = "20", least = "1 k", every = "10 s", whole_within = "30 s" }
)")
                                     .liquidation;
  EXPECT_EQ(rules.share, percent(20));
  EXPECT_EQ(rules.share_above, Value::from_raw(100'000 * value_one));
  EXPECT_EQ(rules.share_lots, Lots::from_raw(20));
  EXPECT_EQ(rules.share_least, Value::from_raw(1'000 * value_one));
  EXPECT_EQ(rules.cooldown, Duration::from_raw(10 * second.raw()));
  EXPECT_EQ(rules.whole_within, Duration::from_raw(30 * second.raw()));
}

TEST(LiquidationText, BoundsFuturesAsPerpetualsUnlessItSaysOtherwise) {
  const PriceRules same = rules_with("", R"(bound = { within = "0.5 %", over = "1 min" })").prices;
  EXPECT_EQ(same.bound_future, same.bound);
  const PriceRules wide =
      rules_with("", R"(bound = { within = "1 %", over = "1 min", future = "30 %" })").prices;
  EXPECT_EQ(wide.bound, percent(1));
  EXPECT_EQ(wide.bound_future, percent(30));
  EXPECT_EQ(fault_of("", R"(bound = { within = "1 %", over = "1 min", future = "100 %" })"),
            "prices.bound: the mark is held within 0 % (not at all) to 100 % of the index, over 0 s to 24 h");
}

TEST(LiquidationText, RefusesWordsItDoesNotKnow) {
  EXPECT_EQ(fault_with(R"(limit_at = "index")"),
            R"(limit_at must be "mark", "bankruptcy" or "health", not "index")");
  EXPECT_EQ(fault_with(R"(fee_from = "all")"), R"(fee_from must be "pool" or "part", not "all")");
  EXPECT_EQ(fault_with(R"(tiers = "many")"), R"(tiers must be a number of tiers, at most 255, not "many")");
  EXPECT_EQ(fault_with(R"(slice = { share = "10 %", lots = "1.5" })"),
            R"(lots must be a number of lots, not "1.5")");
}

TEST(LiquidationText, RefusesLimitsThatDoNotFit) {
  EXPECT_EQ(fault_with(R"(spread = "150 %")"),
            "liquidation.limit_at: spread and adjustment belong to a limit at health");
  EXPECT_EQ(fault_with("limit_at = \"health\"\nadjustment = \"1\""),
            "liquidation.limit_at: a limit at health needs a spread above 0 %, at most 10000 %");
  EXPECT_EQ(fault_with("limit_at = \"health\"\nspread = \"150 %\""),
            "liquidation.limit_at: a limit at health needs an adjustment of 1 to 1000");
}

TEST(LiquidationText, RefusesFeesTiersAndSlicesThatDoNotFit) {
  EXPECT_EQ(fault_with(R"(fee = "100 %")"),
            "liquidation: the fee lies between 0 % and 100 %; 100 % only from the part");
  EXPECT_EQ(fault_with("fee = \"100 %\"\nfee_from = \"part\""), "no fault");
  EXPECT_EQ(fault_with(R"(cost = "100 %")"),
            "liquidation: cost and limit lie between 0 % and 100 %, without that");
  EXPECT_EQ(fault_with(R"(tiers = "2")"),
            "liquidation.tiers: tiers are at least 1, and go with size \"tier\"");
  EXPECT_EQ(fault_with(R"(slice = { least = "1000" })"),
            "liquidation.slice: above, least, lots and whole_within need a share");
  EXPECT_EQ(fault_with(R"(slice = { share = "10 %", lots = "-1" })"),
            "liquidation.slice: above, least and lots are not negative");
  EXPECT_EQ(fault_with(R"(slice = { share = "10 %", whole_within = "366 d" })"),
            "liquidation.slice: every and whole_within last 0 s to 365 d");
  EXPECT_EQ(fault_with(R"(backstop = { account = "b", penalty = "101 %" })"),
            "liquidation.backstop: the penalty lies between 0 % and 100 %");
}

TEST(EpochsText, AreReadAsWritten) {
  EXPECT_EQ(rules_with("").epochs.approvals, 0);
  EXPECT_EQ(rules_with("").epochs.grace, Duration{});
  const EpochRules rules =
      rules_with("[epochs]\napprovals = \"1\"\nnotice = \"24 h\"\ngrace = \"1 h\"\n").epochs;
  EXPECT_EQ(rules.approvals, 1);
  EXPECT_EQ(rules.emergency_approvals, 1) << "an emergency saves time, not eyes, unless the file says so";
  EXPECT_EQ(rules.notice, day);
  EXPECT_EQ(rules.grace, hour);
  EXPECT_EQ(
      rules_with("[epochs]\napprovals = \"1\"\nemergency_approvals = \"2\"\n").epochs.emergency_approvals, 2);
}

TEST(EpochsText, WhatIsWrongIsSaidInALine) {
  EXPECT_EQ(fault_of("[epochs]\napprovals = \"17\"\n"), "epochs: at most 16 approvals can be asked for");
  EXPECT_EQ(fault_of("[epochs]\ngrace = \"366 d\"\n"), "epochs: notice and grace last 0 s to 365 d");
  EXPECT_EQ(fault_of("[epochs]\napproval = \"1\"\n"),
            "unknown key \"approval\"; expected one of approvals, emergency_approvals, notice, grace");
  EXPECT_EQ(fault_of("[epochs]\napprovals = \"some\"\n"),
            "approvals must be a number of people, not \"some\"");
}

}  // namespace
}  // namespace lockstep
