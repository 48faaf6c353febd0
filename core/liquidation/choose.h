// What to close, and how much of it, so that one pool is healthy again: chosen by relief per cost, both from
// the kernel that judges the account, one holding after the other.  Methodology 10.3.
#pragma once

#include <vector>

#include "core/model/state.h"
#include "core/risk/assess.h"

namespace lockstep {

struct Closing {
  InstrumentId instrument;
  Leg leg = Leg::net;
  Lots lots;  // > 0, at most what is held
};

// closings[together_from] and all behind it only make sense together; the others one after the other.
struct Choice {
  std::vector<Closing> closings;
  std::size_t together_from = 0;
};

// Memory for the trials, kept between calls.
struct ChooseScratch {
  Account trial;
  Account next;
  Assessment assessment;
};

// Whether the holding belongs to the pool.
bool in_pool(const State& state, const Account& account, const PoolTotals& pool, const Holding& holding);

// The price of one unit of the asset in another: of the first index between them that has one; 0: there is
// none.
Price price_between(const State& state, AssetId asset, AssetId in);
// A value of an asset in the asset that the pool counts in, and back, at that price.
Value into_pool(const State& state, const PoolTotals& pool, AssetId asset, Value value, Round round);
Value out_of_pool(const State& state, const PoolTotals& pool, AssetId asset, Value value, Round round);

// Closes in the account at the mark, and takes the expected cost off its balance.  The mark must be known.
void close_on(const State& state, RiskBook& book, const LiquidationRules& rules, const Closing& closing,
              Account& account);
// What the holding's lots are worth at the mark, never negative; settlement asset.
Value closing_value(const State& state, RiskBook& book, const Closing& closing);

// The account has no orders any more and is complete (no obstacle beyond staleness).  The closings, in the
// order in which they should be done, bring the pool to margin balance >= target x maintenance; fewer than
// that if nothing else helps.
//   whole      everything the pool has
//   tier       each holding `tiers` brackets down, whole where there are not so many
//   to_target  the holding that relieves most per cost first, and no more of it than is needed; long options
//              only when nothing else helps; nothing that raises the pool's maintenance.  Where no holding
//              alone helps, all of them by one share.
// Ties: the lower instrument, then leg.
Choice choose_closings(const State& state, RiskBook& book, const Account& account, const PoolTotals& pool,
                       const LiquidationRules& rules, ChooseScratch& scratch);

}  // namespace lockstep
