// One run: a path, a population, a book, an engine.
#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>

#include "core/engine/adopt.h"
#include "core/engine/engine.h"
#include "core/ledger/ledger.h"
#include "core/units/limits.h"
#include "node/cascade/cascade.h"
#include "node/market/agents.h"
#include "node/market/book.h"

namespace lockstep::cascade {
namespace {

constexpr i64 lot = price_one / 1000;
constexpr i64 tick = price_one / 100;
constexpr Time start = Time::from_raw(1'760'000'000'000'000);
constexpr int money_decimals = 8;
constexpr AssetId money{0};

struct Run {
  std::unique_ptr<Engine> engine = std::make_unique<Engine>();
  market::Path path;
  std::vector<market::MarketView> markets;
  market::Population population;
  std::vector<market::Book> books;  // by asset, as instruments and indexes
  Time now = start;
  u64 sequence = 0;
  AccountId backstop;
  std::vector<u8> liquidated, bankrupt;  // by account, once each
  market::RunRecord record;
};

Outcome apply_now(Run& run, const Command& command) {
  Outcome outcome = apply(*run.engine, run.now, command);
  LS_ASSERT(outcome.accepted());
  return outcome;
}

Rulebook with_policy(Rulebook rules, const Policy& policy) {
  rules.states = policy.states;
  rules.liquidation = policy.liquidation;
  rules.prices.bound = policy.bound;
  rules.prices.bound_over = policy.bound_over;
  rules.prices.divergence_perpetual = Rate{};  // the point of a naive policy is that nothing stops it
  return rules;
}

Price on_tick(Price price, Round round) {
  return Price::from_raw(static_cast<i64>(div(price.raw(), tick, round) * tick));
}

void send_prices(Run& run) {
  IndexPrices indexes;
  MarkPrices marks;
  Observations depths;
  indexes.source = marks.source = depths.source = 1;
  for (u32 i = 0; i < run.books.size(); ++i) {
    const market::Book& book = run.books[i];
    indexes.rows.push_back({IndexId{i}, book.index});
    marks.rows.push_back({InstrumentId{i}, on_tick(book.last, Round::nearest), Rate{}, Price{}});
    const Lots depth = market::depth_within(book, Side::sell, book.plan.depth_reach);
    depths.rows.push_back(
        {ObservationKind::depth, i, Time{}, times(Value::from_raw(i128{book.centre.raw()} * lot), depth)});
  }
  indexes.sequence = ++run.sequence;
  apply_now(run, indexes);
  depths.sequence = ++run.sequence;
  apply_now(run, depths);
  marks.sequence = ++run.sequence;
  apply_now(run, marks);
}

void register_markets(Run& run, const Rulebook& rules) {
  apply_now(run, RegisterAsset{"USDT", money_decimals});
  for (const std::string& name : run.path.names) apply_now(run, RegisterAsset{name, 8});
  if (!rules.money.empty() && rules.money != "USDT") apply_now(run, RegisterAsset{rules.money, 8});
  for (u32 i = 0; i < run.path.names.size(); ++i) {
    apply_now(run, RegisterIndex{run.path.names[i] + "-USDT", AssetId{i + 1}, money});
  }
  apply_now(run, ProposeRulebook{rules});
  apply_now(run, ScheduleEpoch{RulebookId{0}, 1, 0, Time{}});
  for (u32 i = 0; i < run.path.names.size(); ++i) {
    RegisterInstrument perpetual;
    perpetual.name = run.path.names[i] + "USDT";
    perpetual.rulebook = RulebookId{0};
    perpetual.kind = InstrumentKind::perpetual;
    perpetual.index = IndexId{i};
    perpetual.lot = lot;
    perpetual.tick = Price::from_raw(tick);
    perpetual.price_max = Price::from_raw(1'000'000 * price_one);
    perpetual.lots_max = Lots::from_raw(5'000'000'000);
    apply_now(run, perpetual);
  }
  apply_now(run, OpenParty{"all"});
}

AccountId open_account(Run& run, const std::string& name, Value deposit) {
  const AccountId id{static_cast<u32>(run.engine->state.accounts.size())};
  OpenAccount open;
  open.name = name;
  open.party = PartyId{0};
  open.rulebook = RulebookId{0};
  LS_ASSERT(adopt_account(*run.engine, open) == Refusal::none);
  const Amount amount = to_amount(deposit, money_decimals, Round::down);
  if (amount != Amount{}) LS_ASSERT(adopt_balance(*run.engine, id, money, amount) == Refusal::none);
  return id;
}

void take_over(Run& run, AccountId id, const market::AgentHolding& held) {
  if (held.lots == Lots{}) return;
  Holding holding;
  holding.instrument = InstrumentId{held.asset};
  holding.lots = held.lots;
  holding.cost = times(Value::from_raw(i128{held.entry.raw()} * lot), held.lots);
  LS_ASSERT(adopt_holding(*run.engine, id, holding) == Refusal::none);
}

void open_accounts(Run& run) {
  for (const market::Agent& agent : run.population.agents) {
    const AccountId id =
        open_account(run, "a-" + std::to_string(run.engine->state.accounts.size()), agent.deposit);
    for (const market::AgentHolding& holding : agent.holdings) take_over(run, id, holding);
  }
  const AccountId maker = open_account(run, "maker", Value::from_raw(limits::balance_max / 10 * value_one));
  for (const market::AgentHolding& holding : run.population.maker) take_over(run, maker, holding);
}

Value open_interest(const Run& run) {
  Value sum;
  for (const Account& account : run.engine->state.accounts) {
    for (const Holding& holding : account.holdings) {
      if (holding.lots <= Lots{}) continue;
      const Price price = run.books[holding.instrument.index].fundamental;
      sum += times(Value::from_raw(i128{price.raw()} * lot), holding.lots);
    }
  }
  return sum;
}

// The fund's and the backstop's money, the latter with what it holds at the mark.
Value fund_of(Run& run) {
  Value sum = to_value(run.engine->state.house[0].fund, money_decimals);
  if (run.backstop.is_none()) return sum;
  for (const PoolTotals& pool : assess_account(*run.engine, run.backstop).pools) sum += pool.equity;
  return sum;
}

void endow(Run& run, const Policy& policy, Rate share) {
  const Value all = scale(open_interest(run), share, Round::down);
  const bool has_backstop = !policy.liquidation.backstop.empty();
  const Value half = has_backstop ? Value::from_raw(all.raw() / 2) : Value{};
  if (has_backstop) run.backstop = open_account(run, policy.liquidation.backstop, half);
  apply_now(run, AdjustFund{money, to_amount(all - half, money_decimals, Round::down)});
}

Run begin(const Rulebook& rules, const Policy& policy, const Setup& setup, u64 seed) {
  Run run;
  market::PathPlan plan;
  plan.seed = seed;
  plan.scenario = setup.scenario;
  plan.assets = market::usual_assets(setup.assets);
  run.path = market::make_path(plan);
  for (u32 i = 0; i < setup.assets; ++i) {
    const Value size = Value::from_raw(setup.open_interest.raw() >> i);  // half as much for each further one
    run.markets.push_back({run.path.prices[i][0], lot, size});
  }
  market::AgentPlan agents;
  agents.seed = seed;
  agents.accounts = setup.accounts;
  agents.assets_max = std::min(setup.assets, 3u);
  run.population = market::make_population(agents, run.markets);
  for (u32 i = 0; i < setup.assets; ++i) {
    market::BookPlan book;
    book.lot = lot;
    book.tick = Price::from_raw(tick);
    book.depth = Lots::from_raw(static_cast<i64>(
        mul_div(run.population.open_interest[i].raw(), setup.depth.raw(), rate_one, Round::down)));
    run.books.push_back(market::make_book(book, run.markets[i].start));
  }
  register_markets(run, with_policy(rules, policy));
  send_prices(run);
  open_accounts(run);
  endow(run, policy, setup.fund);
  run.liquidated.resize(run.engine->state.accounts.size());
  run.bankrupt.resize(run.engine->state.accounts.size());
  return run;
}

void once(std::vector<u8>& seen, AccountId id, u32& count) {
  if (seen[id.index] != 0) return;
  seen[id.index] = 1;
  count += 1;
}

// The venue's side of a liquidation order: what the book takes within the limit, at its average price.
void fill(Run& run, const LiquidationOrdered& order, market::StepRecord& step) {
  market::Book& book = run.books[order.instrument.index];
  const market::Taken taken = market::take(book, order.side, order.lots, order.limit);
  if (order.account != run.backstop) once(run.liquidated, order.account, step.liquidations);
  if (taken.lots == Lots{}) return;
  Fill fill;
  fill.account = order.account;
  fill.order = order.order;
  fill.instrument = order.instrument;
  fill.side = order.side;
  fill.leg = order.leg;
  const Price average = market::average_price(book, order.side, taken);
  fill.price = on_tick(average, order.side == Side::buy ? Round::up : Round::down);
  fill.price =
      order.side == Side::buy ? std::min(fill.price, order.limit) : std::max(fill.price, order.limit);
  fill.lots = taken.lots;
  apply_now(run, fill);
  step.liquidated += taken.quote;
}

void take_note(Run& run, const Event& event, market::StepRecord& step) {
  if (const auto* order = std::get_if<LiquidationOrdered>(&event)) return fill(run, *order, step);
  if (const auto* crossed = std::get_if<LiquidationCrossed>(&event)) {
    for (const AccountId id : {crossed->buyer, crossed->seller}) {
      if (id != run.backstop) once(run.liquidated, id, step.liquidations);
    }
  } else if (const auto* taken = std::get_if<TakenOver>(&event)) {
    once(run.liquidated, taken->account, step.liquidations);
  } else if (const auto* part = std::get_if<Deleveraged>(&event)) {
    once(run.liquidated, part->against, step.liquidations);
    step.deleveraged += abs(times(part->value, part->lots));
  } else if (const auto* debt = std::get_if<DebtCovered>(&event)) {
    if (debt->debt > Amount::from_raw(pow10(money_decimals)))
      once(run.bankrupt, debt->account, step.bankruptcies);
  }
}

void step_on(Run& run, std::size_t n) {
  run.now = run.now + run.path.step;
  for (std::size_t i = 0; i < run.books.size(); ++i) {
    market::begin_step(run.books[i], run.path.prices[i][n], run.path.depths[n]);
  }
  send_prices(run);
  market::StepRecord step;
  for (const Event& event : apply_now(run, Tick{}).events) take_note(run, event, step);
  step.fundamental = run.books[0].fundamental;
  step.price = run.books[0].last;
  step.fund = fund_of(run);
  step.open_interest = open_interest(run);
  run.record.steps.push_back(step);
}

}  // namespace

market::RunRecord run(const Rulebook& rules, const Policy& policy, const Setup& setup, u64 seed,
                      u32 reference_liquidations) {
  Run run = begin(rules, policy, setup, seed);
  run.record.policy = policy.name;
  run.record.seed = seed;
  run.record.fund_start = fund_of(run);
  run.record.open_interest_start = open_interest(run);
  run.record.reference_liquidations = reference_liquidations;
  for (std::size_t n = 0; n < run.path.steps(); ++n) step_on(run, n);
  LS_ASSERT(conservation(run.engine->state, money) == Value{});
  return run.record;
}

u32 reference(const Rulebook& rules, const Setup& setup, u64 seed) {
  Run run = begin(rules, Policy{}, setup, seed);
  u32 count = 0;
  for (std::size_t n = 0; n < run.path.steps(); ++n) {
    run.now = run.now + run.path.step;
    for (std::size_t i = 0; i < run.books.size(); ++i) {
      market::begin_step(run.books[i], run.path.prices[i][n], run.path.depths[n]);
    }
    send_prices(run);
    for (const Event& event : apply_now(run, Tick{}).events) {
      const auto* changed = std::get_if<MarginStateChanged>(&event);
      if (changed != nullptr && changed->to >= MarginState::liquidation)
        once(run.liquidated, changed->account, count);
    }
  }
  return count;
}

Table compare_policies(const Rulebook& rules, const std::vector<Policy>& policies, const Setup& setup,
                       u64 seed, u32 seeds) {
  Table table;
  table.scenario = setup.scenario.name;
  for (const Policy& policy : policies) table.rows.push_back({policy, {}, {}, {}, false, {}});
  // A run is a pure function of its seed: which thread makes it does not matter.
  std::vector<std::vector<market::RunRecord>> records(seeds);
  std::atomic<u32> next = 0;
  const auto work = [&] {
    for (u32 i = next++; i < seeds; i = next++) {
      const u32 below = reference(rules, setup, seed + i);
      for (const Policy& policy : policies) records[i].push_back(run(rules, policy, setup, seed + i, below));
    }
  };
  std::vector<std::thread> threads;
  const u32 cores = std::max(std::thread::hardware_concurrency(), 1u);
  for (u32 i = 1; i < std::min(cores, seeds); ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  for (std::vector<market::RunRecord>& of_seed : records) {
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      market::Metrics metrics = market::metrics_of(of_seed[i]);
      market::set_cascade_index(metrics, i == 0 ? metrics : table.rows[0].runs.back());
      table.rows[i].runs.push_back(metrics);
      if (&of_seed == records.data()) table.rows[i].first_seed = std::move(of_seed[i].steps);
    }
  }
  for (Row& row : table.rows) {
    row.summary = market::summarise(row.runs);
    row.against_first = market::compare(row.runs, table.rows[0].runs);
    row.prevents = market::prevented(row.summary, table.rows[0].summary);
  }
  return table;
}

}  // namespace lockstep::cascade
