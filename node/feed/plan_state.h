// What a feed knows while it runs, and the two halves of the work: plan_prices.cpp knows what the market's
// numbers become, plan.cpp knows when.  Not for use outside these files.
#pragma once

#include <map>

#include "node/feed/plan.h"

namespace lockstep {

struct Symbol {
  IndexId index;
  Price perpetual;  // last closes; 0: none yet
  Price spot;
  std::optional<std::size_t> view;  // into universe.linear, once registered
  bool left_out = false;
};

struct CoinState {
  IndexId index;
  std::optional<u32> symbol;  // of the bars that move it
  Price anchor;               // index at the latest snapshot; 0: none yet
  Price anchor_reference;     // the bars' price then
  Price now;
  std::map<Time, Price> forwards;   // at the latest snapshot
  std::optional<std::size_t> view;  // into universe.inverse
  bool left_out = false;
};

struct FeedState {
  FeedRequest request;
  Tape tape;
  FeedReport report;
  RepriceErrors errors;
  Universe universe;
  PlannedBook book;

  u32 assets = 0;
  u32 indexes = 0;
  u32 instruments = 0;
  u64 sequence = 0;
  std::map<std::string, AssetId> asset_of;
  std::vector<IndexId> stable_indexes;  // worth one dollar by assumption
  std::vector<Symbol> symbols;
  std::vector<CoinState> coin_states;
  std::map<std::string, u32, std::less<>> option_of;  // name to place in `options`
  std::vector<OptionView> options;                    // in order of instrument, expired ones included
  bool options_left_out = false;
  std::map<Time, std::vector<InstrumentId>> expiries;

  bool begun = false;
  bool opened = false;      // portfolios
  bool index_only = false;  // no bars: linear perpetuals take the index at snapshots
  std::size_t perpetual_next = 0;
  std::size_t spot_next = 0;
  std::size_t funding_next = 0;
  Time hour_next;
  std::optional<ChainSnapshot> snapshot;  // the next one
};

// Registers assets, indexes and rulebooks.
void register_all(FeedState& feed, Step& step);
// Takes the closes that are due into symbols and coins; false if there are none.
bool take_bars(FeedState& feed, Time now);
// Index and forwards of the coins become those of the snapshot.
void anchor_coins(FeedState& feed, const ChainSnapshot& snapshot);
// Perpetuals that are new, index prices, marks.
void send_prices(FeedState& feed, Step& step);
// Options that are new, and the snapshot's marks or smiles.
void send_options(FeedState& feed, Step& step, const ChainSnapshot& snapshot);
// The forwards of the latest snapshot, moved as the index has moved since.
void send_forwards(FeedState& feed, Step& step, Time now);
// Values the universe's options, for the prices of planned trades; expired ones leave.
void value_options(FeedState& feed, Time now);

}  // namespace lockstep
