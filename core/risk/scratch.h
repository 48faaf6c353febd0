// Memory that assess() uses again for every account, and what it resolves once per rulebook epoch.  Private
// to core/risk; nothing here means anything between two calls, except the resolved names, which are checked
// for age.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/model/state.h"
#include "core/risk/collateral.h"
#include "core/risk/statement.h"
#include "core/risk/unit.h"

namespace lockstep {

// Money of one asset on its way into a pool; in isolated mode also one for each holding.
struct Wallet {
  AssetId asset;
  InstrumentId isolated;
  Leg leg = Leg::net;
  Value balance;          // isolated: the margin set aside
  Value unrealised;       // perpetuals, futures; residues
  Value weighted_profit;  // the part of `unrealised` that rows of Rulebook::profits weigh
  Counted profits;        // and what it counts for, in the asset of the pool
  Value options;          // market value
  Value orders;
  Value bids;       // SpotOrderRule::either_fills: coins of this asset that open orders would bring
  Value asks;       // and take
  Value set_aside;  // SpotOrderRule::reserved: what open orders would pay
  Margin units;     // sum of its units
};

// Names of a rulebook as ids, found again when an epoch, an asset or an index was added.
struct ResolvedRules {
  u32 epoch = 0;
  std::size_t assets = 0;
  std::size_t indexes = 0;
  AssetId money;
  std::vector<u16> collateral;  // by asset: its row of Rulebook::collateral, or no_row
  bool weights_differ = false;  // one of them counts another way against initial margin than otherwise
  std::vector<IndexId>
      conversions;  // by asset: the index of asset in money; none for money itself or if there is none
};

// A statement's line on its way: lines are made in the order of computation and sorted by `place` at the end.
struct PlacedLine {
  u64 place = 0;
  std::size_t made = 0;  // lines of one place stay in the order in which they were made
  StatementLine line;
};

// SpotOrderRule::reserved: the open orders of one spot instrument.
struct SpotReserve {
  InstrumentId instrument;
  u32 base_wallet = 0;
  u32 quote_wallet = 0;
  Value base;   // offered, coins
  Value quote;  // bid, quote units
  Price highest_bid;
  Price lowest_ask;
  Value as_base;   // both, if all turned into base
  Value as_quote;  // and into quote
};

struct RiskScratch {
  std::vector<SpotReserve> reserves;
  std::vector<Wallet> wallets;
  std::vector<UnitSum> units;  // the first `unit_count` are in use; the others keep their memory
  std::size_t unit_count = 0;
  std::vector<u32> order_sequence;
  std::vector<ResolvedRules> rules;  // by rulebook
  std::vector<PlacedLine> lines;
};

}  // namespace lockstep
