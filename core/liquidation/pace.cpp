#include "core/liquidation/pace.h"

namespace lockstep {

Duration deadline(Value equity, Value value, Rate deviation, Rate deviations) {
  constexpr Duration year = Duration::from_raw(365 * day.raw());
  if (equity <= Value{}) return Duration{};
  const Rate move =
      Rate::from_raw(static_cast<i64>(mul_div(deviation.raw(), deviations.raw(), rate_one, Round::up)));
  const Value moved = scale(value, move, Round::up);
  if (moved <= Value{}) return year;
  constexpr i128 micro = 1'000'000;
  const i128 root = mul_div_capped(equity.raw(), micro, moved.raw(), Round::down, 31'536'000 * micro);
  const i128 raw = root * root / micro;  // microseconds: (root x 10^-6)^2 seconds
  return raw > year.raw() ? year : Duration::from_raw(static_cast<i64>(raw));
}

Value paced(Value asked, Value value, Value budget, Duration since, Duration until) {
  Value most = min(asked, budget);
  if (until > Duration{}) {
    most = min(most, Value::from_raw(mul_div_capped(value.raw(), since.raw(), until.raw(), Round::down,
                                                    max(asked, Value{}).raw())));
  }
  return max(most, Value{});
}

}  // namespace lockstep
