// The service: one thread that answers everybody.  It has an engine, a past and a desk of its own, follows
// the log through the line, answers calls from them at once, and hands on what must be written.  Whatever a
// client does costs this thread time and nobody else anything.
//
//   Result<std::unique_ptr<Service>, Fault> service = Service::open(options, line);   // listens
//   service.value()->follow(node);                                       // stands at the log's end
//   std::thread thread([&] { service.value()->run(); });
//   ... the writer's loop ...
//   service.value()->stop(); thread.join();
#pragma once

#include <memory>

#include "node/access/access.h"
#include "node/metrics/logger.h"
#include "node/metrics/metrics.h"
#include "node/net/server.h"
#include "node/runtime/node.h"
#include "node/service/line.h"
#include "node/view/desk.h"

namespace lockstep::service {

struct ServiceOptions {
  net::ServerOptions server;
  access::Options access;
  std::vector<access::Key> keys;
  view::Source source;
  std::string history;          // file of the past; empty: in memory
  bool feed_registers = false;  // ids are counted by a feed: nobody else may register anything
  metrics::LoggerOptions logging;
  std::string version;           // of the build, for metrics
  std::string trusted_token_by;  // id of the key of which open() makes a token, for the page; empty: none
};

struct ServiceState;

class Service {
 public:
  explicit Service(std::unique_ptr<ServiceState> state);
  ~Service();

  static Result<std::unique_ptr<Service>, Fault> open(const ServiceOptions& options, Line& line);
  u16 port() const;
  const std::string& token() const;  // see trusted_token_by

  // For the writer, too: counts from any thread.
  metrics::Metrics& metrics();

  // Brings the engine and the past to the node's position; before anything is published on the line.
  Result<Done, Fault> follow(Node& node);
  // From any thread: one more key may come in.
  void add_key(access::Key key);
  // The log is at its end: nothing is played any more.
  void feed_is_over();

  void run();   // until stop()
  void stop();  // what was asked for and written is answered first

 private:
  std::unique_ptr<ServiceState> state_;
};

}  // namespace lockstep::service
