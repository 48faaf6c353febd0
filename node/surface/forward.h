// The forward of every expiry, so that one bad quote cannot move all marks.  quant.md section 2.1.
//
// By expiry, the first of these that there is:
//   future   the middle of a listed future, two-sided and not wider than 1 %
//   venue    the price that the venue's own rows name as their underlying (median of the rows).  Venue marks
//            and quotes refer to it, so it comes before parity; but where parity rests on at least three
//            strikes and differs by more than 0.5 % and five of its own errors, parity stands and the expiry
//            is flagged
//   parity   call - put at up to seven strikes nearest the money, both two-sided.  Crypto options are
//            settled in real time and carry no discount, so each strike names a forward by itself: K + C - P,
//            and with prices in coin K / (1 - (c - p)).  Their weighted mean, by spread, with two passes
//            of Huber weights
//   carry    ln(F/S) interpolated linearly in time between expiries that have one of the above (0 at no
//            time); beyond the last one, its yearly rate; without any, the last published one, else none
// A forward more than a factor e from the index is none.  A carry further than five median deviations from
// the line through all of them (and 0.5 %) is ignored and interpolated instead, unless two sources agree on
// it: term structures bend, and a line alone may not overrule a market.  Against the previous publication
// the annualised basis ln(F/S)/T moves at most 2 % a minute.
#pragma once

#include "node/surface/quotes.h"

namespace lockstep::surface {

enum class ForwardSource : u8 { none, future, venue, parity, carry };
constexpr std::size_t forward_sources = 5;
std::string_view forward_source_name(ForwardSource source);

struct ForwardRules {
  double future_wide = 0.01;        // spread over middle
  double venue_difference = 0.005;  // from parity
  double outlier_least = 0.005;     // of the carry, from the line
  double basis_per_minute = 0.02;
};

struct Forward {
  Time expiry;
  double years = 0;
  double price = 0;
  double carry = 0;  // ln(price / index)
  ForwardSource source = ForwardSource::none;
  double parity = 0;        // 0: no strike has both
  double parity_error = 0;  // standard error of it, from the spreads
  u32 parity_strikes = 0;
  bool venue_refused = false;  // parity contradicts it
  bool outlier = false;        // its own source was ignored
  bool clamped = false;        // by the bound on the basis
};

// What the basis is held to: the last published annualised basis of an expiry.
struct PublishedBasis {
  Time expiry;
  double basis = 0;
};
struct PreviousBasis {
  Time at;
  std::vector<PublishedBasis> basis;  // empty: nothing is held
};

// One per expiry of `rows`, in their order.  chain.index: finite and > 0.
std::vector<Forward> forwards(const Chain& chain, const std::vector<ExpiryRows>& rows,
                              const PreviousBasis& previous, const ForwardRules& rules);

}  // namespace lockstep::surface
