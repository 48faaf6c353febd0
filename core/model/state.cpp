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

std::size_t observation_place(const State& state, ObservationKind kind, u32 subject, Time expiry) {
  const auto before = [](const Observation& o, std::tuple<ObservationKind, u32, Time> key) {
    return std::tuple(o.kind, o.subject, o.expiry) < key;
  };
  const auto it = std::lower_bound(state.observations.begin(), state.observations.end(),
                                   std::tuple(kind, subject, expiry), before);
  return static_cast<std::size_t>(it - state.observations.begin());
}

const Observation* find_observation(const State& state, ObservationKind kind, u32 subject, Time expiry) {
  const std::size_t place = observation_place(state, kind, subject, expiry);
  if (place == state.observations.size()) return nullptr;
  const Observation& found = state.observations[place];
  const bool same = found.kind == kind && found.subject == subject && found.expiry == expiry;
  return same ? &found : nullptr;
}

}  // namespace lockstep
