// The range in force at every bar of a recorded market, and the worst that happened in the h behind it:
// what a table of daily closes cannot see.  The range is published hourly, from daily closes up to the
// first bar and then from the bars themselves, as a venue would.  Windows overlap, so a breach is counted
// at every bar that would have been caught; days are counted beside.
#pragma once

#include <string>
#include <vector>

#include "node/backtest/walk.h"

namespace lockstep::backtest {

// Part of a market's history that is asked about by name.
struct Crash {
  std::string name;
  Time from, to;
};
// Those of 2019 to 2026 that are looked at: 2020-03-12, 2021-05-19, ... 2026-02-05.
std::vector<Crash> crashes();

struct Side {
  u64 breaches = 0;         // bars from which the price went further than the range within h
  u64 days = 0;             // days with such a bar
  double worst = 0;         // the largest loss within h, fraction of the price at the bar
  double worst_excess = 0;  // the largest loss / range - 1; below 0: nothing went beyond
  Time worst_at;            // the bar of that
  double worst_range = 0;   // the range in force there
};

struct Span {
  std::string name;
  u64 bars = 0;  // judged
  Side longs, shorts;
  double range_first = 0, range_most = 0;  // in force at its first bar, and the largest
};

struct Intraday {
  std::string base;
  calibrate::ScanModel model = calibrate::ScanModel::filtered;
  Duration horizon;
  std::vector<std::string> parts;  // the series it was made of
  Span all;
  std::vector<Span> crashes;  // those with a bar
};

// The bars of the base that are an hour or shorter, in one line: of the dense series the one that begins
// earliest, then the one that reaches furthest, and so on; perpetuals before spot ("spot" in the file's
// name), with highs and lows before without, finer before coarser.
struct BarChain {
  std::vector<Close> bars;
  std::vector<std::string> parts;
};
BarChain bar_chain(const PriceHistory& history, const std::string& base);

// `daily` is what came before (and during) the bars.  Bars before the warm-up is over are not judged, nor
// those in whose h the bars end or pause for longer than h.  One result a model; the range is that of one
// day times the square root of h.
std::vector<Intraday> judge_bars(const BarChain& chain, const DailyPrices& daily,
                                 const std::vector<calibrate::ScanModel>& models, const WalkPolicy& policy,
                                 Duration horizon);

}  // namespace lockstep::backtest
