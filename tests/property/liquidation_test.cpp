// What must hold of every liquidation: it never raises maintenance, it closes no lot too many, winners give
// no more than they have won, what is covered is what was owed, and who was registered first does not matter.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>

#include "core/ledger/ledger.h"
#include "core/liquidation/choose.h"
#include "tests/property/stream.h"

namespace lockstep::property {
namespace {

constexpr u64 seeds = 12;
constexpr u64 steps = 4'000;

struct Health {
  Value balance;
  Value maintenance;
};

Health health_of(Engine& engine, const Account& account, const PoolTotals& like) {
  const Assessment assessment = assess(engine.state, engine.risk, account);
  const PoolTotals* pool = assessment.find_like(like);
  return pool == nullptr ? Health{} : Health{pool->margin_balance, pool->maintenance};
}

bool at_target(const Health& health, const LiquidationRules& rules) {
  return health.balance >= scale(health.maintenance, rules.target, Round::up);
}

// Closes what was chosen one after the other; nothing may raise maintenance, unless no single closing helped
// and all were closed by one share.
void expect_well_chosen(Engine& engine, const Account& account, const PoolTotals& pool,
                        const LiquidationRules& rules, u64& looked_at) {
  ChooseScratch scratch;
  const std::vector<Closing> closings =
      choose_closings(engine.state, engine.risk, account, pool, rules, scratch).closings;
  if (closings.empty()) return;
  Account after = account;
  Value maintenance = pool.maintenance;
  for (const Closing& closing : closings) {
    EXPECT_FALSE(at_target(health_of(engine, after, pool), rules)) << "nothing more was needed";
    const bool last = &closing == &closings.back();
    if (last && closing.lots > Lots::from_raw(1)) {
      Account fewer = after;
      close_on(engine.state, engine.risk, rules,
               {closing.instrument, closing.leg, closing.lots - Lots::from_raw(1)}, fewer);
      const Holding* holding = find_holding(after, closing.instrument, closing.leg);
      const bool part = closing.lots < abs(holding->lots);
      EXPECT_FALSE(part && at_target(health_of(engine, fewer, pool), rules)) << "a lot too many";
    }
    close_on(engine.state, engine.risk, rules, closing, after);
    const Value then = health_of(engine, after, pool).maintenance;
    EXPECT_LE(then, maintenance);
    maintenance = then;
    ++looked_at;
  }
}

// Every account of the streams, at moments when some of them are below maintenance, under the streams' first
// rulebook, whose margin is linear in brackets.
TEST(Liquidation, NeverRaisesMaintenanceAndClosesNoLotTooMany) {
  u64 looked_at = 0;
  for (u64 seed = 0; seed < seeds; ++seed) {
    Engine engine;
    Stream stream(seed);
    for (u64 i = 0; i < steps; ++i) {
      const Step step = stream.next(engine);
      apply(engine, step.at, step.command);
      if (i % 4 != 0 || i < 200) continue;
      SCOPED_TRACE("seed " + std::to_string(seed) + " position " + std::to_string(i));
      for (const Account& live : engine.state.accounts) {
        if (live.rulebook != RulebookId{0}) continue;
        Account account = live;
        account.orders.clear();
        const Assessment assessment = assess(engine.state, engine.risk, account);
        if (assessment.obstacle >= Obstacle::price_missing) continue;
        const LiquidationRules& rules = engine.state.rulebook(live.rulebook).rules().liquidation;
        for (const PoolTotals& pool : assessment.pools) {
          if (pool.margin_balance >= pool.maintenance || pool.equity < Value{}) continue;
          expect_well_chosen(engine, account, pool, rules, looked_at);
        }
      }
    }
  }
  EXPECT_GT(looked_at, 100u);
}

// Of one command's events: what each debt is made of, and what everybody who shared it had won before.
void expect_fair(const Engine& before, const Outcome& outcome, std::map<std::string_view, u64>& seen) {
  Amount shared, rest, told;                    // in whatever asset: only sums are compared
  std::map<std::pair<u32, u32>, Amount> given;  // by account and instrument, of this command
  for (const Event& event : outcome.events) {
    if (const auto* part = std::get_if<LossShared>(&event)) {
      shared += part->amount;
      EXPECT_GT(part->amount, Amount{});
      given[{part->account.index, part->instrument.index}] += part->amount;
    } else if (const auto* debt = std::get_if<DebtCovered>(&event)) {
      EXPECT_EQ(debt->debt, debt->fund + debt->rest);
      rest += debt->rest;
    } else if (const auto* all = std::get_if<DebtsShared>(&event)) {
      EXPECT_EQ(all->shared, shared);
      EXPECT_LE(all->shared, all->rest);
      told += all->rest;
      shared = Amount{};
    }
    std::visit([&](const auto& e) { seen[e.name_of] += 1; }, event);
  }
  EXPECT_EQ(rest, told);
  const State& state = before.state;
  for (const auto& [key, amount] : given) {
    const Account& account = state.account(AccountId{key.first});
    const Instrument& instrument = state.instrument(InstrumentId{key.second});
    RiskBook risk;
    Value profit;
    for (const Holding& holding : account.holdings) {
      if (holding.instrument.index != key.second) continue;
      const Value value = risk_row(state, risk, holding.instrument).mark;
      profit += max(unrealised(instrument, state.market(holding.instrument), holding, value), Value{});
    }
    EXPECT_LE(to_value(amount, state.asset(instrument.settle).decimals), profit) << account.name;
  }
}

TEST(Liquidation, DebtsAreCoveredExactlyAndNobodyGivesMoreThanHeWon) {
  std::map<std::string_view, u64> seen;
  for (u64 seed = 0; seed < seeds; ++seed) {
    Engine engine;
    Stream stream(seed);
    for (u64 i = 0; i < steps; ++i) {
      const Step step = stream.next(engine);
      if (!std::holds_alternative<Tick>(step.command)) {
        apply(engine, step.at, step.command);
        continue;
      }
      SCOPED_TRACE("seed " + std::to_string(seed) + " position " + std::to_string(i));
      Engine before;
      before.state = engine.state;
      const Outcome outcome = apply(engine, step.at, step.command);
      // What a tick charges in funding it charges first.
      for (std::size_t n = 0; n < before.state.markets.size(); ++n) {
        before.state.markets[n].funding = engine.state.markets[n].funding;
      }
      expect_fair(before, outcome, seen);
    }
  }
  for (const char* kind : {"liquidation_ordered", "margin_called", "call_met", "liquidation_crossed",
                           "taken_over", "debt_covered", "loss_shared", "deleveraged", "withdrawals_gated"}) {
    EXPECT_GT(seen[kind], 0u) << kind << " never happened: the streams prove little";
  }
}

// One market with accounts in an order of its own; everything is told by name.
std::unique_ptr<Engine> market_of(const std::vector<u32>& order, u64 seed, const Rulebook& rules) {
  auto engine = std::make_unique<Engine>();
  const Time start = first_moment;
  const auto run = [&](const Command& command) {
    const Outcome outcome = apply(*engine, start, command);
    EXPECT_TRUE(outcome.accepted()) << command_name(command) << " " << refusal_name(outcome.refusal);
  };
  run(RegisterAsset{"USDT", 6});
  run(RegisterAsset{"BTC", 8});
  run(RegisterIndex{"BTC-USDT", AssetId{1}, AssetId{0}});
  run(ProposeRulebook{rules});
  run(ScheduleEpoch{RulebookId{0}, 1, 0, Time{}});
  RegisterInstrument perpetual;
  perpetual.name = "BTCUSDT";
  perpetual.rulebook = RulebookId{0};
  perpetual.kind = InstrumentKind::perpetual;
  perpetual.index = IndexId{0};
  perpetual.lot = price_one / 1000;
  perpetual.tick = Price::from_raw(price_one / 10);
  perpetual.price_max = Price::from_raw(1'000'000 * price_one);
  perpetual.lots_max = Lots::from_raw(1'000'000);
  run(perpetual);
  run(OpenParty{"all"});
  run(IndexPrices{1, 1, {{IndexId{0}, Price::from_raw(20'000 * price_one)}}});
  run(MarkPrices{1, 2, {{InstrumentId{0}, Price::from_raw(20'000 * price_one), Rate{}, Price{}}}});
  run(AdjustFund{AssetId{0}, Amount::from_raw(500'000'000)});
  for (const u32 n : order) {
    OpenAccount open;
    open.name = "account-" + std::to_string(n);
    open.party = PartyId{0};
    open.rulebook = RulebookId{0};
    open.mode = MarginMode::cross;
    run(open);
  }
  for (u32 at = 0; at < order.size(); ++at) {
    Prng prng(seed * 1000 + order[at]);
    const i64 lots = prng.between(100, 2'000);
    const i64 margin = lots * 20 * prng.between(110, 300) / 1000;  // 11 to 30 % of its value
    run(Deposit{AccountId{at}, AssetId{0},
                Amount::from_raw(i128{margin} * 1'000'000 + prng.between(1, 999'999))});
    Fill fill;
    fill.account = AccountId{at};
    fill.instrument = InstrumentId{0};
    fill.side = order[at] % 3 == 0 ? Side::sell : Side::buy;
    fill.price = Price::from_raw((200'000 + prng.between(-400, 400)) * (price_one / 10));
    fill.lots = Lots::from_raw(lots);
    run(fill);
  }
  return engine;
}

struct Told {
  std::string all;  // but the balance
  i128 balance = 0;
};

std::map<std::string, Told> by_name(const State& state) {
  std::map<std::string, Told> all;
  for (const Account& account : state.accounts) {
    Told& told = all[account.name];
    told.all = std::to_string(static_cast<int>(account.state));
    for (const Balance& row : account.balances) told.balance = row.amount.raw();
    for (const Holding& holding : account.holdings) {
      told.all +=
          " lots " + std::to_string(holding.lots.raw()) + " cost " + to_decimal(holding.cost.raw(), 16);
    }
    for (const Order& order : account.orders) told.all += " order " + std::to_string(order.lots.raw());
  }
  return all;
}

// A unit of a shared loss that no remainder decides goes to the lower account: that much may differ.  Entries
// differ by account, so that no lot is in this position.
void expect_alike(const State& one, const State& other) {
  const auto theirs = by_name(other);
  for (const auto& [name, told] : by_name(one)) {
    EXPECT_EQ(told.all, theirs.at(name).all) << name;
    EXPECT_LE(abs(told.balance - theirs.at(name).balance), 8) << name;
  }
}

TEST(Liquidation, TheOrderOfAccountsInTheStateDoesNotMatter) {
  u64 orders = 0;
  for (u64 seed = 0; seed < 60; ++seed) {
    Rulebook rules = rulebooks()[0];
    if (seed % 2 == 1) rules.liquidation.backstop.clear();
    std::vector<u32> order(40);
    for (u32 n = 0; n < order.size(); ++n) order[n] = n;
    auto one = market_of(order, seed, rules);
    Prng prng(seed);
    for (std::size_t n = order.size(); n > 1; --n) std::swap(order[n - 1], order[prng.below(n)]);
    auto other = market_of(order, seed, rules);
    for (u64 fall = 1; fall <= 6; ++fall) {
      const Time now = first_moment + Duration::from_raw(static_cast<i64>(fall) * minute.raw());
      const Price price = Price::from_raw((20'000 - static_cast<i64>(fall) * 700) * price_one);
      for (Engine* engine : {one.get(), other.get()}) {
        apply(*engine, now, IndexPrices{1, 10 + 2 * fall, {{IndexId{0}, price}}});
        apply(*engine, now, MarkPrices{1, 11 + 2 * fall, {{InstrumentId{0}, price, Rate{}, Price{}}}});
        const Outcome outcome = apply(*engine, now, Tick{});
        for (const Event& event : outcome.events) orders += std::holds_alternative<LiquidationOrdered>(event);
      }
      SCOPED_TRACE("seed " + std::to_string(seed) + " fall " + std::to_string(fall));
      expect_alike(one->state, other->state);
    }
  }
  EXPECT_GT(orders, 0u);
}

}  // namespace
}  // namespace lockstep::property
