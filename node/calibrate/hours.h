// Recorded prices as the hours of a clock: for each underlying the last close of each venue in each hour.
// The clock on which prices are compared with each other is a full hour; finer bars give their last close in
// it, coarser ones a close in some hours.
//
// A venue is told by its file's name, the words before the one that is an interval or a symbol:
// binance_um_5m_close_.. is of binance_um.  Two files of one venue are one series; where both have an hour,
// the finer file counts.
#pragma once

#include <string>
#include <vector>

#include "node/feed/price_history.h"

namespace lockstep::calibrate {

struct HourClose {
  Time at;        // the full hour at or behind the close
  Time closed;    // in that hour, (at - 1 h, at]
  u32 asset = 0;  // into Hours::bases
  u32 venue = 0;  // into Hours::venues
  double price = 0;
  double volume = 0;  // coins traded since the venue's close before; 0: not recorded
};

struct Hours {
  std::vector<std::string> bases;   // sorted
  std::vector<std::string> venues;  // sorted
  std::vector<HourClose> closes;    // by (at, asset, venue), no two alike
};

std::string venue_of_file(std::string_view file);

// Of more than `bases_max` underlyings those with the most closes stay (ties: the earlier names); each of the
// others is a note.
Hours hours_of(const PriceHistory& history, std::size_t bases_max, std::vector<std::string>& notes);

// The full hour at or behind a moment.
Time hour_of(Time at);

}  // namespace lockstep::calibrate
