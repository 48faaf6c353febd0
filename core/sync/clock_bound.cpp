#include "core/sync/clock_bound.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr i64 sample_age_max = 10'000'000;

i64 delay(const ClockSample& s) { return (s.t3 - s.t0) - (s.t2 - s.t1); }

}  // namespace

void add_sample(PeerClock& peer, const ClockSample& sample) {
  if (delay(sample) < 0) return;  // a clock was stepped in between
  peer.samples[peer.taken % peer.samples.size()] = sample;
  peer.taken += 1;
}

std::optional<Offset> offset_of(const PeerClock& peer, i64 now) {
  std::optional<Offset> best;
  const std::size_t count = std::min<std::size_t>(peer.taken, peer.samples.size());
  for (std::size_t i = 0; i < count; ++i) {
    const ClockSample& s = peer.samples[i];
    const i64 age = now - s.t3;
    if (age < 0 || age > sample_age_max) continue;
    const i64 error = (delay(s) + 1) / 2 + age * clock_drift_ppm / 1'000'000 + 1;
    if (!best || error < best->error) best = Offset{((s.t1 - s.t0) + (s.t2 - s.t3)) / 2, error};
  }
  return best;
}

std::optional<ClockBound> agreed_bound(std::span<const Offset> peers, u32 quorum) {
  ClockBound bound{-clock_width_max, clock_width_max, 1};
  for (const Offset& peer : peers) {
    const i64 low = peer.offset - peer.error;
    const i64 high = peer.offset + peer.error;
    if (low > 0 || high < 0) continue;
    bound.low = std::max(bound.low, low);
    bound.high = std::min(bound.high, high);
    bound.clocks += 1;
  }
  if (bound.clocks == 1) bound.low = bound.high = 0;  // ours alone
  if (bound.clocks < quorum || bound.high - bound.low > clock_width_max) return std::nullopt;
  return bound;
}

bool has_jumped(i64 wall_before, i64 monotonic_before, i64 wall, i64 monotonic) {
  const i64 difference = (wall - wall_before) - (monotonic - monotonic_before);
  return difference > clock_jump_max || difference < -clock_jump_max;
}

}  // namespace lockstep
