// The server: its loop, who may connect, the sweep over what has taken too long, and how it stops.
#include "node/net/server.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <ctime>

#include "core/base/assert.h"
#include "node/net/connection.h"

namespace lockstep::net {
namespace {

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>;
using Timer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                               asio::io_context::executor_type>;

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

i64 now_us() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

i64 linger_us(const ServerOptions& options) { return std::min<i64>(options.request_timeout_us, 2'000'000); }

std::string address_key(const std::string& address) {
  error_code error;
  auto parsed = asio::ip::make_address_v6(address, error);
  if (error) return address;
  auto bytes = parsed.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), u8{0});
  return asio::ip::address_v6(bytes).to_string();
}

void later(Hub& hub, i64 delay_us, std::function<void()> work) {
  auto timer = std::make_shared<Timer>(hub.io, std::chrono::microseconds(delay_us));
  timer->async_wait([timer, work = std::move(work)](error_code error) {
    if (!error) work();
  });
}

void Hub::gone(const Peer& peer) {
  connections.erase(peer.connection);
  --counts.connections;
  auto of_address = per_address.find(address_key(peer.address));
  if (--of_address->second == 0) per_address.erase(of_address);
  if (stopping && connections.empty()) io.stop();
}

std::string_view Hub::date() {
  std::time_t now = std::time(nullptr);
  if (now != date_second_) {
    date_second_ = now;
    std::tm parts = {};
    gmtime_r(&now, &parts);
    char text[64];
    date_ = std::string(text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts));
  }
  return date_;
}

