// What must not matter: in which order accounts were opened and holdings acquired, into how many fills a
// trade was split.  And what must matter in one direction only: more cash.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "core/ledger/ledger.h"
#include "core/ledger/valuation.h"
#include "tests/property/stream.h"

namespace lockstep::property {
namespace {

// The world of the streams with prices, and with one account of each mode whose name is given.
struct World {
  std::unique_ptr<Engine> engine = std::make_unique<Engine>();
  Time now = first_moment;

  Outcome run(const Command& command) { return apply(*engine, now, command); }
};

// Runs a stream until everything has a price, without trades.
World priced_world(u64 seed) {
  World world;
  Stream stream(seed);
  for (int i = 0; i < 4'000; ++i) {
    const Step step = stream.next(*world.engine);
    const bool prices = std::holds_alternative<IndexPrices>(step.command) ||
                        std::holds_alternative<MarkPrices>(step.command) ||
                        std::holds_alternative<ForwardCurve>(step.command) ||
                        std::holds_alternative<VolatilitySurface>(step.command);
    if (world.engine->state.position >= setup_size() && !prices) continue;
    apply(*world.engine, world.now, step.command);
  }
  return world;
}

AccountId open(World& world, const std::string& name, u32 rulebook, MarginMode mode, bool pooled) {
  OpenAccount command;
  command.name = name;
  command.party = PartyId{0};
  command.rulebook = RulebookId{rulebook};
  command.mode = mode;
  command.pooled = pooled;
  const AccountId id{static_cast<u32>(world.engine->state.accounts.size())};
  if (!world.run(command).accepted()) return AccountId{};
  for (u32 asset = 0; asset < world.engine->state.assets.size(); ++asset) {
    const i128 unit = pow10(world.engine->state.assets[asset].decimals);
    world.run(Deposit{id, AssetId{asset}, Amount::from_raw(unit * 10'000'000)});
  }
  return id;
}

// Trades over all instruments of the rulebook, each at its own fair price so that any order of them is the
// same.
std::vector<Fill> some_fills(const State& state, u32 rulebook, Prng& prng) {
  std::vector<Fill> fills;
  for (u32 i = 0; i < state.instruments.size(); ++i) {
    const Instrument& instrument = state.instruments[i];
    if (instrument.rulebook.index != rulebook || instrument.kind == InstrumentKind::spot) continue;
    Fill fill;
    fill.instrument = InstrumentId{i};
    fill.side = prng.chance(1, 2) ? Side::buy : Side::sell;
    fill.lots = Lots::from_raw(prng.between(1, usual_lots(instrument)));
    const i64 ticks = fair_price(state, instrument).raw() / instrument.tick.raw();
    fill.price = Price::from_raw(std::max<i64>(ticks, 1) * instrument.tick.raw());
    fills.push_back(fill);
  }
  return fills;
}

void shuffle(std::vector<Fill>& fills, Prng& prng) {
  for (std::size_t i = fills.size(); i > 1; --i) std::swap(fills[i - 1], fills[prng.below(i)]);
}

template <class Visit>
void each_mode(World& world, Visit visit) {
  int modes = 0;
  for (u32 rulebook = 0; rulebook < 2; ++rulebook) {
    for (const MarginMode mode : {MarginMode::isolated, MarginMode::cross, MarginMode::portfolio}) {
      for (const bool pooled : {false, true}) {
        const std::string name = std::to_string(rulebook) + "-" + std::to_string(static_cast<int>(mode)) +
                                 (pooled ? "-pooled" : "-split");
        const AccountId a = open(world, name + "-a", rulebook, mode, pooled);
        if (a.is_none()) continue;  // the rulebook has no such mode
        const AccountId b = open(world, name + "-b", rulebook, mode, pooled);
        SCOPED_TRACE(name);
        visit(rulebook, a, b);
        ++modes;
      }
    }
  }
  EXPECT_GE(modes, 4);
}

TEST(Invariance, TheOrderInWhichHoldingsAreAcquiredDoesNotMatter) {
  World world = priced_world(1);
  Prng prng(1);
  each_mode(world, [&](u32 rulebook, AccountId a, AccountId b) {
    std::vector<Fill> fills = some_fills(world.engine->state, rulebook, prng);
    for (Fill& fill : fills) fill.account = a;
    for (const Fill& fill : fills) world.run(fill);
    shuffle(fills, prng);
    for (Fill& fill : fills) fill.account = b;
    for (const Fill& fill : fills) world.run(fill);
    EXPECT_FALSE(world.engine->state.account(a).holdings.empty());
    EXPECT_EQ(assess_account(*world.engine, a).pools, assess_account(*world.engine, b).pools);
  });
}

TEST(Invariance, TheOrderInWhichAccountsAreOpenedDoesNotMatter) {
  World one = priced_world(2);
  World two = priced_world(2);
  for (const char* name : {"x", "y", "z"}) open(one, name, 0, MarginMode::cross, false);
  for (const char* name : {"z", "x", "y"}) open(two, name, 0, MarginMode::cross, false);
  for (World* world : {&one, &two}) {
    Prng prng(2);
    for (const char* name : {"y", "z", "x"}) {
      for (Fill& fill : some_fills(world->engine->state, 0, prng)) {
        fill.account = AccountId{world->engine->lookup.accounts.at(name)};
        world->run(fill);
      }
    }
  }
  for (const char* name : {"x", "y", "z"}) {
    const AccountId in_one{one.engine->lookup.accounts.at(name)};
    const AccountId in_two{two.engine->lookup.accounts.at(name)};
    EXPECT_EQ(assess_account(*one.engine, in_one).pools, assess_account(*two.engine, in_two).pools) << name;
  }
}

// Lots and equity agree exactly; money that was swept to the balance may differ by less than a unit a part,
// and that difference is still there, as residue.
TEST(Invariance, AFillEqualsItsParts) {
  World world = priced_world(3);
  Prng prng(3);
  each_mode(world, [&](u32 rulebook, AccountId a, AccountId b) {
    for (int round = 0; round < 3; ++round) {
      for (Fill& fill : some_fills(world.engine->state, rulebook, prng)) {
        fill.account = a;
        const bool accepted = world.run(fill).accepted();
        fill.account = b;
        Lots left = fill.lots;
        while (left.raw() > 0) {
          fill.lots = Lots::from_raw(prng.between(1, left.raw()));
          left -= fill.lots;
          EXPECT_EQ(world.run(fill).accepted(), accepted);
        }
      }
    }
    const Account& whole = world.engine->state.account(a);
    const Account& parts = world.engine->state.account(b);
    ASSERT_EQ(whole.holdings.size(), parts.holdings.size());
    for (std::size_t i = 0; i < whole.holdings.size(); ++i) {
      EXPECT_EQ(whole.holdings[i].lots.raw(), parts.holdings[i].lots.raw());
    }
    if (whole.mode == MarginMode::isolated) return;  // margin set aside is rounded up at every fill
    const Assessment all = assess_account(*world.engine, a);
    const Assessment sum = assess_account(*world.engine, b);
    ASSERT_EQ(all.pools.size(), sum.pools.size());
    for (std::size_t i = 0; i < all.pools.size(); ++i) {
      EXPECT_TRUE(all.pools[i].equity == sum.pools[i].equity) << "pool " << i;
      EXPECT_TRUE(all.pools[i].maintenance == sum.pools[i].maintenance) << "pool " << i;
    }
  });
}

TEST(Invariance, MoreCashNeverLowersEquityOrRaisesARequirement) {
  for (u64 seed = 0; seed < 4; ++seed) {
    Engine engine;
    Stream stream(seed);
    for (u64 i = 0; i < 2'000; ++i) {
      const Step step = stream.next(engine);
      apply(engine, step.at, step.command);
      if (i % 40 != 0 || engine.state.accounts.empty()) continue;
      for (u32 a = 0; a < engine.state.accounts.size(); ++a) {
        const Assessment before = assess_account(engine, AccountId{a});
        Account richer = engine.state.accounts[a];
        add_balance(richer, AssetId{static_cast<u32>(i / 40 % engine.state.assets.size())},
                    Amount::from_raw(1'000'000));
        const Assessment after = assess(engine.state, engine.risk, richer);
        for (const PoolTotals& pool : before.pools) {
          const PoolTotals* same = nullptr;
          for (const PoolTotals& other : after.pools) {
            if (other.asset == pool.asset && other.isolated == pool.isolated && other.leg == pool.leg)
              same = &other;
          }
          ASSERT_NE(same, nullptr);
          ASSERT_TRUE(same->equity >= pool.equity && same->available >= pool.available)
              << "seed " << seed << " position " << i << " account " << a;
          ASSERT_TRUE(same->initial <= pool.initial && same->maintenance <= pool.maintenance);
        }
      }
    }
  }
}

}  // namespace
}  // namespace lockstep::property
