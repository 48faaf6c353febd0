// Closing against those who won: holdings that the market did not take, or that must not stay open, meet
// opposite holdings with a profit at the mark.  docs/methodology.md 10.9.
#include <algorithm>
#include <numeric>
#include <tuple>

#include "core/engine/liquidation.h"
#include "core/liquidation/allocate.h"

namespace lockstep {
namespace {

// The holding's pool, as it is; nullptr: the account cannot be assessed.
const PoolTotals* pool_of(const State& state, const Account& account, const Assessment& assessment,
                          const Holding& holding) {
  for (const PoolTotals& pool : assessment.pools) {
    if (in_pool(state, account, pool, holding)) return &pool;
  }
  return nullptr;
}

// profit / cost x value / equity, each to 10^-12 and capped, the product to 10^-12.
i128 score_of(Context& c, AccountId id, const Holding& holding, Value profit, Rate leverage_cap) {
  const State& state = c.state();
  const Account& account = state.account(id);
  const AssetId settle = state.instrument(holding.instrument).settle;
  constexpr i128 most = i128{1'000'000} * rate_one;
  const Value cost = max(abs(holding.cost), Value::from_raw(1));
  const i128 return_on_cost = mul_div_capped(profit.raw(), rate_one, cost.raw(), Round::down, most);
  const Assessment assessment = assess(state, c.engine.risk, account);
  const PoolTotals* pool = pool_of(state, account, assessment, holding);
  if (pool == nullptr) return 0;
  const Value value = abs(times(risk_row(state, c.engine.risk, holding.instrument).mark, holding.lots));
  const Value in_pool_asset = into_pool(state, *pool, settle, value, Round::down);
  const Value equity = max(pool->equity, Value::from_raw(1));
  const i128 cap = leverage_cap == Rate{} ? most : i128{leverage_cap.raw()};
  const i128 leverage = mul_div_capped(in_pool_asset.raw(), rate_one, equity.raw(), Round::down, cap);
  return mul_div(return_on_cost, leverage, rate_one, Round::down);
}

// Whether closing the holding would raise what its account needs.
bool hedges(Context& c, const Winner& winner) {
  const State& state = c.state();
  const Account& account = state.account(winner.account);
  const Assessment before = assess(state, c.engine.risk, account);
  Account trial = account;
  Change change;
  trade_at(state, trial, winner.instrument, winner.lots > Lots{} ? Side::sell : Side::buy, winner.leg,
           risk_row(state, c.engine.risk, winner.instrument).mark, abs(winner.lots), Rate::from_raw(rate_one),
           change);
  const Assessment after = assess(state, c.engine.risk, trial);
  return std::any_of(after.pools.begin(), after.pools.end(), [&](const PoolTotals& pool) {
    const PoolTotals* was = before.find_like(pool);
    return was != nullptr && pool.maintenance > was->maintenance;
  });
}

struct OneSide {
  RulebookId rulebook;
  InstrumentId instrument;
  Side side;  // of those who must close
  friend auto operator<=>(const OneSide&, const OneSide&) = default;
};

std::vector<Winner> opposite(Context& c, const OneSide& of, const std::vector<Wanted*>& victims) {
  const State& state = c.state();
  const LiquidationRules& rules = state.rulebook(of.rulebook).rules().liquidation;
  std::vector<Winner> all;
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    const AccountId id{i};
    const Account& account = state.account(id);
    if (account.rulebook != of.rulebook || account.name == rules.backstop) continue;
    for (const Leg leg : {Leg::net, Leg::long_leg, Leg::short_leg}) {
      const Holding* holding = find_holding(account, of.instrument, leg);
      if (holding == nullptr || (holding->lots > Lots{}) == (of.side == Side::sell)) continue;
      const bool victim = std::any_of(victims.begin(), victims.end(),
                                      [id](const Wanted* wanted) { return wanted->account == id; });
      Winner winner;
      if (victim || !is_winner(c, id, *holding, rules, winner)) continue;
      if (!rules.protect_hedges || !hedges(c, winner)) all.push_back(winner);
    }
  }
  order_winners(all, rules);
  return all;
}

// The victims' lots, summed and divided among winners, meet in both orders: no more closings than there are
// of both together.
void match(Context& c, const OneSide& of, std::vector<Wanted*>& victims) {
  const LossRule rule = c.state().rulebook(of.rulebook).rules().liquidation.losses;
  const std::vector<Winner> all = opposite(c, of, victims);
  if (all.empty()) return;
  i128 asked = 0;
  for (const Wanted* wanted : victims) asked += wanted->lots.raw();
  std::vector<i128> caps;
  for (const Winner& winner : all) caps.push_back(abs(winner.lots).raw());
  const i128 total = std::min(asked, std::accumulate(caps.begin(), caps.end(), i128{0}));
  std::vector<i128> parts = parts_of(total, all, caps, rule);
  const Value value = risk_row(c.state(), c.engine.risk, of.instrument).mark;
  for (std::size_t v = 0, w = 0; v < victims.size() && w < all.size();) {
    Wanted& victim = *victims[v];
    const Lots lots = Lots::from_raw(static_cast<i64>(std::min(i128{victim.lots.raw()}, parts[w])));
    if (lots > Lots{}) {
      close_at(c, victim.account, of.instrument, victim.leg, lots, value, true);
      close_at(c, all[w].account, of.instrument, all[w].leg, lots, value, false);
      c.emit(Deleveraged{all[w].account, victim.account, of.instrument, all[w].leg, lots, value});
    }
    victim.lots -= lots;
    parts[w] -= lots.raw();
    if (parts[w] == 0) ++w;
    if (victim.lots == Lots{}) ++v;
  }
}

}  // namespace

