#include "node/surface/essvi.h"

#include <algorithm>

#include "core/pricing/convert.h"

namespace lockstep::surface {
namespace {

using math::absolute;
using math::square_root;

constexpr int iterations = 14;
constexpr double rho_most = 0.95;
constexpr double psi_least = 1e-6;
constexpr double margin = 1e-6;  // between neighbours, relative: far above what rounding to 2^-40 moves
constexpr double theta_margin = 0x1p-36;  // and absolute, for the shortest expiries
constexpr double theta_least = 1e-8;      // an hour at 1 %

// The part of the normal equations that three parameters need: J^T W J and J^T W r.
struct Normal {
  double cost = 0;
  double a[3][3] = {};
  double b[3] = {};
};

Normal normal_equations(std::span<const Sample> samples, const Essvi& e, Free free) {
  Normal n;
  const double rest = 1.0 - e.rho * e.rho;
  const double phi = e.psi / e.theta;
  for (const Sample& s : samples) {
    const double u = e.psi * s.k + e.theta * e.rho;
    const double root = square_root(u * u + e.theta * e.theta * rest);
    const double inverse = 1.0 / root;
    const double residual = s.w - 0.5 * (e.theta + e.rho * e.psi * s.k + root);
    double j[3] = {0.5 * (1.0 + (e.rho * u + e.theta * rest) * inverse),
                   0.5 * (e.psi * s.k + (u * e.theta - e.theta * e.theta * e.rho) * inverse),
                   0.5 * (e.rho * s.k + u * s.k * inverse)};
    if (free != Free::all) {
      j[0] = j[0] + phi * j[2];
      j[2] = 0;
    }
    if (free == Free::level) j[1] = 0;
    n.cost = n.cost + s.weight * residual * residual;
    for (int row = 0; row < 3; ++row) {
      for (int column = row; column < 3; ++column) n.a[row][column] += s.weight * j[row] * j[column];
      n.b[row] += s.weight * j[row] * residual;
    }
  }
  // A parameter that does not move has an equation of its own: 1 x = 0.
  if (free != Free::all) n.a[2][2] = 1.0;
  if (free == Free::level) n.a[1][1] = 1.0;
  return n;
}

// Cramer's rule on the damped symmetric matrix.  False if it is singular.
bool solve(const Normal& n, double damping, double (&x)[3]) {
  const double a = n.a[0][0] * (1.0 + damping), b = n.a[0][1], c = n.a[0][2];
  const double d = n.a[1][1] * (1.0 + damping), e = n.a[1][2], f = n.a[2][2] * (1.0 + damping);
  const double c00 = d * f - e * e, c01 = c * e - b * f, c02 = b * e - c * d;
  const double determinant = a * c00 + b * c01 + c * c02;
  if (!(determinant > 0)) return false;
  const double c11 = a * f - c * c, c12 = b * c - a * e, c22 = a * d - b * b;
  x[0] = (c00 * n.b[0] + c01 * n.b[1] + c02 * n.b[2]) / determinant;
  x[1] = (c01 * n.b[0] + c11 * n.b[1] + c12 * n.b[2]) / determinant;
  x[2] = (c02 * n.b[0] + c12 * n.b[1] + c22 * n.b[2]) / determinant;
  return true;
}

struct PsiRange {
  double low;
  double high;
};

PsiRange psi_range(double theta, double rho, const Neighbours& neighbours) {
  PsiRange range{psi_least, psi_max(theta, rho) * (1.0 - margin)};
  if (neighbours.earlier) {
    const Essvi& e = *neighbours.earlier;
    const double right = e.psi * (1.0 + e.rho) / (1.0 + rho);
    const double left = e.psi * (1.0 - e.rho) / (1.0 - rho);
    range.low = std::max({range.low, right * (1.0 + margin), left * (1.0 + margin)});
    range.high = std::min(range.high, e.psi / e.theta * theta * (1.0 - margin));
  }
  if (neighbours.later) {
    const Essvi& l = *neighbours.later;
    const double right = l.psi * (1.0 + l.rho) / (1.0 + rho);
    const double left = l.psi * (1.0 - l.rho) / (1.0 - rho);
    range.low = std::max(range.low, l.psi / l.theta * theta * (1.0 + margin));
    range.high = std::min({range.high, right * (1.0 - margin), left * (1.0 - margin)});
  }
  return range;
}

}  // namespace

double variance(const Essvi& e, double k) {
  const double u = e.psi * k + e.theta * e.rho;
  return 0.5 * (e.theta + e.rho * e.psi * k + square_root(u * u + e.theta * e.theta * (1.0 - e.rho * e.rho)));
}

double psi_max(double theta, double rho) {
  const double side = 1.0 + absolute(rho);
  return std::min(4.0 / side, 2.0 * square_root(theta / side));
}

Essvi usual_smile(double theta) { return {theta, -0.1, 0.25 * psi_max(theta, -0.1)}; }

SurfaceSlice slice_of(const Essvi& e) {
  return {.kind = SliceKind::essvi,
          .p0 = to_units(e.theta, slice_one),
          .p1 = to_units(e.rho, slice_one),
          .p2 = to_units(e.psi, slice_one)};
}

Essvi essvi_of(const SurfaceSlice& slice) {
  LS_ASSERT(slice.kind == SliceKind::essvi);
  const Smile smile = smile_of(slice);
  return {smile.p0, smile.p1, smile.p2};
}

Essvi between(const Neighbours& neighbours, double theta) {
  const std::optional<Essvi>& near = neighbours.earlier;
  const std::optional<Essvi>& far = neighbours.later;
  if (!near && !far) return usual_smile(theta);
  if (!far) return {theta, near->rho, near->psi};
  if (!near) return {theta, far->rho, far->psi / far->theta * theta};
  const double span = far->theta - near->theta;
  const double weight = span > 0 ? std::clamp((theta - near->theta) / span, 0.0, 1.0) : 0.5;
  const double psi = near->psi + weight * (far->psi - near->psi);
  const double skew = near->rho * near->psi + weight * (far->rho * far->psi - near->rho * near->psi);
  return {theta, skew / psi, psi};
}

Essvi projected(Essvi e, const Neighbours& neighbours) {
  // Four margins: at the rho of `between` psi then has room between its own bounds.
  double low = theta_least, high = 1e3;
  if (neighbours.earlier) low = neighbours.earlier->theta * (1.0 + 4.0 * margin) + theta_margin;
  if (neighbours.later) high = neighbours.later->theta * (1.0 - 4.0 * margin) - theta_margin;
  e.theta = low < high ? std::clamp(e.theta, low, high) : 0.5 * (low + high);
  e.rho = std::clamp(e.rho, -rho_most, rho_most);
  PsiRange range = psi_range(e.theta, e.rho, neighbours);
  if (range.low > range.high) {
    double bad = e.rho;
    double good = std::clamp(between(neighbours, e.theta).rho, -rho_most, rho_most);
    for (int i = 0; i < 30; ++i) {
      const double middle = 0.5 * (bad + good);
      const PsiRange at = psi_range(e.theta, middle, neighbours);
      (at.low > at.high ? bad : good) = middle;
    }
    e.rho = good;
    range = psi_range(e.theta, e.rho, neighbours);
  }
  if (range.low > range.high) {
    // Neighbours too close for margins on both sides: the middle, as far as possible from both.  Beside one
    // neighbour at the steepest wings that there are: those.
    const bool both = neighbours.earlier && neighbours.later;
    const double theta = both ? 0.5 * (neighbours.earlier->theta + neighbours.later->theta) : e.theta;
    return between(neighbours, theta);
  }
  e.psi = std::clamp(e.psi, range.low, range.high);
  return e;
}

EssviFit fit_essvi(std::span<const Sample> samples, const Essvi& start, const Neighbours& neighbours,
                   Free free) {
  LS_ASSERT(!samples.empty() && start.theta > 0);
  Essvi best = projected(start, neighbours);
  Normal at = normal_equations(samples, best, free);
  double damping = 1e-3;
  for (int i = 0; i < iterations; ++i) {
    double step[3];
    if (!solve(at, damping, step)) {
      damping *= 8.0;
      continue;
    }
    Essvi trial = best;
    trial.theta = std::clamp(best.theta + step[0], 0.2 * best.theta, 5.0 * best.theta);
    trial.rho = best.rho + step[1];
    trial.psi = free == Free::all ? best.psi + step[2] : best.psi / best.theta * trial.theta;
    trial = projected(trial, neighbours);
    const Normal next = normal_equations(samples, trial, free);
    if (next.cost < at.cost) {
      best = trial;
      at = next;
      damping *= 0.2;
    } else {
      damping *= 8.0;
    }
  }
  return {best, at.cost};
}

}  // namespace lockstep::surface
