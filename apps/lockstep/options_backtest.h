// What a user asks of `lockstep backtest`, as options.h.
#pragma once

#include <string>
#include <vector>

namespace lockstep {

struct BacktestOptions {
  std::string data;                                                // folder of recorded prices
  std::vector<std::string> assets = {"BTC", "ETH", "SOL", "XRP"};  // of the tables of daily closes
  std::string from, to;                                            // what is judged; empty: everything
  std::string policy;  // of bars, books and picture, as its key; empty: the default
  std::string svg;     // file; empty: no picture
  bool json = false;
};
int backtest_verb(const BacktestOptions& options);

}  // namespace lockstep
