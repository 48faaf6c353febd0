// The quantities of this project.  Every one has its own type and only the operators that mean something, so
// that a price is never added to a rate and a lot count is never mistaken for money (house rule R12).
//
//   Price    i64   10^-8 of the quote unit per base unit (of the coin, for options that are quoted in coin)
//   Lots     i64   a signed number of lots; one lot is `Instrument::lot` of 10^-8 base units (quote units if
//   inverse) Amount   i128  units of an asset's ledger: 10^-decimals of the asset.  Balances, deposits, fees
//   Value    i128  10^-16 of an asset.  Valuations, cost bases, requirements: finer than any ledger, so that
//   a
//                  linear price (8 decimals) times a lot size (8 decimals) is exact
//   Rate     i64   10^-12: margin rates, volatilities, shocks, funding rates, leverage
//   Time     i64   microseconds since 1970-01-01T00:00:00Z.  It comes in with commands and from nowhere else
//   Duration i64   microseconds
//
// Ids are dense: the n-th registered asset has AssetId n, from 0.  OrderId is the client's own number, unique
// per account.  Why these scales: docs/decisions/0001-numbers.md.
#pragma once

#include <compare>

#include "core/base/wide.h"

namespace lockstep {

// Whether two of a kind may be added.  Two moments may not; their difference is a Duration.
template <class Tag>
constexpr bool summable = true;
template <>
inline constexpr bool summable<struct TimeTag> = false;

// A number that remembers what it measures.  Same-type sums, differences, negation and order; nothing else.
template <class Tag, class Rep>
class Unit {
 public:
  using rep = Rep;
  constexpr Unit() = default;
  static constexpr Unit from_raw(Rep raw) { return Unit(raw); }
  constexpr Rep raw() const { return raw_; }

  friend constexpr auto operator<=>(Unit, Unit) = default;
  friend constexpr Unit operator+(Unit a, Unit b) requires summable<Tag> {
    return Unit(static_cast<Rep>(a.raw_ + b.raw_));
  }
  friend constexpr Unit operator-(Unit a, Unit b) requires summable<Tag> {
    return Unit(static_cast<Rep>(a.raw_ - b.raw_));
  }
  constexpr Unit operator-() const { return Unit(static_cast<Rep>(-raw_)); }
  constexpr Unit& operator+=(Unit b) { return *this = *this + b; }
  constexpr Unit& operator-=(Unit b) { return *this = *this - b; }

 private:
  constexpr explicit Unit(Rep raw) : raw_(raw) {}
  Rep raw_ = 0;
};

using Price = Unit<struct PriceTag, i64>;
using Lots = Unit<struct LotsTag, i64>;
using Amount = Unit<struct AmountTag, i128>;
using Value = Unit<struct ValueTag, i128>;
using Rate = Unit<struct RateTag, i64>;
using Time = Unit<struct TimeTag, i64>;
using Duration = Unit<struct DurationTag, i64>;

constexpr int price_decimals = 8;
constexpr int lot_decimals = 8;
constexpr int value_decimals = 16;
constexpr int rate_decimals = 12;
constexpr i64 price_one = 100'000'000;
constexpr i64 rate_one = 1'000'000'000'000;
constexpr i128 value_one = i128{10'000'000'000'000'000};
constexpr Duration microsecond = Duration::from_raw(1);
constexpr Duration second = Duration::from_raw(1'000'000);
constexpr Duration minute = Duration::from_raw(60'000'000);
constexpr Duration hour = Duration::from_raw(3'600'000'000);
constexpr Duration day = Duration::from_raw(86'400'000'000);

constexpr Duration operator-(Time a, Time b) { return Duration::from_raw(a.raw() - b.raw()); }
constexpr Time operator+(Time a, Duration b) { return Time::from_raw(a.raw() + b.raw()); }
constexpr Time operator-(Time a, Duration b) { return Time::from_raw(a.raw() - b.raw()); }

// A dense index that names its table.  `none` is a legal value meaning "no such thing".
template <class Tag>
struct Id {
  u32 index = ~u32{0};
  friend constexpr auto operator<=>(Id, Id) = default;
  constexpr bool is_none() const { return index == ~u32{0}; }
};
using AssetId = Id<struct AssetTag>;
using IndexId = Id<struct IndexTag>;
using InstrumentId = Id<struct InstrumentTag>;
using PartyId = Id<struct PartyTag>;
using AccountId = Id<struct AccountTag>;
using ReplicaId = Id<struct ReplicaTag>;
using RulebookId = Id<struct RulebookTag>;
using OrderId = u64;  // 0: no order

// value * rate, rounded as named: requirements up, credits down.
constexpr i128 rate_product_max = i128_max / rate_one;
inline Value scale(Value value, Rate rate, Round round) {
  return Value::from_raw(mul_div(value.raw(), rate.raw(), rate_one, round));
}
inline Value times(Value per_lot, Lots lots) { return Value::from_raw(per_lot.raw() * lots.raw()); }

constexpr Lots abs(Lots x) { return x.raw() < 0 ? -x : x; }
constexpr Value abs(Value x) { return x.raw() < 0 ? -x : x; }
constexpr Value max(Value a, Value b) { return a < b ? b : a; }
constexpr Value min(Value a, Value b) { return b < a ? b : a; }

// Between an asset's ledger units and Value.  decimals is Asset::decimals, 0..12.
constexpr Value to_value(Amount amount, int decimals) {
  return Value::from_raw(amount.raw() * pow10(value_decimals - decimals));
}
constexpr Amount to_amount(Value value, int decimals, Round round) {
  return Amount::from_raw(div(value.raw(), pow10(value_decimals - decimals), round));
}

}  // namespace lockstep
