#include "core/funding/rate.h"

#include <algorithm>

namespace lockstep {
namespace {

i128 within(i128 x, i128 limit) { return std::clamp(x, -limit, limit); }

// distance / index, at most 1 either way.
Rate share_of(i128 distance, Price index) {
  LS_ASSERT(index > Price{});
  return Rate::from_raw(
      static_cast<i64>(within(div(distance * rate_one, index.raw(), Round::nearest), rate_one)));
}

i128 formula(const FundingRow& row, i128 premium) {
  const i128 band = row.band.raw();
  const i128 interest = row.interest.raw();
  switch (row.formula) {
    case FundingFormula::damped: return premium + within(interest - premium, band);
    case FundingFormula::plain: return premium + interest;
    case FundingFormula::dead_band: return std::max(band, premium) + std::min(-band, premium);
  }
  LS_ASSERT(false);
  return 0;
}

}  // namespace

Rate premium_to_mark(Price mark, Price index) { return share_of(i128{mark.raw()} - index.raw(), index); }

Rate premium_to_impact(Price bid, Price ask, Price index) {
  const i128 above = bid == Price{} ? 0 : std::max<i128>(0, i128{bid.raw()} - index.raw());
  const i128 below = ask == Price{} ? 0 : std::max<i128>(0, i128{index.raw()} - ask.raw());
  return share_of(above - below, index);
}

Rate limited_premium(const FundingRow& row, Rate premium) {
  if (row.premium_cap == Rate{}) return premium;
  return Rate::from_raw(static_cast<i64>(within(premium.raw(), row.premium_cap.raw())));
}

Rate funding_rate(const FundingRow& row, Rate premium, MarginRates smallest) {
  i128 limit = rate_one;
  if (row.rate_cap != Rate{}) limit = std::min<i128>(limit, row.rate_cap.raw());
  const auto share = [&limit](Rate cap, Rate margin) {
    limit = std::min(limit, mul_div(cap.raw(), margin.raw(), rate_one, Round::down));
  };
  const bool known = smallest.maintenance > Rate{};
  if (known && row.cap_of_maintenance != Rate{}) share(row.cap_of_maintenance, smallest.maintenance);
  if (known && row.cap_of_margin != Rate{}) {
    share(row.cap_of_margin, std::max(smallest.initial - smallest.maintenance, Rate{}));
  }
  return Rate::from_raw(static_cast<i64>(within(formula(row, premium.raw()), limit)));
}

Value funding_charge(Value notional, Rate rate, Duration elapsed, Duration period) {
  LS_ASSERT(elapsed >= Duration{} && elapsed <= period && period > Duration{});
  return Value::from_raw(mul_div(notional.raw(), i128{rate.raw()} * elapsed.raw(),
                                 i128{rate_one} * period.raw(), Round::nearest));
}

}  // namespace lockstep
