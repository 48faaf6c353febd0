// What time it is, agreed: the sequencer stamps the log only while its own clock lies where a quorum of
// clocks can lie.  Pure arithmetic on samples; node/sync takes them.  One clock that is wrong, the
// sequencer's own included, cannot move the log's time.
//
// Sources: offset, delay and the filter of the smallest delay: Cristian 1989, NTP (RFC 5905, 8 and 10).  Each
// peer gives an interval in which its clock lies, relative to ours.  Marzullo 1984 asks where the most
// intervals intersect; as our own clock is the interval [0, 0] and has to be part of it, that is the count of
// peers whose interval holds 0.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "core/base/int.h"

namespace lockstep {

// One exchange with a peer, microseconds: we asked at t0 and had the answer at t3, by our clock; the peer got
// the question at t1 and answered at t2, by its own.
struct ClockSample {
  i64 t0 = 0, t1 = 0, t2 = 0, t3 = 0;
};

// The peer's clock minus ours, and how far off that can be.
struct Offset {
  i64 offset = 0;
  i64 error = 0;
};

constexpr i64 clock_drift_ppm = 50;      // two ordinary clocks part by no more
constexpr i64 clock_width_max = 50'000;  // a wider agreement is none
constexpr i64 clock_jump_max = 100'000;  // wall against monotonic time, between two looks

// The last eight exchanges with one peer: that of the smallest delay counts, as it ages.
struct PeerClock {
  std::array<ClockSample, 8> samples{};
  u32 taken = 0;
};
void add_sample(PeerClock& peer, const ClockSample& sample);
// At our time `now`.  None: no exchange, or none in the last 10 s.
std::optional<Offset> offset_of(const PeerClock& peer, i64 now);

// Where the clocks that agree with ours lie, relative to ours: low <= 0 <= high.
struct ClockBound {
  i64 low = 0;
  i64 high = 0;
  u32 clocks = 0;  // that agree, ours included
};
// None: fewer than `quorum` clocks agree with ours, itself included, or what they leave is wider than
// clock_width_max.
std::optional<ClockBound> agreed_bound(std::span<const Offset> peers, u32 quorum);

// Whether the wall clock was stepped between two looks.
bool has_jumped(i64 wall_before, i64 monotonic_before, i64 wall, i64 monotonic);

}  // namespace lockstep
