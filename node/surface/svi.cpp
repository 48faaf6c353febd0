#include "node/surface/svi.h"

#include <algorithm>
#include <vector>

#include "core/pricing/convert.h"

namespace lockstep::surface {
namespace {

using math::absolute;
using math::square_root;

constexpr double slack = 1e-12;  // by which a plane may be overstepped; w is scaled to at most 1
constexpr double least_pivot = 1e-13;
constexpr int planes = 6;

// Minimise v'Av - 2b'v + c over G v <= h, v = (a, d, c).
struct Problem {
  double a[3][3] = {};
  double b[3] = {};
  double constant = 0;
  double h[planes] = {};
};
constexpr double normals[planes][3] = {{-1, 0, 0}, {1, 0, 0}, {0, 1, -1}, {0, -1, 1}, {0, -1, -1}, {0, 1, 1}};

struct Inner {
  double v[3] = {};
  double cost = 0;
};

double cost_of(const Problem& p, const double (&v)[3]) {
  double cost = p.constant;
  for (int i = 0; i < 3; ++i) {
    const double row = p.a[i][0] * v[0] + p.a[i][1] * v[1] + p.a[i][2] * v[2];
    cost = cost + v[i] * (row - 2.0 * p.b[i]);
  }
  return cost > 0 ? cost : 0;
}

bool feasible(const Problem& p, const double (&v)[3]) {
  for (int i = 0; i < planes; ++i) {
    const double side = normals[i][0] * v[0] + normals[i][1] * v[1] + normals[i][2] * v[2];
    if (!(side <= p.h[i] + slack)) return false;
  }
  return true;
}

// Gauss-Jordan with the largest pivot of each column; false if the system is singular.
bool eliminate(double (&m)[6][7], int n) {
  for (int column = 0; column < n; ++column) {
    int pivot = column;
    for (int i = column + 1; i < n; ++i) {
      if (absolute(m[i][column]) > absolute(m[pivot][column])) pivot = i;
    }
    if (absolute(m[pivot][column]) < least_pivot) return false;
    if (pivot != column) {
      for (int j = 0; j <= n; ++j) std::swap(m[pivot][j], m[column][j]);
    }
    const double inverse = 1.0 / m[column][column];
    for (int i = 0; i < n; ++i) {
      if (i == column || m[i][column] == 0) continue;
      const double factor = m[i][column] * inverse;
      for (int j = column; j <= n; ++j) m[i][j] = m[i][j] - factor * m[column][j];
    }
  }
  for (int i = 0; i < n; ++i) m[i][n] = m[i][n] / m[i][i];
  return true;
}

enum class Kkt : u8 { none, feasible, optimal };

// The minimum with these planes held as equations.
Kkt on_planes(const Problem& p, std::span<const int> active, Inner& found) {
  const int count = static_cast<int>(active.size());
  const int n = 3 + count;
  double m[6][7] = {};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) m[i][j] = p.a[i][j];
    for (int j = 0; j < count; ++j) {
      m[i][3 + j] = normals[active[static_cast<std::size_t>(j)]][i];
      m[3 + j][i] = m[i][3 + j];
    }
    m[i][n] = p.b[i];
  }
  for (int j = 0; j < count; ++j) m[3 + j][n] = p.h[active[static_cast<std::size_t>(j)]];
  if (!eliminate(m, n)) return Kkt::none;
  for (int i = 0; i < 3; ++i) found.v[i] = m[i][n];
  if (!feasible(p, found.v)) return Kkt::none;
  found.cost = cost_of(p, found.v);
  for (int j = 0; j < count; ++j) {
    if (m[3 + j][n] < -1e-14) return Kkt::feasible;  // a multiplier: better inside of this plane
  }
  return Kkt::optimal;
}

