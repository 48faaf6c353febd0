// How much of a holding must be closed so that its account is healthy again, and no more.
//
//   close_share         cost in proportion to what is closed: a closed form.        methodology 10.4
//   close_share_convex  cost that grows with the root of what is closed: a root.    methodology 10.5
//   least_lots          the exact answer in lots, from a test of each candidate by the kernel
#pragma once

#include <optional>

#include "core/model/liquidation_rules.h"

namespace lockstep {

// Smallest x with E - c x N >= target x M x (1 - x), rounded up to 10^-12; one if nothing less will do, zero
// if nothing must be done.  E: equity, M: maintenance, N: value of the holding, c: cost of a unit of value.
Rate close_share(Value equity, Value maintenance, Value value, Rate target, Rate cost);

// The same with the cost x N (fee + 2/3 impact sqrt(x N / volume)), by bisection on 10^-12; nullopt: not even
// closing everything restores the target, and what is left of the equity is not worth trying.
std::optional<Rate> close_share_convex(Value equity, Value maintenance, Value value, Rate target, Rate fee,
                                       Rate impact, Value volume);

// value x (fee + 2/3 impact sqrt(value / volume)), rounded up; volume 0: without the second part.
Value closing_cost(Value value, Rate fee, Rate impact, Value volume);

// Smallest n in 1..most for which healthy(n), looked for by bisection from `guess`; most if none below it is.
// Where health is not monotone: some n that is healthy while n - 1 is not.
template <class F>
i64 least_lots(i64 most, i64 guess, F&& healthy) {
  i64 low = 0, high = most;  // low: known to be too few.  high: healthy, or the most
  if (guess > 0 && guess < most) {
    (healthy(guess) ? high : low) = guess;
    const i64 near = high == guess ? guess - 1 : guess + 1;  // the closed form is mostly right to a lot
    if (near > low && near < high) (healthy(near) ? high : low) = near;
  }
  while (high - low > 1) {
    const i64 middle = low + (high - low) / 2;
    (healthy(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace lockstep
