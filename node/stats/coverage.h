// Did a margin cover what happened as often as it promised?  Tests of a series of (loss, margin): how many
// breaches (Kupiec 1995), whether they come in clusters (Christoffersen 1998), how deep they were, and
// whether the tail beyond the margin was as heavy as said (Acerbi and Szekely 2014, their second test).  The
// tests run on counts, so a series is never stored (methodology: tests of coverage; quantitative
// specification, section 10).
#pragma once

#include "node/stats/state.h"

namespace lockstep::stats {

// The chance that a chi-square variable exceeds x >= 0.
double chi_square_1(double x);  // one degree of freedom
double chi_square_2(double x);  // two

// P(X <= k) and P(X >= k) for X binomial(n, p), 0 < p < 1, each with the relative accuracy of doubles (terms
// by their ratio from the most likely one outwards; no factorial, no underflow of (1-p)^n).  O(n) at worst.
double binomial_at_most(u64 k, u64 n, double p);
double binomial_at_least(u64 k, u64 n, double p);

struct LikelihoodRatio {
  double statistic = 0;  // >= 0
  double p_value = 1;    // the chance of a larger one if the margin keeps its promise
};

// A series of losses and the margins held against them, both in the same unit, whatever it is.  A loss is
// usable if it is a number of size up to 1e30, a margin if it lies in 1e-20..1e30.
struct Coverage {
  u64 observations = 0;
  u64 breaches = 0;            // loss > margin, strictly
  u64 followed[2][2] = {};     // [was the one before a breach][is this one]
  bool last_breached = false;  // meaningless before the first observation
  double excess_sum = 0;       // of loss / margin - 1 over the breaches
  double excess_max = 0;       // of it
  double margin_sum = 0;       // what the promise cost
  u64 rejected = 0;            // not counted above: loss or margin not usable

  bool add(double loss, double margin);  // false: rejected

  double coverage() const;     // the share of observations without a breach; 1 when there are none
  double mean_excess() const;  // 0 without breaches
  double mean_margin() const;  // 0 without observations

  void write(Writer& writer) const;
  void read(Reader& reader);
};

// Kupiec's proportion of failures, two-sided: are x breaches in n observations what the rate p gives?
// 0 < p < 1, x <= n, n >= 1.  For acceptance take binomial_at_least(x, n, p) instead: too few breaches are no
// reason to refuse a margin, only a reason to ask what it costs.
LikelihoodRatio kupiec(u64 x, u64 n, double p);

// The numbers of breaches that kupiec accepts at 5 % (statistic below 3.841459): x from `least` to `most`.
struct Accepted {
  u64 least = 0, most = 0;
};
Accepted kupiec_accepts(u64 n, double p);

// Christoffersen: is a breach as likely after a breach as otherwise?  One degree of freedom.
LikelihoodRatio christoffersen_independence(const Coverage& series);
// Frequency and independence together, two degrees of freedom: the sum of the two statistics.
LikelihoodRatio christoffersen_joint(const Coverage& series, double p);

// The zones of Basel (1996): green while P(X <= x) < 95 %, yellow while it is < 99.99 %.  For n = 250 and
// p = 0.01: 0 to 4, 5 to 9, 10 and more.
enum class Zone : u8 { green, yellow, red };
Zone traffic_light(u64 x, u64 n, double p);

// Acerbi and Szekely's Z2 for a margin at level alpha with a stated expected shortfall beyond it:
// sum(loss 1{loss > margin} / expected shortfall) / (n (1 - alpha)) - 1.  0 is expected; above 0.7 the tail
// is heavier than stated.
struct ShortfallTest {
  u64 observations = 0;
  double sum = 0;
  u64 rejected = 0;  // loss, margin or shortfall (as a margin) not usable

  bool add(double loss, double margin, double expected_shortfall);
  double z2(double alpha) const;  // 0 < alpha < 1; 0 without observations

  void write(Writer& writer) const;
  void read(Reader& reader);
};

}  // namespace lockstep::stats
