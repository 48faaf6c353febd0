#include "core/risk/expiry_value.h"

#include <algorithm>

#include "core/pricing/convert.h"

namespace lockstep {
namespace {

constexpr i64 factor_one = 1'000'000'000'000'000;

}  // namespace
ExpirySum& expiry_of(UnitSum& unit, Time expiry) {
  const auto at = std::lower_bound(unit.expiries.begin(), unit.expiries.end(), expiry,
                                   [](const ExpirySum& sum, Time time) { return sum.expiry < time; });
  if (at != unit.expiries.end() && at->expiry == expiry) return *at;
  ExpirySum fresh;
  fresh.expiry = expiry;
  return *unit.expiries.insert(at, std::move(fresh));
}

void add_profits(std::vector<i128>& sums, std::span<const i64> per_lot, Lots lots) {
  if (sums.empty()) sums.assign(per_lot.size(), 0);
  LS_ASSERT(sums.size() == per_lot.size());
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += i128{per_lot[i]} * lots.raw();
}

void add_option(UnitSum& unit, const GridRow* grid, const BasisRow* basis, Time expiry,
                const OptionInputs& option, std::span<const i64> array, Lots lots) {
  ExpirySum& sum = expiry_of(unit, expiry);
  sum.worth += times(Value::from_raw(i128{option_value_units(option)} * array_unit_value), lots);
  sum.forward = Price::from_raw(to_units(option.forward + option.fixed, price_one));
  if (grid != nullptr) {
    add_profits(sum.scenarios, array.first(scenario_count(*grid)), lots);
    array = array.subspan(scenario_count(*grid));
  }
  if (basis != nullptr) add_profits(sum.basis, array.first(2), lots);
}

Value expiry_profit(const ExpirySum& expiry, const ValueFactors& factors, std::size_t scenario,
                    bool is_skew) {
  if (expiry.scenarios.empty()) return Value{};
  const i128 profit = expiry.scenarios[scenario] * array_unit_value;
  const i128 value = expiry.worth.raw() + profit;
  const i64 factor = value < 0 ? factors.owed : factors.owned;
  const i128 result =
      factor == factor_one ? profit : mul_div(value, factor, factor_one, Round::down) - expiry.worth.raw();
  return Value::from_raw(is_skew ? -abs(result) : result);
}

Value basis_loss(const BasisRow& row, const UnitSum& unit) {
  Value loss;
  for (const ExpirySum& expiry : unit.expiries) {
    if (expiry.basis.empty()) continue;
    const i128 worse = std::min({i128{0}, expiry.basis[0], expiry.basis[1]});
    const i128 grown = mul_div(row.per_year.raw(), expiry.years.raw(), rate_one, Round::up);
    const i128 rate = row.add.raw() + grown;
    loss += Value::from_raw(mul_div(-worse * array_unit_value, rate, rate_one, Round::up));
  }
  return loss;
}

}  // namespace lockstep
