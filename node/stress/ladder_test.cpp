// Ladders with figures worked by hand.
#include "node/stress/ladder.h"

#include <gtest/gtest.h>

#include "node/stress/exposure.h"
#include "node/stress/moved_market.h"
#include "node/stress/testing_stress.h"

namespace lockstep::stress {
namespace {

const LadderStep& at(const Ladder& ladder, i64 move_permille) {
  for (const LadderStep& step : ladder.steps) {
    if (step.move == permille(move_permille)) return step;
  }
  ADD_FAILURE() << "no step of " << move_permille;
  return ladder.steps.front();
}

std::vector<Ladder> ladders(const Engine& engine, std::optional<Rate> together = {}) {
  return liquidation_ladders(engine.state, {usual_steps(), together});
}

TEST(Ladder, ListsTheLargestUnderlyingFirstAndAllTogetherLast) {
  const auto engine = testing_engine();
  const std::vector<Ladder> all = ladders(*engine);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(engine->state.asset(all[0].base).name, "BTC");
  EXPECT_EQ(all[0].open, dollars(30'000));  // 1.5 BTC long, 1 BTC short
  EXPECT_EQ(all[0].accounts, 3u);
  EXPECT_EQ(engine->state.asset(all[1].base).name, "ETH");
  EXPECT_EQ(all[1].open, dollars(10'000));
  EXPECT_EQ(all[1].accounts, 1u);
  EXPECT_TRUE(all[2].base.is_none());
  EXPECT_EQ(all[2].open, dollars(40'000));
  EXPECT_EQ(all[0].steps.size(), 21u);
  EXPECT_EQ(all[0].steps.front().move, permille(-500));
}

// At 18,500 `long` has 500 against 925, and 1.2 times that is restored by (1,110 - 500) / 1,110 = 0.5495 of
// it: 550 lots.  At 18,000 it has nothing and closes everything; at 22,000 `short` has 1,000 against 1,100:
// 0.2424.
TEST(Ladder, ClosesWhatTheRulebookAsksFor) {
  const auto engine = testing_engine(to_target);
  const Ladder btc = ladders(*engine)[0];
  EXPECT_EQ(at(btc, 0).liquidated, 0u);
  EXPECT_EQ(at(btc, -50).liquidated, 0u);
  EXPECT_EQ(at(btc, -75).liquidated, 1u);
  EXPECT_EQ(at(btc, -75).sold, dollars(11'000));
  EXPECT_EQ(at(btc, -75).share, ratio(dollars(11), dollars(30)));
  EXPECT_EQ(at(btc, -100).sold, dollars(20'000));
  EXPECT_EQ(at(btc, -100).bankrupt, 0u);
  EXPECT_EQ(at(btc, -150).bankrupt, 1u);
  EXPECT_EQ(at(btc, 100).liquidated, 1u);
  EXPECT_EQ(at(btc, 100).bought, dollars(4'860));
  EXPECT_EQ(at(btc, 100).sold, Value{});
  EXPECT_EQ(at(btc, 200).bankrupt, 1u);
  EXPECT_EQ(at(ladders(*engine)[1], -500).liquidated, 0u);
}

TEST(Ladder, ClosesEverythingUnderARulebookWithoutAPolicy) {
  const auto engine = testing_engine();
  const Ladder btc = ladders(*engine)[0];
  EXPECT_EQ(at(btc, -75).sold, dollars(20'000));
  EXPECT_EQ(at(btc, 100).bought, dollars(20'000));
}

// `pair` has 3,000.  BTC alone at -10 % leaves it 2,000 against 1,450; with ETH at -10 % it has 1,000 against
// 1,350.
constexpr char pair[] = R"toml(
[[account]]
name     = "pair"
mode     = "cross"
balances = { USDT = "3000" }
[[account.holding]]
instrument = "BTC-PERP"
size       = "0.5"
entry      = "20000"
[[account.holding]]
instrument = "ETH-PERP"
size       = "10"
entry      = "1000"
)toml";

TEST(Ladder, MovesTheOthersOnlyWhenAsked) {
  const auto engine = testing_engine("", pair);
  const Ladder alone = ladders(*engine)[0];
  EXPECT_EQ(at(alone, -100).liquidated, 1u);
  EXPECT_EQ(at(alone, -100).elsewhere, Value{});
  const std::vector<Ladder> together = ladders(*engine, Rate::from_raw(rate_one));
  EXPECT_EQ(at(together[0], -100).liquidated, 2u);
  EXPECT_EQ(at(together[0], -100).sold, dollars(30'000));
  EXPECT_EQ(at(together[0], -100).elsewhere, dollars(10'000));
  EXPECT_EQ(at(together[2], -100).sold, dollars(40'000));
  EXPECT_EQ(at(ladders(*engine)[2], -100).sold, dollars(40'000));
  // By half: ETH at -5 %, where pair has 1,500 against 1,400.
  EXPECT_EQ(at(ladders(*engine, permille(500))[0], -100).liquidated, 1u);
}

TEST(Ladder, ChangesNothing) {
  const auto engine = testing_engine(to_target);
  const Hash128 before = state_hash(*engine);
  ladders(*engine);
  EXPECT_TRUE(state_hash(*engine) == before);
}

// An option is revalued: a call at the money sold on nothing but its premium is under water when the price
// rises.
constexpr char with_option[] = R"toml(
[instrument.BTC-CALL]
kind       = "option"
index      = "BTCUSDT"
lot        = "0.001"
tick       = "0.1"
expiry     = "2026-03-06T08:00:00Z"
strike     = "20000"
option     = "call"
volatility = "50 %"
forward    = "20000"
)toml";

TEST(MovedMarket, RevaluesOptionsAndGoesBack) {
  std::string book = with_option;
  book += "[[account]]\nname = \"holder\"\nmode = \"cross\"\nbalances = { USDT = \"5000\" }\n";
  book += "[[account.holding]]\ninstrument = \"BTC-CALL\"\nsize = \"1\"\nentry = \"1000\"\n";
  const auto engine = testing_engine("", book);
  MovedMarket market(engine->state);
  const InstrumentId call{2};
  const AssetId btc{1};
  const auto value = [&] { return risk_row(market.state(), market.risk(), call).mark; };
  const Value now = value();
  EXPECT_GT(now, Value{});
  const Move up[] = {{btc, permille(100), {}}};
  market.move(up);
  const Value higher = value();
  EXPECT_GT(higher, now);
  const Move wilder[] = {{btc, {}, permille(500)}};
  market.move(wilder);
  EXPECT_GT(value(), now);
  EXPECT_NE(value(), higher);
  market.move({});
  EXPECT_EQ(value(), now);
}

}  // namespace
}  // namespace lockstep::stress