// The unconstrained minimum if it is inside, else sets of 1, 2 and 3 planes until one is optimal.  Rounding
// may leave none that says so; then the cheapest feasible one stands.
bool solve(const Problem& p, Inner& best) {
  Inner found;
  if (on_planes(p, {}, found) == Kkt::optimal) {
    best = found;
    return true;
  }
  bool any = false;
  const auto keep = [&](std::span<const int> active) {
    const Kkt kind = on_planes(p, active, found);
    if (kind == Kkt::none) return false;
    if (kind == Kkt::optimal || !any || found.cost < best.cost) best = found;
    any = true;
    return kind == Kkt::optimal;
  };
  for (int i = 0; i < planes; ++i) {
    const int active[] = {i};
    if (keep(active)) return true;
  }
  for (int i = 0; i < planes; ++i) {
    for (int j = i + 1; j < planes; ++j) {
      const int active[] = {i, j};
      if (keep(active)) return true;
    }
  }
  for (int i = 0; i < planes; ++i) {
    for (int j = i + 1; j < planes; ++j) {
      for (int l = j + 1; l < planes; ++l) {
        const int active[] = {i, j, l};
        if (keep(active)) return true;
      }
    }
  }
  return any;
}

// Samples with w scaled to at most 1 and weights to a sum of 1, so that tolerances mean the same for an hour
// and for a year.
struct Scaled {
  std::vector<Sample> samples;
  double w_scale = 0;
  double weight_scale = 0;
};

Scaled scaled(std::span<const Sample> samples) {
  Scaled result;
  for (const Sample& s : samples) {
    result.w_scale = std::max(result.w_scale, s.w);
    result.weight_scale = result.weight_scale + s.weight;
  }
  result.samples.assign(samples.begin(), samples.end());
  for (Sample& s : result.samples) {
    s.w = s.w / result.w_scale;
    s.weight = s.weight / result.weight_scale;
  }
  return result;
}

bool inner(const Scaled& data, double m, double sigma, const SviBounds& bounds, Inner& best) {
  Problem p;
  const double inverse = 1.0 / sigma;
  double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, t0 = 0, t1 = 0, t2 = 0, constant = 0;
  for (const Sample& s : data.samples) {
    const double y = (s.k - m) * inverse;
    const double z = square_root(y * y + 1.0);
    const double wy = s.weight * y, wz = s.weight * z, ww = s.weight * s.w;
    s0 += s.weight, s1 += wy, s2 += wz, s3 += wy * y, s4 += wy * z, s5 += wz * z;
    t0 += ww, t1 += ww * y, t2 += ww * z, constant += ww * s.w;
  }
  const double a[3][3] = {{s0, s1, s2}, {s1, s3, s4}, {s2, s4, s5}};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) p.a[i][j] = a[i][j];
  }
  p.b[0] = t0, p.b[1] = t1, p.b[2] = t2;
  p.constant = constant;
  const double slope = sigma / data.w_scale;
  p.h[0] = -bounds.a_min / data.w_scale, p.h[1] = 1;
  p.h[2] = -slope * bounds.left_min, p.h[3] = slope * bounds.left_max;
  p.h[4] = -slope * bounds.right_min, p.h[5] = slope * bounds.right_max;
  return solve(p, best);
}

SviFit fit_of(const Scaled& data, double m, double sigma, const Inner& best) {
  const double a = best.v[0] * data.w_scale, d = best.v[1] * data.w_scale, c = best.v[2] * data.w_scale;
  const double rho = c > 0 ? std::clamp(d / c, -0.999999, 0.999999) : 0.0;
  return {{a, std::max(c, 0.0) / sigma, rho, m, sigma},
          best.cost * data.w_scale * data.w_scale * data.weight_scale};
}

// A corner of the simplex.
struct Corner {
  double m = 0;
  double log_sigma = 0;
  double cost = 0;
};

constexpr double no_fit = 1e300;

class Search {
 public:
  Search(const Scaled& data, const SviBounds& bounds, int evaluations)
      : data_(data), bounds_(bounds), left_(evaluations) {}

  Corner run(const SviStart& start) {
    corners_[0] = at(start.m, start.log_sigma);
    corners_[1] = at(start.m + start.m_step, start.log_sigma);
    corners_[2] = at(start.m, start.log_sigma + start.log_step);
    while (left_ > 0) step();
    sort();
    return corners_[0];
  }

