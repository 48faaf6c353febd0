#include "node/stress/exposure.h"

#include <algorithm>

#include "core/ledger/valuation.h"
#include "node/runtime/summary.h"

namespace lockstep::stress {
namespace {

constexpr i128 ratio_max = i128{1'000'000} * rate_one;

}  // namespace

// An inverse contract says how many units of the quote it is; everything else, how many coins.
Value dollars_per_lot(const State& state, const Instrument& instrument) {
  const Index& index = state.index(instrument.index);
  const Price quote = dollars_of(state, index.quote);
  if (instrument.inverse && is_margined(instrument)) {
    return in_dollars(Value::from_raw(i128{instrument.lot} * pow10(value_decimals - lot_decimals)), quote);
  }
  return in_dollars(Value::from_raw(i128{index.price.raw()} * instrument.lot), quote);
}

Value in_dollars(Value value, Price price) {
  return Value::from_raw(mul_div(value.raw(), price.raw(), price_one, Round::nearest));
}

Rate ratio(Value part, Value whole) {
  if (whole == Value{}) return Rate{};
  return Rate::from_raw(
      static_cast<i64>(mul_div_capped(part.raw(), rate_one, whole.raw(), Round::nearest, ratio_max)));
}

Exposure exposure_of(const State& state) {
  Exposure out;
  for (const Instrument& instrument : state.instruments) {
    out.per_lot.push_back(dollars_per_lot(state, instrument));
    out.base.push_back(state.index(instrument.index).base);
  }
  std::vector<Underlying> all(state.assets.size());
  for (const Account& account : state.accounts) {
    for (const Holding& holding : account.holdings) {
      Underlying& on = all[out.base[holding.instrument.index].index];
      const Value value = times(out.per_lot[holding.instrument.index], abs(holding.lots));
      (holding.lots > Lots{} ? on.longs : on.shorts) += value;
    }
  }
  for (u32 i = 0; i < all.size(); ++i) {
    all[i].base = AssetId{i};
    if (all[i].open() > Value{}) out.underlyings.push_back(all[i]);
  }
  std::stable_sort(out.underlyings.begin(), out.underlyings.end(),
                   [](const Underlying& a, const Underlying& b) { return a.open() > b.open(); });
  return out;
}

Sides sides_of(const Exposure& exposure, const Account& account, AssetId base) {
  Sides sides;
  for (const Holding& holding : account.holdings) {
    if (!base.is_none() && exposure.base[holding.instrument.index] != base) continue;
    const Value value = times(exposure.per_lot[holding.instrument.index], abs(holding.lots));
    (holding.lots > Lots{} ? sides.longs : sides.shorts) += value;
  }
  return sides;
}

bool touches(const Exposure& exposure, const Account& account, AssetId base) {
  const auto on_base = [&](const auto& row) { return exposure.base[row.instrument.index] == base; };
  if (std::any_of(account.holdings.begin(), account.holdings.end(), on_base)) return true;
  if (std::any_of(account.orders.begin(), account.orders.end(), on_base)) return true;
  return account.pooled && std::any_of(account.balances.begin(), account.balances.end(),
                                       [&](const Balance& balance) { return balance.asset == base; });
}

bool is_dollar(const State& state, AssetId asset) {
  return dollars_of(state, asset) == Price::from_raw(price_one);
}

}  // namespace lockstep::stress
