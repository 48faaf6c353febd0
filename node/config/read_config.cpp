#include <unistd.h>

#include <algorithm>

#include "node/config/overrides.h"
#include "node/config/private_file.h"
#include "node/config/serve_config.h"
#include "node/config/table.h"
#include "node/io/linux_disk.h"

namespace lockstep::config {
namespace {

constexpr i64 second_us = 1'000'000;
constexpr i64 day_us = 86'400 * second_us;

// What the sections need besides their table.
struct Reading {
  Form form;
  const Environment& environment;
  bool has_secret = false;  // the file itself
};

std::vector<access::Network> read_networks(Table& table, std::string_view key, Form& form) {
  std::vector<access::Network> out;
  for (const TomlNode* item : table.texts(key, "an address or a network")) {
    const Result<access::Network, std::string> network = access::parse_network(item->text);
    if (network) {
      out.push_back(network.value());
    } else {
      form.fail(*item, std::string(key) + " must be " + network.error() + ", not \"" + item->text + "\"");
    }
  }
  return out;
}

// { per_second = 100, burst = 500 }
void read_limit(Table& parent, std::string_view key, access::RateLimit& out) {
  Table table = parent.table(key);
  table.integer("per_second", out.count, 1, 1'000'000);
  table.integer("burst", out.burst, 1, 1'000'000);
  out.period_us = second_us;
  table.done();
}

// A file that must be there and, if it is a secret, nobody else's.
void check_file(Table& table, std::string_view key, const std::string& path, bool is_secret,
                Reading& reading) {
  if (path.empty() || !reading.form.ok()) return;
  if (::access(path.c_str(), R_OK) != 0)
    return table.fail(key, "must be a file that can be read, not " + path);
  if (!is_secret) return;
  const Result<Done, Fault> is_private = check_private(path, reading.environment);
  if (!is_private) table.fail(key, "cannot be used: " + is_private.error().what);
}

void need_both(Table& table, const std::string& certificate, const std::string& private_key) {
  if (certificate.empty() && !private_key.empty()) table.fail("private_key", "needs certificate, too");
  if (!certificate.empty() && private_key.empty()) table.fail("certificate", "needs private_key, too");
}

bool is_loopback(const access::Address& address) {
  const access::Network loopback = access::parse_network("127.0.0.0/8").value();
  return access::contains(loopback, address) ||
         access::contains(access::parse_network("::1").value(), address);
}

void read_server(Table table, ServeConfig& config, Reading& reading) {
  net::ServerOptions& server = config.server;
  server.port = 8087;
  bool insecure = false;
  table.text("address", server.address);
  table.integer("port", server.port, 0, 65'535);
  table.text("certificate", server.certificate);
  table.text("private_key", server.private_key);
  table.flag("insecure", insecure);
  config.access.allow = read_networks(table, "allow", reading.form);
  table.integer("connections", server.connections_max, 1, 1'000'000);
  table.integer("connections_per_address", server.connections_per_address_max, 1, 1'000'000);
  table.integer("header_size", server.header_size_max, 1 << 10, 1 << 20);
  table.integer("body_size", server.body_size_max, 1 << 10, 64 << 20);
  table.integer("message_size", server.message_size_max, 1 << 10, 64 << 20);
  table.integer("queue_size", server.queue_size_max, 64 << 10, 1 << 30);
  table.span("request_timeout", server.request_timeout_us, second_us, 3'600 * second_us);
  table.span("idle_timeout", server.idle_timeout_us, second_us, 3'600 * second_us);
  table.done();

  access::Address address;
  if (!access::parse_address(server.address, address)) {
    return table.fail("address",
                      "must be an address such as \"127.0.0.1\" or \"::\", not \"" + server.address + "\"");
  }
  need_both(table, server.certificate, server.private_key);
  check_file(table, "certificate", server.certificate, false, reading);
  check_file(table, "private_key", server.private_key, true, reading);
  if (!is_loopback(address) && server.certificate.empty() && !insecure) {
    table.fail("address", server.address +
                              " can be reached from other machines, and without certificate and private_key "
                              "everything on the way can be read; give both, or insecure = true");
  }
}

void read_access(Table table, access::Options& access) {
  table.span("timestamp_window", access.window_us, second_us, 600 * second_us);
  table.span("access_token", access.access_token_us, 10 * second_us, 30 * day_us);
  table.span("refresh_token", access.refresh_token_us, 10 * second_us, 365 * day_us);
  table.integer("failures_per_minute", access.failures.count, 1, 1'000'000);
  access.failures.burst = access.failures.count;
  read_limit(table, "reads", access.reads);
  read_limit(table, "trades", access.trades);
  read_limit(table, "anonymous", access.anonymous);
  table.done();
}

// One of KEY, KEY_file and KEY_env.  Leaves `out` empty if there is none, or if it is wrong.
void read_secret_of(Table& table, const std::string& key, Reading& reading, std::string& out) {
  std::string file, variable;
  table.text(key, out);
  table.text(key + "_file", file);
  table.text(key + "_env", variable);
  reading.has_secret |= !out.empty();
  if (!reading.form.ok()) return;
  if ((out.empty() ? 0 : 1) + (file.empty() ? 0 : 1) + (variable.empty() ? 0 : 1) > 1) {
    return table.fail(key, "must be given once: as " + key + ", " + key + "_file or " + key + "_env");
  }
  if (!file.empty()) {
    const Result<std::string, Fault> text = read_secret(file, reading.environment);
    if (!text) return table.fail(key + "_file", "cannot be used: " + text.error().what);
    out = text.value();
  }
  if (!variable.empty()) {
    const auto found = reading.environment.find(variable);
    if (found == reading.environment.end() || found->second.empty()) {
      return table.fail(key + "_env", "must name a variable that is set; " + variable + " is not");
    }
    out = found->second;
  }
}

void read_log(Table table, ServeConfig& config, Reading& reading) {
  std::string address;
  EtcdOptions& etcd = config.etcd;
  table.text("etcd", address);
  table.text("ca", etcd.ca);
  table.text("certificate", etcd.certificate);
  table.text("private_key", etcd.key);
  table.text("user", etcd.user);
  read_secret_of(table, "password", reading, etcd.password);
  table.done();
  if (!reading.form.ok()) return;
  if (address.empty()) {
    for (const char* key :
         {"ca", "certificate", "private_key", "user", "password", "password_file", "password_env"}) {
      if (table.has(key)) table.fail(key, "is about a log on etcd, and etcd is not given");
    }
    return;
  }
  const Result<EtcdAddress, Fault> parsed = parse_etcd_address(address);
  if (!parsed) {
    return table.fail(
        "etcd", "must be an address such as etcd://host1:2379,host2:2379/lockstep, not \"" + address + "\"");
  }
  etcd.members = parsed.value().members;
  config.etcd_prefix = parsed.value().prefix;
  need_both(table, etcd.certificate, etcd.key);
  if (!etcd.certificate.empty() && etcd.ca.empty()) table.fail("certificate", "needs ca");
  if (etcd.user.empty() != etcd.password.empty()) table.fail("user", "and a password must be given together");
  check_file(table, "ca", etcd.ca, false, reading);
  check_file(table, "certificate", etcd.certificate, false, reading);
  check_file(table, "private_key", etcd.key, true, reading);
}

void read_proof(Table& table, access::Key& key, Reading& reading) {
  std::string public_key;
  table.text("public_key", public_key);
  read_secret_of(table, "secret", reading, key.secret);
  if (!reading.form.ok()) return;
  if (public_key.empty() == key.secret.empty()) {
    return table.fail("id", "needs one proof: secret, secret_file, secret_env or public_key");
  }
  if (public_key.empty()) {
    if (access::is_secret(key.secret)) return;
    for (const char* name : {"secret", "secret_file", "secret_env"}) {
      if (!table.has(name)) continue;
      return table.fail(name,
                        "must hold 16 to 256 printable characters without blanks, as "
                        "`openssl rand -hex 32` makes them");
    }
  }
  key.kind = access::Key::Kind::ed25519;
  if (!access::parse_public_key(public_key, key.public_key)) {
    table.fail("public_key", "must be the base64 line that `openssl pkey -pubout` prints for an Ed25519 key");
  }
}

access::Key read_key(Table table, const access::Options& all, Reading& reading) {
  access::Key key;
  table.text("id", key.id);
  table.text("party", key.party);
  table.text("account", key.account);
  for (const TomlNode* word : table.texts("scopes", "read, simulate, trade or operate")) {
    if (access::add_scope(word->text, key.scopes)) continue;
    reading.form.fail(*word, "scopes must be read, simulate, trade or operate, not \"" + word->text + "\"");
  }
  key.allow = read_networks(table, "allow", reading.form);
  const bool own_reads = table.has("reads");
  const bool own_trades = table.has("trades");
  access::RateLimit reads = all.reads;
  access::RateLimit trades = all.trades;
  read_limit(table, "reads", reads);
  read_limit(table, "trades", trades);
  if (own_reads) key.reads = reads;
  if (own_trades) key.trades = trades;
  if (!access::is_key_id(key.id)) table.fail("id", "must be 1 to 64 of the characters A-Z a-z 0-9 _ . -");
  if (!table.has("scopes")) table.fail("scopes", "must be a list of read, simulate, trade and operate");
  if (key.party.empty() && !key.scopes.operate) {
    table.fail("party", "must be given: without it a key sees nobody's accounts, unless it may operate");
  }
  read_proof(table, key, reading);
  table.done();
  return key;
}

void read_keys(const TomlNode* list, ServeConfig& config, Reading& reading) {
  if (list == nullptr) return;
  for (const TomlNode& node : list->children) {
    if (node.kind != TomlKind::table) {
      return reading.form.fail(node, std::string("keys must be tables, [[keys]], not ") + to_text(node.kind));
    }
    access::Key key = read_key(Table(&node, "a key", reading.form), config.access, reading);
    const bool is_known = std::any_of(config.keys.begin(), config.keys.end(),
                                      [&](const access::Key& other) { return other.id == key.id; });
    if (is_known) reading.form.fail(node, "id \"" + key.id + "\" is that of another key, too");
    config.keys.push_back(std::move(key));
  }
}

template <class T>
void read_word(Table& table, std::string_view key, const std::vector<std::pair<std::string_view, T>>& words,
               T& out) {
  std::string text;
  table.text(key, text);
  if (text.empty()) return;
  std::string names;
  for (const auto& [word, value] : words) {
    if (word == text) {
      out = value;
      return;
    }
    names += (names.empty() ? "" : ", ") + std::string(word);
  }
  table.fail(key, "must be one of " + names + ", not \"" + text + "\"");
}

void read_rest(Table& root, ServeConfig& config) {
  Table clock = root.table("clock");
  clock.span("tick", config.tick_us, 10'000, 3'600 * second_us);
  clock.done();
  Table history = root.table("history");
  history.text("file", config.history_file);
  history.done();
  Table snapshots = root.table("snapshots");
  snapshots.integer("every", config.snapshot_every, 1'000, 1'000'000'000);
  snapshots.integer("kept", config.snapshots_kept, 1, 1'000);
  snapshots.done();
  Table logging = root.table("logging");
  read_word<LogLevel>(logging, "level",
                      {{"debug", LogLevel::debug},
                       {"info", LogLevel::info},
                       {"warning", LogLevel::warning},
                       {"error", LogLevel::error}},
                      config.log_level);
  read_word<bool>(logging, "format", {{"json", true}, {"text", false}}, config.log_json);
  logging.done();
}

}  // namespace

Environment environment_of_process() {
  Environment out;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) out[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return out;
}

Result<ServeConfig, Fault> read_config(const std::string& path, const Environment& environment) {
  LinuxDisk disk;
  const Result<Bytes, Fault> bytes = read_file(disk, path, 4 << 20);
  if (!bytes) return bytes.error();
  Result<TomlNode, Fault> tree = parse_toml(std::string(bytes.value().begin(), bytes.value().end()), path);
  if (!tree) return tree.error();
  TomlNode root = std::move(tree).value();
  const Result<Done, Fault> overridden = override_by(environment, root);
  if (!overridden) return overridden.error();

  ServeConfig config;
  Reading reading{Form(path), environment};
  Table table(&root, "the file", reading.form);
  table.text("data", config.data);
  table.text("name", config.name);
  read_server(table.table("server"), config, reading);
  read_access(table.table("access"), config.access);
  read_log(table.table("log"), config, reading);
  read_rest(table, config);
  read_keys(table.find("keys", TomlKind::array, "tables, [[keys]]"), config, reading);
  table.done();
  if (config.data.empty()) table.fail("data", "must be given: the folder of this node");
  if (!reading.form.ok()) return reading.form.fault();
  if (config.history_file.empty()) config.history_file = config.data + "/history.sqlite";
  if (reading.has_secret) {
    const Result<Done, Fault> is_private = check_private(path, environment);
    if (!is_private) return is_private.error();
  }
  return config;
}

}  // namespace lockstep::config