 private:
  Corner at(double m, double log_sigma) {
    --left_;
    Corner corner{m, std::clamp(log_sigma, -9.0, 2.0), no_fit};
    Inner best;
    if (inner(data_, m, math::exp(corner.log_sigma), bounds_, best)) corner.cost = best.cost;
    return corner;
  }
  void sort() {
    if (corners_[1].cost < corners_[0].cost) std::swap(corners_[0], corners_[1]);
    if (corners_[2].cost < corners_[1].cost) std::swap(corners_[1], corners_[2]);
    if (corners_[1].cost < corners_[0].cost) std::swap(corners_[0], corners_[1]);
  }
  // The point at 1 + t of the way from the worst corner to the middle of the others.
  Corner beyond(double t) {
    const double m = 0.5 * (corners_[0].m + corners_[1].m);
    const double log_sigma = 0.5 * (corners_[0].log_sigma + corners_[1].log_sigma);
    return at(m + t * (m - corners_[2].m), log_sigma + t * (log_sigma - corners_[2].log_sigma));
  }
  void step() {
    sort();
    const Corner reflected = beyond(1.0);
    if (reflected.cost < corners_[0].cost) {
      if (left_ == 0) {
        corners_[2] = reflected;
        return;
      }
      const Corner expanded = beyond(2.0);
      corners_[2] = expanded.cost < reflected.cost ? expanded : reflected;
    } else if (reflected.cost < corners_[1].cost) {
      corners_[2] = reflected;
    } else {
      contract(reflected);
    }
  }
  void contract(const Corner& reflected) {
    if (left_ == 0) return;
    const bool outside = reflected.cost < corners_[2].cost;
    const Corner contracted = beyond(outside ? 0.5 : -0.5);
    if (contracted.cost < std::min(reflected.cost, corners_[2].cost)) {
      corners_[2] = contracted;
      return;
    }
    for (int i = 1; i < 3 && left_ > 0; ++i) {
      corners_[i] =
          at(0.5 * (corners_[i].m + corners_[0].m), 0.5 * (corners_[i].log_sigma + corners_[0].log_sigma));
    }
  }

  const Scaled& data_;
  const SviBounds& bounds_;
  int left_;
  Corner corners_[3];
};

}  // namespace

double variance(const Svi& s, double k) {
  const double x = k - s.m;
  return s.a + s.b * (s.rho * x + square_root(x * x + s.sigma * s.sigma));
}

SurfaceSlice slice_of(const Svi& s) {
  return {.kind = SliceKind::svi,
          .p0 = to_units(s.a, slice_one),
          .p1 = to_units(s.b, slice_one),
          .p2 = to_units(s.rho, slice_one),
          .p3 = to_units(s.m, slice_one),
          .p4 = to_units(s.sigma, slice_one)};
}

Svi svi_of(const SurfaceSlice& slice) {
  LS_ASSERT(slice.kind == SliceKind::svi);
  const Smile smile = smile_of(slice);
  return {smile.p0, smile.p1, smile.p2, smile.p3, smile.p4};
}

SviStart usual_start(double theta) {
  const double deviation = square_root(theta);
  return {.m = 0, .log_sigma = math::log(deviation), .m_step = 0.3 * deviation, .log_step = 0.5};
}

SviFit fit_svi(std::span<const Sample> samples, const SviStart& start, const SviBounds& bounds,
               int evaluations) {
  LS_ASSERT(samples.size() >= 5 && start.m_step > 0 && evaluations >= 3);
  const Scaled data = scaled(samples);
  const Corner best = Search(data, bounds, evaluations).run(start);
  const double sigma = math::exp(best.log_sigma);
  Inner solution;
  if (!inner(data, best.m, sigma, bounds, solution)) return {{0, 0, 0, best.m, sigma}, no_fit};
  return fit_of(data, best.m, sigma, solution);
}

SviFit fit_svi_inner(std::span<const Sample> samples, double m, double sigma, const SviBounds& bounds) {
  const Scaled data = scaled(samples);
  Inner best;
  if (!inner(data, m, sigma, bounds, best)) return {{0, 0, 0, m, sigma}, no_fit};
  return fit_of(data, m, sigma, best);
}

}  // namespace lockstep::surface
