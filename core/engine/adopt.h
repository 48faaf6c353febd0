// Taking over what already exists: accounts, balances, holdings and orders as somebody else's records show
// them, also when they lack margin and no command could bring them about any more.  For an engine that is not
// on a log (a book file, what-if); a log carries commands only.
//
// Everything is checked that a command would check except margin, and everything is booked against the house,
// so that money and lots sum to zero afterwards (asserted).  A refusal changes nothing.  Neither position nor
// time move.
#pragma once

#include "core/engine/engine.h"

namespace lockstep {

// Like the command, but a mode whose rules the venue does not publish is taken too: assess() then names the
// gap.
Refusal adopt_account(Engine& engine, const OpenAccount& account);

// Sets the balance, which may be negative: what the account owes.  row_duplicate: it has one in this asset
// already.
Refusal adopt_balance(Engine& engine, AccountId account, AssetId asset, Amount amount);

Refusal adopt_leverage(Engine& engine, AccountId account, InstrumentId instrument, Rate leverage);

// lots, cost and isolated are taken as given; residue must be zero; funding is charged from now on.
// REQUIRES: |cost| <= |lots| x value at the instrument's price limit.
Refusal adopt_holding(Engine& engine, AccountId account, const Holding& holding);

// An order that rests or waits at `now`, `filled` of its lots already.  Reduce-only orders come after what
// they reduce.
Refusal adopt_order(Engine& engine, Time now, const PlaceOrder& order, Lots filled);

// Values options at the state's time and gives every account its margin state, as a tick would; but nothing
// is charged, lapses or is liquidated.
void adopt_states(Engine& engine);

}  // namespace lockstep
