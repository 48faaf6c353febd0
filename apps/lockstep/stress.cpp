// `lockstep stress`: the whole book after shocks.  Asked of a copy; nothing is written but the picture.
#include <algorithm>

#include "apps/lockstep/options.h"
#include "apps/lockstep/replay.h"
#include "apps/lockstep/source.h"
#include "apps/lockstep/stress_report.h"
#include "apps/lockstep/terminal.h"
#include "node/io/linux_disk.h"
#include "node/rules/decimal.h"

namespace lockstep {
namespace {

constexpr Rate together_max = Rate::from_raw(5 * rate_one);

Result<stress::LadderOptions, std::string> ladder_options(const StressOptions& options) {
  stress::LadderOptions out;
  out.steps = stress::usual_steps();
  if (!options.steps.empty()) {
    const auto bad = [](Rate step) { return step <= Rate{} || step >= Rate::from_raw(rate_one); };
    const bool read = parse_moves(options.steps, out.steps);
    if (!read || std::any_of(out.steps.begin(), out.steps.end(), bad)) {
      return "--steps takes sizes above 0 and below 100 %, such as \"5 10 20 %\", not \"" + options.steps +
             "\"";
    }
  }
  if (options.together.empty()) return out;
  Rate together;
  if (!parse_factor(options.together, together) || together < -together_max || together > together_max) {
    return "--together takes a number from -5 to 5, such as 0.8, not \"" + options.together + "\"";
  }
  out.together = together;
  return out;
}

Result<std::optional<stress::Procyclicality>, Fault> margin_over_time(const StressOptions& options,
                                                                      Duration every, u64 end) {
  LinuxDisk disk;
  stress::MarginHistory history(every);
  Progress progress;
  const Result<Done, Fault> done = watch_log(disk, options.of.log, options.of.at, [&](Engine& engine) {
    history.look(engine);
    if (progress.due())
      progress.draw(static_cast<double>(engine.state.position) / static_cast<double>(end),
                    engine.state.position, "commands");
  });
  progress.clear();
  if (!done) return done.error();
  return stress::procyclicality(history.samples());
}

Result<Done, Fault> write_picture(const std::string& path, const std::string& text) {
  LinuxDisk disk;
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash);
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  return replace_file(disk, folder, name, Bytes(text.begin(), text.end()));
}

}  // namespace

int stress_verb(const StressOptions& options) {
  const Result<stress::LadderOptions, std::string> ladders = ladder_options(options);
  if (!ladders) return unusable(ladders.error());
  Duration every;
  if (!parse_span(options.every, every) || every <= Duration{}) {
    return unusable("--every takes " + std::string(forms::span) + ", not \"" + options.every + "\"");
  }
  const Result<std::unique_ptr<Engine>, Fault> opened = open_accounts(options.of);
  if (!opened) return unusable(opened.error());
  Engine& engine = *opened.value();
  const State& state = engine.state;

  StressReport report;
  report.ladders = stress::liquidation_ladders(state, ladders.value());
  report.shocks = stress::fund_results(state, stress::usual_shocks(state));
  report.concentrations = stress::concentrations(state);
  report.leverage = stress::leverage_report(engine);
  report.history = options.history;
  if (options.history) {
    Result<std::optional<stress::Procyclicality>, Fault> margin =
        margin_over_time(options, every, state.position);
    if (!margin) return unusable(margin.error());
    report.margin = margin.value();
  }
  if (!options.svg.empty()) {
    const Result<Done, Fault> written =
        write_picture(options.svg, stress_picture(state, report, options.limit));
    if (!written) return unusable(written.error());
  }
  if (options.of.json) {
    print_line(stress_json(state, report));
  } else {
    print(stress_text(state, report, options.limit));
  }
  return exit_success;
}

}  // namespace lockstep
