#include "node/surface/smile.h"

#include <algorithm>

#include "node/surface/robust.h"

namespace lockstep::surface {
namespace {

using math::absolute;
using math::square_root;

constexpr int passes = 2;
constexpr std::size_t samples_min = 5;
constexpr double loss_most = 25;
constexpr double scale_least = 0.5;  // in half-spreads: within a spread of the middle a quote is a good one
constexpr double wing_margin = 1e-6;
constexpr double slope_most = 2.0 * (1.0 - wing_margin);  // Lee's bound
constexpr int calendar_rounds = 3;
constexpr double draw_margin = 1e-3;
constexpr double shift_most = 0.01;  // of the variance at the money: half a percent of the volatility

// The samples with Tukey's weights of their distance from the smile.
template <class Model>
std::vector<Sample> reweighted(std::span<const Sample> samples, const Model& smile, double& error) {
  std::vector<double> residuals, sizes;
  residuals.reserve(samples.size());
  for (const Sample& s : samples) {
    residuals.push_back((s.w - variance(smile, s.k)) * square_root(s.weight));
  }
  const double scale = std::max(deviation(residuals, 0.0), scale_least);
  std::vector<Sample> result(samples.begin(), samples.end());
  double sum = 0, weights = 0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double weight = tukey(residuals[i] / scale);
    sum = sum + weight * residuals[i] * residuals[i];
    weights = weights + weight;
    result[i].weight = result[i].weight * weight;
  }
  error = weights > 0 ? square_root(sum / weights) : 0;
  std::erase_if(result, [](const Sample& s) { return !(s.weight > 0); });
  return result;
}

struct Slopes {
  double left;
  double right;
};

Slopes wing_slopes(const Smile& smile) {
  if (smile.kind == SliceKind::svi) return {smile.p1 * (1.0 - smile.p2), smile.p1 * (1.0 + smile.p2)};
  return {0.5 * smile.p2 * (1.0 - smile.p1), 0.5 * smile.p2 * (1.0 + smile.p1)};
}

SviBounds bounds_of(const std::optional<Smile>& above, double a_min) {
  SviBounds bounds{.left_max = slope_most, .right_max = slope_most, .a_min = a_min};
  if (above) {
    const Slopes slopes = wing_slopes(*above);
    bounds.left_min = std::min(slopes.left * (1.0 + wing_margin), slope_most);
    bounds.right_min = std::min(slopes.right * (1.0 + wing_margin), slope_most);
  }
  return bounds;
}

// Where the checker of calendar order looks: 129 nodes within 5 sqrt w(0) + 1/2 of both smiles.
template <class Look>
void each_node(const Smile& earlier, const Svi& later, Look look) {
  for (const double w : {total_variance(earlier, 0), variance(later, 0)}) {
    const double reach = 5.0 * square_root(w) + 0.5;
    for (int i = -64; i <= 64; ++i) look(reach * (static_cast<double>(i) / 64.0));
  }
}

// Samples that draw the smile up where it falls below the earlier one.
void draw_up(std::vector<Sample>& samples, const Svi& smile, const Smile& earlier, double weight) {
  each_node(earlier, smile, [&](double k) {
    const double floor = total_variance(earlier, k) * (1.0 + draw_margin);
    if (variance(smile, k) < floor) samples.push_back({k, floor, weight});
  });
}

// By how much it is still below, at most.
double shortfall(const Svi& smile, const Smile& earlier) {
  double most = 0;
  each_node(earlier, smile, [&](double k) {
    most = std::max(most, total_variance(earlier, k) * (1.0 + wing_margin) - variance(smile, k));
  });
  return most;
}

// From the optimum of the fit before, in smaller steps.
SviStart again_from(const Svi& smile) {
  return {.m = smile.m, .log_sigma = math::log(smile.sigma), .m_step = 0.1 * smile.sigma, .log_step = 0.1};
}

}  // namespace

std::vector<Sample> samples_of(const std::vector<Quote>& quotes, double years, double half_spread_min) {
  std::vector<Sample> samples;
  samples.reserve(quotes.size());
  for (const Quote& q : quotes) {
    const double half = std::max(0.5 * (q.ask - q.bid), half_spread_min);
    const double error = 2.0 * q.middle * years * half;
    samples.push_back({q.k, q.middle * q.middle * years, 1.0 / (error * error)});
  }
  return samples;
}

std::vector<Sample> samples_of(const std::vector<Mark>& marks, double years, double half_spread,
                               double delta_min) {
  std::vector<Sample> samples;
  for (const Mark& m : marks) {
    if (m.delta < delta_min) continue;
    const double error = 2.0 * m.volatility * years * half_spread;
    samples.push_back({m.k, m.volatility * m.volatility * years, 1.0 / (error * error)});
  }
  return samples;
}

double variance_at_money(std::span<const Sample> samples) {
  LS_ASSERT(!samples.empty());
  return std::min_element(samples.begin(), samples.end(),
                          [](const Sample& a, const Sample& b) { return absolute(a.k) < absolute(b.k); })
      ->w;
}

template <class Model>
double error_of(std::span<const Sample> samples, const Model& smile) {
  double error = 0;
  (void)reweighted(samples, smile, error);
  return error;
}
template double error_of(std::span<const Sample>, const Essvi&);
template double error_of(std::span<const Sample>, const Svi&);

template <class Model>
double loss_of(std::span<const Sample> samples, const Model& smile) {
  double sum = 0;
  for (const Sample& s : samples) {
    const double distance = s.w - variance(smile, s.k);
    sum = sum + std::min(distance * distance * s.weight, loss_most);
  }
  return sum / static_cast<double>(samples.size());
}
template double loss_of(std::span<const Sample>, const Essvi&);
template double loss_of(std::span<const Sample>, const Svi&);

RobustEssvi robust_essvi(std::span<const Sample> samples, const Essvi& start, const Neighbours& neighbours,
                         Free free) {
  RobustEssvi result;
  result.smile = fit_essvi(samples, start, neighbours, free).smile;
  for (int pass = 0; pass < passes; ++pass) {
    const std::vector<Sample> kept = reweighted(samples, result.smile, result.error);
    if (kept.empty()) break;
    result.smile = fit_essvi(kept, result.smile, neighbours, free).smile;
  }
  result.error = error_of(samples, result.smile);
  return result;
}

RobustSvi robust_svi(std::span<const Sample> samples, double theta, const std::optional<Smile>& above,
                     double a_min) {
  RobustSvi result;
  if (samples.size() < samples_min) return result;
  const SviBounds bounds = bounds_of(above, a_min);
  result.smile = fit_svi(samples, usual_start(theta), bounds).smile;
  std::vector<Sample> kept;
  for (int pass = 0; pass < passes; ++pass) {
    kept = reweighted(samples, result.smile, result.error);
    if (kept.size() < samples_min) return result;
    result.smile = fit_svi(kept, again_from(result.smile), bounds).smile;
  }
  double heaviest = 0;
  for (const Sample& s : kept) heaviest = std::max(heaviest, s.weight);
  for (int round = 0; above && round < calendar_rounds; ++round) {
    const std::size_t before = kept.size();
    draw_up(kept, result.smile, *above, heaviest);
    if (kept.size() == before) break;
    result.smile = fit_svi(kept, again_from(result.smile), bounds).smile;
  }
  if (above) {
    const double rest = shortfall(result.smile, *above);
    if (rest > 0 && rest < shift_most * theta) result.smile.a += rest + 0x1p-36;
  }
  (void)reweighted(samples, result.smile, result.error);
  result.found = result.smile.b > 0;
  return result;
}

}  // namespace lockstep::surface
