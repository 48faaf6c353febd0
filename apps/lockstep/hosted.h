// The service of a running job: its thread, its line, and how it is told to stop.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "node/service/service.h"
#include "node/service/writer.h"

namespace lockstep {

// True from the first SIGINT or SIGTERM on.  A second one ends the process at once.
void stop_on_signals();
bool asked_to_stop();

class Hosted {
 public:
  // Listens; nothing is answered before start().
  static Result<std::unique_ptr<Hosted>, Fault> open(const service::ServiceOptions& options);
  ~Hosted();

  // The service follows the node from here on, in a thread of its own.  The node must outlive this.
  Result<Done, Fault> start(Node& node);
  // Writes what is asked for, and waits so long for it; a signal ends the wait.
  Result<Done, Fault> answer(Time time, i64 wait_us, bool fills);
  // Nothing is taken any more, and what was asked for is written.  Before the node goes.
  Result<Done, Fault> finish(Time time, bool fills);
  // What was asked for is answered, and the thread ends.
  void stop();

  service::Service& service() { return *service_; }
  service::Line& line() { return line_; }

 private:
  service::Line line_;
  std::unique_ptr<service::Service> service_;
  std::unique_ptr<service::Writer> writer_;
  std::thread thread_;
};

}  // namespace lockstep
