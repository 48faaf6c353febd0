// One price of an underlying out of several venues' bars, so that what parameters are estimated from is the
// market's price and not one venue's mistake.  At each bar:
//
//   1. a venue takes part if its price is a number above zero (is_price), newer than its last one and not
//      older than `stale_after`;
//   2. three or more venues: the median.  Two: their mean if they agree within `agree`, else the one that is
//      nearer to the last accepted price.  (With two that disagree and no last price: none.)
//   3. a price further than `jump` times the root of the hours since the last accepted one waits for the next
//      bar: it is accepted then if that bar is as far on its side, and dropped otherwise.
//
// A median of three cannot be moved by one venue; a lone venue can move the price only if it stays there for
// two bars, which no filter can tell from the market.  What is dropped is counted by reason.
// Design: quant.md section 3 (median of venues; single-venue prints are unusable).
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "core/units/units.h"
#include "node/stats/state.h"

namespace lockstep::calibrate {

enum class BadPrice : u8 { not_a_price, out_of_order, stale, outvoted, unconfirmed };
inline constexpr std::array<const char*, 5> bad_price_words = {
    "not a positive number", "out of order", "stale", "against the other venues", "unconfirmed jump"};

// Between 10^-12 and 10^15.
bool is_price(double price);

struct PriceFilterPolicy {
  Duration stale_after = Duration::from_raw(90 * minute.raw());
  double agree = 0.03;
  double jump = 0.2;
};

// Further from an accepted price than `jump` allows after this time.
bool is_jump(double price, double accepted, Duration elapsed, const PriceFilterPolicy& policy);

struct VenuePrice {
  u32 venue = 0;  // dense from 0
  Time at;        // when the bar closed
  double price = 0;
};

struct PriceFilter {
  std::vector<VenuePrice> last;  // by venue; price 0: none yet
  double accepted = 0;           // 0: none yet
  Time accepted_at;
  double waiting = 0;  // a jump that is not confirmed yet; 0: none
  std::array<u64, bad_price_words.size()> dropped{};

  void write(Writer& writer) const;
  void read(Reader& reader);
};

// The bars that closed up to `now` since the last call, in order of time; the price to go on with, or none.
std::optional<double> one_price(PriceFilter& filter, std::span<const VenuePrice> bars, Time now,
                                const PriceFilterPolicy& policy = {});

}  // namespace lockstep::calibrate
