// Evaluation, interpolation and the tests for static arbitrage.
#include "core/pricing/surface.h"

namespace lockstep {

namespace {

using math::absolute;
using math::square_root;

constexpr i64 parameter_raw_max = i64{1} << 50;
constexpr double calendar_tolerance = 1e-12;
// The smallest total variance of a smile.  Rounding of w stays below a tenth of it within the parameter
// ranges and |k| <= 100, so w is never zero or negative; 0.4 % volatility for half a minute is more.
constexpr double variance_min = 0x1p-36;
constexpr int nodes = 129;

double exact(i64 parameter) { return static_cast<double>(parameter) * 0x1p-40; }

Smile decoded(const SurfaceSlice& slice) {
  return {.kind = slice.kind,
          .p0 = exact(slice.p0),
          .p1 = exact(slice.p1),
          .p2 = exact(slice.p2),
          .p3 = exact(slice.p3),
          .p4 = exact(slice.p4)};
}

bool in_range(i64 parameter) { return parameter >= -parameter_raw_max && parameter <= parameter_raw_max; }

// w and its first two derivatives in k.
struct Jet {
  double w;
  double slope;
  double curvature;
};

Jet jet(const Smile& smile, double k) {
  if (smile.kind == SliceKind::svi) {
    const double a = smile.p0, b = smile.p1, rho = smile.p2, sigma = smile.p4;
    const double x = k - smile.p3;
    const double root = square_root(x * x + sigma * sigma);
    return {.w = a + b * (rho * x + root),
            .slope = b * (rho + x / root),
            .curvature = b * (sigma * sigma) / (root * root * root)};
  }
  LS_ASSERT(smile.kind == SliceKind::essvi);
  const double theta = smile.p0, rho = smile.p1, psi = smile.p2;
  const double u = psi * k + theta * rho;
  const double rest = theta * theta * (1.0 - rho * rho);
  const double root = square_root(u * u + rest);
  return {.w = 0.5 * (theta + rho * psi * k + root),
          .slope = 0.5 * (rho * psi + psi * (u / root)),
          .curvature = 0.5 * (psi * psi) * rest / (root * root * root)};
}

double butterfly_of(const Jet& j, double k) {
  const double skew = 1.0 - 0.5 * k * j.slope / j.w;
  return skew * skew - 0.25 * (j.slope * j.slope) * (1.0 / j.w + 0.25) + 0.5 * j.curvature;
}

// Node i of 129 on [-5 sqrt w(0) - 1/2, 5 sqrt w(0) + 1/2].
double node(const Smile& smile, int i) {
  const double half_width = 5.0 * square_root(total_variance(smile, 0.0)) + 0.5;
  return half_width * (static_cast<double>(i - nodes / 2) / static_cast<double>(nodes / 2));
}

SmileDefect svi_defect(const Smile& s) {
  const double a = s.p0, b = s.p1, rho = s.p2, sigma = s.p4;
  if (b < 0 || absolute(rho) >= 1 || sigma <= 0) return SmileDefect::parameter_range;
  if (!(a + b * sigma * square_root(1.0 - rho * rho) >= variance_min)) return SmileDefect::variance;
  if (b * (1.0 + absolute(rho)) > 2.0) return SmileDefect::wing;
  for (int i = 0; i < nodes; ++i) {
    const double k = node(s, i);
    const Jet j = jet(s, k);
    if (!(j.w > 0)) return SmileDefect::variance;
    if (!(butterfly_of(j, k) >= 0)) return SmileDefect::butterfly;
  }
  return SmileDefect::none;
}

SmileDefect essvi_defect(const Smile& s) {
  const double theta = s.p0, rho = s.p1, psi = s.p2;
  if (theta <= 0 || absolute(rho) >= 1 || psi < 0 || s.p3 != 0 || s.p4 != 0)
    return SmileDefect::parameter_range;
  if (!(theta * (1.0 - rho * rho) >= variance_min)) return SmileDefect::variance;
  if (psi * (1.0 + absolute(rho)) > 4.0) return SmileDefect::wing;
  if (psi * psi * (1.0 + absolute(rho)) > 4.0 * theta) return SmileDefect::butterfly;
  return SmileDefect::none;
}

// Slopes of w far to the left (as a positive number) and far to the right.
struct Wings {
  double left;
  double right;
};

Wings wings(const Smile& s) {
  if (s.kind == SliceKind::svi) return {.left = s.p1 * (1.0 - s.p2), .right = s.p1 * (1.0 + s.p2)};
  return {.left = 0.5 * s.p2 * (1.0 - s.p1), .right = 0.5 * s.p2 * (1.0 + s.p1)};
}

bool ordered_at(const Smile& earlier, const Smile& later, double k) {
  const double w = total_variance(later, k);
  return w - total_variance(earlier, k) >= -calendar_tolerance * w;
}

// Where the difference of two eSSVI smiles can change sign.  Each smile solves
//   w^2 - (theta + rho psi k) w - psi^2 (1 - rho^2) k^2 / 4 = 0;
// where two of them meet, the difference of their equations gives w = -C k^2 / (A + B k), with A, B, C the
// differences of theta, rho psi and psi^2 (1 - rho^2)/4.  Put into the first equation, k^2 divides out and
// one quadratic in k is left; its real roots, and 0 if theta is equal, are all the places there can be.
// Ascending.
struct Crossings {
  int count = 0;
  double k[3] = {};
  void insert(double crossing) {
    if (!(absolute(crossing) < 1e12)) return;  // beyond every strike; the wings decide there
    int i = count++;
    for (; i > 0 && k[i - 1] > crossing; --i) k[i] = k[i - 1];
    k[i] = crossing;
  }
};

Crossings crossings(const Smile& earlier, const Smile& later) {
  const double theta = earlier.p0;
  const double skew = earlier.p1 * earlier.p2;
  const double c1 = 0.25 * earlier.p2 * earlier.p2 * (1.0 - earlier.p1 * earlier.p1);
  const double a = later.p0 - theta;
  const double b = later.p1 * later.p2 - skew;
  const double c = 0.25 * later.p2 * later.p2 * (1.0 - later.p1 * later.p1) - c1;
  const double q2 = c * c + c * b * skew - c1 * b * b;
  const double q1 = c * (theta * b + skew * a) - 2.0 * c1 * a * b;
  const double q0 = c * theta * a - c1 * a * a;
  Crossings result;
  if (a == 0) result.insert(0.0);
  // Negative: no root, unless by rounding.  The vertex then stands in; a needless point to look at harms
  // nothing.
  double discriminant = q1 * q1 - 4.0 * q2 * q0;
  if (discriminant < 0) discriminant = 0;
  // The root of larger size first, without cancellation; the other from the product of both.
  const double sum = -0.5 * (q1 + (q1 < 0 ? -square_root(discriminant) : square_root(discriminant)));
  if (q2 != 0) result.insert(sum / q2);
  if (sum != 0) result.insert(q0 / sum);
  return result;
}

bool essvi_ordered(const Smile& earlier, const Smile& later) {
  const Crossings at = crossings(earlier, later);
  if (at.count == 0) return ordered_at(earlier, later, 0.0);
  const double first = at.k[0];
  const double last = at.k[at.count - 1];
  bool ordered = ordered_at(earlier, later, first - absolute(first) - 1.0) &&
                 ordered_at(earlier, later, last + absolute(last) + 1.0);
  for (int i = 1; i < at.count; ++i) {
    ordered = ordered && ordered_at(earlier, later, 0.5 * (at.k[i - 1] + at.k[i]));
  }
  return ordered;
}

bool nodes_ordered(const Smile& earlier, const Smile& later) {
  for (int i = 0; i < nodes; ++i) {
    if (!ordered_at(earlier, later, node(earlier, i)) || !ordered_at(earlier, later, node(later, i)))
      return false;
  }
  return true;
}

SmileAt between(const Expiry& near, const Expiry& far, double years) {
  const double far_weight = (years - near.years) / (far.years - near.years);
  const double near_weight = 1.0 - far_weight;
  const Smile& n = near.smile;
  const Smile& f = far.smile;
  const bool both_essvi = n.kind == SliceKind::essvi && f.kind == SliceKind::essvi;
  if (!both_essvi || f.p2 * n.p0 > n.p2 * f.p0) {
    return {.near = n,
            .far = f,
            .near_weight = near_weight,
            .far_weight = far_weight,
            .shift = 0,
            .years = years};
  }
  Smile mixed{.kind = SliceKind::essvi};
  mixed.p0 = near_weight * n.p0 + far_weight * f.p0;
  mixed.p2 = near_weight * n.p2 + far_weight * f.p2;
  const double skew = near_weight * (n.p1 * n.p2) + far_weight * (f.p1 * f.p2);
  mixed.p1 = mixed.p2 > 0 ? skew / mixed.p2 : 0.0;
  return {.near = mixed, .far = {}, .years = years};
}

SmileAt beyond(std::span<const Expiry> expiries, double years) {
  const Expiry& last = expiries.back();
  const double w = total_variance(last.smile, 0.0);
  const bool alone = expiries.size() == 1;
  const double w_before = alone ? 0.0 : total_variance(expiries[expiries.size() - 2].smile, 0.0);
  const double years_before = alone ? 0.0 : expiries[expiries.size() - 2].years;
  const double rate = (w - w_before) / (last.years - years_before);
  const double growth = rate > 0 ? rate * (years - last.years) : 0.0;
  SmileAt result{.near = last.smile, .far = {}, .years = years};
  if (last.smile.kind == SliceKind::essvi) {
    result.near.p0 = last.smile.p0 + growth;
  } else {
    result.shift = growth;
  }
  return result;
}

}  // namespace

SmileDefect smile_defect(const SurfaceSlice& slice) {
  const bool ranges = in_range(slice.p0) && in_range(slice.p1) && in_range(slice.p2) && in_range(slice.p3) &&
                      in_range(slice.p4);
  if (!ranges) return SmileDefect::parameter_range;
  switch (slice.kind) {
    case SliceKind::none: return SmileDefect::parameter_range;
    case SliceKind::svi: return svi_defect(decoded(slice));
    case SliceKind::essvi: return essvi_defect(decoded(slice));
  }
  return SmileDefect::parameter_range;
}

Smile smile_of(const SurfaceSlice& slice) {
  LS_ASSERT(slice.kind != SliceKind::none);
  return decoded(slice);
}

double total_variance(const Smile& smile, double k) { return jet(smile, k).w; }

double butterfly(const Smile& smile, double k) { return butterfly_of(jet(smile, k), k); }

bool calendar_consistent(const Smile& earlier, const Smile& later) {
  const Wings before = wings(earlier);
  const Wings after = wings(later);
  constexpr double slack = 1.0 - calendar_tolerance;
  if (after.left < before.left * slack || after.right < before.right * slack) return false;
  const bool exact_test = earlier.kind == SliceKind::essvi && later.kind == SliceKind::essvi;
  return exact_test ? essvi_ordered(earlier, later) : nodes_ordered(earlier, later);
}

SmileAt smile_at(std::span<const Expiry> expiries, double years) {
  LS_ASSERT(!expiries.empty() && years > 0 && expiries.front().years > 0);
  const Expiry& first = expiries.front();
  if (years <= first.years) {
    return {.near = first.smile, .far = {}, .near_weight = years / first.years, .years = years};
  }
  for (std::size_t i = 1; i < expiries.size(); ++i) {
    LS_ASSERT(expiries[i].years > expiries[i - 1].years);
    if (years <= expiries[i].years) return between(expiries[i - 1], expiries[i], years);
  }
  return beyond(expiries, years);
}

double total_variance(const SmileAt& smile, double k) {
  double w = smile.near_weight * total_variance(smile.near, k) + smile.shift;
  if (smile.far_weight != 0) w = w + smile.far_weight * total_variance(smile.far, k);
  return w;
}

double volatility(const SmileAt& smile, double k) {
  const double w = total_variance(smile, k);
  LS_ASSERT(w > 0);
  return clamped_volatility(square_root(w / smile.years));
}

double volatility(const Smile& smile, double years, double k) {
  const double w = total_variance(smile, k);
  LS_ASSERT(w > 0 && years > 0);
  return clamped_volatility(square_root(w / years));
}

double frozen_volatility(const Smile& smile, double reference_forward, double reference_years,
                         double strike) {
  LS_ASSERT(smile.kind == SliceKind::svi && reference_forward > 0 && reference_years > 0);
  if (strike <= 0) return 0;
  constexpr double variance_max = 144.0;
  const double reach = 4.0 * square_root(smile.p0 + smile.p1 * smile.p4);
  const double k = clamped(math::log(strike / reference_forward), -reach, reach);
  const double w = total_variance(smile, k);
  LS_ASSERT(w >= 0);
  return square_root((w > variance_max ? variance_max : w) / reference_years);
}

}  // namespace lockstep
