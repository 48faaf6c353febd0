// What the parts of the service share; private to node/service.
#pragma once

#include <deque>
#include <map>
#include <set>

#include "node/history/history.h"
#include "node/io/clock.h"
#include "node/metrics/metrics.h"
#include "node/rest/idempotency.h"
#include "node/service/channels.h"
#include "node/service/rpc.h"
#include "node/service/service.h"
#include "node/service/worker.h"

namespace lockstep::service {

using Finish = std::function<void(api::Answer)>;

// Commands on their way through the log.
struct Pending {
  api::Caller caller;
  std::size_t left = 0;
  std::vector<api::Submitted> done;
  std::function<api::Answer(api::Context&, const std::vector<api::Submitted>&)> then;
  Finish finish;
};

// A channel that a connection has.
struct Taken {
  std::string key;   // in ServiceState::channels
  u64 position = 0;  // of the latest text on this connection
};

// One WebSocket.
struct Session {
  std::shared_ptr<net::Socket> socket;
  api::Caller caller;
  std::string token;
  i64 authorised_until_us = 0;            // 0: nobody has signed in
  i64 heartbeat_us = 0;                   // interval; 0: none was asked for
  i64 heard_us = 0;                       // of the latest message
  bool tested = false;                    // a test_request is out
  std::map<std::string, Taken> channels;  // by name
  std::vector<std::string> first;         // of them, whose first text is due
};

struct ServiceState {
  ServiceOptions options;
  Line* line = nullptr;
  std::unique_ptr<net::Server> server;
  std::unique_ptr<access::Access> access;
  std::string token;
  LinuxClock clock;
  std::unique_ptr<metrics::Metrics> metrics;
  std::unique_ptr<metrics::Logger> logger;
  std::optional<Fault> past_failure;  // of the database; what is asked of the past is refused from then on

  Engine engine;
  std::unique_ptr<history::History> past;
  view::Desk desk;
  std::size_t samples_kept = 0;  // of the desk's, by `past`
  deribit::Memo memo;            // of channels
  std::deque<Written> written;   // received and not applied yet
  std::atomic<bool> woken{false};
  bool settling = false;
  bool ending = false;

  MethodTable methods;
  std::map<u64, Pending> pending;
  u64 last_ticket = 0;
  std::map<u64, Session> sessions;
  std::map<std::string, Channel> channels;
  std::vector<StateChange> state_changes;  // since news were sent
  bool news_timer = false;
  bool testnet = true;
  rest::Keys idempotency;
  bool mismatch = false;  // the writer's hash and ours differed
  u64 compared = 0;       // the position where they were compared last; 0: never
  Hash128 writer_hash, own_hash;
  u64 counted_slow = 0;      // readers cut off, as of the last look at the server's counts
  u64 counted_failures = 0;  // likewise, of proofs that were wrong
  std::map<std::string, std::string> reconciled;  // by account: the latest verdict
  std::unique_ptr<Worker> worker;                 // goes first: what it does uses the rest
};

// ---- calls.cpp ----
// The method of that name, or nullptr.
const api::Method* find_method(const ServiceState& s, std::string_view name);
// Checks scope and rate, calls, and answers now or later, once.
void call(ServiceState& s, const api::Method& method, const api::Caller& caller, std::string_view peer,
          const std::string& trace, api::Params& params, Finish finish);
// Those whose commands were applied.
void complete(ServiceState& s, u64 ticket, api::Submitted submitted);
void fail_pending(ServiceState& s, const api::Error& error);

// ---- follow.cpp ----
void note_past_failure(ServiceState& s, const Fault& fault);
// Applies what the writer wrote, a bounded part at a time.
void receive(ServiceState& s);
// Applies all of it, answers, and stops the server.
void finish(ServiceState& s, i64 patience_us);

// ---- samples.cpp ----
// The desk's samples of the book: those that an earlier run left, and new ones, for the next commit.
void restore_samples(ServiceState& s);
void keep_samples(ServiceState& s);

// ---- sockets.cpp, http.cpp ----
void socket_opened(ServiceState& s, std::shared_ptr<net::Socket> socket, const net::Request& request);
void socket_message(ServiceState& s, net::Socket& socket, std::string_view text);
void socket_closed(ServiceState& s, net::Socket& socket);
void http_request(ServiceState& s, const net::Request& request, net::Respond respond);
void look_after_sockets(ServiceState& s);
// Who calls; an anonymous caller if nothing was sent.  changes: the call is of scope trade or operate.
Result<api::Caller, api::Error> caller_of(ServiceState& s, const net::Request& request, bool changes);
// A browser sends a name and a secret that it remembers by itself, also for a page of somebody else's: such a
// call signs nobody in.
bool is_from_elsewhere(const net::Request& request);
constexpr std::string_view from_elsewhere = "a page of another site signs nobody in with Basic";
std::string trace_of(const net::Request& request);

// ---- watch.cpp ----
// One request that was answered: counted, and a line of the log.  code: 0 or the error's, or the HTTP status.
void note_request(ServiceState& s, std::string_view door, std::string_view method, i64 code, i64 duration_us,
                  std::string_view peer, std::string_view trace);
// A proof that was not accepted: from where, and for which key, as far as there is such a key.  authorization
// or client_id: what was sent.
void note_refused(ServiceState& s, std::string_view peer, std::string_view authorization,
                  std::string_view client_id, const api::Error& error);
// Behind every command.
void note_applied(ServiceState& s, const Command& command, const Outcome& outcome, i64 duration_us);
// A piece of work that a method was; from any thread.
void note_computed(ServiceState& s, std::string_view method, double seconds);
// An account's records against somebody else's, as lockstep/reconcile answers.
void note_reconciled(ServiceState& s, std::string_view answer);
net::Response metrics_page(ServiceState& s);

}  // namespace lockstep::service
