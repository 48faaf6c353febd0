#include "node/io/clock.h"

#include <ctime>

namespace lockstep {
namespace {

i64 read_us(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return i64{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

}  // namespace

i64 LinuxClock::wall_us() { return read_us(CLOCK_REALTIME); }
i64 LinuxClock::monotonic_us() { return read_us(CLOCK_MONOTONIC); }

}  // namespace lockstep
