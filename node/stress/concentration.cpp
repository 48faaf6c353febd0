#include "node/stress/concentration.h"

#include <algorithm>

#include "node/runtime/summary.h"
#include "node/stress/exposure.h"

namespace lockstep::stress {
namespace {

struct Part {
  AccountId account;
  Value value;
};

SideShares shares_of(std::vector<Part> parts) {
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Part& a, const Part& b) { return a.value > b.value; });
  SideShares out;
  out.accounts = parts.size();
  for (const Part& part : parts) out.open += part.value;
  if (parts.empty()) return out;
  out.largest = parts.front().account;
  Value sum;
  i128 squares = 0;  // 10^-24
  for (std::size_t i = 0; i < parts.size(); ++i) {
    sum += parts[i].value;
    const i128 share = ratio(parts[i].value, out.open).raw();
    squares += share * share;
    if (i == 0) out.one = ratio(sum, out.open);
    if (i < 5) out.five = ratio(sum, out.open);
    if (i < 10) out.ten = ratio(sum, out.open);
  }
  out.herfindahl = Rate::from_raw(static_cast<i64>(div(squares, rate_one, Round::nearest)));
  return out;
}

// The holding's value over what was observed of its instrument: the largest such ratio of the account.
std::optional<Rate> worst_ratio(const State& state, const Exposure& exposure, AccountId id, AssetId base,
                                ObservationKind kind) {
  std::optional<Rate> worst;
  for (const Holding& holding : state.account(id).holdings) {
    if (exposure.base[holding.instrument.index] != base) continue;
    const Observation* seen = find_observation(state, kind, holding.instrument.index);
    if (seen == nullptr || seen->value <= Value{}) continue;
    const Price settle = dollars_of(state, state.instrument(holding.instrument).settle);
    const Value held = times(exposure.per_lot[holding.instrument.index], abs(holding.lots));
    const Rate now = ratio(held, in_dollars(seen->value, settle));
    if (!worst || now > *worst) worst = now;
  }
  return worst;
}

}  // namespace

std::vector<Concentration> concentrations(const State& state) {
  const Exposure exposure = exposure_of(state);
  std::vector<Concentration> out;
  for (const Underlying& on : exposure.underlyings) {
    std::vector<Part> longs, shorts;
    Concentration c;
    c.base = on.base;
    for (u32 i = 0; i < state.accounts.size(); ++i) {
      const Sides sides = sides_of(exposure, state.accounts[i], on.base);
      if (sides.longs > Value{}) longs.push_back({AccountId{i}, sides.longs});
      if (sides.shorts > Value{}) shorts.push_back({AccountId{i}, sides.shorts});
      const Value most = max(sides.longs, sides.shorts);
      if (most > c.held) c.held = most, c.largest = AccountId{i};
    }
    c.longs = shares_of(std::move(longs));
    c.shorts = shares_of(std::move(shorts));
    c.of_depth = worst_ratio(state, exposure, c.largest, on.base, ObservationKind::depth);
    c.of_volume = worst_ratio(state, exposure, c.largest, on.base, ObservationKind::volume);
    out.push_back(c);
  }
  return out;
}

}  // namespace lockstep::stress
