// The line between the thread that writes the log and the thread that serves it.  One way go the commands
// that became durable, in order; the other way those that somebody asks for.  Neither side looks at the
// other's engine: the service applies what comes to one of its own, and so it is a replica of the writer.
//
// The writer waits when the service is far behind; a slow client never makes it wait, because the service
// does not wait for clients.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "core/base/hash.h"
#include "core/model/commands.h"
#include "node/io/fault.h"

namespace lockstep::service {

// Commands of one log time.  tickets: of those that were asked for, by place; 0: nobody asked.
struct Written {
  Time time;
  std::vector<Command> commands;
  std::vector<u64> tickets;
  std::optional<Hash128> hash;  // of the writer's state behind them, now and then
};

struct Asking {
  u64 ticket = 0;
  std::vector<Command> commands;
};

class Line {
 public:
  // ---- the writer's side ----
  void publish(Written written);
  // Everything that is asked for, in order; waits for something, for a stop, or for the time.
  std::vector<Asking> take(i64 wait_us);
  // The log takes nothing any more: whoever asked is told, and everybody who asks.
  void fail(Fault fault);
  bool is_stopping() const { return stopping_; }

  // ---- the service's side ----
  // False: too much is waiting already, or the log has failed.
  bool ask(Asking asking);
  std::vector<Written> receive();
  std::size_t waiting() const;  // commands that receive() would bring
  std::optional<Fault> failure() const;
  // Called by publish() and fail(), in the writer's thread.
  std::function<void()> wake;

  // ---- either side's ----
  std::atomic<u64> snapshot_position{0};  // of the newest
  void stop();                            // the writer finishes what is asked for, and ends

 private:
  mutable std::mutex mutex_;
  std::condition_variable to_writer_, to_service_;
  std::deque<Asking> asked_;
  std::vector<Written> written_;
  std::size_t waiting_ = 0;  // commands in written_
  std::optional<Fault> failure_;
  std::atomic<bool> stopping_{false};
};

}  // namespace lockstep::service
