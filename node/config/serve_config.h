// What an operator decides about `lockstep serve`, from one TOML file.  deploy/serve.toml has every key with
// its meaning and default.  Strict: an unknown key, a wrong type or a value out of range is a fault with the
// place and what would be right, and nothing is started.
//
// LOCKSTEP_SERVE__SECTION__KEY=VALUE in the environment replaces a value of the file: a whole number, true or
// false, a [list] or a {table} as TOML writes them, anything else as text.  Keys of clients stand in the file
// only.
//
// Secrets are in files of their own (secret_file), in the environment (secret_env), or in this file (secret).
// A file with a secret must belong to this user or root, and be readable by its owner only; one that systemd
// hands over (below $CREDENTIALS_DIRECTORY) must not be readable by everybody.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "node/access/access.h"
#include "node/etcd/etcd_store.h"
#include "node/net/server.h"

namespace lockstep::config {

enum class LogLevel : u8 { debug, info, warning, error };

struct ServeConfig {
  std::string name = "lockstep";  // of this node, for people
  std::string data;               // its folder
  net::ServerOptions server;
  access::Options access;
  std::vector<access::Key> keys;

  EtcdOptions etcd;
  std::string etcd_prefix;       // empty: the log is embedded, below `data`
  i64 tick_us = 1'000'000;       // between two ticks of the log's clock
  std::string history_file;      // of the database
  u64 snapshot_every = 100'000;  // commands
  u32 snapshots_kept = 3;
  LogLevel log_level = LogLevel::info;
  bool log_json = true;
};

using Environment = std::map<std::string, std::string>;
Environment environment_of_process();

Result<ServeConfig, Fault> read_config(const std::string& path, const Environment& environment);

// For people, a line a thing, without secrets.
std::string describe(const ServeConfig& config);

}  // namespace lockstep::config
