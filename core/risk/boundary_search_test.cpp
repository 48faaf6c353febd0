// Liquidation prices of whole accounts: against hand-worked figures and the closed form, and for random books
// by assessing a market that the test moves itself.
#include <gtest/gtest.h>

#include "core/base/prng.h"
#include "core/ledger/valuation.h"
#include "core/risk/boundary.h"
#include "core/risk/testing_rules.h"

namespace lockstep {
namespace {

using namespace testing;

std::string shown(const Crossing& crossing) {
  if (crossing.kind == Crossing::Kind::none) return "none";
  return (crossing.kind == Crossing::Kind::unknown ? "unknown from " : "") +
         to_decimal(crossing.price.raw(), price_decimals);
}

struct Market : World {
  AssetId usdt, btc, eth;
  IndexId btc_usdt, eth_usdt;
  InstrumentId btc_perpetual, eth_perpetual;
  BoundaryBook moved;

  explicit Market(const Rulebook& rules) : World(rules) {
    usdt = asset("USDT", 6);
    btc = asset("BTC", 8);
    eth = asset("ETH", 8);
    btc_usdt = index(btc, usdt, "20000");
    eth_usdt = index(eth, usdt, "1000");
    btc_perpetual = add("BTC-PERPETUAL", InstrumentKind::perpetual, false, btc_usdt, "0.01", "20000");
    eth_perpetual = add("ETH-PERPETUAL", InstrumentKind::perpetual, false, eth_usdt, "0.1", "1000");
    for (Instrument& instrument : state.instruments) instrument.tick = price("0.1");
  }
  Holding& buy(Account& account, InstrumentId id, i64 count) {
    return hold(account, id, count, value_per_lot(state.instrument(id), state.market(id).mark));
  }
  std::vector<Boundary> boundaries(const Account& account) { return find_boundaries(state, account, moved); }
};

TEST(Boundaries, ALongHasOneBelowAndAShortOneAbove) {
  Market market(bracket_rules());
  Account account = World::account(MarginMode::cross);
  market.deposit(account, market.usdt, "1000");
  market.buy(account, market.btc_perpetual, 100);   // 1 BTC
  market.buy(account, market.eth_perpetual, -100);  // -10 ETH
  const std::vector<Boundary> found = market.boundaries(account);
  ASSERT_EQ(found.size(), 2u);
  // The other's maintenance: 0.4 % of 10000 = 40.  1000 + P - 20000 = 0.004 P + 40: P = 19116.4658.
  EXPECT_EQ(found[0].index, market.btc_usdt);
  EXPECT_EQ(shown(found[0].below), "19116.4");
  EXPECT_EQ(shown(found[0].above), "none");
  // 1000 - 10 P + 10000 = 0.04 P + 80: P = 1087.6494; equality is not liquidation.
  EXPECT_EQ(found[1].index, market.eth_usdt);
  EXPECT_EQ(shown(found[1].below), "none");
  EXPECT_EQ(shown(found[1].above), "1087.7");
  EXPECT_FALSE(found[0].liquidated);
}

TEST(Boundaries, TheClosedFormIsMetToATickOverManyBrackets) {
  Prng draw(11);
  const BracketRow row = bracket_rules().components[0].brackets[0];
  for (int round = 0; round < 200; ++round) {
    Market market(bracket_rules());
    Account account = World::account(MarginMode::cross);
    const i64 size = draw.between(1, 9000) * (draw.chance(1, 2) ? 1 : -1);
    const std::string cash = std::to_string(draw.between(1, 2'000'000));
    market.deposit(account, market.usdt, cash);
    market.buy(account, market.btc_perpetual, size);
    const LinearPool pool{.balance = value(cash),
                          .others = {},
                          .size = Value::from_raw(size * pow10(14)),
                          .price = price("20000")};
    const LinearBoundaries exact = liquidation_price(pool, row);
    const Boundary found = market.boundaries(account).at(0);
    for (const bool is_below : {true, false}) {
      const Crossing& crossing = is_below ? found.below : found.above;
      const Value root = (is_below ? exact.below : exact.above).value_or(Value{});
      // From one step to ten times the price.
      const bool there = root >= value("0.1") && root <= value("200000");
      ASSERT_EQ(crossing.kind == Crossing::Kind::at, there) << size << " " << cash;
      if (!there) continue;
      const i128 distance = abs(i128{crossing.price.raw()} * pow10(8) - root.raw());
      EXPECT_LE(distance, value("0.1").raw()) << size << " " << cash;
    }
  }
}

TEST(Boundaries, AnIsolatedHoldingHasItsOwn) {
  Market market(bracket_rules());
  Account account = World::account(MarginMode::isolated);
  market.deposit(account, market.usdt, "50000");
  market.buy(account, market.btc_perpetual, 100).isolated = Amount::from_raw(1'000'000'000);  // 1000 USDT
  market.buy(account, market.eth_perpetual, 100).isolated = Amount::from_raw(500'000'000);
  const std::vector<Boundary> found = market.boundaries(account);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].isolated, market.btc_perpetual);
  EXPECT_EQ(shown(found[0].below), "19076.3");  // 1000 + P - 20000 = 0.004 P: 19076.3052
  EXPECT_EQ(found[1].isolated, market.eth_perpetual);
  EXPECT_EQ(shown(found[1].below), "953.8");  // 500 + 10 P - 10000 = 0.04 P: 953.8153
}

TEST(Boundaries, CollateralMovesWithItsIndexAndMayBeAllThereIs) {
  Market market(bracket_rules());
  Account account = World::account(MarginMode::cross, true);
  market.deposit(account, market.usdt, "-9500");
  market.deposit(account, market.btc, "1");
  const std::vector<Boundary> found = market.boundaries(account);
  ASSERT_EQ(found.size(), 1u);
  // 0.95 P = 9500; nothing is required, so being below zero is what counts.
  EXPECT_EQ(found[0].index, market.btc_usdt);
  EXPECT_EQ(shown(found[0].below), "9999.99");
  EXPECT_EQ(shown(found[0].above), "none");
}

TEST(Boundaries, UnderWaterItIsWhereTheAccountIsOutOfIt) {
  Market market(bracket_rules());
  Account account = World::account(MarginMode::cross);
  market.deposit(account, market.usdt, "50");
  market.buy(account, market.btc_perpetual, 100);
  const Boundary found = market.boundaries(account).at(0);
  EXPECT_TRUE(found.liquidated);
  EXPECT_EQ(shown(found.below), "none");
  EXPECT_EQ(shown(found.above), "20030.2");  // 50 + P - 20000 = 0.004 P: 20030.1205
}

TEST(Boundaries, WithoutAPriceThereAreNone) {
  Market market(bracket_rules());
  Account account = World::account(MarginMode::cross);
  market.deposit(account, market.usdt, "50");
  market.buy(account, market.btc_perpetual, 100);
  market.state.markets[market.btc_perpetual.index].mark = Price{};
  EXPECT_TRUE(market.boundaries(account).empty());
}

TEST(Boundaries, AShortStrangleHasBoth) {
  Market market(grid_rules());
  const InstrumentId call = market.option(false, OptionType::call, market.btc_usdt, "22000",
                                          Duration::from_raw(30 * day.raw()), "20000", "0.5", "0");
  const InstrumentId put = market.option(false, OptionType::put, market.btc_usdt, "18000",
                                         Duration::from_raw(30 * day.raw()), "20000", "0.5", "0");
  Account account = World::account(MarginMode::portfolio);
  market.deposit(account, market.usdt, "60000");
  World::hold(account, call, -10, Value{});
  World::hold(account, put, -10, Value{});
  const Boundary found = market.boundaries(account).at(0);
  EXPECT_EQ(found.below.kind, Crossing::Kind::at);
  EXPECT_EQ(found.above.kind, Crossing::Kind::at);
  EXPECT_LT(found.below.price, price("20000"));
  EXPECT_GT(found.above.price, price("20000"));
}

// Moves a copy of the world by its own means: everything on the base asset in proportion, volatility as it
// is.
bool liquidated_at(const World& world, const Account& account, const Boundary& pool, Price at) {
  State state = world.state;
  const Price before = state.index(pool.index).price;
  const AssetId base = state.index(pool.index).base;
  const auto moved = [&](Price old) {
    if (old == Price{}) return old;
    const i128 doubled = i128{2} * old.raw() * at.raw();
    return Price::from_raw(std::max<i64>(static_cast<i64>((doubled / before.raw() + 1) / 2), 1));
  };
  for (std::size_t i = 0; i < state.instruments.size(); ++i) {
    if (state.index(state.instruments[i].index).base != base) continue;
    state.markets[i].mark = moved(state.markets[i].mark);
    state.markets[i].forward = moved(state.markets[i].forward);
  }
  for (Index& index : state.indexes) {
    if (index.base == base) index.price = moved(index.price);
  }
  RiskBook fresh;
  const Assessment found = assess(state, fresh, account);
  for (const PoolTotals& totals : found.pools) {
    if (totals.asset != pool.asset || totals.isolated != pool.isolated || totals.leg != pool.leg) continue;
    return totals.equity < Value{} || totals.margin_balance < totals.maintenance;
  }
  ADD_FAILURE() << "no such pool";
  return false;
}

// A coin with perpetuals, inverse and linear, and options; and another coin beside it.
void fill(Market& market, bool with_options, Prng& draw) {
  if (!with_options) return;
  market.add("BTC-INVERSE", InstrumentKind::perpetual, true, market.btc_usdt, "10", "20100");
  market.state.instruments.back().tick = price("0.5");
  for (int i = 0; i < 6; ++i) {
    const std::string strike = std::to_string(200 * draw.between(60, 150));
    market.option(draw.chance(1, 2), draw.chance(1, 2) ? OptionType::call : OptionType::put, market.btc_usdt,
                  strike, Duration::from_raw(day.raw() * draw.between(1, 300)), "20050",
                  "0." + std::to_string(draw.between(20, 95)), "0");
  }
}

Account drawn(Market& market, MarginMode mode, Prng& draw) {
  const bool pooled = mode == MarginMode::cross && !market.rules().money.empty() && draw.chance(1, 2);
  Account account = World::account(mode, pooled);
  market.deposit(account, market.usdt, std::to_string(draw.between(0, 300000)));
  market.deposit(account, market.btc, std::to_string(draw.between(0, 15)));
  for (u32 i = 0; i < market.state.instruments.size(); ++i) {
    if (draw.chance(1, 3)) continue;
    const InstrumentId id{i};
    const bool is_option = market.state.instrument(id).kind == InstrumentKind::option;
    i64 size = is_option ? draw.between(-20, 20) : draw.between(-3000, 3000);
    if (size == 0) size = 1;
    Holding& holding = is_option ? World::hold(account, id, size, Value{}) : market.buy(account, id, size);
    if (mode == MarginMode::isolated) holding.isolated = Amount::from_raw(draw.between(0, 1'000'000'000));
  }
  return account;
}

TEST(BoundariesProperty, TheLineIsCrossedAtThePriceFoundAndNotOneStepNearer) {
  Prng draw(7);
  int at = 0;
  int both = 0;
  for (int round = 0; round < 400; ++round) {
    const bool with_options = round % 2 == 0;
    Market market(with_options ? grid_rules() : bracket_rules());
    fill(market, with_options, draw);
    const MarginMode mode = with_options ? (draw.chance(1, 4) ? MarginMode::cross : MarginMode::portfolio)
                                         : (draw.chance(1, 3) ? MarginMode::isolated : MarginMode::cross);
    const Account account = drawn(market, mode, draw);
    for (const Boundary& pool : market.boundaries(account)) {
      const Price now = market.state.index(pool.index).price;
      EXPECT_EQ(liquidated_at(market, account, pool, now), pool.liquidated);
      for (const bool is_below : {true, false}) {
        const Crossing& crossing = is_below ? pool.below : pool.above;
        if (crossing.kind == Crossing::Kind::unknown) continue;
        if (crossing.kind == Crossing::Kind::none) {
          for (const int percent_of : {5, 45, 70, 80, 90, 95, 105, 110, 125, 150, 200, 900}) {
            if ((percent_of < 100) != is_below) continue;
            const Price there = Price::from_raw(now.raw() / 100 * percent_of);
            EXPECT_EQ(liquidated_at(market, account, pool, there), pool.liquidated) << round;
          }
          continue;
        }
        ++at;
        EXPECT_EQ(crossing.price.raw() % pool.step.raw(), 0);
        EXPECT_NE(liquidated_at(market, account, pool, crossing.price), pool.liquidated) << round;
        Price nearer = is_below ? crossing.price + pool.step : crossing.price - pool.step;
        if (is_below ? nearer > now : nearer < now) nearer = now;
        EXPECT_EQ(liquidated_at(market, account, pool, nearer), pool.liquidated) << round;
      }
      both += pool.below.kind == Crossing::Kind::at && pool.above.kind == Crossing::Kind::at ? 1 : 0;
    }
  }
  EXPECT_GT(at, 100);
  EXPECT_GT(both, 5);
}

}  // namespace
}  // namespace lockstep
