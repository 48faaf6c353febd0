#include "node/history/samples.h"

namespace lockstep::history {
namespace {

bool begins_span(Time now, Duration every, Time& latest) {
  if (now.raw() / every.raw() == latest.raw() / every.raw()) return false;
  latest = now;
  return true;
}

// What was not received for a span says nothing of this moment.
bool is_recent(const Stamp& stamp, Time now, Duration every) {
  return stamp.at != Time{} && now - stamp.at < every;
}

}  // namespace

void PriceSampler::after(const State& state, std::vector<PriceRow>& rows) {
  const Time now = state.time;
  if (begins_span(now, index_sample_every, indexes_at_)) {
    for (u32 i = 0; i < state.indexes.size(); ++i) {
      const Index& index = state.indexes[i];
      if (index.price == Price{} || !is_recent(index.stamp, now, index_sample_every)) continue;
      rows.push_back({Sampled::index, i, {now, index.price}});
    }
  }
  if (!begins_span(now, mark_sample_every, marks_at_)) return;
  for (u32 i = 0; i < state.instruments.size(); ++i) {
    const Market& market = state.markets[i];
    if (state.instruments[i].expired || market.mark == Price{}) continue;
    if (is_recent(market.stamp, now, mark_sample_every))
      rows.push_back({Sampled::mark, i, {now, market.mark}});
  }
}

}  // namespace lockstep::history
