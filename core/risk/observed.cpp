// What rules need to know of the whole market besides prices, from the state's observations.  Methodology
// 4.15: totals (open interest, all deposits and debts, the users' net profit) are missing until they were
// observed, like a price; what qualifies a price (confidence, slow price, interest, funding) is neutral till
// then.
#include "core/risk/work.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

Value product(Value a, Value b, Round round) {
  return Value::from_raw(mul_div_capped(a.raw(), b.raw(), value_one, round, limits::requirement_raw_max));
}

Value observed_or_zero(const Work& work, ObservationKind kind, u32 subject, Time expiry = {}) {
  const Observation* found = find_observation(work.state, kind, subject, expiry);
  return found == nullptr ? Value{} : found->value;
}

Rate rate_of(Value value) {  // 10^-16 to 10^-12
  return Rate::from_raw(static_cast<i64>(div(value.raw(), value_one / rate_one, Round::down)));
}

Rate confidence_in(const Work& work, IndexId index) {
  const Observation* found = find_observation(work.state, ObservationKind::confidence, index.index);
  return found == nullptr ? Rate::from_raw(rate_one) : rate_of(found->value);
}

// The notional of the open interest, at the price at which the component looks.
Value open_interest(Work& work, const Component& component, InstrumentId id, const RiskRow& row) {
  const Observation* found = find_observation(work.state, ObservationKind::open_interest, id.index);
  if (found == nullptr) {
    note(work, Obstacle::price_missing, id);
    return {};
  }
  const Instrument& instrument = work.state.instrument(id);
  if (instrument.inverse) return found->value;
  const Price price = component.price == PriceUse::reference ? row.index : row.mark_price;
  return Value::from_raw(
      mul_div_capped(found->value.raw(), price.raw(), price_one, Round::up, limits::requirement_raw_max));
}

// In money: what was observed of an asset, at its price.
Value total_of(Work& work, ObservationKind kind, AssetId asset, Price price) {
  const Observation* found = find_observation(work.state, kind, asset.index);
  if (found == nullptr) {
    note(work, Obstacle::price_missing, {}, work.resolved->conversions[asset.index]);
    return {};
  }
  return Value::from_raw(
      mul_div_capped(found->value.raw(), price.raw(), price_one, Round::up, limits::requirement_raw_max));
}

}  // namespace

void add_observed(Work& work, const Component& component, u16 row_index, InstrumentId id, const RiskRow& row,
                  HoldingFacts& facts) {
  switch (component.kind) {
    case ComponentKind::notional_rate:
      if (component.notionals[row_index].interest_upper != Value{}) {
        facts.open_interest = open_interest(work, component, id, row);
      }
      return;
    case ComponentKind::risk_factors:
      if (component.sides[row_index].funding_factor != Rate{}) {
        facts.funding_owed =
            product(facts.coins, observed_or_zero(work, ObservationKind::funding, id.index), Round::up);
      }
      return;
    case ComponentKind::low_confidence:
      facts.confidence = confidence_in(work, work.state.instrument(id).index);
      return;
    default: return;
  }
}

Value observed_profit(Work& work, const ProfitRow& row, InstrumentId id) {
  if (row.imbalance_max == Value{}) return {};
  const Observation* found = find_observation(work.state, ObservationKind::net_profit, id.index);
  if (found == nullptr) note(work, Obstacle::price_missing, id);
  return found == nullptr ? Value{} : found->value;
}

Rate observed_interest(const Work& work, IndexId index, Time expiry) {
  return rate_of(observed_or_zero(work, ObservationKind::interest, index.index, expiry));
}

void add_observed(Work& work, const Collateral& row, AssetId asset, BalanceFacts& facts) {
  const IndexId index = work.resolved->conversions[asset.index];
  if (row.deposits_start != Value{} && facts.balance > Value{}) {
    facts.deposits = total_of(work, ObservationKind::deposits, asset, facts.price);
  }
  if (row.debts_start != Value{} && facts.balance < Value{}) {
    facts.debts = total_of(work, ObservationKind::debts, asset, facts.price);
  }
  if (index.is_none()) return;
  if (row.slow) {
    const Value slow = observed_or_zero(work, ObservationKind::slow_price, index.index);
    facts.slow = Price::from_raw(static_cast<i64>(slow.raw() / (value_one / price_one)));
  }
  if (row.confidence_threshold != Rate{}) facts.confidence = confidence_in(work, index);
}

}  // namespace lockstep
