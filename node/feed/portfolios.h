// Ten thousand accounts that nobody owns: seeded portfolios as a venue's clients plausibly hold them, so that
// a recorded crash meets books worth margining, and a trickle of orders, fills and transfers afterwards.
//
// Half of the accounts (or as configured) trade under the first rulebook: inverse options and perpetuals,
// standard (cross) or portfolio margin, as covered calls, strangles, verticals, calendars, long puts, hedged
// and naked books of 2 to 12 legs, basis trades and leveraged perpetuals.  The others trade linear perpetuals
// under the second: cross, isolated, or pooled collateral, at 1.5 to 40 times leverage.  Options are drawn
// with the chain's open interest as weight.  Deposits are sized so that the margin in use is spread over 10
// to 95 % of them, by a rough estimate: the engine judges, and refuses some fills, as it should.
//
// One account in fifty is a maker, which takes the other side of what the clients of its venue left open, so
// that the clearing house ends nearly flat.  Everything is a pure function of the seed and the universe: same
// seed, same commands.
#pragma once

#include <string>
#include <vector>

#include "core/base/prng.h"
#include "core/model/commands.h"

namespace lockstep {

struct PortfolioPlan {
  u32 accounts = 10'000;
  u32 first_rulebook_percent = 50;  // the rest is under the second
  u64 seed = 1;
  u32 actions_per_hour = 100;  // fills, orders, transfers after the opening; 0: none
};

struct PerpetualView {
  InstrumentId instrument;
  std::string name;
  bool inverse = false;
  i64 lot = 0;  // 10^-8 of base, or of quote if inverse
  Price tick;
  Lots lots_max;
  Price mark;
  AssetId base;
};

struct OptionView {
  InstrumentId instrument;
  u8 coin = 0;
  Time expiry;
  Price strike;
  bool is_call = true;
  i64 lot = 0;
  Price tick;
  Price mark;             // coin
  double volatility = 0;  // 1.00 = 100 %
  double forward = 0;     // USD
  i64 open_interest = 0;  // whole coins
};

// What a rulebook lets accounts be; `name` begins the names of its accounts.
struct VenueView {
  std::string name;
  RulebookId rulebook;
  bool isolated = false;
  bool cross = false;
  bool pooled = false;  // cross with pooled collateral
  bool portfolio = false;
  bool portfolio_orders = false;  // portfolio accounts may have open orders
};

// What portfolios are made of.  Prices are those of the moment of the call.
struct Universe {
  Time now;
  VenueView first;
  VenueView second;
  std::vector<AssetId> coins;          // by coin
  AssetId dollar;                      // the quote of linear perpetuals, USDT
  AssetId second_dollar;               // other collateral, USDC
  std::vector<PerpetualView> inverse;  // by coin
  std::vector<PerpetualView> linear;
  std::vector<OptionView> options;  // not expired, in order of instrument
};

// What was asked for so far: enough to send orders and fills that make sense later.  Not what the engine
// accepted: a plan does not see outcomes.
struct PlannedOrder {
  AccountId account;
  OrderId order = 0;
  InstrumentId instrument;
  Side side = Side::buy;
  Price price;
  Lots lots;
};
struct PlannedHolding {
  AccountId account;
  InstrumentId instrument;
  Lots lots;
};
struct PlannedAccount {
  AssetId money;  // what it was opened with
  bool takes_orders = true;
};
struct PlannedBook {
  Prng prng{0};
  u32 accounts_first = 0;  // AccountIds 0..accounts_first-1 are under the first rulebook
  u32 accounts = 0;
  u64 orders_sent = 0;
  std::vector<PlannedOrder> orders;      // open ones, bounded
  std::vector<PlannedHolding> holdings;  // of the opening
  std::vector<PlannedAccount> by_account;
};

// The commands that open parties, accounts and portfolios, for an engine that has none yet: ids are counted
// from 0.
std::vector<Command> open_portfolios(const PortfolioPlan& plan, const Universe& universe, PlannedBook& book);

// One hour's trickle: plan.actions_per_hour commands, about.
std::vector<Command> portfolio_activity(const PortfolioPlan& plan, const Universe& universe,
                                        PlannedBook& book);

}  // namespace lockstep
