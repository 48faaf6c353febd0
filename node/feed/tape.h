// What a source of market data delivers, before anything is a command: closes of bars, funding rates and
// snapshots of an option chain.  Two sources make it, a folder of recorded files (folder.h) and a built-in
// preset (preset.h); plan.h turns it into commands without knowing which one it was.
//
// Coins are the underlyings of inverse options and perpetuals (contracts.h); symbols are linear perpetuals,
// named as Binance names them, "BTCUSDT".
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/model/entities.h"
#include "node/io/fault.h"

namespace lockstep {

// One option at one moment, as the venue published it.
struct OptionQuote {
  std::string name;  // "BTC-28JAN26-82000-C"
  u8 coin = 0;       // index into `coins` of contracts.h
  Time expiry;
  Price strike;
  OptionType option = OptionType::call;
  Price forward;          // of its expiry, USD
  Price index;            // of the coin, USD
  Price mark;             // in coin
  Price bid, ask;         // in coin; 0: none
  Rate volatility;        // 0: a slice of the snapshot gives it
  i64 open_interest = 0;  // whole coins
};

// The smile of one expiry.
struct ExpirySmile {
  u8 coin = 0;
  Time expiry;
  Price forward;
  SurfaceSlice slice;
};

// The option chain at one moment.  Either every quote has its volatility (recorded), or `smiles` cover every
// expiry (preset).
struct ChainSnapshot {
  Time at;
  std::vector<OptionQuote> options;
  std::vector<ExpirySmile> smiles;
};

// The close of one bar, at the time the bar closed: nothing is known before.
struct BarClose {
  Time at;
  u32 symbol = 0;  // index into Tape::symbols
  Price price;
};

struct FundingPoint {
  Time at;
  u32 symbol = 0;
  Rate rate;  // fraction of the value, for the interval that ends here; a long pays it when positive
};

// Rows of the files that were chosen: used ones became commands, skipped ones are outside the span or of
// things this feed does not model (both are normal; what is wrong is a fault).
struct RowCount {
  u64 used = 0;
  u64 skipped = 0;
};

// Vectors are sorted by (at, symbol).  spot: closes of the spot market, which stand for the index.
struct Tape {
  std::string source;              // one line: which data this is
  std::vector<std::string> notes;  // one line each: what is used, missing or left out
  Time from;
  Time to;
  std::vector<std::string> symbols;  // sorted
  std::vector<BarClose> perpetual;
  std::vector<BarClose> spot;
  std::vector<FundingPoint> funding;
  // The next snapshot inside the span, in order of time; false when there is none left.  Empty: no chain.
  std::function<Result<bool, Fault>(ChainSnapshot&, RowCount&)> next_snapshot;
  RowCount rows;
};

}  // namespace lockstep
