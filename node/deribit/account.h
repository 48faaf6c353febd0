// An account and its positions.
//
//   currency            a settlement asset; each is a summary of its own
//   available_funds     margin_balance - initial_margin, always and exactly
//   margin_balance      what maintenance is tested against.  Where a rulebook tests initial margin against a
//                       smaller balance (weights by level), the difference is part of initial_margin here.
//   pooled accounts     one pot in the rulebook's money: margin figures of every currency are that pot's, in
//                       the currency at the index (requirements up, balances down); equity and balance are
//                       the currency's own
//   isolated accounts   margin figures are of what is free; what stands behind holdings is isolated_margin,
//                       and with their profit part of equity
//   null                what cannot be computed: a price or a parameter is missing
//
// Profit.  The engine knows one cost for a holding: what it was bought for, or its value at the last daily
// settlement, when profit becomes cash.  So total_profit_loss = floating_profit_loss, from that cost to the
// mark; realized_profit_loss is what was earned since and is not in the balance yet, funding included.
#pragma once

#include <vector>

#include "core/risk/assess.h"
#include "node/deribit/market.h"

namespace lockstep::deribit {

// Settlement assets of its rulebook's instruments, and what it has a balance in; by id.
std::vector<AssetId> currencies_of(const State& state, const Account& account);

// The account need not be the engine's: simulations pass a changed copy.
struct Seen {
  AccountId id;
  const Account& account;
  const Assessment& assessment;
};
std::string summary_json(Engine& engine, const Seen& seen, AssetId currency, bool extended);
std::string summaries_json(Engine& engine, const Seen& seen, bool extended);

// Where the account's pools would be liquidated if only one underlying moved.  Some hundred assessments, so
// only for accounts of at most `boundary_holdings_max` holdings and orders; else nothing.
constexpr std::size_t boundary_holdings_max = 24;
std::vector<Boundary> boundaries_of(const Engine& engine, Memo& memo, const Account& account);

// initial_margin and maintenance_margin are those of the holding alone, without the account's other holdings
// and orders: under rules that add holdings up that is its part, under portfolio margin it is what it would
// need without them.  open_orders_margin: what the account's orders on the instrument add to that.
std::string position_json(Engine& engine, const Account& account, const Holding& holding,
                          const std::vector<Boundary>& boundaries);
// Of an instrument that the account holds nothing of: size 0, direction "zero".
std::string flat_position_json(Engine& engine, InstrumentId instrument);

}  // namespace lockstep::deribit
