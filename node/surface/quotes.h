// What a surface is made from: the quotes of one underlying's options at one moment, and which of them may
// be used.  Every quote that is not used is counted under one reason; none is repaired.  quant.md section
// 2.1.
//
// Venue marks (price and volatility) are kept beside the quotes to measure the fit against, and never enter
// it: a mark is the venue's own model, and fitting it would only measure how well two models agree.  The one
// exception is an expiry without a single usable quote, and is flagged (fit.h, Flag::from_marks).
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "core/units/units.h"

namespace lockstep::surface {

// Prices are in coin if the chain is inverse, else in the quote currency; 0: none.
struct OptionRow {
  Time expiry;
  double strike = 0;
  bool is_call = true;
  double bid = 0;
  double ask = 0;
  double mark_volatility = 0;  // 0.55 = 55 %; 0: none
  double forward = 0;          // of the expiry, as the venue's row says; 0: none
  Duration age;                // since the quote was true
};

// A listed future of an expiry; 0: that side is missing.
struct FutureRow {
  Time expiry;
  double bid = 0;
  double ask = 0;
};

struct Chain {
  Time at;
  double index = 0;                // price of the underlying
  bool inverse = true;             // options are quoted and settled in coin
  double realised_volatility = 0;  // of the underlying; 0: not known.  For expiries that have nothing else
  std::vector<OptionRow> options;
  std::vector<FutureRow> futures;
};

enum class Drop : u8 {
  none,
  expired,          // at or before the chain's moment
  bad_strike,       // not finite, or outside of 1e-8 to 1e12
  bad_price,        // a bid or ask that is not finite or is negative
  duplicate,        // the same option again: the youngest stays; none of equally young ones that differ
  stale,            // older than the limit
  empty,            // neither bid nor ask
  one_sided,        // only a bound (Bound): whether the smile keeps it is counted, it is not fitted
  crossed,          // bid above ask
  below_intrinsic,  // the ask is worth less than exercise
  above_bound,      // worth as much as the coin (call) or the strike (put)
  in_the_money,     // the other side of the strike carries the same volatility more precisely
  wide,             // ask - bid above 60 % of the middle, or 120 % where nothing better lies further out
  far_out,          // |delta| below 0.01
  outlier,          // its volatility contradicts its neighbours'
};
constexpr std::size_t drops = 15;
std::string_view drop_name(Drop drop);
using DropCounts = std::array<u64, drops>;

// One usable quote: the volatilities of its bid and ask.
struct Quote {
  double strike = 0;
  double k = 0;  // ln(strike / forward)
  bool is_call = true;
  double bid = 0;     // volatility
  double ask = 0;     // volatility, >= bid
  double middle = 0;  // volatility of the middle price
};

// What a one-sided quote of an out-of-the-money option says: at least (bid) or at most (ask) this
// volatility.
struct Bound {
  double k = 0;
  double volatility = 0;
  bool is_bid = true;
};

// A venue's mark volatility of one strike.
struct Mark {
  double strike = 0;
  double k = 0;
  double volatility = 0;
  double delta = 0;  // of its out-of-the-money side, in size
};

struct QuoteRules {
  Duration stale_after = Duration::from_raw(5 * second.raw());
  double wide = 0.6;       // spread over middle
  double wide_wing = 1.2;  // where nothing better lies further out
  double delta_min = 0.01;
};

// The rows of one expiry that passed the tests which need no forward, sorted by (strike, type).
struct Candidate {
  OptionRow row;
  Drop drop = Drop::none;  // none, one_sided, or crossed
};
struct ExpiryRows {
  Time expiry;
  double years = 0;
  std::vector<Candidate> rows;
};

// By expiry; the order of the chain's rows does not matter.  Expiries whose rows all failed are listed too.
std::vector<ExpiryRows> sorted_rows(const Chain& chain, const QuoteRules& rules, DropCounts& counts);

struct ExpiryQuotes {
  std::vector<Quote> quotes;  // by strike; at most two a strike, both only near the money
  std::vector<Mark> marks;    // by strike, one a strike
  std::vector<Bound> bounds;  // by strike
  u32 strikes = 0;            // different strikes among the quotes
  u32 left = 0, right = 0;    // of them below and above the forward
};

// forward > 0.
ExpiryQuotes usable_quotes(const ExpiryRows& rows, double forward, bool inverse, const QuoteRules& rules,
                           DropCounts& counts);

}  // namespace lockstep::surface
