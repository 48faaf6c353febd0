// The two functions of elementary.h that no grid loop calls.
#include "core/math/elementary.h"

#include "core/base/assert.h"

namespace lockstep::math {

double erfc(double x) {
  const double t = absolute(x);
  const double head = short_part(t);
  const double rest = (t - head) * (t + head);
  const double tail = (exp(-(head * head)) * exp_minus_small(rest)) * erfcx(t);
  return x < 0 ? 2.0 - tail : tail;
}

double normal_quantile(double p) {
  LS_ASSERT(p >= 1e-300 && p < 1.0);
  const double q = p < 0.5 ? p : 1.0 - p;  // the smaller tail keeps its digits
  const double t = square_root(-2.0 * log(q));
  const double numerator = (0.010328 * t + 0.802853) * t + 2.515517;
  const double denominator = ((0.001308 * t + 0.189269) * t + 1.432788) * t + 1.0;
  double z = -(t - numerator / denominator);
  for (int step = 0; step < 3; ++step) {
    const double error = (normal_cdf(z) - q) / normal_pdf(z);
    z = z - error / (1.0 + 0.5 * z * error);
  }
  return p < 0.5 ? z : -z;
}

}  // namespace lockstep::math
