// What the market was found to be like at one moment: the input of every margin parameter (parameters.h), and
// nothing else.  Ordinary doubles; rates are fractions (0.16 = 16 %), a day is 24 hours, a year 365 days.
//
// Everything that can lack data is optional: what is absent keeps the parameter that is in force, and the
// explanation says why (`lacking`).  Nothing here is ever a silent zero.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/units/units.h"

namespace lockstep::calibrate {

// A figure and where it comes from.
struct Estimate {
  double value = 0;
  std::string data;      // "daily closes and 5 min bars of BTC"
  std::string window;    // "1,000 days to 2026-02-05"
  u64 observations = 0;  // that it rests on
};

// One underlying.
struct AssetEstimates {
  std::string base;                         // "BTC"
  std::optional<Estimate> scan_range;       // of one day, two-sided, at the policy's confidence, before steps
  std::optional<Estimate> crash;            // the largest move of one day on record
  std::optional<Estimate> haircut;          // fall of one day that is exceeded on one day in 200
  std::optional<Estimate> deviation;        // standard deviation of a day's log return, now
  std::optional<Estimate> volatility_up;    // rise of the 30-day volatility in a day, one day in 100, ln
  std::optional<Estimate> volatility_down;  // fall, likewise, ln, > 0
  std::optional<Estimate> power_short;      // of 30/days in the shock of volatility, below 30 days
  std::optional<Estimate> power_long;       // beyond
  std::optional<Estimate> skew;             // change of the 25-delta risk reversal in a day, one day in 100
  std::optional<Estimate> basis;            // change of the annualised basis in a day, one day in 100
  std::optional<Estimate> volume;           // traded a day, in dollars: median of the last 30 days
  std::optional<Estimate> depth;            // within 1 % of the mark, one side, in dollars
  std::optional<Estimate> price;            // of the index, in dollars
  std::optional<Estimate> recent_move;      // largest of the index in the hours just past; emergencies only
  u32 recent_venues = 0;                    // that saw a move as large
  std::vector<std::string> lacking;         // one line each: what could not be estimated, and why
};

// Two underlyings.
struct PairEstimates {
  std::string base, other;
  std::optional<Estimate> correlation;  // now, shrunk and repaired
  std::optional<Estimate> lower;        // the least of its lower bound, the long run and the worst 60 days
  bool stale = false;                   // either has no price of late
  bool broken = false;                  // fast and slow correlation differ by more than 0.3
  std::vector<std::string> lacking;
};

// A coin that stands for a dollar.
struct StableEstimates {
  std::string asset;
  std::optional<Estimate> price;  // in dollars, now
  std::optional<Estimate> worst;  // lowest of the last year
};

struct Estimates {
  Time at;
  std::vector<AssetEstimates> assets;  // by base
  std::vector<PairEstimates> pairs;    // by base, other
  std::vector<StableEstimates> stable;
};

}  // namespace lockstep::calibrate
