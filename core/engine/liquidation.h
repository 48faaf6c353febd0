// One round of liquidation, as a tick makes it.  Private to core/engine; the parts are in liquidation.cpp
// (whom, what, how much), takeover.cpp (the backstop) and losses.cpp (fund, deleveraging, sharing).
// docs/methodology.md section 10.
#pragma once

#include <map>
#include <vector>

#include "core/engine/context.h"
#include "core/liquidation/choose.h"
#include "core/liquidation/ratio.h"
#include "core/liquidation/victims.h"

namespace lockstep {

// Lots that an account should get rid of in this round.
struct Wanted {
  AccountId account;
  InstrumentId instrument;
  Leg leg = Leg::net;
  Side side = Side::buy;
  Lots lots;
  liquidation::Ratio away;  // of the mark, the limit
};

struct LiquidationRound {
  Context& c;
  std::map<InstrumentId, Value>
      budgets;                 // what is left of the depth's share; only where a depth was observed
  std::vector<Wanted> wanted;  // in the order in which they were decided
  ChooseScratch scratch;
};

// Ids of orders that the engine makes itself; clients' are below.
constexpr OrderId liquidation_orders_from = OrderId{1} << 63;
constexpr bool is_liquidation(OrderId order) { return order >= liquidation_orders_from; }

// The worst pool of the account that was assessed into the engine's scratch last, if it is a case for
// liquidation.
bool add_victim(const Context& c, AccountId id, std::vector<Victim>& victims);
void liquidate(Context& c, std::vector<Victim>& victims);

// A share of everything the account holds is wanted in this round, as if it were in liquidation.
void unwind(LiquidationRound& round, AccountId id);

// Closes lots of the holding at a value per lot, against the clearing house, and says so.
void close_at(Context& c, AccountId id, InstrumentId instrument, Leg leg, Lots lots, Value value);
bool holds_anything(const State& state, const Account& account, const PoolTotals& pool);
// The account's pool as it is now, or one without anything in it.
PoolTotals pool_now(Context& c, AccountId id, const PoolTotals& like);

// takeover.cpp.  False: there is no backstop, or it could not carry what it would get.
bool take_over(LiquidationRound& round, AccountId id, const PoolTotals& pool);
// A pool of several assets that holds nothing any more: the fund takes the balances and pays their worth.
void exchange_balances(Context& c, AccountId id);
void unwind_backstops(LiquidationRound& round);
const Account* find_backstop(Context& c, const Rulebook& rules, AccountId& id);

// losses.cpp.
bool fund_can_pay(Context& c, AssetId asset, Amount amount, const LiquidationRules& rules);
// Brings the equity of a bankrupt pool to zero.
void cover_debt(Context& c, AccountId id, const PoolTotals& pool);
// Closes the pool's holdings against winners; what finds none stays.
void deleverage(LiquidationRound& round, AccountId id, const PoolTotals& pool);
// The fee on a fill of a liquidation order, at most what fee_from says; `trial` is after the trade.
Amount liquidation_fee(Context& c, AccountId id, const Account& trial, InstrumentId instrument, Leg leg,
                       Price price, Lots lots);

}  // namespace lockstep
