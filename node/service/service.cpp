#include "node/service/service.h"

#include "core/wire/codec.h"
#include "node/history/fill.h"
#include "node/service/channels.h"
#include "node/service/methods.h"
#include "node/service/state.h"

namespace lockstep::service {
namespace {

void add_methods(ServiceState& s, std::vector<api::Method> all) {
  for (api::Method& method : all) {
    const std::string name = method.name;
    const bool is_new = s.methods.emplace(name, std::move(method)).second;
    LS_ASSERT(is_new);
  }
}

net::Handlers handlers_of(ServiceState& s) {
  net::Handlers handlers;
  handlers.request = [&s](const net::Request& request, net::Respond respond) {
    http_request(s, request, std::move(respond));
  };
  handlers.opened = [&s](std::shared_ptr<net::Socket> socket, const net::Request& request) {
    socket_opened(s, std::move(socket), request);
  };
  handlers.message = [&s](net::Socket& socket, std::string_view text) { socket_message(s, socket, text); };
  handlers.closed = [&s](net::Socket& socket) { socket_closed(s, socket); };
  return handlers;
}

}  // namespace

Service::Service(std::unique_ptr<ServiceState> state) : state_(std::move(state)) {}
Service::~Service() = default;

Result<std::unique_ptr<Service>, Fault> Service::open(const ServiceOptions& options, Line& line) {
  auto state = std::make_unique<ServiceState>();
  ServiceState& s = *state;
  s.options = options;
  s.line = &line;
  s.desk.source = options.source;
  s.testnet = options.source.kind != "serve";
  s.access = std::make_unique<access::Access>(options.access, options.keys, s.clock.wall_us());
  const auto keep_label = [&s](AccountId account, OrderId order, Time at, const std::string& label) {
    s.past->keep_label(account, order, at, label);
  };
  add_methods(s, methods(s.desk, options.source.allows_market_moves, keep_label));
  Result<std::unique_ptr<net::Server>, Fault> server = net::Server::open(options.server, handlers_of(s));
  if (!server) return server.error();
  s.server = std::move(server).value();
  s.worker = std::make_unique<Worker>();
  s.metrics = metrics::Metrics::make(options.version, build_in_use->newest, schema_version);
  Result<std::unique_ptr<metrics::Logger>, Fault> logger = metrics::Logger::open(options.logging);
  if (!logger) return logger.error();
  s.logger = std::move(logger).value();
  // Woken once for however much is published until it looks.
  line.wake = [&s] {
    if (!s.woken.exchange(true)) s.server->post([&s] { receive(s); });
  };
  const std::string& trusted = options.trusted_token_by;
  if (!trusted.empty()) s.token = s.access->issue(trusted, s.clock.wall_us()).access_token;
  return std::make_unique<Service>(std::move(state));
}

metrics::Metrics& Service::metrics() { return *state_->metrics; }
u16 Service::port() const { return state_->server->port(); }
const std::string& Service::token() const { return state_->token; }

Result<Done, Fault> Service::follow(Node& node) {
  ServiceState& s = *state_;
  std::string identity;
  if (node.options.prefix.empty()) {
    Result<std::string, Fault> read = history::log_identity(*node.log);
    if (!read) return read.error();
    identity = std::move(read).value();
  }
  Result<std::unique_ptr<history::History>, Fault> past =
      history::History::open(node.options.prefix.empty() ? s.options.history : "", identity);
  if (!past) return past.error();
  s.past = std::move(past).value();
  s.memo.past = s.past.get();
  if (node.options.prefix.empty() && node.engine.state.position != 0) {
    Result<history::Filled, Fault> filled =
        history::fill_from_log(*node.disk, node.options.folder, *s.past, s.engine);
    if (!filled) return filled.error();
    node.recovered.warnings.insert(node.recovered.warnings.end(), filled.value().warnings.begin(),
                                   filled.value().warnings.end());
  } else {
    Bytes bytes;
    save(node.engine, bytes);
    const bool restored = restore(bytes, s.engine);
    LS_ASSERT(restored);
    if (!node.options.prefix.empty() && node.engine.state.position != 0) {
      node.recovered.warnings.push_back(
          "the past of a log on etcd is known from this start on only: orders, trades and log rows "
          "before position " +
          std::to_string(node.engine.state.position) + " are not shown");
    }
  }
  LS_ASSERT(state_hash(s.engine) == state_hash(node.engine));
  restore_samples(s);
  return Done{};
}

void Service::run() {
  ServiceState& s = *state_;
  look_after_sockets(s);
  s.logger->write(metrics::Level::info, "started",
                  {{"address", s.options.server.address},
                   {"port", u32{s.server->port()}},
                   {"tls", !s.options.server.certificate.empty()},
                   {"position", s.engine.state.position}});
  s.server->run();
  s.logger->write(metrics::Level::info, "stopped", {{"position", s.engine.state.position}});
}

void Service::add_key(access::Key key) {
  ServiceState& s = *state_;
  s.server->post([&s, key = std::move(key)] { s.access->add(key); });
}

void Service::feed_is_over() {
  ServiceState& s = *state_;
  s.server->post([&s] { s.desk.source.running = false; });
}

void Service::stop() {
  ServiceState& s = *state_;
  s.server->post([&s] { finish(s, 2'000'000); });
}

}  // namespace lockstep::service
