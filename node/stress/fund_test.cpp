// What is left unpaid and what the fund may pay, worked by hand.
#include "node/stress/fund.h"

#include <gtest/gtest.h>

#include "node/stress/exposure.h"
#include "node/stress/fate.h"
#include "node/stress/testing_stress.h"

namespace lockstep::stress {
namespace {

constexpr AssetId usdt{0}, btc{1};
constexpr char costly[] =
    "[liquidation]\nsize = \"whole\"\nlimit = \"1 %\"\ncost = \"1 %\"\nfee = \"2 %\"\n"
    "losses = { rest = \"fund\", fund_daily = \"20 %\" }\n";

std::unique_ptr<Engine> funded(const std::string& liquidation, i64 fund, const std::string& more = "") {
  auto engine = testing_engine(liquidation, more);
  const Amount amount = Amount::from_raw(i128{fund} * 1'000'000);
  LS_ASSERT(apply(*engine, engine->state.time, AdjustFund{usdt, amount}).accepted());
  return engine;
}

ShockResult after(const Engine& engine, i64 move_permille) {
  return fund_results(engine.state, {{"move", {{btc, permille(move_permille), {}}}}})[0];
}

// At 17,000 `long` is 1,000 short.
TEST(Fund, PaysWhatItHas) {
  const auto engine = funded("", 400);
  const ShockResult result = after(*engine, -150);
  EXPECT_EQ(result.bankrupt, 1u);
  EXPECT_EQ(result.at_price, dollars(1'000));
  EXPECT_EQ(result.after_closing, dollars(1'000));
  EXPECT_EQ(result.fund, dollars(400));
  EXPECT_EQ(result.of_all, permille(400));
  EXPECT_EQ(result.missing, dollars(600));
  EXPECT_FALSE(result.sufficient());
  ASSERT_EQ(result.rows.size(), 1u);
  EXPECT_EQ(result.rows[0].asset, usdt);
  EXPECT_EQ(result.rows[0].payable, dollars(400));
  EXPECT_TRUE(after(*engine, -100).sufficient());
  EXPECT_EQ(after(*engine, 0).of_all, Rate{});
}

// Closing 17,000 costs 170 and the fee is the fund's own; of 1,000 a fifth may be paid in a day.  At 18,000
// `long` has nothing left, and the cost of 180 is unpaid.
TEST(Fund, BearsTheCostOfClosingAndKeepsItsDailyLimit) {
  const auto engine = funded(costly, 1'000);
  const ShockResult result = after(*engine, -150);
  EXPECT_EQ(result.at_price, dollars(1'000));
  EXPECT_EQ(result.after_closing, dollars(1'170));
  EXPECT_EQ(result.missing, dollars(970));
  const ShockResult nearer = after(*engine, -100);
  EXPECT_EQ(nearer.at_price, Value{});
  EXPECT_EQ(nearer.after_closing, dollars(180));
  EXPECT_TRUE(nearer.sufficient());
}

std::string another(const char* name, const char* balance) {
  return std::string("[[account]]\nname = \"") + name + "\"\nmode = \"cross\"\nbalances = { USDT = \"" +
         balance + "\" }\n[[account.holding]]\ninstrument = \"BTC-PERP\"\nsize = \"1\"\nentry = \"20000\"\n";
}

// At 17,000: 1,000, 500 and 200 unpaid.
TEST(Fund, CoversTheTwoLargest) {
  const auto engine = funded("", 1'600, another("second", "2500") + another("third", "2800"));
  const ShockResult result = after(*engine, -150);
  ASSERT_EQ(result.largest.size(), 2u);
  EXPECT_EQ(engine->state.account(result.largest[0].account).name, "long");
  EXPECT_EQ(engine->state.account(result.largest[1].account).name, "second");
  EXPECT_EQ(result.largest_two, dollars(1'500));
  EXPECT_EQ(result.after_closing, dollars(1'700));
  EXPECT_EQ(result.of_all, ratio(dollars(16), dollars(17)));
  EXPECT_TRUE(result.covers_two());
  EXPECT_EQ(result.missing, dollars(100));
}

TEST(Fund, PaysTheLowerRulebookFirst) {
  const auto engine = funded("", 500);
  std::vector<FundRow> rows(2);
  for (FundRow& row : rows) row.rulebook = RulebookId{0}, row.asset = usdt, row.unpaid = dollars(300);
  pay_from_fund(engine->state, rows);
  EXPECT_EQ(rows[0].payable, dollars(300));
  EXPECT_EQ(rows[1].payable, dollars(200));
  EXPECT_EQ(rows[1].missing(), dollars(100));
}

// Only what was set aside stands behind an isolated holding: 1,500 at 18,000, where 2,000 are lost.
TEST(Fate, OfAnIsolatedHoldingIsItsOwn) {
  const auto engine =
      testing_engine("",
                     "[[account]]\nname = \"apart\"\nmode = \"isolated\"\nbalances = { USDT = "
                     "\"5000\" }\n[[account.holding]]\ninstrument = \"BTC-PERP\"\nsize = "
                     "\"1\"\nentry = \"20000\"\nmargin = \"1500\"\n");
  MovedMarket market(engine->state);
  const Move down[] = {{btc, permille(-100), {}}};
  market.move(down);
  FateScratch scratch;
  const Fate fate = fate_of(market, engine->state.accounts.back(), scratch);
  EXPECT_EQ(fate.state, MarginState::bankrupt);
  ASSERT_EQ(fate.closings.size(), 1u);
  EXPECT_EQ(fate.closings[0].lots, Lots::from_raw(1'000));
  ASSERT_EQ(fate.debts.size(), 1u);
  EXPECT_EQ(fate.debts[0].at_price, dollars(500));
}

TEST(Shocks, NameWhatTheyMove) {
  const auto engine = testing_engine();
  const std::vector<Shock> shocks = usual_shocks(engine->state);
  ASSERT_EQ(shocks.size(), 9u);  // with two underlyings there are no others
  EXPECT_EQ(shocks[0].name, "all -15 %");
  EXPECT_EQ(shocks[4].name, "two largest -30 %");
  EXPECT_EQ(shocks[4].moves.size(), 2u);
}

}  // namespace
}  // namespace lockstep::stress
