// What is asked about instruments: contracts, tickers, summaries, books, funding.
//
// There is no matching engine here: the venue brings its own and reports fills.  So a book is empty, best
// prices are 0 with amount 0, and what was traded is what was filled here.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/base/result.h"
#include "core/pricing/black.h"
#include "core/risk/boundary.h"
#include "node/deribit/text.h"
#include "node/history/history.h"

namespace lockstep::deribit {

// The last day's trades of an instrument.
struct Day {
  Time at;  // when it was looked up
  Price first, last, low, high;
  double coins = 0;  // traded
  double quote = 0;  // the same, in quote units
  bool any() const { return last != Price{}; }
};

// What is kept between calls because it costs a pass over all accounts or a look at the past.  One belongs to
// one engine.  Nothing in it is ever older than it may be: see the functions.
struct Memo {
  const history::History* past = nullptr;  // null: nothing is known of trades and ended orders
  std::optional<u64> counted_at;           // position of `longs`
  std::vector<i128> longs;                 // by instrument: lots that accounts are long
  std::map<InstrumentId, Day> days;        // looked up again after 5 s of the log's time
  BoundaryBook boundaries;
  std::map<AccountId, OrderId> issued;  // the highest order number that was given out here
};

// Nothing: not known, or the rulebook has no epoch in force.  Of an option without a received mark the
// model's, per coin, nearest 10^-8.
std::optional<Price> mark_price(Engine& engine, InstrumentId instrument);
// The forward of an option; else the index.
std::optional<Price> underlying_price(Engine& engine, InstrumentId instrument);

// Black-76 greeks of the value in quote units per coin, whatever the option is settled in, as Deribit's:
// vega for 1 % of volatility, theta for a day, rho for 1 % of interest (of which the forward has none here).
struct OptionQuote {
  double volatility = 0;  // 1.00 = 100 %
  double delta = 0, gamma = 0, vega = 0, theta = 0, rho = 0;
};
std::optional<OptionQuote> option_quote(const State& state, InstrumentId option);

// Lots that accounts are long, which is what accounts and the clearing house are short.
Lots open_interest(const Engine& engine, Memo& memo, InstrumentId instrument);
const Day& day_of(const Engine& engine, Memo& memo, InstrumentId instrument);

// The rate for 8 hours that the engine would charge by now, before its caps that are shares of margin; where
// rates are sent, by the formula of the rulebook's row, if it has one.  Nothing: no price or no formula.
struct FundingNow {
  std::optional<Rate> current;  // at this moment's premium
  std::optional<Rate> average;  // at the premiums of the interval so far; without any: the same
};
FundingNow funding_now(Engine& engine, InstrumentId perpetual);

std::string instrument_json(Engine& engine, InstrumentId instrument);
std::string ticker_json(Engine& engine, Memo& memo, InstrumentId instrument);
std::string order_book_json(Engine& engine, Memo& memo, InstrumentId instrument);
std::string summary_of_market_json(Engine& engine, Memo& memo, InstrumentId instrument);

}  // namespace lockstep::deribit
