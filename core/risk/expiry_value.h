// The options of one expiry of a unit: their sums, what the whole expiry is worth in a scenario, and the
// charge on the basis.  Some venues do not add up options one by one: the value of an expiry is discounted by
// whether it is owed or owned, and a turn of its volatilities counts against the account whichever way it
// goes.
//
// Numbers: array units 10^-12 of the settlement asset, results 10^-16.  Gains round down, charges up.
// Methodology 5.4 (grid), 5.15 (basis).
#pragma once

#include <span>

#include "core/risk/arrays.h"
#include "core/risk/unit.h"

namespace lockstep {

// The expiry of a unit, fresh if it is not there yet; expiries stay in ascending order.  The reference holds
// until the next call.
ExpirySum& expiry_of(UnitSum& unit, Time expiry);

// Adds `lots` times profits per lot to sums; makes the sums on the first call.
void add_profits(std::vector<i128>& sums, std::span<const i64> per_lot, Lots lots);

// An option into its expiry: worth, years, forward, scenarios and basis.  array: of the grid, then of the
// basis, as append_scenarios() and append_basis() made them; grid or basis may be missing (nullptr).
void add_option(UnitSum& unit, const GridRow* grid, const BasisRow* basis, Time expiry,
                const OptionInputs& option, std::span<const i64> array, Lots lots);

// What a long and a short value of an expiry count for, 10^-15; both 10^15 without a discount.
struct ValueFactors {
  i64 owned;
  i64 owed;
};
ValueFactors value_factors(const ExpiryDiscount& discount, Rate interest, Rate years);

// Profit of the expiry in a scenario: with V its value there, V x factor - worth; in a skew scenario minus
// the amount of that.
Value expiry_profit(const ExpirySum& expiry, const ValueFactors& factors, std::size_t scenario, bool is_skew);

// Per expiry what the worse move of its forward loses, if it loses, times (add + per_year x years), up.
Value basis_loss(const BasisRow& row, const UnitSum& unit);

}  // namespace lockstep
