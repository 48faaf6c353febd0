#include "core/liquidation/close_size.h"

#include <algorithm>

namespace lockstep::liquidation {

CloseBounds close_bounds(Value worth, PortionPolicy policy) {
  const Value all = abs(worth);
  const Value least = min(policy.least, all);
  return {least, max(least, scale(all, policy.portion, Round::down))};
}

i128 close_size(i128 size, Value worth, Value cap, i128 at_cap, i128 step) {
  LS_ASSERT(step > 0);
  const i128 held = abs(size);
  i128 closed = held;
  if (abs(worth) > cap && held > step) {
    closed = std::clamp(div(at_cap, step, Round::down) * step, step, held);
  }
  return size > 0 ? -closed : closed;
}

Lots disposal_size(Lots position, Lots volume, const DisposalPolicy& policy) {
  const auto share = [](Lots lots, Rate rate) {
    return Lots::from_raw(static_cast<i64>(mul_div(lots.raw(), rate.raw(), rate_one, Round::up)));
  };
  const Lots held = abs(position);
  const Lots wanted = held <= policy.whole ? held : share(held, policy.fraction);
  return std::min({wanted, held, share(volume, policy.volume_share)});
}

Value size_above(Value held, Value most) { return max(held - most, Value{}); }

}  // namespace lockstep::liquidation
