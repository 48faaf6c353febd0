// One port for everything people and programs ask: HTTP, WebSocket and, with a certificate, TLS.  Knows
// nothing of what is asked; it moves texts, and it is where a hostile or slow peer meets limits: on sizes, on
// time, on connections, on what is queued for a reader that does not read.
//
// One thread.  run() is that thread's loop; handlers, responses, timers and posted functions all run in it.
// Only post() and stop() may be called from another.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/int.h"
#include "core/base/result.h"
#include "node/io/fault.h"

namespace lockstep::net {

struct ServerOptions {
  std::string address = "127.0.0.1";
  u16 port = 0;             // 0: any that is free
  std::string certificate;  // PEM files; empty: no TLS
  std::string private_key;
  std::string socket_path = "/ws/api/v2";  // where a WebSocket may be opened

  std::size_t header_size_max = 16 << 10;  // 431
  std::size_t body_size_max = 4 << 20;     // 413
  std::size_t message_size_max = 1 << 20;  // of a WebSocket; closed with 1009
  std::size_t queue_size_max = 4 << 20;    // bytes that wait for one reader; see Socket::send
  u32 connections_max = 4'096;
  u32 connections_per_address_max = 2'048;
  i64 request_timeout_us = 10'000'000;  // from the first byte of a request to its last; TLS handshakes too
  i64 idle_timeout_us = 60'000'000;     // between requests; a WebSocket is pinged, and closed at twice this
};

struct Peer {
  u64 connection = 0;   // unique in this process
  std::string address;  // "127.0.0.1"
  bool tls = false;
};

struct Request {
  Peer peer;
  std::string method;                                        // "GET"
  std::string target;                                        // as it was sent: what a signature is over
  std::string path;                                          // the target up to "?", not decoded
  std::string query;                                         // behind it
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string_view header(std::string_view name) const;  // empty: not sent
};

struct Response {
  u16 status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

// Answers one request, once, now or later, in the server's thread; does nothing when its connection is gone,
// or the server.  Responses of one connection leave in the order of its requests.  Date, Server,
// Content-Length and Connection are added; control characters in a header become spaces.
using Respond = std::function<void(Response)>;

// A WebSocket that is open.  What is sent is queued and written as fast as the peer reads.  Only for the
// server's thread.  May be kept: when it is closed, or the server is gone, its functions do nothing.
class Socket {
 public:
  virtual ~Socket() = default;
  virtual const Peer& peer() const = 0;
  // Always in order.  When more than queue_size_max would wait, the socket is closed with 1013 instead: the
  // peer then knows that it has missed something.
  virtual void send(std::string text) = 0;
  // As send, but while an earlier text of the same key still waits to be written, the new one replaces it,
  // at the earlier one's place: for what only its latest matters of.
  virtual void send_latest(const std::string& key, std::string text) = 0;
  virtual std::size_t queued() const = 0;  // bytes, with a little for each text
  // Behind what is queued.  What comes from the peer after that is not heard any more.
  virtual void close(u16 code, std::string_view reason) = 0;
};

struct Handlers {
  std::function<void(const Request&, Respond)> request;
  std::function<void(std::shared_ptr<Socket>, const Request&)> opened;  // the request that opened it
  std::function<void(Socket&, std::string_view)> message;
  std::function<void(Socket&)> closed;  // the last that is heard of it
};

// What was turned away, and what is there: for metrics.  `refused` connections were over a limit, `timed_out`
// took too long for a handshake or a request or were silent as WebSockets, `malformed` sent what is not HTTP,
// WebSocket or TLS, `oversized` more than allowed at once, `slow` did not read what they were sent.
struct ServerCounts {
  u64 connections = 0;  // open now
  u64 sockets = 0;      // of them, WebSockets
  u64 accepted = 0, refused = 0, timed_out = 0, malformed = 0, oversized = 0, slow = 0;
};

class Server {
 public:
  virtual ~Server() = default;
  // Listens; faults: address or port cannot be used, certificate or key cannot be read.
  static Result<std::unique_ptr<Server>, Fault> open(const ServerOptions& options, Handlers handlers);

  virtual u16 port() const = 0;
  virtual void run() = 0;  // until stopped
  virtual void post(std::function<void()> work) = 0;
  virtual void after(i64 delay_us, std::function<void()> work) = 0;
  // Listens no more, lets what is under way be answered, closes WebSockets with 1001, and lets run() return
  // after at most so long.
  virtual void stop(i64 patience_us) = 0;
  virtual ServerCounts counts() const = 0;
};

}  // namespace lockstep::net
