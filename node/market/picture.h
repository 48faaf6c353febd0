// One fall under several policies, as an SVG picture of three panels on one time axis: the price under each
// policy beside the fundamental one, the notional liquidated a minute, and the fund.
//
// Plain shapes and text: no font, script or image of its own.  Colours follow the reader's light or dark
// scheme. However long the run, a line has at most two points per column of the picture (its lowest and its
// highest value there), so that no spike is lost and a picture stays below 60 KB.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/units/units.h"
#include "node/market/metrics.h"

namespace lockstep::market {

constexpr std::size_t picture_runs_max = 6;

struct PictureRun {
  std::string label;
  std::span<const StepRecord> steps;
};

struct Picture {
  std::string title;
  Duration step = second;
  std::string quote = "USDT";    // what money is counted in
  std::vector<PictureRun> runs;  // 1 to picture_runs_max, of equal length; the fundamental is the first one's
};

std::string draw(const Picture& picture);

}  // namespace lockstep::market
