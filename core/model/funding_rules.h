// How the engine makes funding rates of perpetuals, as data.  core/funding/rate.h computes, core/engine/
// funding.cpp says when.  docs/methodology.md 2.11.
//
// Numbers: Rate 10^-12, Duration microseconds.
#pragma once

#include "core/model/unit_rows.h"

namespace lockstep {

// From the premium P, the interest r and the band b:
//   damped     P + clamp(r - P, -b, +b)           r while P stays within b of it, else P less b
//   plain      P + r
//   dead_band  max(b, P) + min(-b, P)             0 while P stays within b of 0, else P less b
enum class FundingFormula : u8 { damped, plain, dead_band };
//   mark    mark / index - 1
//   impact  (max(0, impact bid - index) - max(0, index - impact ask)) / index, as observed
enum class PremiumFrom : u8 { mark, impact };
// Of the premiums of one interval:
//   mean    their sum / their number
//   linear  the n-th counts n times: what is recent counts most
//   padded  their sum / the number that an interval has room for: a sample that is missing counts as 0
enum class FundingAverage : u8 { mean, linear, padded };

// The rate is charged at the end of each interval (they begin at its multiples since 1970, UTC), as rate x
// interval / period.  interval 0: continuously, at every tick the time since the last one, at that tick's
// premium and for at most `sample` (0: for at most `period`).  Limits are of the rate for a period; 0: none.
struct FundingRow {
  RowKey key;
  FundingFormula formula = FundingFormula::damped;
  PremiumFrom premium = PremiumFrom::mark;
  FundingAverage average = FundingAverage::mean;
  Duration interval;
  Duration period = Duration::from_raw(8 * hour.raw());
  Duration sample;      // premiums are taken at the first tick of each of these spans
  u32 samples_min = 1;  // with fewer an interval is not charged
  Rate interest;
  Rate band;
  Rate premium_cap;         // of each premium
  Rate rate_cap;            // of the rate
  Rate cap_of_maintenance;  // the rate is at most this x the maintenance margin of the smallest holding
  Rate cap_of_margin;       // the rate is at most this x its (initial - maintenance margin)
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("key", s.key), f("formula", s.formula), f("premium", s.premium), f("average", s.average);
    f("interval", s.interval), f("period", s.period), f("sample", s.sample);
    f("samples_min", s.samples_min), f("interest", s.interest), f("band", s.band);
    f("premium_cap", s.premium_cap), f("rate_cap", s.rate_cap), f("cap_of_maintenance", s.cap_of_maintenance);
    f("cap_of_margin", s.cap_of_margin);
  }
};

}  // namespace lockstep
