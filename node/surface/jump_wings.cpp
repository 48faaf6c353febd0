#include "node/surface/jump_wings.h"

namespace lockstep::surface {

using math::absolute;
using math::square_root;

JumpWings jump_wings(const Svi& s, double years) {
  LS_ASSERT(years > 0);
  const double w = variance(s, 0);
  LS_ASSERT(w > 0);
  const double root = square_root(w);
  return {.variance = w / years,
          .skew = 0.5 * s.b / root * (s.rho - s.m / square_root(s.m * s.m + s.sigma * s.sigma)),
          .put_slope = s.b * (1.0 - s.rho) / root,
          .call_slope = s.b * (1.0 + s.rho) / root,
          .least_variance = (s.a + s.b * s.sigma * square_root(1.0 - s.rho * s.rho)) / years};
}

std::optional<Svi> raw_svi(const JumpWings& j, double years) {
  LS_ASSERT(years > 0);
  if (!(j.variance > 0) || !(j.put_slope + j.call_slope > 0)) return std::nullopt;
  const double w = j.variance * years;
  const double root = square_root(w);
  Svi s;
  s.b = 0.5 * root * (j.call_slope + j.put_slope);
  s.rho = 1.0 - j.put_slope * root / s.b;
  // m / sqrt(m^2 + sigma^2)
  const double beta = s.rho - 2.0 * j.skew * root / s.b;
  if (!(absolute(s.rho) < 1.0) || !(absolute(beta) < 1.0)) return std::nullopt;
  const double rest = square_root(1.0 - s.rho * s.rho);
  const double fall = (j.variance - j.least_variance) * years;  // from the money to the least variance
  if (!(fall >= 0)) return std::nullopt;
  if (beta == 0) {
    s.sigma = fall / (s.b * (1.0 - rest));  // m = 0; at rho = 0 nothing says what sigma is
    if (!(1.0 - rest > 0) || !(s.sigma > 0)) return std::nullopt;
  } else {
    const double alpha = (beta < 0 ? -1.0 : 1.0) * square_root(1.0 / (beta * beta) - 1.0);  // sigma / m
    const double sign = alpha < 0 ? -1.0 : 1.0;
    const double reach = -s.rho + sign * square_root(1.0 + alpha * alpha) - alpha * rest;
    s.m = fall / (s.b * reach);
    s.sigma = alpha * s.m;
    if (!(s.sigma > 0)) return std::nullopt;
  }
  s.a = j.least_variance * years - s.b * s.sigma * rest;
  return s;
}

std::optional<Svi> repaired(const Svi& s, double years) {
  JumpWings j = jump_wings(s, years);
  j.call_slope = j.put_slope + 2.0 * j.skew;
  if (!(j.call_slope > 0)) return std::nullopt;
  const double sum = j.put_slope + j.call_slope;
  j.least_variance = j.variance * 4.0 * j.put_slope * j.call_slope / (sum * sum);
  return raw_svi(j, years);
}

}  // namespace lockstep::surface
