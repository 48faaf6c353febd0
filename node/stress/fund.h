// Whether the insurance fund carries what accounts could not pay after a shock: for a set of named shocks
// what is left unpaid, the two largest of it, and what the fund may pay within its limits.  Methodology 11.4.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/stress/fates.h"

namespace lockstep::stress {

struct Shock {
  std::string name;
  std::vector<Move> moves;
};
// All by -15, -30, +15 and +30 %; the two largest underlyings by -30 %, all others by -50 %; volatility by
// +50 and -25 %; all by -30 and +30 % with volatility +50 %.
std::vector<Shock> usual_shocks(const State& state);

struct Loser {
  AccountId account;
  Value dollars;  // after closing
};

// One asset under one rulebook that leaves something unpaid, by rulebook, then asset.  In the asset.
struct FundRow {
  RulebookId rulebook;
  AssetId asset;
  Value unpaid;   // after closing
  Value fund;     // what it holds
  Value payable;  // of the unpaid, within the fund and the rulebook's daily limit
  Value missing() const { return unpaid - payable; }
};

// In dollars at the moved index.
struct ShockResult {
  std::string name;
  u64 liquidated = 0, bankrupt = 0, unjudged = 0;
  Value at_price;              // negative equity
  Value after_closing;         // the same after everything that had to be was closed at its cost
  std::vector<Loser> largest;  // at most two
  Value largest_two;
  Value fund;                     // of all assets together, where it is above zero
  Rate of_all, of_two;            // fund / after_closing, fund / largest_two; 0 where nothing is unpaid
  Value missing, missing_of_two;  // what the fund may not pay, of all and of the two alone
  bool sufficient() const { return missing == Value{}; }
  bool covers_two() const { return missing_of_two == Value{}; }
  std::vector<FundRow> rows;
};

std::vector<ShockResult> fund_results(Fates& fates, const std::vector<Shock>& shocks);
std::vector<ShockResult> fund_results(const State& state, const std::vector<Shock>& shocks);

// What the fund would pay of each row, the lower rulebook first, all within one day and one fund.  Fills in
// `fund` and `payable`.
void pay_from_fund(const State& state, std::vector<FundRow>& rows);

}  // namespace lockstep::stress
