// Batches of what is known of the whole market besides prices.  Atomic, like batches of prices.  Nothing is
// judged anew: who is affected is seen at the next command of the account, or the next tick.
#include <algorithm>
#include <tuple>

#include "core/engine/context.h"

namespace lockstep {
namespace {

auto key_of(const ObservedValue& row) { return std::tuple(row.kind, row.subject, row.expiry); }

Refusal check_subject(const State& state, const ObservedValue& row) {
  switch (subject_of(row.kind)) {
    case ObservationSubject::instrument:
      return known(state, InstrumentId{row.subject}) ? Refusal::none : Refusal::unknown_instrument;
    case ObservationSubject::index:
      return known(state, IndexId{row.subject}) ? Refusal::none : Refusal::unknown_index;
    case ObservationSubject::asset: break;
  }
  return known(state, AssetId{row.subject}) ? Refusal::none : Refusal::unknown_asset;
}

bool is_price(Value value) {
  constexpr i128 value_per_price = value_one / price_one;
  return value > Value{} && value.raw() % value_per_price == 0 &&
         value.raw() / value_per_price <= limits::price_raw_max;
}

// Signed are profit, funding and interest; a share is at most 1, a rate at most 10 a year.
bool in_range(const ObservedValue& row) {
  const Value most = Value::from_raw(limits::requirement_raw_max);
  if (row.value > most || row.value < -most) return false;
  switch (row.kind) {
    case ObservationKind::net_profit:
    case ObservationKind::funding: return true;
    case ObservationKind::interest: return abs(row.value) <= Value::from_raw(10 * value_one);
    case ObservationKind::confidence: return row.value >= Value{} && row.value <= Value::from_raw(value_one);
    case ObservationKind::impact_bid:
    case ObservationKind::impact_ask: return row.value == Value{} || is_price(row.value);
    case ObservationKind::slow_price: return is_price(row.value);
    default: return row.value >= Value{};
  }
}

}  // namespace

Refusal handle(Context& c, const Observations& r) {
  State& state = c.state();
  if (const Refusal refusal = check_batch(state, r.source, r.sequence, r.rows.size());
      refusal != Refusal::none) {
    return refusal;
  }
  for (const ObservedValue& row : r.rows) {
    if (row.kind > ObservationKind::debts) return Refusal::number_out_of_range;
    if (const Refusal refusal = check_subject(state, row); refusal != Refusal::none) return refusal;
    if ((row.kind == ObservationKind::interest) != (row.expiry != Time{}) || !in_range(row)) {
      return Refusal::number_out_of_range;
    }
  }
  std::vector<decltype(key_of(r.rows[0]))> keys;
  for (const ObservedValue& row : r.rows) keys.push_back(key_of(row));
  std::sort(keys.begin(), keys.end());
  if (std::adjacent_find(keys.begin(), keys.end()) != keys.end()) return Refusal::row_duplicate;

  const Stamp at = stamp(c, r.source, r.sequence);
  for (const ObservedValue& row : r.rows) {
    const std::size_t place = observation_place(state, row.kind, row.subject, row.expiry);
    const auto it = state.observations.begin() + static_cast<std::ptrdiff_t>(place);
    const Observation fresh{row.kind, row.subject, row.expiry, row.value, at};
    const bool seen = find_observation(state, row.kind, row.subject, row.expiry) != nullptr;
    if (seen) {
      *it = fresh;
    } else {
      state.observations.insert(it, fresh);
    }
  }
  c.touch(Kind::observation, 0);
  return Refusal::none;
}

}  // namespace lockstep
