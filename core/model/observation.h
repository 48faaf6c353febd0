// What a venue's rules need of the world besides prices and volatilities: one table, one command, one lookup.
// A value that was never observed has a neutral default, or is an obstacle where the rule cannot do without.
#pragma once

#include "core/model/entities.h"

namespace lockstep {

//   kind                subject, expiry        raw                               never observed
//   open_interest       instrument             Value, one side, in coins         price_missing
//   deposits, debts     asset                  Value of the whole venue          price_missing if a rule
// scales by it
//   net_profit          instrument             Value of all users                0
//   confidence          index | instrument, expiry (0: of the price)   Rate 0..1 1
//   slow_price          index                  Price (a slow average)            the index itself
//   interest            index, expiry          Rate per year                     0
//   fixed_forward       index, expiry          Price: part that no shock moves   0
//   funding_estimate    instrument             Value one long lot would pay now  0
enum class ObservationKind : u8 {
  open_interest,
  deposits,
  debts,
  net_profit,
  index_confidence,
  instrument_confidence,
  slow_price,
  interest,
  fixed_forward,
  funding_estimate
};

struct Observation {
  ObservationKind kind = ObservationKind::open_interest;
  u32 subject = 0;
  Time expiry;
  i128 raw = 0;
  Stamp stamp;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("kind", s.kind), f("subject", s.subject), f("expiry", s.expiry), f("raw", s.raw), f("stamp", s.stamp);
  }
};

}  // namespace lockstep
