// The discount of an expiry's value: the one other place in core/risk where numbers are doubles, each turned
// into an integer once.
#include "core/math/elementary.h"
#include "core/pricing/convert.h"
#include "core/risk/expiry_value.h"

namespace lockstep {
namespace {

constexpr i64 factor_one = 1'000'000'000'000'000;
constexpr double factor_max = 2000;  // fits to_units(); no venue discounts by more

double real(Rate rate) { return static_cast<double>(rate.raw()) / static_cast<double>(rate_one); }

i64 factor_units(double factor) { return to_units(factor < factor_max ? factor : factor_max, factor_one); }

}  // namespace

ValueFactors value_factors(const ExpiryDiscount& discount, Rate interest, Rate years) {
  if (!discount.on) return {.owned = factor_one, .owed = factor_one};
  const double rate = interest > Rate{} ? real(interest) : 0.0;
  const double time = real(years);
  const auto decay = [&](Rate share, Rate add) {
    return math::exp(-time * (rate * real(share) + real(add)));
  };
  ValueFactors factors{
      .owned = factor_units(real(discount.long_base) * decay(discount.long_rate, discount.long_add)),
      .owed = factor_one};
  if (discount.positive_only) return factors;
  const double growth = real(discount.short_base) / decay(discount.short_rate, discount.short_add);
  const double undiscounted = math::exp(rate * time);
  factors.owed = factor_units(growth < undiscounted ? growth : undiscounted);
  return factors;
}

}  // namespace lockstep
