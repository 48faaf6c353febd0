// `lockstep serve` on the command line.
#include "apps/lockstep/arguments_parts.h"

namespace lockstep {
namespace {

constexpr char serve_more[] =
    "One process and one port for JSON-RPC over WebSocket and HTTP, REST, metrics and the dashboard, on a\n"
    "data folder that may be empty or that a run has left. SIGTERM ends it: what was acknowledged is in the\n"
    "log. deploy/serve.toml has every key of the configuration; docs/operations.md says the rest.\n"
    "\n"
    "  lockstep serve --config deploy/serve.toml --check-config\n"
    "  lockstep serve --config deploy/serve.toml";

}  // namespace

void add_serve(CLI::App& app, ServeOptions& options, int& result) {
  CLI::App* verb = add_verb(app, "serve", "the service: API and dashboard on a node of one's own", serve_more,
                            options.json);
  verb->add_option("--config", options.config, "the configuration, a TOML file")->required();
  verb->add_flag("--check-config", options.check, "read it, say what it means, and stop");
  verb->callback([&options, &result] { result = serve_verb(options); });
}

}  // namespace lockstep