namespace {

// How often connections are looked at: timeouts are late by at most so much.
i64 sweep_interval_us(const ServerOptions& options) {
  return std::clamp<i64>(std::min(options.request_timeout_us, options.idle_timeout_us) / 8, 1'000, 1'000'000);
}

// Only HTTP/1.1 is spoken here; who insists on another protocol hears so at once: RFC 7301 section 3.2.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void*) {
  static const unsigned char ours[] = "\x08http/1.1";
  unsigned char* match = nullptr;
  if (SSL_select_next_proto(&match, chosen_size, ours, sizeof ours - 1, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *chosen = match;
  return SSL_TLSEXT_ERR_OK;
}

Result<std::unique_ptr<asio::ssl::context>, Fault> open_tls(const ServerOptions& options) {
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX* context = tls->native_handle();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context,
                      SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  error_code error;
  tls->use_certificate_chain_file(options.certificate, error);
  if (error)
    return Fault{"certificate " + options.certificate + ": cannot be read as PEM: " + error.message()};
  tls->use_private_key_file(options.private_key, asio::ssl::context::pem, error);
  if (error) {
    return Fault{"private key " + options.private_key +
                 ": cannot be read as PEM, or is not the certificate's: " + error.message()};
  }
  return tls;
}

class AsioServer final : public Server {
 public:
  AsioServer(const ServerOptions& options, Handlers handlers)
      : hub_(options, std::move(handlers)),
        acceptor_(hub_.io),
        retry_(hub_.io),
        sweep_(hub_.io),
        end_(hub_.io) {}

  Result<Done, Fault> listen();

  u16 port() const override { return port_; }
  void run() override;
  void post(std::function<void()> work) override { asio::post(hub_.io, std::move(work)); }
  void after(i64 delay_us, std::function<void()> work) override { later(hub_, delay_us, std::move(work)); }
  void stop(i64 patience_us) override;
  ServerCounts counts() const override;

 private:
  void accept();
  void on_accepted(TcpSocket socket);
  void schedule_sweep();
  void sweep();
  void wind_down(i64 patience_us);

  // Before hub_.io ends, whatever is still open holds the context: so it is declared first.
  std::unique_ptr<asio::ssl::context> tls_;
  Hub hub_;
  Acceptor acceptor_;
  Timer retry_;  // of an accept that failed
  Timer sweep_;
  Timer end_;  // of the patience
  u16 port_ = 0;
  u64 last_connection_ = 0;
};

Result<Done, Fault> AsioServer::listen() {
  const ServerOptions& options = hub_.options;
  std::string place = options.address + " port " + std::to_string(options.port);
  if (options.certificate.empty() != options.private_key.empty()) {
    return Fault{"TLS needs both a certificate and its private key"};
  }
  if (!options.certificate.empty()) {
    auto tls = open_tls(options);
    if (!tls) return tls.error();
    tls_ = std::move(tls).value();
  }
  error_code error;
  auto address = asio::ip::make_address(options.address, error);
  if (error) return Fault{"cannot listen on `" + options.address + "`: it is not an IP address"};
  asio::ip::tcp::endpoint endpoint(address, options.port);
  if (!acceptor_.open(endpoint.protocol(), error)) acceptor_.set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    FaultKind kind = error == asio::error::access_denied    ? FaultKind::permission
                     : error == asio::error::address_in_use ? FaultKind::busy
                                                            : FaultKind::other;
    return Fault{"cannot listen on " + place + ": " + error.message(), kind};
  }
  port_ = acceptor_.local_endpoint(error).port();
  return Done{};
}

void AsioServer::accept() {
  acceptor_.async_accept(hub_.io.get_executor(), [this](error_code error, TcpSocket socket) {
    if (hub_.stopping || error == asio::error::operation_aborted) return;
    if (!error) {
      on_accepted(std::move(socket));
      return accept();
    }
    // Mostly: no descriptors left.  Trying again at once would spin until some connection ends.
    ++hub_.counts.refused;
    retry_.expires_after(std::chrono::milliseconds(50));
    retry_.async_wait([this](error_code cancelled) {
      if (!cancelled && !hub_.stopping) accept();
    });
  });
}

void AsioServer::on_accepted(TcpSocket socket) {
  error_code error;
  auto endpoint = socket.remote_endpoint(error);
  if (error) return;  // it has gone already
  socket.set_option(asio::ip::tcp::no_delay(true), error);
  auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  Peer peer{++last_connection_, address.to_string(), tls_ != nullptr};
  u32& of_address = hub_.per_address[address_key(peer.address)];
  bool full = hub_.connections.size() >= hub_.options.connections_max ||
              of_address >= hub_.options.connections_per_address_max;
  if (full) {
    ++hub_.counts.refused;
    if (of_address == 0) hub_.per_address.erase(address_key(peer.address));
    return;  // closes it
  }
  ++of_address;
  ++hub_.counts.accepted;
  ++hub_.counts.connections;
  start_http(hub_, Stream(std::move(socket), tls_.get()), std::move(peer));
}

void AsioServer::schedule_sweep() {
  sweep_.expires_after(std::chrono::microseconds(sweep_interval_us(hub_.options)));
  sweep_.async_wait([this](error_code error) {
    if (!error) sweep();
  });
}

std::vector<std::shared_ptr<Connection>> all_of(const Hub& hub) {
  std::vector<std::shared_ptr<Connection>> all;  // a copy: what is done to one may remove it
  for (const auto& [number, connection] : hub.connections) all.push_back(connection);
  return all;
}

void AsioServer::sweep() {
  i64 now = now_us();
  for (const auto& connection : all_of(hub_)) connection->sweep(now);
  schedule_sweep();
}

void AsioServer::run() {
  accept();
  schedule_sweep();
  hub_.io.run();
  for (const auto& connection : all_of(hub_)) connection->abort();
}

void AsioServer::stop(i64 patience_us) {
  asio::post(hub_.io, [this, patience_us] { wind_down(patience_us); });
}

void AsioServer::wind_down(i64 patience_us) {
  i64 left_us =
      std::chrono::duration_cast<std::chrono::microseconds>(end_.expiry() - Timer::clock_type::now()).count();
  if (hub_.stopping && left_us <= patience_us) return;  // asked again: only ever sooner
  end_.expires_after(std::chrono::microseconds(patience_us));
  end_.async_wait([this](error_code error) {
    if (!error) hub_.io.stop();
  });
  if (hub_.stopping) return;
  hub_.stopping = true;
  error_code ignored;  // it listens no more either way
  acceptor_.close(ignored);
  if (hub_.connections.empty()) return hub_.io.stop();
  for (const auto& connection : all_of(hub_)) connection->wind_down();
}

ServerCounts AsioServer::counts() const { return hub_.counts; }

}  // namespace

Result<std::unique_ptr<Server>, Fault> Server::open(const ServerOptions& options, Handlers handlers) {
  LS_ASSERT(handlers.request && handlers.opened && handlers.message && handlers.closed);
  auto server = std::make_unique<AsioServer>(options, std::move(handlers));
  auto listening = server->listen();
  if (!listening) return listening.error();
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace lockstep::net
