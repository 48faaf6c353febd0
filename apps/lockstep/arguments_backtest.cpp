// The verb about recorded prices.
#include "apps/lockstep/arguments_parts.h"

namespace lockstep {
namespace {

constexpr char backtest_more[] =
    "Walks through recorded daily closes: the scan range that was known at each close against the move of "
    "the\n"
    "next day, by model and as published, with what it cost. Then bars through the crashes, fixed ranges, "
    "and\n"
    "hypothetical books. docs/backtest.md says what the columns mean and what was found.\n"
    "\n"
    "  lockstep backtest --data DIR\n"
    "  lockstep backtest --data DIR --asset BTC --policy stress-floor --svg backtest.svg";

}  // namespace

void add_backtest(CLI::App& app, BacktestOptions& o, int& result) {
  CLI::App* verb =
      add_verb(app, "backtest", "would the scan range have covered what happened", backtest_more, o.json);
  verb->add_option("--data", o.data, "folder of recorded prices")->required();
  verb->add_option("--asset", o.assets, "one or more, by commas (BTC,ETH,SOL,XRP)")->delimiter(',');
  verb->add_option("--from", o.from, "judge nothing before, UTC: 2021-01-01; it is known all the same");
  verb->add_option("--to", o.to, "judge nothing behind");
  verb->add_option("--policy", o.policy,
                   "of bars, books and picture: historical, fhs, stress, buffer, floor or\n"
                   "stress-floor (stress)");
  verb->add_option("--svg", o.svg, "draw moves, ranges and breaches into this file");
  verb->callback([&o, &result] { result = backtest_verb(o); });
}

}  // namespace lockstep