bool is_winner(Context& c, AccountId id, const Holding& holding, const LiquidationRules& rules,
               Winner& winner) {
  const State& state = c.state();
  const Instrument& instrument = state.instrument(holding.instrument);
  if (instrument.kind != InstrumentKind::perpetual && instrument.kind != InstrumentKind::future) return false;
  const RiskRow& row = risk_row(state, c.engine.risk, holding.instrument);
  if (row.mark_known != Known::yes) return false;
  const Value profit = unrealised(instrument, state.market(holding.instrument), holding, row.mark);
  const int decimals = state.asset(instrument.settle).decimals;
  winner = {id, holding.instrument, holding.leg, holding.lots, to_amount(profit, decimals, Round::down), 0};
  if (winner.profit <= Amount{}) return false;
  if (rules.losses == LossRule::ranked) winner.score = score_of(c, id, holding, profit, rules.leverage_cap);
  return true;
}

void order_winners(std::vector<Winner>& all, const LiquidationRules& rules) {
  if (rules.losses != LossRule::ranked) return;
  std::sort(all.begin(), all.end(), [](const Winner& a, const Winner& b) {
    if (a.score != b.score) return a.score > b.score;
    return std::tuple(a.account, a.instrument, a.leg) < std::tuple(b.account, b.instrument, b.leg);
  });
}

std::vector<i128> parts_of(i128 total, const std::vector<Winner>& all, const std::vector<i128>& caps,
                           LossRule rule) {
  std::vector<i128> weights;
  for (const Winner& winner : all) weights.push_back(winner.profit.raw());
  if (rule == LossRule::pro_rata) return allocate_capped(total, weights, caps);
  std::vector<i128> parts;
  for (const i128 cap : caps) {
    parts.push_back(std::min(cap, total));
    total -= parts.back();
  }
  return parts;
}

void deleverage(LiquidationRound& round) {
  Context& c = round.c;
  std::map<OneSide, std::vector<Wanted*>> sides;
  for (Wanted& wanted : round.against_winners) {
    const RulebookId rulebook = c.state().account(wanted.account).rulebook;
    sides[{rulebook, wanted.instrument, wanted.side}].push_back(&wanted);
  }
  for (auto& [side, victims] : sides) match(c, side, victims);
}

}  // namespace lockstep
