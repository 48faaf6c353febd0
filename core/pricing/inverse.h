// Inverse contracts: settled in the coin they are written on.
//
// An option of one coin pays max(S - K, 0)/S coin (a call) or max(K - S, 0)/S (a put), so its value in coin
// is the linear value divided by the forward: c = C/F, p = P/F.  Conditions, clamps and units are those of
// black.h, with values in coin per contract of one coin.  Hence 0 <= c < 1, while p grows without bound as F
// falls: a coin-margined book needs scenarios far down.  One price per scenario converts a coin amount: never
// the unshocked one.
//
// The greeks are those of the coin value.  Two of them surprise:
//   - gamma of a long call can be negative, because a coin worth more in dollars pays fewer coins;
//   - net_delta (also "premium-adjusted") = F dc/dF = linear delta - c is the hedge in coins.
#pragma once

#include "core/pricing/black.h"

namespace lockstep {

inline double inverse_value_at(const OptionTerms& terms, const PriceShock& shock, double volatility) {
  return value_at(terms, shock, volatility) / (terms.forward * shock.factor);
}

double inverse_value(double forward, double strike, double years, double volatility, bool is_call);

struct InverseGreeks {
  double value = 0;      // coin
  double delta = 0;      // d value / d F, coin per dollar
  double net_delta = 0;  // F * delta, coins
  double gamma = 0;      // d delta / d F
  double vega = 0;       // coin per 1.00 of volatility
  double theta = 0;      // coin per year
  double vanna = 0;      // d delta / d volatility
  double volga = 0;      // d vega / d volatility
};

InverseGreeks inverse_greeks(double forward, double strike, double years, double volatility, bool is_call);

// Profit in coin of an inverse future or perpetual of `size` dollars (negative: short) from one price to
// another: size (1/before - 1/after).  Both prices > 0.
double inverse_future_profit(double size, double price_before, double price_after);

}  // namespace lockstep
