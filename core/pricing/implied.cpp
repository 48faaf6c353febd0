// The inflection point s_c = sqrt(2 |x|) of b(x, .) splits the problem.  Below it ln b (or, far out, 1/ln b)
// is close to a straight line in s and the guess comes from Bachelier's formula; above it ln(b_max - b) is,
// and the guess comes from the normal quantile, exact at the money.
#include "core/pricing/implied.h"

namespace lockstep {

namespace {

using math::absolute;
using math::erfcx;
using math::exp;
using math::exp_minus_half_square;
using math::hazard_p;
using math::hazard_q;
using math::inverse_sqrt_2pi;
using math::log;
using math::normal_cdf;
using math::normal_quantile;
using math::sqrt_half;
using math::square_root;

constexpr double beta_min = 1e-14;
constexpr double beta_gap_min = 1e-7;

// h > 0 with phi(h)/h - Phi(-h) = ratio, to 4e-7.
double bachelier_distance(double ratio) {
  const double w = ratio > 1e8 ? 1.0 / ratio : log(1.0 + 1.0 / ratio);
  const double r = square_root(w);
  const double* p = hazard_p;
  const double* q = hazard_q;
  const double numerator = ((((p[5] * r + p[4]) * r + p[3]) * r + p[2]) * r + p[1]) * r + p[0];
  const double denominator = 1.0 + r * (((((q[5] * r + q[4]) * r + q[3]) * r + q[2]) * r + q[1]) * r + q[0]);
  return w * (numerator / denominator);
}

double normalised_vega(double x, double s) {
  return inverse_sqrt_2pi * exp_minus_half_square(x / s) * exp_minus_half_square(0.5 * s);
}

double low_guess(double beta, double x_size, double s_inflection) {
  double s = x_size / bachelier_distance(beta / x_size);
  s = s < s_inflection ? s : s_inflection;
  for (int i = 0; i < 2; ++i) {
    const double next = x_size / bachelier_distance(beta * exp(0.125 * s * s) / x_size);
    s = next < s_inflection ? next : s_inflection;
  }
  return s;
}

// A Householder step of third order: Newton's step and the two ratios that bend it.
struct HouseholderStep {
  double newton;
  double h2;
  double h3;
};

double step_length(const HouseholderStep& step) {
  const double numerator = 1.0 + 0.5 * step.h2 * step.newton;
  const double denominator = 1.0 + step.newton * (step.h2 + step.h3 * step.newton * (1.0 / 6.0));
  const bool bend = denominator > 0.0 && numerator > 0.0;
  return bend ? step.newton * (numerator / denominator) : step.newton;
}

HouseholderStep low_step(double log_beta, double b, double vega, double s, double r2, double r3) {
  const double log_b = log(b);
  const double g = vega / b;
  const double gap = log_beta - log_b;
  if (b < 0.01 * s) {  // objective 1/ln b
    const double q = 1.0 + 2.0 / log_b;
    return {.newton = gap * (log_b / log_beta) / g,
            .h2 = r2 - g * q,
            .h3 = r3 + 2.0 * g * g * (1.0 + 3.0 / log_b * (1.0 + 1.0 / log_b)) - 3.0 * r2 * g * q};
  }
  return {.newton = gap / g, .h2 = r2 - g, .h3 = r3 - 3.0 * r2 * g + 2.0 * g * g};  // objective ln b
}

HouseholderStep high_step(double beta, double b_max, double b, double vega, double r2, double r3) {
  const double g = vega / (b_max - b);  // objective ln(b_max - b)
  return {.newton = log((b_max - b) / (b_max - beta)) / g, .h2 = r2 + g, .h3 = r3 + g * (2.0 * g + 3.0 * r2)};
}

}  // namespace

double normalised_black(double x, double s) {
  const double h = x / s;
  const double t = 0.5 * s;
  const double upper = h + t;
  const double lower = h - t;
  if (upper < 0.0) {  // both terms small: factor the exponential out before subtracting
    const double scale = exp_minus_half_square(h) * exp_minus_half_square(t);
    return 0.5 * scale * (erfcx(-upper * sqrt_half) - erfcx(-lower * sqrt_half));
  }
  const double root = exp(0.5 * x);
  return root * normal_cdf(upper) - normal_cdf(lower) / root;
}

double normalised_deviation(double beta, double x) {
  const double b_max = exp(0.5 * x);
  const double x_size = -x;
  const double s_inflection = square_root(2.0 * x_size);
  const double b_inflection = s_inflection > 0.0 ? normalised_black(x, s_inflection) : 0.0;
  const bool low = beta < b_inflection;
  const double s_low = low ? 0.0 : s_inflection * (1.0 - 0x1p-40);
  const double s_high = low ? s_inflection * (1.0 + 0x1p-40) : 1e3;
  const double tail = low ? 0.5 : normal_cdf(-0.5 * s_inflection) * ((b_max - beta) / (b_max - b_inflection));
  double s = low ? low_guess(beta, x_size, s_inflection) : -2.0 * normal_quantile(tail);
  const double log_beta = log(beta);
  for (int i = 0; i < 2; ++i) {
    const double b = normalised_black(x, s);
    const double vega = normalised_vega(x, s);
    const double h = x / s;
    const double r2 = h * h / s - 0.25 * s;
    const double r3 = r2 * r2 - 3.0 * (h / s) * (h / s) - 0.25;
    double next = s + step_length(low ? low_step(log_beta, b, vega, s, r2, r3)
                                      : high_step(beta, b_max, b, vega, r2, r3));
    if (!(next > s_low)) next = 0.5 * (s_low + s);
    if (!(next < s_high)) next = low ? 0.5 * (s_high + s) : 2.0 * s;
    s = next;
  }
  LS_ASSERT(s > 0.0 && s < 1e4);
  return s;
}

Result<double, ImpliedReject> implied_volatility(double forward, double strike, double years, double price,
                                                 double tick, bool is_call) {
  LS_ASSERT(strike > 0 && tick >= 0 && price > -1e18 && price < 1e18);
  const OptionTerms terms = option_terms(forward, strike, years, is_call);
  if (terms.sqrt_years <= 0) return ImpliedReject::expired;
  const double time_value = price - intrinsic_value(forward, strike, is_call);
  const double beta = time_value / square_root(forward * strike);
  const double x = -absolute(terms.log_moneyness);
  if (time_value < 0.5 * tick || beta < beta_min) return ImpliedReject::below_range;
  if (beta >= exp(0.5 * x) * (1.0 - beta_gap_min)) return ImpliedReject::above_range;
  return normalised_deviation(beta, x) / terms.sqrt_years;
}

Result<double, ImpliedReject> inverse_implied_volatility(double forward, double strike, double years,
                                                         double price, double tick, bool is_call) {
  return implied_volatility(forward, strike, years, price * forward, tick * forward, is_call);
}

}  // namespace lockstep
