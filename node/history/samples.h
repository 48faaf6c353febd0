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
  // Goes on behind the latest samples that there are.
  void begin(const std::vector<PriceRow>& latest);
  // Behind a command.
  void after(const State& state, const Command& inner, std::vector<PriceRow>& rows);

 private:
  void take(PriceRow row, const Stamp& stamp, const State& state, std::vector<PriceRow>& rows);

  std::vector<Time> latest_[2];  // by kind and number; 0: none
};

}  // namespace lockstep::history
