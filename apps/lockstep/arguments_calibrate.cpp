// The verb that makes parameters.
#include "apps/lockstep/arguments_parts.h"

namespace lockstep {
namespace {

constexpr char calibrate_more[] =
    "Walks through recorded prices and option chains as a calibrator does beside a node: what lies before "
    "--from\n"
    "is only watched, then every hour is evaluated, and parameters are published under their speed limits. "
    "A\n"
    "line per rulebook that was published, then what it was like to live under them. With --log the result "
    "is\n"
    "shown to a book: whom it would push under, and whether the gate lets it pass. docs/calibration.md\n"
    "\n"
    "  lockstep calibrate --data DIR\n"
    "  lockstep calibrate --data DIR --from 2026-02-01 --to 2026-02-07 --explain\n"
    "  lockstep calibrate --data DIR --state calibrator.state --write next.toml --log node";

}  // namespace

void add_calibrate(CLI::App& app, CalibrateOptions& o, int& result) {
  CLI::App* verb = add_verb(app, "calibrate", "parameters from recorded markets", calibrate_more, o.json);
  verb->add_option("--data", o.data, "folder of recorded prices and chains")->required();
  verb->add_option("--from", o.from, "UTC; the data says from when by itself");
  verb->add_option("--to", o.to, "UTC; to the end of the data");
  verb->add_option("--rulebook", o.rulebook, "in force at the beginning (lockstep.toml)");
  verb->add_option("--state", o.state, "file: go on from it if it is there, and leave the state in it");
  verb->add_option("--log", o.log, "folder of a node: show the result to its book");
  verb->add_option("--write", o.write, "write the resulting rulebook into this file");
  verb->add_option("--svg", o.svg, "draw prices, ranges and correlations into this file");
  verb->add_flag("--explain", o.explain, "every field: target, data, window, rule and decision");
  verb->callback([&o, &result] { result = calibrate_verb(o); });
}

}  // namespace lockstep
