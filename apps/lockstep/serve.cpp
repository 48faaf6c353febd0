// `lockstep serve`: a node whose commands come through the service, in the order of their arrival, at the
// time of this machine's clock.
#include <thread>

#include "apps/lockstep/hosted.h"
#include "apps/lockstep/options.h"
#include "apps/lockstep/options_serve.h"
#include "apps/lockstep/terminal.h"
#include "node/config/serve_config.h"
#include "node/io/linux_disk.h"
#include "node/io/notify.h"
#include "node/json/json.h"

namespace lockstep {
namespace {

metrics::Level level_of(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::debug: return metrics::Level::debug;
    case config::LogLevel::info: return metrics::Level::info;
    case config::LogLevel::warning: return metrics::Level::warning;
    case config::LogLevel::error: break;
  }
  return metrics::Level::error;
}

service::ServiceOptions service_options(const config::ServeConfig& config) {
  service::ServiceOptions options;
  options.server = config.server;
  options.access = config.access;
  options.keys = config.keys;
  options.source.kind = "serve";
  options.source.name = config.name;
  options.source.running = true;
  options.history = config.history_file;
  options.logging.level = level_of(config.log_level);
  options.logging.json = config.log_json;
  return options;
}

std::string url_of(const config::ServeConfig& config, u16 port) {
  const bool is_v6 = config.server.address.find(':') != std::string::npos;
  const std::string host = is_v6 ? "[" + config.server.address + "]" : config.server.address;
  return (config.server.certificate.empty() ? "http://" : "https://") + host + ":" + std::to_string(port);
}

void say_ready(const ServeOptions& options, const std::string& url, const Node& node) {
  const Recovered& recovered = node.recovered;
  if (options.json) {
    Json json;
    json.begin_object()
        .field("kind", "service")
        .field("url", url)
        .field("position", node.engine.state.position);
    json.key("warnings").begin_array();
    for (const std::string& warning : recovered.warnings) json.text(warning);
    return print_line(json.end_array().end_object().str());
  }
  for (const std::string& warning : recovered.warnings) print_line("warning: " + warning);
  print_line("serving    " + url + "   at position " + std::to_string(node.engine.state.position));
}

// The watchdog hears of us only as long as the writer's loop turns.
Result<Done, Fault> serve(const ServeOptions& options, const config::ServeConfig& config, Node& node,
                          Hosted& hosted) {
  const Notifier notifier;
  if (Result<Done, Fault> done = hosted.start(node); !done) return done;
  const std::string url = url_of(config, hosted.service().port());
  say_ready(options, url, node);
  notifier.ready("serving " + url);
  LinuxClock clock;
  service::KeepOptions keep;
  keep.tick_us = config.tick_us;
  keep.snapshot_every = config.snapshot_every;
  i64 told_us = clock.monotonic_us();
  keep.between = [&] {
    if (asked_to_stop()) {
      notifier.stopping();
      hosted.line().stop();
    }
    if (notifier.watchdog_us() == 0 || clock.monotonic_us() - told_us < notifier.watchdog_us() / 2) return;
    told_us = clock.monotonic_us();
    notifier.alive();
  };
  const Result<Done, Fault> kept = service::keep(node, hosted.line(), clock, keep);
  if (!kept) hosted.line().fail(kept.error());
  hosted.stop();
  return kept;
}

}  // namespace

int serve_verb(const ServeOptions& options) {
  const Result<config::ServeConfig, Fault> read =
      config::read_config(options.config, config::environment_of_process());
  if (!read) return unusable(read.error());
  const config::ServeConfig& config = read.value();
  if (options.check) {
    print(config::describe(config));
    return exit_success;
  }
  stop_on_signals();
  LinuxDisk disk;
  NodeOptions node_options;
  node_options.folder = config.data;
  node_options.prefix = config.etcd_prefix;
  node_options.etcd = config.etcd;
  node_options.snapshots_kept = config.snapshots_kept;
  Result<std::unique_ptr<Node>, Fault> node = open_node(disk, node_options);
  if (!node) return unusable(node.error());
  Result<std::unique_ptr<Hosted>, Fault> hosted = Hosted::open(service_options(config));
  if (!hosted) return unusable(hosted.error());
  const Result<Done, Fault> served = serve(options, config, *node.value(), *hosted.value());
  if (!served) return unusable(served.error());
  print_line("state " + to_hex(state_hash(node.value()->engine)) + " at " +
             std::to_string(node.value()->engine.state.position));
  return exit_success;
}

}  // namespace lockstep
