#include "core/liquidation/choose.h"

#include <algorithm>
#include <optional>

#include "core/ledger/ledger.h"
#include "core/liquidation/size.h"

namespace lockstep {
namespace {

struct Search {
  const State& state;
  RiskBook& book;
  const LiquidationRules& rules;
  const PoolTotals& pool;  // as it was when the search began
  ChooseScratch& scratch;
};

struct Reading {
  Value health;  // margin balance - target x maintenance
  Value maintenance;
};

Reading read(Search& s, const Account& account) {
  assess_into(s.state, s.book, account, nullptr, s.scratch.assessment);
  const PoolTotals* pool = s.scratch.assessment.find_like(s.pool);
  if (pool == nullptr) return {};
  return {pool->margin_balance - scale(pool->maintenance, s.rules.target, Round::up), pool->maintenance};
}

Reading read_closed(Search& s, const Closing& closing) {
  s.scratch.next = s.scratch.trial;
  close_on(s.state, s.book, s.rules, closing, s.scratch.next);
  return read(s, s.scratch.next);
}

Closing whole(const Holding& holding) { return {holding.instrument, holding.leg, abs(holding.lots)}; }

bool is_long_option(const State& state, const Holding& holding) {
  return state.instrument(holding.instrument).kind == InstrumentKind::option && holding.lots > Lots{};
}

struct Candidate {
  Closing closing;
  Value gain;
  Value value;
};

// The whole holding whose closing relieves most for what it costs, which is in proportion to its value.
std::optional<Candidate> best_holding(Search& s, const Reading& now, bool long_options) {
  std::optional<Candidate> best;
  const std::vector<Holding> holdings = s.scratch.trial.holdings;
  for (const Holding& holding : holdings) {
    if (is_long_option(s.state, holding) != long_options) continue;
    if (!in_pool(s.state, s.scratch.trial, s.pool, holding)) continue;
    const Closing closing = whole(holding);
    const Reading then = read_closed(s, closing);
    if (then.maintenance > now.maintenance || then.health <= now.health) continue;
    const AssetId settle = s.state.instrument(holding.instrument).settle;
    const Value value =
        into_pool(s.state, s.pool, settle, closing_value(s.state, s.book, closing), Round::up);
    const Candidate candidate{closing, then.health - now.health, value};
    const bool better = !best || compare_products(candidate.gain.raw(), best->value.raw(), best->gain.raw(),
                                                  candidate.value.raw()) > 0;
    if (better) best = candidate;
  }
  return best;
}

// As little of it as restores the target, or all of it; never a part that raises maintenance.
Closing sized(Search& s, const Closing& all, const Reading& now) {
  const Value balance = now.health + scale(now.maintenance, s.rules.target, Round::up);
  const Rate cost = Rate::from_raw(s.rules.fee.raw() + s.rules.cost.raw());
  const Rate share =
      close_share(balance, now.maintenance, closing_value(s.state, s.book, all), s.rules.target, cost);
  const i128 guess = mul_div(all.lots.raw(), share.raw(), rate_one, Round::up);
  const auto part = [&](i64 lots) { return Closing{all.instrument, all.leg, Lots::from_raw(lots)}; };
  const i64 least = least_lots(all.lots.raw(), static_cast<i64>(guess),
                               [&](i64 lots) { return read_closed(s, part(lots)).health >= Value{}; });
  return read_closed(s, part(least)).maintenance <= now.maintenance ? part(least) : all;
}

// A hedged book that no single closing helps: the same share of everything, in thousandths.
std::vector<Closing> by_one_share(Search& s) {
  std::vector<Closing> all;
  for (const Holding& holding : s.scratch.trial.holdings) {
    if (in_pool(s.state, s.scratch.trial, s.pool, holding)) all.push_back(whole(holding));
  }
  constexpr i64 parts = 1'000;
  const auto share_of = [&](i64 share) {
    std::vector<Closing> some = all;
    for (Closing& closing : some) {
      closing.lots =
          Lots::from_raw(static_cast<i64>(div(i128{closing.lots.raw()} * share, parts, Round::up)));
    }
    return some;
  };
  const i64 least = least_lots(parts, 0, [&](i64 share) {
    s.scratch.next = s.scratch.trial;
    for (const Closing& closing : share_of(share)) {
      close_on(s.state, s.book, s.rules, closing, s.scratch.next);
    }
    return read(s, s.scratch.next).health >= Value{};
  });
  return share_of(least);
}

Choice to_target(Search& s) {
  Choice choice;
  std::vector<Closing>& closings = choice.closings;
  choice.together_from = ~std::size_t{0};
  const std::size_t steps_max = 2 * s.scratch.trial.holdings.size();
  for (std::size_t step = 0; step < steps_max; ++step) {
    const Reading now = read(s, s.scratch.trial);
    if (now.health >= Value{}) break;
    std::optional<Candidate> best = best_holding(s, now, false);
    if (!best) best = best_holding(s, now, true);
    if (!best) {
      choice.together_from = closings.size();
      for (const Closing& closing : by_one_share(s)) closings.push_back(closing);
      break;
    }
    const Closing closing = sized(s, best->closing, now);
    close_on(s.state, s.book, s.rules, closing, s.scratch.trial);
    closings.push_back(closing);
  }
  choice.together_from = std::min(choice.together_from, closings.size());
  return choice;
}

// The brackets that apply to the instrument, or nullptr.
const BracketRow* brackets_of(const State& state, RiskBook& book, InstrumentId id) {
  const Rulebook& rules = state.rulebook(state.instrument(id).rulebook).rules();
  const RiskRow& row = risk_row(state, book, id);
  for (u8 i = 0; i < row.component_count; ++i) {
    const Component& component = rules.components[row.components[i]];
    if (component.kind == ComponentKind::brackets && row.rows[i] != no_row) {
      return &component.brackets[row.rows[i]];
    }
  }
  return nullptr;
}

// Down to the floor of the bracket that the holding is in, or of one `tiers` - 1 lower; whole if that is the
// lowest or there are no brackets.
Closing to_lower_tier(Search& s, const Holding& holding) {
  const Closing all = whole(holding);
  const BracketRow* row = brackets_of(s.state, s.book, holding.instrument);
  if (row == nullptr) return all;
  const Instrument& instrument = s.state.instrument(holding.instrument);
  const bool lot_of_coins = row->by_coins && !instrument.inverse;  // an inverse lot is worth coins
  const Value one =
      lot_of_coins ? Value::from_raw(i128{instrument.lot} * pow10(value_decimals - lot_decimals))
                   : closing_value(s.state, s.book, {holding.instrument, holding.leg, Lots::from_raw(1)});
  const Value size = times(one, all.lots);
  std::size_t above = 0;  // brackets whose floor the holding is above
  for (const Bracket& bracket : row->brackets) above += bracket.floor < size ? 1 : 0;
  const Value floor = above < s.rules.tiers ? Value{} : row->brackets[above - s.rules.tiers].floor;
  if (floor == Value{} || one == Value{}) return all;
  const i128 lots = div((size - floor).raw(), one.raw(), Round::up);
  return {holding.instrument, holding.leg, std::min(all.lots, Lots::from_raw(static_cast<i64>(lots)))};
}

}  // namespace

bool in_pool(const State& state, const Account& account, const PoolTotals& pool, const Holding& holding) {
  if (account.pooled) return true;
  if (account.mode == MarginMode::isolated)
    return holding.instrument == pool.isolated && holding.leg == pool.leg;
  return state.instrument(holding.instrument).settle == pool.asset;
}

Price price_between(const State& state, AssetId asset, AssetId in) {
  if (asset == in) return Price::from_raw(price_one);
  for (const Index& index : state.indexes) {
    if (index.base == asset && index.quote == in && index.price > Price{}) return index.price;
  }
  return {};
}

namespace {

// One where nothing is known: a pool that counts what it cannot convert has no totals and is not liquidated.
Price price_in_pool(const State& state, const PoolTotals& pool, AssetId asset) {
  const Price price = price_between(state, asset, pool.asset);
  return price == Price{} ? Price::from_raw(price_one) : price;
}

}  // namespace

Value into_pool(const State& state, const PoolTotals& pool, AssetId asset, Value value, Round round) {
  const Price price = price_in_pool(state, pool, asset);
  return Value::from_raw(mul_div_capped(value.raw(), price.raw(), price_one, round, i128_max / 8));
}

Value out_of_pool(const State& state, const PoolTotals& pool, AssetId asset, Value value, Round round) {
  const Price price = price_in_pool(state, pool, asset);
  return Value::from_raw(mul_div_capped(value.raw(), price_one, price.raw(), round, i128_max / 8));
}

Value closing_value(const State& state, RiskBook& book, const Closing& closing) {
  return abs(times(risk_row(state, book, closing.instrument).mark, closing.lots));
}

void close_on(const State& state, RiskBook& book, const LiquidationRules& rules, const Closing& closing,
              Account& account) {
  const Holding* holding = find_holding(account, closing.instrument, closing.leg);
  LS_ASSERT(holding != nullptr && closing.lots > Lots{} && closing.lots <= abs(holding->lots));
  const Instrument& instrument = state.instrument(closing.instrument);
  const Side side = holding->lots > Lots{} ? Side::sell : Side::buy;
  const Value mark = risk_row(state, book, closing.instrument).mark;
  Change change;
  change.keeps_margin = true;
  trade_at(state, account, closing.instrument, side, closing.leg, mark, closing.lots,
           Rate::from_raw(rate_one), change);
  const Observation* volume = find_observation(state, ObservationKind::volume, closing.instrument.index);
  const Value cost =
      closing_cost(abs(times(mark, closing.lots)), Rate::from_raw(rules.fee.raw() + rules.cost.raw()),
                   rules.impact, volume == nullptr ? Value{} : volume->value);
  add_balance(account, instrument.settle,
              -to_amount(cost, state.asset(instrument.settle).decimals, Round::up));
}

Choice choose_closings(const State& state, RiskBook& book, const Account& account, const PoolTotals& pool,
                       const LiquidationRules& rules, ChooseScratch& scratch) {
  Search search{state, book, rules, pool, scratch};
  scratch.trial = account;
  if (rules.size == LiquidationSize::to_target) return to_target(search);
  std::vector<Closing> closings;
  for (const Holding& holding : account.holdings) {
    if (!in_pool(state, account, pool, holding)) continue;
    closings.push_back(rules.size == LiquidationSize::tier ? to_lower_tier(search, holding) : whole(holding));
  }
  const std::size_t all = closings.size();
  return {std::move(closings), all};
}

}  // namespace lockstep
