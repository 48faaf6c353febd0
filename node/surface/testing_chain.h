// A made chain whose true smiles and forwards are known: for tests and the benchmark.
#pragma once

#include "core/base/prng.h"
#include "core/pricing/convert.h"
#include "core/pricing/inverse.h"
#include "node/surface/surface.h"

namespace lockstep::surface {

struct MadeExpiry {
  double days = 0;
  Essvi smile;
};

struct MadeChain {
  std::vector<MadeExpiry> expiries;
  int strikes = 41;            // odd: one at the money
  double reach = 2.2;          // standard deviations to the outermost strike
  double half_spread = 0.004;  // volatility at the money; grows with the distance
  double noise = 0.2;          // of the middle, in half-spreads, uniform within +-
  double index = 64'000;
  double carry_rate = 0.06;  // ln(F/S) a year
  bool inverse = true;
  bool names_forward = true;  // the rows carry it
  u64 seed = 1;
};

inline constexpr Time made_at = Time::from_raw(1'770'000'000'000'000);

// Free of arbitrage: theta rises, psi rises, psi/theta falls.
inline std::vector<MadeExpiry> made_expiries(int count) {
  std::vector<MadeExpiry> result;
  for (int i = 0; i < count; ++i) {
    const double x = static_cast<double>(i);
    const double days = 1.0 + 1.6 * x * x + x;
    const double theta = 0.36 * days / 365.0;
    result.push_back({days, {theta, -0.25, 0.55 * math::square_root(theta)}});
  }
  return result;
}

inline Time made_expiry(const MadeExpiry& e) {
  return made_at + Duration::from_raw(static_cast<i64>(e.days * static_cast<double>(day.raw())));
}

inline double made_forward(const MadeChain& made, double years) {
  return made.index * math::exp(made.carry_rate * years);
}

inline Chain chain_of(const MadeChain& made) {
  Prng prng(made.seed);
  Chain chain;
  chain.at = made_at;
  chain.index = made.index;
  chain.inverse = made.inverse;
  for (const MadeExpiry& e : made.expiries) {
    const Time expiry = made_expiry(e);
    const double years = years_of(expiry - made_at);
    const double forward = made_forward(made, years);
    for (int i = 0; i < made.strikes; ++i) {
      const double u =
          made.reach * (2.0 * static_cast<double>(i) / static_cast<double>(made.strikes - 1) - 1.0);
      const double k = u * math::square_root(e.smile.theta);
      const double true_volatility = math::square_root(variance(e.smile, k) / years);
      const double half = made.half_spread * (1.0 + 0.6 * u * u);
      const double middle =
          true_volatility + made.noise * half * (static_cast<double>(prng.below(2'001)) / 1'000.0 - 1.0);
      const double strike = forward * math::exp(k);
      for (const bool is_call : {false, true}) {
        const double unit = made.inverse ? forward : 1.0;
        chain.options.push_back({.expiry = expiry,
                                 .strike = strike,
                                 .is_call = is_call,
                                 .bid = black_value(forward, strike, years, middle - half, is_call) / unit,
                                 .ask = black_value(forward, strike, years, middle + half, is_call) / unit,
                                 .mark_volatility = true_volatility,
                                 .forward = made.names_forward ? forward : 0.0,
                                 .age = {}});
      }
    }
  }
  return chain;
}

}  // namespace lockstep::surface
