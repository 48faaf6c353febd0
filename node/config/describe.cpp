#include "node/config/serve_config.h"
#include "node/rules/decimal_text.h"

namespace lockstep::config {
namespace {

std::string networks(const std::vector<access::Network>& list) {
  if (list.empty()) return "anywhere";
  std::string text;
  for (const access::Network& network : list) text += (text.empty() ? "" : ", ") + access::to_text(network);
  return text;
}

std::string limit(const access::RateLimit& limit) {
  return std::to_string(limit.count) + " a second, " + std::to_string(limit.burst) + " at once";
}

std::string span(i64 us) { return span_text(Duration::from_raw(us)); }

std::string scopes(const access::Scopes& scopes) {
  std::string text;
  if (scopes.read) text += " read";
  if (scopes.simulate) text += " simulate";
  if (scopes.trade) text += " trade";
  if (scopes.operate) text += " operate";
  return text.empty() ? " nothing" : text;
}

std::string line(std::string name, const std::string& text) {
  name.resize(std::max<std::size_t>(name.size() + 1, 12), ' ');
  return name + text + "\n";
}

std::string key_text(const access::Key& key) {
  std::string text = key.kind == access::Key::Kind::hmac ? "HMAC" : "Ed25519";
  text += key.party.empty() ? ", everybody's accounts" : ", accounts of " + key.party;
  text += ", may" + scopes(key.scopes) + ", from " + networks(key.allow);
  if (key.reads) text += "; looks " + limit(*key.reads);
  if (key.trades) text += "; changes " + limit(*key.trades);
  return text;
}

}  // namespace

std::string describe(const ServeConfig& config) {
  const net::ServerOptions& server = config.server;
  const bool ipv6 = server.address.find(':') != std::string::npos;
  std::string text = line("name", config.name) + line("data", config.data);
  text += line("server", std::string(server.certificate.empty() ? "http" : "https") + "://" +
                             (ipv6 ? "[" + server.address + "]" : server.address) + ":" +
                             std::to_string(server.port) + ", from " + networks(config.access.allow));
  std::string members;
  for (const std::string& member : config.etcd.members) members += (members.empty() ? "" : ",") + member;
  text += line("log", config.etcd_prefix.empty() ? "embedded" : "etcd://" + members + config.etcd_prefix);
  text += line("clock", "a tick every " + span(config.tick_us));
  text += line("history", config.history_file);
  text += line("snapshots", "every " + std::to_string(config.snapshot_every) + " commands, the newest " +
                                std::to_string(config.snapshots_kept) + " are kept");
  constexpr const char* levels[] = {"debug", "info", "warning", "error"};
  text += line("logging", std::string(levels[static_cast<std::size_t>(config.log_level)]) + ", " +
                              (config.log_json ? "json" : "text"));
  text += line("reads", limit(config.access.reads));
  text += line("trades", limit(config.access.trades));
  text += line("anonymous", limit(config.access.anonymous));
  text += line("failures", std::to_string(config.access.failures.count) + " a minute");
  text += line("window", span(config.access.window_us) + " either side");
  text += line("tokens", span(config.access.access_token_us) + ", refreshed for " +
                             span(config.access.refresh_token_us));
  for (const access::Key& key : config.keys) text += line("key " + key.id, key_text(key));
  return text;
}

}  // namespace lockstep::config
