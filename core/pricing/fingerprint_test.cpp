// One number for the bits of all of pricing.  It must be the same for every compiler, optimisation level and
// processor; a change of it changes margins and belongs in the changelog under "Results".
#include <gtest/gtest.h>

#include <bit>

#include "core/base/prng.h"
#include "core/pricing/convert.h"
#include "core/pricing/implied.h"
#include "core/pricing/settlement.h"
#include "core/pricing/surface.h"

namespace lockstep {
namespace {

class Fingerprint {
 public:
  void add(double x) { add(std::bit_cast<u64>(x)); }
  void add(u64 word) {
    for (int i = 0; i < 8; ++i) {
      hash_ = (hash_ ^ (word & 255)) * 1099511628211u;
      word >>= 8;
    }
  }
  u64 value() const { return hash_; }

 private:
  u64 hash_ = 14695981039346656037u;
};

SurfaceSlice drawn_slice(Prng& prng) {
  if (prng.chance(1, 2)) {
    return {.kind = SliceKind::essvi,
            .p0 = prng.between(slice_one / 1000, slice_one / 10),
            .p1 = prng.between(-slice_one / 2, slice_one / 2),
            .p2 = prng.between(0, slice_one / 20)};
  }
  return {.kind = SliceKind::svi,
          .p0 = prng.between(slice_one / 1000, slice_one / 10),
          .p1 = prng.between(slice_one / 100, slice_one / 20),
          .p2 = prng.between(-slice_one / 2, slice_one / 2),
          .p3 = prng.between(-slice_one / 5, slice_one / 5),
          .p4 = prng.between(slice_one / 10, slice_one / 2)};
}

TEST(Pricing, FingerprintIsTheSameOnEveryMachine) {
  Prng prng(99);
  Fingerprint print;
  for (int i = 0; i < 4000; ++i) {
    const double forward = from_units(prng.between(100'000, 20'000'000), 100);
    const double strike = from_units(prng.between(100'000, 20'000'000), 100);
    const double years = years_of(Duration::from_raw(prng.between(0, 2 * year.raw())));
    const bool is_call = prng.chance(1, 2);
    const SurfaceSlice slices[] = {drawn_slice(prng), drawn_slice(prng)};
    print.add(static_cast<u64>(smile_defect(slices[0])));
    const Expiry expiries[] = {{.years = 0.3, .smile = smile_of(slices[0])},
                               {.years = 1.2, .smile = smile_of(slices[1])}};
    print.add(u64{calendar_consistent(expiries[0].smile, expiries[1].smile)});
    const OptionTerms terms = option_terms(forward, strike, years, is_call);
    const double sigma = volatility(smile_at(expiries, years + 1e-6), -terms.log_moneyness);
    const PriceShock shock = price_shock(from_units(prng.between(340, 1660), 1000));
    const double moved = value_at(terms, shock, 1.3 * sigma);
    for (const double x :
         {sigma, butterfly(expiries[1].smile, 0.1), moved, inverse_value_at(terms, shock, sigma)}) {
      print.add(x);
    }
    print.add(static_cast<u64>(to_units(moved, 1'000'000'000'000)));
    const Greeks g = black_greeks(forward, strike, years, sigma, is_call);
    for (const double x : {g.value, g.delta, g.gamma, g.vega, g.theta, g.vanna, g.volga}) print.add(x);
    const InverseGreeks c = inverse_greeks(forward, strike, years, sigma, is_call);
    for (const double x : {c.value, c.delta, c.net_delta, c.gamma, c.vanna}) print.add(x);
    const Result<double, ImpliedReject> implied =
        implied_volatility(forward, strike, years, g.value, 1e-4, is_call);
    print.add(implied ? implied.value() : -1.0);
    const SettlementWindow window{
        .years_to_start = 1e-5 - 2e-5 * years, .years_length = 6e-5, .mean = forward};
    print.add(averaged_value(window, forward, forward * 1.001, shock, sigma, is_call));
  }
  EXPECT_EQ(print.value(), 0xb58af7356ac7e7f7u);
}

}  // namespace
}  // namespace lockstep
