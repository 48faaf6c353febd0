// One round of liquidation, as a tick makes it.  Private to core/engine; the parts are in liquidation.cpp
// (whom, what, how much), market.cpp (against each other, and to the market), takeover.cpp (the backstop),
// losses.cpp (fund and shared losses) and deleverage.cpp (closing against winners).
// docs/methodology.md section 10.
#pragma once

#include <map>
#include <utility>
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
  liquidation::Ratio away;  // how far from the mark its order may go, as a share of the mark
};

// A pool that was worked on: as it was when its account's orders had ended.
struct Case {
  AccountId account;
  PoolTotals pool;
  bool covered = false;  // its debt was paid: it must not stay open
  bool done = false;     // nothing is left to do in this round
};

struct LiquidationRound {
  Context& c;
  std::map<InstrumentId, Value> budgets = {};  // what is left of the depth's share; where depth was observed
  std::vector<Case> cases = {};                // in the order of victims
  std::vector<Wanted> wanted = {};             // for the market, in the order in which it was decided
  std::vector<Wanted> against_winners = {};    // whole holdings, likewise
  std::map<std::pair<RulebookId, AssetId>, Amount> unpaid = {};  // of debts, which winners are to bear
  std::map<AssetId, Amount> promised = {};  // of the fund: debts that are left to the market in this round
  ChooseScratch scratch = {};
};

// Ids of orders that the engine makes itself; clients' are below.
constexpr OrderId liquidation_orders_from = OrderId{1} << 63;
constexpr bool is_liquidation(OrderId order) { return order >= liquidation_orders_from; }

// The worst pool of the account that was assessed into the engine's scratch last, if it is a case for
// liquidation.
bool add_victim(const Context& c, AccountId id, std::vector<Victim>& victims);
void liquidate(Context& c, std::vector<Victim>& victims);
const LiquidationRules& liquidation_rules(Context& c, AccountId id);
bool holds_anything(const State& state, const Account& account, const PoolTotals& pool);
// The account's pool as it is now, or one without anything in it.
PoolTotals pool_now(Context& c, AccountId id, const PoolTotals& like);

// market.cpp.  Closes lots of the holding at a value per lot, against the clearing house, and says so.
// keeps_margin: an isolated holding that is reduced keeps all its margin (methodology 10.3).
void close_at(Context& c, AccountId id, InstrumentId instrument, Leg leg, Lots lots, Value value,
              bool keeps_margin);
// What the fund paid into a bankrupt isolated holding: said, and counted to what it paid today.
void note_fund_paid(Context& c, AccountId id, InstrumentId instrument, const Change& change);
// Opposite wishes meet at the mark; what is left becomes orders.
void cross(LiquidationRound& round);
void send(LiquidationRound& round);

// takeover.cpp.  False: there is no backstop, or it could not carry what it would get.
bool take_over(LiquidationRound& round, AccountId id, const PoolTotals& pool);
// A pool of several assets that holds nothing any more: the fund takes the balances and pays their worth.
void exchange_balances(Context& c, AccountId id);
void unwind_backstops(LiquidationRound& round);
// A share of everything the account holds is wanted in this round, as if it were in liquidation.
void unwind(LiquidationRound& round, AccountId id);

// losses.cpp.  A day of the fund begins with its first tick.
void begin_fund_day(Context& c);
// Whether the fund may pay the pool's debt whole besides what this round has promised; if so, that is
// promised, too.
bool fund_promises(LiquidationRound& round, AccountId id, const PoolTotals& pool);
// Brings the equity of a bankrupt pool to zero; what the fund may not pay is left for winners.
void cover_debt(LiquidationRound& round, AccountId id, const PoolTotals& pool);
// What was left for winners, borne by them in one go.
void share_unpaid(LiquidationRound& round);
// The fee on a fill of a liquidation order of the account; `trial` is after the trade.
Amount liquidation_fee(Context& c, AccountId account, const Account& trial, InstrumentId instrument, Leg leg,
                       Price price, Lots lots);

// deleverage.cpp.  Closes round.against_winners; what finds none stays.
struct Winner {
  AccountId account;
  InstrumentId instrument;
  Leg leg = Leg::net;
  Lots lots;      // held, signed
  Amount profit;  // at the mark, in whole units, > 0
  i128 score = 0;
};
// The winner that a holding makes, if any; score only if the rules rank.
bool is_winner(Context& c, AccountId id, const Holding& holding, const LiquidationRules& rules,
               Winner& winner);
// In the order in which they bear: of accounts, or the highest score first.
void order_winners(std::vector<Winner>& all, const LiquidationRules& rules);
// How `total` falls on winners who can bear `caps`.
std::vector<i128> parts_of(i128 total, const std::vector<Winner>& all, const std::vector<i128>& caps,
                           LossRule rule);
void deleverage(LiquidationRound& round);

}  // namespace lockstep
