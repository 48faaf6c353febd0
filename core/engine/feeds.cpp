// What the selection of price feeds decided: remembered, so that everybody can see on whose word a price
// stands, and, where too few sources are left, the index is withdrawn: what it says counts as stale at once,
// and the rulebook says what may still be done.  docs/methodology.md 9.6.
#include <algorithm>
#include <tuple>

#include "core/engine/context.h"

namespace lockstep {
namespace {

bool before(const JudgedFeed& a, const JudgedFeed& b) {
  return std::tuple(a.index.index, a.feed) < std::tuple(b.index.index, b.feed);
}

}  // namespace

Refusal handle(Context& c, const FeedStatus& r) {
  State& state = c.state();
  if (!known(state, r.index)) return Refusal::unknown_index;
  if (r.rows.empty() && !r.withdrawn) return Refusal::batch_empty;
  for (std::size_t i = 0; i < r.rows.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (r.rows[i].feed == r.rows[j].feed) return Refusal::row_duplicate;
    }
  }
  if (state.feeds.size() + r.rows.size() > limits::feeds_max) return Refusal::table_full;
  for (const FeedVerdict& row : r.rows) {
    const JudgedFeed fresh{r.index, row.feed, row.standing, row.reason, c.now};
    const auto place = std::lower_bound(state.feeds.begin(), state.feeds.end(), fresh, before);
    if (place != state.feeds.end() && !before(fresh, *place)) {
      *place = fresh;
    } else {
      state.feeds.insert(place, fresh);
    }
  }
  if (!r.rows.empty()) c.touch(Kind::feed, 0);
  if (r.withdrawn) {
    state.indexes[r.index.index].stamp.at = Time{};
    c.touch(Kind::index, r.index.index);
    for (u32 i = 0; i < state.instruments.size(); ++i) {
      if (state.instruments[i].index == r.index) invalidate(c.engine.risk, InstrumentId{i});
    }
  }
  return Refusal::none;
}

}  // namespace lockstep
