// From prices to a premium, from a premium to a rate, from a rate to what a lot pays.  Integers and a named
// rounding only: nearest, half away from zero, because a premium and its mirror image must give mirror-image
// rates.  Formulas at FundingRow (core/model/funding_rules.h); methodology 2.11.
#pragma once

#include "core/model/funding_rules.h"

namespace lockstep {

// mark / index - 1.  Both above 0; a premium beyond 100 % either way counts as 100 %.
Rate premium_to_mark(Price mark, Price index);

// (max(0, bid - index) - max(0, index - ask)) / index, likewise.  A bid or ask of 0: that side has no depth,
// and says nothing.
Rate premium_to_impact(Price bid, Price ask, Price index);

// The row's limit of one premium.
Rate limited_premium(const FundingRow& row, Rate premium);

// What margin the smallest holding needs: the caps that are shares of margin look at it.  0: not known, and
// these caps do not bind.
struct MarginRates {
  Rate initial;
  Rate maintenance;
};

// The rate for the row's period, within its caps and 100 %.
Rate funding_rate(const FundingRow& row, Rate premium, MarginRates smallest);

// What a long lot of this notional pays (a negative rate: receives) for `elapsed` of a period, rounded once.
Value funding_charge(Value notional, Rate rate, Duration elapsed, Duration period);

}  // namespace lockstep
