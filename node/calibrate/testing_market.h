// A seeded market on paper, for tests: 400 days of BTC and ETH at three venues with a crash at their end, and
// option chains from a surface that is known.  As the lines of the files that a recording consists of, so
// that a test can plant what it likes.
//
//   daily/market.csv                 a price a day, and what was traded
//   perps/binance_um_1h.csv          bars of an hour, and of five minutes for the last two days
//   perps/binance_spot_1h.csv, perps/okx_swap_1h.csv
//   deribit_options/chain.csv        chains at 00:05, 06:05, ..
#pragma once

#include <map>
#include <string>
#include <vector>

#include "node/feed/tape.h"
#include "node/io/memory_disk.h"

namespace lockstep::calibrate {

struct TestingMarket {
  u64 seed = 1;
  u32 days = 400;        // to 2026-02-05
  u32 bar_days = 60;     // of the last days: hourly bars
  u32 chain_days = 80;   // of the last days: chains ...
  u32 chains_a_day = 1;  // ... 1, 2 or 4 of each day
  u32 chain_coins = 2;   // 1: BTC only
};

extern const Time testing_market_end;

// By the path below the folder: lines without their ends, the header first.  Bars and chains begin with their
// time in milliseconds.
using Recording = std::map<std::string, std::vector<std::string>>;
Recording record(const TestingMarket& market);

// "1770163200000" of a moment.
std::string milliseconds(Time at);

std::string text_of(const std::vector<std::string>& lines);
void put(MemoryDisk& disk, const std::string& folder, const Recording& recording);

}  // namespace lockstep::calibrate
