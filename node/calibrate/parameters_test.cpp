// Each rule with round numbers, so that a risk manager can check it: what is expected is computed by hand in
// the comments, not by the formula of the code.
#include "node/calibrate/parameters.h"

#include <gtest/gtest.h>

#include <limits>

#include "node/io/linux_disk.h"
#include "node/rules/compile.h"

namespace lockstep::calibrate {
namespace {

const Time moment = Time::from_raw(1'770'325'200'000'000);  // 2026-02-05 21:00 UTC

Rulebook own_rulebook() {
  LinuxDisk disk;
  Result<Rulebook, Fault> rules = compile_rulebook(disk, LOCKSTEP_SOURCE_DIR "/rulebooks/lockstep.toml");
  EXPECT_TRUE(rules) << (rules ? "" : rules.error().what);
  return rules ? std::move(rules).value() : Rulebook{};
}

Estimate estimate(double value) { return {value, "made up", "1,000 days", 1000}; }

// A market in which most of the rulebook is right as it is.
AssetEstimates calm(const std::string& base) {
  const bool btc = base == "BTC";
  AssetEstimates e;
  e.base = base;
  e.scan_range = estimate(btc ? 0.16 : 0.20);
  e.crash = estimate(btc ? 0.39 : 0.44);
  e.haircut = estimate(btc ? 0.13 : 0.18);
  e.deviation = estimate(btc ? 0.025 : 0.03);
  e.volatility_up = estimate(0.372);    // e^0.372 - 1 = 45 %
  e.volatility_down = estimate(0.288);  // 1 - e^-0.288 = 25 %
  e.power_short = estimate(0.3);
  e.power_long = estimate(0.13);
  e.skew = estimate(0.03);
  e.basis = estimate(0.04);
  e.volume = estimate(btc ? 15e9 : 9e9);
  e.depth = estimate(btc ? 100e6 : 60e6);
  e.price = estimate(btc ? 100'000 : 3'000);
  return e;
}

Estimates calm_market() {
  Estimates market;
  market.at = moment;
  market.assets = {calm("BTC"), calm("ETH")};
  market.pairs = {{"BTC", "ETH", estimate(0.8), estimate(0.5), false, false, {}}};
  market.stable = {{"USDC", estimate(1), estimate(0.99)}, {"USDT", estimate(1), estimate(0.98)}};
  return market;
}

const PublishState yesterday{moment - day, {}};

Proposal propose(const Estimates& market) { return derive(own_rulebook(), market, yesterday, {}); }

const Explanation& about(const Proposal& proposal, const std::string& field) {
  for (const Explanation& explanation : proposal.explanations) {
    if (explanation.field == field) return explanation;
  }
  static const Explanation none;
  ADD_FAILURE() << "no explanation of " << field;
  return none;
}

std::string published(const Proposal& proposal, const std::string& field) {
  return about(proposal, field).published;
}

TEST(Parameters, AMarketThatIsAsTheRulebookHasItMovesNothingOfTheScenarios) {
  const Proposal p = propose(calm_market());
  for (const char* field : {"component.moves.rows.BTC.moves", "component.moves.rows.ETH.moves",
                            "component.options.rows.default.initial", "component.least.rows.default.net",
                            "component.spreads.rows.BTC.rate", "collateral.BTC.initial.asset"}) {
    EXPECT_EQ(about(p, field).decision, "kept in the dead band") << field;
    EXPECT_EQ(about(p, field).in_force, about(p, field).published) << field;
  }
}

TEST(Parameters, ARangeRisesByTenPercentADayInWholeQuarters) {
  Estimates market = calm_market();
  market.assets[0].scan_range = estimate(0.24);
  const Proposal p = propose(market);
  // 16 % x 1.1 = 17.6 %, which is 4 x 4.4 %.
  EXPECT_EQ(published(p, "component.moves.rows.BTC.moves"), "\u00b10 4.4 8.8 13.2 17.6 %");
  EXPECT_EQ(about(p, "component.moves.rows.BTC.moves").decision, "up, limited to +10 % a day");
  EXPECT_EQ(published(p, "component.moves.rows.BTC.extreme_range"), "17.6 %");
  // Twice 24 % is 48 %, four times 96 %, which is more than 90 %: towards 48 % and 90 % by a tenth a day.
  EXPECT_EQ(about(p, "component.moves.rows.BTC.extreme_moves").target, "\u00b148 %, \u00b196 %");
  EXPECT_EQ(published(p, "component.moves.rows.BTC.extreme_moves"), "\u00b137 73 %");
  EXPECT_EQ(p.next.version, "2026-02-05T21:00Z");
  EXPECT_TRUE(p.changed);
}

TEST(Parameters, ARangeFallsByTwoPercentADay) {
  Estimates market = calm_market();
  market.assets[0].scan_range = estimate(0.10);
  const Proposal p = propose(market);
  // 16 % x 0.98 = 15.68 %, up to 15.6 % or 16 %: not a step of 0.4 % yet.  Two days: 15.37 %, up to 15.6 %.
  EXPECT_EQ(published(p, "component.moves.rows.BTC.moves"), "\u00b10 4 8 12 16 %");
  market.at = moment + day;
  const Proposal later = derive(p.next, market, p.state, {});
  EXPECT_EQ(published(later, "component.moves.rows.BTC.moves"), "\u00b10 3.9 7.8 11.7 15.6 %");
  EXPECT_EQ(about(later, "component.moves.rows.BTC.moves").decision, "down, limited to -2 % a day");
}

TEST(Parameters, ARunningMarketLiftsTheRangeByAQuarterAtOnce) {
  Estimates market = calm_market();
  market.assets[0].scan_range = estimate(0.24);
  market.assets[0].recent_move = estimate(0.11);  // more than 0.6 x 16 %
  market.assets[0].recent_venues = 2;
  const Proposal p = propose(market);
  EXPECT_EQ(published(p, "component.moves.rows.BTC.moves"), "\u00b10 5 10 15 20 %");
  EXPECT_EQ(about(p, "component.moves.rows.BTC.moves").decision, "emergency: up by at most 25 %");
  market.assets[0].recent_venues = 1;
  EXPECT_EQ(published(propose(market), "component.moves.rows.BTC.moves"), "\u00b10 4.4 8.8 13.2 17.6 %");
}

TEST(Parameters, TheDefaultRowIsTheWorstOfTheRest) {
  Estimates market = calm_market();
  // Nobody else is known: 1.5 x the 20 % of ETH.
  EXPECT_EQ(about(propose(market), "component.moves.rows.default.moves").target, "\u00b130 %");
  market.assets.push_back(calm("SOL"));
  market.assets.back().scan_range = estimate(0.40);
  EXPECT_EQ(about(propose(market), "component.moves.rows.default.moves").target, "\u00b140 %");
  EXPECT_EQ(about(propose(market), "component.moves.rows.default.moves").data, "of SOL: made up");
}

TEST(Parameters, OptionsHedgesAndWrittenOptionsArePartsOfTheRange) {
  Estimates market = calm_market();
  market.assets[1].scan_range = estimate(0.24);  // the worst of all, since the rows are for everybody
  const Proposal p = propose(market);
  EXPECT_EQ(about(p, "component.options.rows.default.initial").target, "18 %");       // 3/4 of 24 %
  EXPECT_EQ(about(p, "component.options.rows.default.initial_min").target, "12 %");   // 1/2
  EXPECT_EQ(about(p, "component.options.rows.default.maintenance").target, "9 %");    // 3/8
  EXPECT_EQ(about(p, "component.least.rows.default.net").target, "2.4 %");            // 1/10
  EXPECT_EQ(about(p, "component.least.rows.default.hedged").target, "0.6 %");         // 1/40
  EXPECT_EQ(about(p, "component.written.rows.default.maintenance").target, "0.6 %");  // 1/40
  EXPECT_EQ(published(p, "component.options.rows.default.initial"), "16.5 %");        // 15 % x 1.1
}

TEST(Parameters, ExpiriesAreNettedAtAMonthsChangeOfTheBasis) {
  Estimates market = calm_market();
  market.assets[0].basis = estimate(0.20);
  // 20 % a year x 0.1 years = 2 %; published 0.5 % x 1.1.  ETH: 4 % is less than the least, 5 %: 0.5 %.
  const Proposal p = propose(market);
  EXPECT_EQ(about(p, "component.spreads.rows.BTC.rate").target, "2 %");
  EXPECT_EQ(published(p, "component.spreads.rows.BTC.rate"), "0.55 %");
  EXPECT_EQ(about(p, "component.spreads.rows.ETH.rate").target, "0.5 %");
}

TEST(Parameters, ShocksOfVolatilityComeFromLogarithms) {
  Estimates market = calm_market();
  market.assets[0].volatility_up = estimate(0.693147);    // ln 2: doubled
  market.assets[0].volatility_down = estimate(0.693147);  // halved
  const Proposal p = propose(market);
  EXPECT_EQ(about(p, "component.moves.rows.BTC.volatility_up").target, "100 %");
  EXPECT_EQ(published(p, "component.moves.rows.BTC.volatility_up"), "49.5 %");  // 45 % x 1.1
  EXPECT_EQ(about(p, "component.moves.rows.BTC.volatility_down").target, "50 %");
  EXPECT_EQ(published(p, "component.moves.rows.BTC.volatility_down"), "27.5 %");  // 25 % x 1.1
}

TEST(Parameters, TheSmileTurnsAsRiskReversalsDo) {
  // At 60 %: a turn of 0.15 moves each 25-delta volatility by 0.15 x 0.67 x 60 % / 4 = 1.5 points, the risk
  // reversal by 3.  So 3 points stay in the dead band; 6 points are twice the turn, 0.06 / 0.201 = 0.2985.
  Estimates market = calm_market();
  EXPECT_EQ(about(propose(market), "component.moves.rows.BTC.skew.turned_base").decision,
            "kept in the dead band");
  market.assets[0].skew = estimate(0.06);
  const Proposal p = propose(market);
  EXPECT_EQ(about(p, "component.moves.rows.BTC.skew.turned_base").target, "0.298507");
  EXPECT_EQ(published(p, "component.moves.rows.BTC.skew.turned_base"), "0.17");  // 0.15 x 1.1 = 0.165
  EXPECT_EQ(published(p, "component.moves.rows.BTC.skew.bent_base"), "0.17");
}

TEST(Parameters, BracketsFollowVolumeAndDeviation) {
  // Floor: 15 B / 3000 = 5 M.  To close 25 M at 5 % of 15 B a day: 1/30 day, and 1/288 before anything is
  // closed, together 0.036806; its root is 0.19185.  2.576 x 2.5 % x 0.19185 = 1.2355 %.  Impact: 2/3 x 0.9 x
  // 2.5 % x sqrt(25 M / 15 B = 1/600) = 1.5 % x 0.040825 = 0.0612 %.  Together 1.2967 %.
  Proposal p = propose(calm_market());
  const std::string row = "component.brackets.rows.BTC/USDT";
  EXPECT_EQ(about(p, row + ".floors").target, "0, 5 M, 25 M, 100 M");
  EXPECT_EQ(about(p, row + ".rates").target, "0.6758 %, 1.2967 %, 2.5045 %, 4.9633 %");
  EXPECT_EQ(published(p, row + ".rates"), "0.55 %, 1.1 %, 2.5 %, 5 %");  // a tenth up, the others in the band
  EXPECT_EQ(published(p, row + ".leverages"), "45, 22, 10, 5");          // 1 / (4 x 0.55 %) = 45.45
  // 5 M x 0.55 % = 27.5 k;  + 25 M x 1.4 % = 377.5 k;  + 100 M x 2.5 % = 2,877.5 k.
  EXPECT_EQ(published(p, row + ".deductions"), "0, 27.5 k, 377.5 k, 2877.5 k");
  // In coins at 100,000 dollars.
  EXPECT_EQ(about(p, "component.brackets.rows.BTC/BTC.floors").target, "0, 50, 250, 1 k");
}

TEST(Parameters, FloorsFallWithVolumeAndRiseSlowly) {
  Estimates market = calm_market();
  market.assets[0].volume = estimate(7.5e9);
  Proposal p = propose(market);
  const std::string row = "component.brackets.rows.BTC/USDT.floors";
  EXPECT_EQ(about(p, row).target, "0, 2.5 M, 12.5 M, 50 M");
  EXPECT_EQ(published(p, row), "0, 4.5 M, 22 M, 90 M");  // / 1.1 = 4.545 M, 22.7 M, 90.9 M, two digits down
  EXPECT_EQ(about(p, row).decision, "tightened, limited to 10 % a day");
  market.assets[0].volume = estimate(30e9);
  p = propose(market);
  EXPECT_EQ(published(p, row), "0, 5.1 M, 25 M, 100 M");  // / 0.98 = 5.102 M, 25.51 M, 102 M
}

TEST(Parameters, ConcentrationIsTheSlopeOfTheRootOfSize) {
  // BTC: 15 B x 5 % = 750 M of volume in a crash; a deviation of at least 16 % / 4 = 4 %.  Cost of closing N:
  // 2/3 x 0.9 x 4 % x N sqrt(N / 750 M) = 2.4 % x N sqrt(N / 750 M).  25 M: x 0.182574 = 109,545.  100 M: x
  // 0.365148 = 876,356.  1.6 B: x 1.460593 = 56,086,775.  Slopes: 766,811 / 75 M = 1.0224 %; 55,210,419 / 1.5
  // B = 3.6807 %.
  const Proposal p = propose(calm_market());
  EXPECT_EQ(about(p, "component.large.rows.BTC.rates").target, "0 %, 1.0224 %, 3.6807 %");
  EXPECT_EQ(about(p, "component.large.rows.BTC.floors").target, "0, 25 M, 100 M");  // 15 B / 600
  EXPECT_EQ(published(p, "component.large.rows.BTC.rates"), "0 %, 2 %, 4.9 %");     // 5 % x 0.98
  EXPECT_EQ(published(p, "component.large.rows.BTC.deductions"), "0, 500 k, 3.4 M");
  Estimates market = calm_market();
  market.assets[0].depth = estimate(10e6);  // no more is free than the book takes within 1 %
  EXPECT_EQ(about(propose(market), "component.large.rows.BTC.floors").target, "0, 10 M, 40 M");
}

TEST(Parameters, AnOffsetFollowsTheLowerBoundAndEndsAtOnce) {
  Estimates market = calm_market();
  const std::string field = "component.together.rows.BTC.credit";
  market.pairs[0].lower = estimate(0);  // 1 - sqrt(1/2) = 29.29 %
  EXPECT_EQ(about(propose(market), field).target, "29.2893 %");
  // What it leaves, 50 %, rises by a tenth to 55 %.
  EXPECT_EQ(published(propose(market), field), "45 %");
  market.pairs[0].lower = estimate(0.9);  // 77.64 %, at most 60 %; what it leaves falls by 2 % of 50 %
  EXPECT_EQ(about(propose(market), field).target, "60 %");
  EXPECT_EQ(published(propose(market), field), "51 %");
  market.pairs[0].stale = true;
  EXPECT_EQ(published(propose(market), field), "0 %");
  EXPECT_EQ(about(propose(market), field).decision, "0 at once: a price is stale");
  market.pairs[0].stale = false;
  market.pairs[0].broken = true;
  EXPECT_EQ(published(propose(market), field), "0 %");
  market.pairs[0].broken = false;
  market.stable[1].price = estimate(0.97);
  EXPECT_EQ(about(propose(market), field).decision, "0 at once: USDT is off its peg");
  // And comes back by 2 % of what it leaves.
  const Proposal ended = propose(market);
  market.stable[1].price = estimate(1);
  market.at = moment + day;
  EXPECT_EQ(published(derive(ended.next, market, ended.state, {}), field), "2 %");
}

TEST(Parameters, ACoinIsCutByWhatItFallsInHalfADay) {
  Estimates market = calm_market();
  // 1 - 0.75^sqrt(1/2): 0.75^0.70711 = e^(-0.28768 x 0.70711) = e^-0.20342 = 0.815934; 18.4066 % x 1.05 =
  // 19.3269 %.
  market.assets[0].haircut = estimate(0.25);
  const Proposal p = propose(market);
  EXPECT_EQ(about(p, "collateral.BTC.initial.asset").target, "80.6731 %");
  EXPECT_EQ(published(p, "collateral.BTC.initial.asset"), "89 %");  // 10 % x 1.1
  EXPECT_EQ(published(p, "collateral.BTC.maintenance.asset"), "94.5 %");
  EXPECT_EQ(published(p, "collateral.BTC.initial.debt"), "111 %");
  EXPECT_EQ(published(p, "collateral.BTC.maintenance.debt"), "105.5 %");
  // A debt is charged the haircut of the steadiest coin: that of ETH now, 18 %: 1 - 0.82^0.70711 = 13.093 %,
  // x 1.05.
  EXPECT_EQ(about(p, "component.borrow.rows.default.initial").target, "13.7471 %");
}

TEST(Parameters, AStableCoinThatSlipsIsCutAtOnceAndComesBackSlowly) {
  Estimates market = calm_market();
  EXPECT_EQ(published(propose(market), "collateral.USDT"), "0 %");
  market.stable[1].price = estimate(0.97);  // 2 x 3 cents
  const Proposal slipped = propose(market);
  EXPECT_EQ(published(slipped, "collateral.USDT"), "6 %");
  EXPECT_EQ(about(slipped, "collateral.USDT").decision, "up at once: a protection");
  market.stable[1].price = estimate(0.998);
  market.at = moment + day;
  const Proposal later = derive(slipped.next, market, slipped.state, {});
  EXPECT_EQ(published(later, "collateral.USDT"), "5 %");  // a point a day
}

TEST(Parameters, WithoutDataEverythingStaysAndSaysWhy) {
  Estimates nothing;
  nothing.at = moment;
  const Proposal p = propose(nothing);
  EXPECT_FALSE(p.changed);
  EXPECT_EQ(p.next.identity, own_rulebook().identity);
  EXPECT_EQ(about(p, "component.moves.rows.BTC.moves").decision, "kept: no data (no scan range of BTC)");
  EXPECT_EQ(about(p, "component.together.rows.BTC.credit").decision,
            "kept: no data (nothing is known of BTC and ETH)");
  Estimates absurd = calm_market();
  absurd.assets[0].scan_range = estimate(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(about(propose(absurd), "component.moves.rows.BTC.moves").decision,
            "kept: no data (the scan range of BTC is no number)");
  absurd.assets[0].scan_range = estimate(7);
  EXPECT_EQ(about(propose(absurd), "component.moves.rows.BTC.moves").decision,
            "up, limited to +10 % a day; target clamped to the sensible range");
}

}  // namespace
}  // namespace lockstep::calibrate
