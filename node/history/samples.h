// Prices at regular distances of the log's time.  Private to node/history.
#pragma once

#include <vector>

#include "node/history/history.h"

namespace lockstep::history {

enum class Sampled : u8 { index, mark };
struct PriceRow {
  Sampled kind = Sampled::index;
  u32 number = 0;  // of the index or the instrument
  PriceSample sample;
};

class PriceSampler {
 public:
  // Goes on behind the latest samples that there are; 0: none.
  void begin(Time latest_index, Time latest_mark) { indexes_at_ = latest_index, marks_at_ = latest_mark; }
  // Behind a command.
  void after(const State& state, std::vector<PriceRow>& rows);

 private:
  Time indexes_at_, marks_at_;  // of the latest span that was looked at
};

}  // namespace lockstep::history
