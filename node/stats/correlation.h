// Which correlation may a margin rely on?  Not the estimate, but a lower bound of it, and not more than the
// long run and the worst stretch on record allow: an offset is given for losses that a hedge makes up, and it
// is in a crisis that correlations break.  When the last weeks disagree with the estimate, the offset ends.
// Source: quantitative specification, sections 3 and 4.4; methodology: correlation.
#pragma once

#include "node/stats/ewma.h"
#include "node/stats/pair_moments.h"

namespace lockstep::stats {

// The lower end of the one-sided interval for a correlation that was estimated from n (effective) independent
// pairs: tanh(atanh(rho) - z / sqrt(n - 3)) (Fisher 1921).  -1 when n <= 3.  -1 <= rho <= 1, z >= 0.
double correlation_at_least(double rho, double n, double z);

// The lowest correlation of each pair over any stretch of three blocks of late.  A block is a fixed number
// of bars (20 days: a stretch is 60 days, and one begins every 20); its sums only grow, and nothing is ever
// subtracted.  A pair is judged over a stretch if it had a return at half of the bars at least.  What lies
// far back is forgotten, span by span: a coin's first months, when few traded it, say nothing of it today.
// The lowest of the present span and the one before counts, of 1,000 to 2,000 days.
struct WorstCorrelation {
  u32 bars_per_block = 20;
  u32 bars = 0;           // in the open block
  u64 blocks = 0;         // completed
  PairMoments open;       // the block that is being filled
  PairMoments before[2];  // the last two completed, the older first
  Matrix worst;           // in the present span; 1 where no stretch was judged
  Matrix earlier;         // in the span before
  static constexpr u64 blocks_per_span = 50;

  WorstCorrelation() = default;
  WorstCorrelation(u32 assets, u32 bars_per_block);

  void add(Returns returns);
  double lowest(u32 i, u32 j) const;

  void write(Writer& writer) const;
  void read(Reader& reader);
};

struct CorrelationRule {
  double fast = 0.94;  // lambda per bar of the estimate that notices a break
  double slow = 0.97;  // of the estimate
  double long_run = 0.995;
  u32 bars_per_block = 20;        // of WorstCorrelation
  double z = 2.3263478740408408;  // one-sided 99 %
  double break_above = 0.3;       // |fast - slow|
};

struct PairOutlook {
  double estimate = 0;  // slow
  double effective_size = 0;
  double lower = -1;  // its lower bound
  double long_run = 0;
  double worst = 1;      // 1: no stretch was judged yet
  double reliable = -1;  // the lowest of lower, long_run and worst
  bool regime_break = false;
};

struct Correlations {
  CorrelationRule rule;
  PairMoments fast, slow, long_run;
  WorstCorrelation worst;
  u64 winsorised = 0;  // returns cut as ewma.h says, by their slow variance
  u64 missing = 0;     // returns that were not there
  u64 rejected = 0;    // returns that were no number

  Correlations() = default;
  Correlations(u32 assets, const CorrelationRule& rule);

  u32 assets() const { return slow.assets(); }
  void add(Returns returns);
  PairOutlook pair(u32 i, u32 j) const;  // i != j

  void write(Writer& writer) const;
  void read(Reader& reader);  // the rule stays what it is: a state made under another one is refused
};

}  // namespace lockstep::stats
