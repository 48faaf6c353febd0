#include "core/model/state.h"

#include <algorithm>
#include <tuple>

namespace lockstep {

const Series* find_series(const State& state, IndexId index, Time expiry) {
  const auto before = [](const Series& s, std::tuple<IndexId, Time> key) {
    return std::tuple(s.index, s.expiry) < key;
  };
  const auto it =
      std::lower_bound(state.series.begin(), state.series.end(), std::tuple(index, expiry), before);
  return it != state.series.end() && it->index == index && it->expiry == expiry ? &*it : nullptr;
}

}  // namespace lockstep
