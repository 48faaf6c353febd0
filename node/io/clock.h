// Clock: the only way to ask what time it is.  The sequencer stamps frames with it; the core never sees it.
#pragma once

#include "core/base/int.h"

namespace lockstep {

class Clock {
 public:
  virtual ~Clock() = default;
  // Microseconds since 1970-01-01 00:00 UTC.  May step backwards; the sequencer never lets log time do so.
  virtual i64 wall_us() = 0;
  // Microseconds since some fixed moment; never steps backwards.  For durations and progress.
  virtual i64 monotonic_us() = 0;
};

class LinuxClock final : public Clock {
 public:
  i64 wall_us() override;
  i64 monotonic_us() override;
};

}  // namespace lockstep
