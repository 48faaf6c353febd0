// Money moves here and nowhere else.  Every function changes one account copy and books the other side into a
// Change, so that a command can be tried, judged, and only then written: nothing here can fail, and nothing
// here decides.
//
// Conservation.  Per asset, at any time and exactly:
//   sum over accounts (balance + isolated margin) + sum over holdings (residue)
//     + house (outside + fund + fees + clearing + dust) = 0
// and per instrument the lots of all accounts and of the clearing house sum to zero.  docs/methodology.md
// section 2.
#pragma once

#include "core/model/state.h"

namespace lockstep {

struct HouseDelta {
  AssetId asset;
  House delta;
};

// The house's side of what happens to one account.  At most two assets: a spot trade's base and quote.
struct Change {
  HouseDelta house[2];
  u32 house_count = 0;
  InstrumentId instrument;
  Lots clearing;              // change of Market::clearing
  Value realised;             // profit that left the cost basis, in the settlement asset; for the event
  Amount fund_paid;           // > 0: what the fund paid into a bankrupt isolated holding
  bool keeps_margin = false;  // set before: an isolated holding that is reduced keeps all its margin

  House& of(AssetId asset);
};

Amount balance(const Account& account, AssetId asset);
void add_balance(Account& account, AssetId asset, Amount amount);  // creates the row; removes it at zero
const Holding* find_holding(const Account& account, InstrumentId instrument, Leg leg);
Holding* find_holding(Account& account, InstrumentId instrument, Leg leg);
const Order* find_order(const Account& account, OrderId order);
Rate leverage_of(const Account& account, InstrumentId instrument, Rate default_leverage);

// Profit not yet moved to the balance, at `value` per lot: lots x value - cost + residue - funding owed.  For
// options only the residue: their market value is not profit, their premium was paid.
Value unrealised(const Instrument& instrument, const Market& market, const Holding& holding, Value value);

// One side of a trade.  price on tick, lots > 0.  leverage: for isolated margin of what is opened.
void trade(const State& state, Account& account, InstrumentId instrument, Side side, Leg leg, Price price,
           Lots lots, Amount fee, Rate leverage, Change& change);

// The same without a fee at a value per lot, which need not be a price on tick: between two accounts, at the
// mark. Not of spot.
void trade_at(const State& state, Account& account, InstrumentId instrument, Side side, Leg leg, Value value,
              Lots lots, Rate leverage, Change& change);

// Variation margin: the holding's profit up to `value` per lot becomes cash; its cost is `value` from now on.
void settle(const State& state, Account& account, Holding& holding, Value value, Change& change);

// Closes the holding for good at `value` per lot (an option's payoff).  Erases it.
void expire(const State& state, Account& account, InstrumentId instrument, Leg leg, Value value,
            Change& change);

// Everything this account owns in the asset, in the sense of the conservation sum.
Value owned(const State& state, const Account& account, AssetId asset);
Value owned(const House& house, const Asset& asset);

// The conservation sum over the whole state: zero.  A query that anyone may run.
Value conservation(const State& state, AssetId asset);
Lots lots_conservation(const State& state, InstrumentId instrument);

}  // namespace lockstep
