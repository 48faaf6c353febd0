// What a rate makes its payers pay, as venues count it: cumulative indexes, cash flows, and a house that
// stands between the sides and pays no more than it has.  Integers of any scale; each function says where it
// cuts.
#pragma once

#include "core/base/wide.h"

namespace lockstep {

// What a cumulative index gains in `elapsed` of a period: trunc(trunc(elapsed x rate x worth) / period).
// worth: n / d of money per unit.
i128 index_gain(i128 rate, i128 elapsed, i128 worth_n, i128 worth_d, i128 period);

// What a position of `size` is given since its own index: a long pays what the index has gained.
i128 since_index(i128 index, i128 own_index, i128 size);

// (max(0, bid - index) - max(0, index - ask)) / index, cut, / hours (nearest), + constant, within +-most: the
// rate of an hour.  In 10^-18.
i128 hourly_rate(i128 bid, i128 ask, i128 index, i128 hours, i128 constant, i128 most);

// payment x size / unit, negated, toward zero: a long pays a positive payment.
i128 cash_flow(i128 payment, i128 size, i128 unit);

// Money in 10^-6, sizes in 10^-9, rates in 10^-9 money per unit, as one venue has them.
struct TwoSides {
  i128 net = 0;            // long less short positions that the house faces
  i128 long_size = 0;      // of all longs, positive
  i128 short_size = 0;     // of all shorts, negative
  i128 pool = 0;           // what the house may spend
  i128 house_balance = 0;  // what it has
};
struct TwoRates {
  i128 long_rate = 0;
  i128 short_rate = 0;
  i128 house_balance = 0;
};
// Both sides get the rate as long as the house does not lose.  If it would lose more than a third of its
// pool, the side that receives gets what the other side and that third can pay.
TwoRates rates_of_sides(const TwoSides& sides, i128 rate);

// What a position of `size` is given at a rate, in 10^-6, each step toward zero.
i128 payment_of(i128 rate, i128 size);

}  // namespace lockstep
