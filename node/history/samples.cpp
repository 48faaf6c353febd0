#include "node/history/samples.h"

namespace lockstep::history {
namespace {

Time& at(std::vector<Time>& times, u32 number) {
  if (times.size() <= number) times.resize(number + 1);
  return times[number];
}

}  // namespace

void PriceSampler::begin(const std::vector<PriceRow>& latest) {
  for (const PriceRow& row : latest) at(latest_[static_cast<int>(row.kind)], row.number) = row.sample.at;
}

// Of a price that this command brought; one that was refused has the stamp of an earlier one.
void PriceSampler::take(PriceRow row, const Stamp& stamp, const State& state, std::vector<PriceRow>& rows) {
  if (row.sample.price == Price{} || stamp.position + 1 != state.position) return;
  const i64 span = (row.kind == Sampled::index ? index_sample_every : mark_sample_every).raw();
  Time& latest = at(latest_[static_cast<int>(row.kind)], row.number);
  if (latest.raw() / span == state.time.raw() / span) return;
  latest = row.sample.at = state.time;
  rows.push_back(row);
}

void PriceSampler::after(const State& state, const Command& inner, std::vector<PriceRow>& rows) {
  if (const auto* indexes = std::get_if<IndexPrices>(&inner)) {
    for (const IndexPrice& one : indexes->rows) {
      if (one.index.index >= state.indexes.size()) continue;
      const Index& index = state.index(one.index);
      take({Sampled::index, one.index.index, {{}, index.price}}, index.stamp, state, rows);
    }
  }
  if (const auto* marks = std::get_if<MarkPrices>(&inner)) {
    for (const MarkPrice& one : marks->rows) {
      if (one.instrument.index >= state.markets.size()) continue;
      const Market& market = state.market(one.instrument);
      take({Sampled::mark, one.instrument.index, {{}, market.mark}}, market.stamp, state, rows);
    }
  }
}

}  // namespace lockstep::history
