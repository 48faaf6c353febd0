// What the files that declare verbs share; private to the command line.
#pragma once

#include <CLI/CLI.hpp>

#include "apps/lockstep/options_backtest.h"
#include "apps/lockstep/options_calibrate.h"
#include "apps/lockstep/options_serve.h"
#include "apps/lockstep/options_surface.h"
#include "apps/lockstep/options_sync.h"

namespace lockstep {

// what: one line for the list of verbs.  more: behind the options of the verb's own help.
CLI::App* add_verb(CLI::App& app, const char* name, const char* what, const char* more, bool& json);
void add_etcd(CLI::App& verb, EtcdArguments& etcd);
void add_feed(CLI::App& verb, RunOptions& feed);

struct RulebookArguments {
  RulebookOptions rulebook;
  PreviewOptions preview;
  RulebookShowOptions show;
  EpochsOptions epochs;
};
// The verbs about rulebooks; what they return goes to `result`.
void add_rulebook_verbs(CLI::App& app, RulebookArguments& arguments, int& result);

struct SyncArguments {
  SimClusterOptions sim;
  SimCascadeOptions cascade;
  ReplicaVerbOptions replica;
  ClusterUpOptions up;
  ClusterStatusOptions status;
  OperateOptions operate;
  OutputsOptions outputs;
  ShadowOptions shadow;
};
// The verbs about clusters; what they return goes to `result`.
void add_sync_verbs(CLI::App& app, SyncArguments& arguments, int& result);
void add_backtest(CLI::App& app, BacktestOptions& options, int& result);
void add_calibrate(CLI::App& app, CalibrateOptions& options, int& result);

void add_serve(CLI::App& app, ServeOptions& options, int& result);
void add_surface(CLI::App& app, SurfaceOptions& options, int& result);

}  // namespace lockstep
