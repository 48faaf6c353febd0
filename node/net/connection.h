// What the parts of the server share: the loop, the limits, the counts, and the connections that are open.
// Private to this module: it includes Asio.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "node/net/server.h"
#include "node/net/stream.h"

namespace lockstep::net {

// One connection; an HTTP one that becomes a WebSocket is replaced by another of the same number.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual void sweep(i64 now_us) = 0;  // called now and then: closes what has taken too long
  virtual void wind_down() = 0;        // the server stops: nothing new, finish what is under way
  virtual void abort() = 0;            // at once
};

struct Hub {
  Hub(const ServerOptions& server_options, Handlers server_handlers)
      : options(server_options), handlers(std::move(server_handlers)) {}

  asio::io_context io{1};  // first: destroyed last, after everything that uses it
  const ServerOptions options;
  const Handlers handlers;
  ServerCounts counts;
  bool stopping = false;
  std::unordered_map<u64, std::shared_ptr<Connection>> connections;
  std::unordered_map<std::string, u32> per_address;  // by address_key

  void gone(const Peer&
                peer);  // forgets the connection, which may destroy it; the last one ends a server that stops
  std::string_view date();  // "Sun, 06 Nov 1994 08:49:37 GMT", RFC 9110 section 5.6.7

 private:
  i64 date_second_ = -1;
  std::string date_;
};

// Microseconds of the clock that never steps back.
i64 now_us();

// How long a peer may take to notice that we have closed.
i64 linger_us(const ServerOptions& options);

// Whose connections are counted together: an IPv4 address, or the first 64 bits of an IPv6 one, since whoever
// has one has them all.
std::string address_key(const std::string& address);

void later(Hub& hub, i64 delay_us, std::function<void()> work);

void start_http(Hub& hub, Stream stream, Peer peer);
// Takes the connection over.  `request` asked for it.
void start_socket(Hub& hub, Stream stream, Peer peer, Request request);

}  // namespace lockstep::net
