// What becomes of one account in a moved market: its state, what would be closed of it under its rulebook,
// and what it would leave unpaid.  The functions are those of the engine's round of liquidation
// (core/liquidation), without slices, pace and backstop: how much, not how fast and by whom.  Methodology
// 11.2.
#pragma once

#include "core/liquidation/choose.h"
#include "node/stress/moved_market.h"

namespace lockstep::stress {

// A pool whose equity is below zero, at the moved prices or after its closings at their cost.
struct Debt {
  AssetId asset;
  Value at_price;  // both 0 or more
  Value after_closing;
};

struct Fate {
  bool judged = true;  // false: a price is missing or a rule is not published, and nothing else is said
  MarginState state = MarginState::normal;
  std::vector<Closing> closings;  // one a holding, in the order of decision
  std::vector<Debt> debts;        // one a pool that has any
};

// Kept between accounts.
struct FateScratch {
  Account account;
  Assessment assessment;
  ChooseScratch choose;
};

Fate fate_of(MovedMarket& market, const Account& account, FateScratch& scratch);

}  // namespace lockstep::stress
