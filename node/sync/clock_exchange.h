// The clocks of a cluster, compared over UDP: asks every peer four times a second what time it is and answers
// the same question, signed, on a thread of its own, so that an answer does not wait for the log.  What the
// samples mean is core/sync/clock_bound.h.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/sync/clock_bound.h"
#include "node/io/clock.h"
#include "node/sync/keys.h"

namespace lockstep {

struct ClockPeer {
  std::string key;      // its public key, 64 hexadecimal digits
  std::string address;  // HOST:PORT
};

class ClockExchange {
 public:
  virtual ~ClockExchange() = default;
  virtual void set_peers(std::vector<ClockPeer> peers) = 0;
  // Of the peers that have answered lately, at our wall clock's `now`.
  virtual std::vector<Offset> offsets(i64 now) = 0;
  virtual const std::string& address() const = 0;  // HOST:PORT, with the port that was given
};

// Binds HOST:PORT, port 0: any.  Fault: the address cannot be bound.
Result<std::unique_ptr<ClockExchange>, Fault> open_clock_exchange(const std::string& address, SigningKey key,
                                                                  Clock& clock);

}  // namespace lockstep
