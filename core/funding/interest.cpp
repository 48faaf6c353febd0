#include "core/funding/interest.h"

#include <algorithm>
#include <array>

namespace lockstep {
namespace {

constexpr i128 one = pow10(18);
constexpr i128 million = 1'000'000;
constexpr i128 year = 365 * 86'400;  // seconds

struct Segment {
  i128 end;     // use
  i128 weight;  // of the way from the optimal to the highest rate, per cent
};
constexpr std::array<Segment, 6> segments{
    {{850'000, 5}, {900'000, 10}, {950'000, 15}, {990'000, 20}, {995'000, 25}, {1'000'000, 25}}};

}  // namespace

i128 share_in_use(i128 borrowed, i128 supplied) {
  if (borrowed <= 0 || supplied <= 0) return 0;
  return std::min(one, mul_div(borrowed, one, supplied, Round::zero));
}

i128 bent_rate(const BentRate& rule, i128 use) {
  const i128 usual = std::min(use, rule.optimal_use);
  i128 rate = rule.least + mul_div(usual, rule.slope, one, Round::zero);
  if (use > usual) rate += mul_div(use - usual, rule.steep_slope, one, Round::zero);
  return rate;
}

// The series of exp, in 10^-30, until its terms vanish.
i128 growth(i128 rate, i128 seconds) {
  constexpr i128 fine = pow10(30);
  const i128 x = mul_div(rate, seconds, year, Round::zero) * pow10(12);
  LS_ASSERT(x >= 0 && x <= 10 * fine);
  i128 sum = 0;
  i128 term = fine;
  for (i128 n = 1; term != 0; ++n) {
    term = mul_div(term, x, fine * n, Round::zero);
    sum += term;
  }
  return div(sum, pow10(12), Round::zero);
}

i128 use_ppm(i128 borrowed, i128 deposited) {
  if (deposited == 0) return borrowed == 0 ? 0 : million;
  return mul_div(borrowed, million, deposited, Round::zero);
}

// With an optimum beyond the end of a segment, the segment counts in full and the next begins at its end,
// below the optimum.  The rate jumps there, and so does the peer's.
i128 step_rate(const StepRate& rule, i128 use) {
  if (use <= rule.optimal_use) {
    const i128 slope = rule.optimal_use == 0 ? 0 : rule.optimal_rate * million / rule.optimal_use;
    return std::max(use * slope / million, rule.least);
  }
  i128 rate = rule.optimal_rate;
  i128 from = rule.optimal_use;
  for (const Segment& segment : segments) {
    const i128 gain = (rule.most - rule.optimal_rate) * segment.weight / 100;
    if (use <= segment.end) {
      rate += gain * (use - from) / (segment.end - from);
      break;
    }
    rate += gain;
    from = segment.end;
  }
  return std::max(rate, rule.least);
}

IndexGains index_gains(i128 borrow_index, i128 deposit_index, i128 rate, i128 use, i128 seconds) {
  if (use == 0 || seconds <= 0) return {};
  const i128 owed = rate * seconds;
  const i128 earned = owed * use / million;
  return {borrow_index * owed / year / million + 1, deposit_index * earned / year / million};
}

}  // namespace lockstep
