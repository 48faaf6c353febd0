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
  Margin units;                          // sum of its units
  std::array<Value, levels_max> levels;  // likewise, of the levels by unit
};

// Names of a rulebook as ids, found again when an epoch, an asset or an index was added.
struct ResolvedRules {
  u32 epoch = 0;
  std::size_t assets = 0;
  std::size_t indexes = 0;
  AssetId money;
  std::vector<i64> haircuts;    // by asset, raw Rate; -1: no collateral
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

struct RiskScratch {
  std::vector<Wallet> wallets;
  std::vector<UnitSum> units;  // the first `unit_count` are in use; the others keep their memory
  std::size_t unit_count = 0;
  std::vector<u32> order_sequence;
  std::vector<ResolvedRules> rules;  // by rulebook
  std::vector<PlacedLine> lines;
};

}  // namespace lockstep
