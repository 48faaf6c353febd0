// Units of one underlying (UnitBy::underlying): what settles in different assets becomes one unit in the
// rulebook's money.  Methodology 4.7.
//
// A profit of c coins at a move m of the price is worth c x price x (1 + m) in money, because the coins move
// with it; everything else is converted at the price of its asset as it is.  Profits round down, margins up.
#include "core/risk/arrays.h"
#include "core/risk/expiry_value.h"
#include "core/risk/work.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

// What one unit of a unit's settlement asset is worth in money: a price, and whether it moves with the
// underlying.
struct Conversion {
  Price price;
  bool moves = false;
};

Value converted(Value value, const Conversion& conversion, Round round) {
  return Value::from_raw(
      mul_div_capped(value.raw(), conversion.price.raw(), price_one, round, limits::requirement_raw_max));
}

i128 converted_profit(i128 profit, const Conversion& conversion, Rate move) {
  constexpr i128 most = limits::requirement_raw_max / array_unit_value;
  const i64 moved = conversion.moves ? rate_one + move.raw() : rate_one;
  return mul_div_capped(profit, i128{conversion.price.raw()} * moved, i128{price_one} * rate_one, Round::down,
                        most);
}

// The move of the price at which a scenario's profit is counted.
Rate counted_move(const GridRow& grid, std::size_t scenario) {
  const std::size_t plain = grid.moves.size() * 3;
  if (scenario < plain) return grid.moves[scenario / 3];
  const std::size_t extreme = scenario - plain;
  if (extreme >= grid.extreme_moves.size()) return grid.listed[extreme - grid.extreme_moves.size()].move;
  return grid.extreme_moves[extreme] < Rate{} ? -grid.extreme_range : grid.extreme_range;
}

void convert_scenarios(std::vector<i128>& profits, const GridRow& grid, const Conversion& conversion) {
  for (std::size_t s = 0; s < profits.size(); ++s) {
    profits[s] = converted_profit(profits[s], conversion, counted_move(grid, s));
  }
}

void convert_expiry(const Work& work, const UnitSum& unit, ExpirySum& expiry, const Conversion& conversion) {
  expiry.worth = converted(expiry.worth, conversion, Round::down);
  for (HeldOption& option : expiry.options) {
    option.alone = {.initial = converted(option.alone.initial, conversion, Round::up),
                    .maintenance = converted(option.alone.maintenance, conversion, Round::up)};
  }
  for (u8 slot = 0; slot < work.slot_count; ++slot) {
    const Component& component = work.component(slot);
    const u16 row = unit.unit_rows[slot];
    if (row == no_row) continue;
    if (component.kind == ComponentKind::scenario_grid) {
      convert_scenarios(scenarios_of(expiry, work.grid_of[slot]), component.grids[row], conversion);
    } else if (component.kind == ComponentKind::basis_charge && !expiry.basis.empty()) {
      expiry.basis[0] = converted_profit(expiry.basis[0], conversion, component.bases[row].up);
      expiry.basis[1] = converted_profit(expiry.basis[1], conversion, component.bases[row].down);
    }
  }
}

// False: the price of its asset is missing, and it counts as nothing (noted).
bool convert(Work& work, UnitSum& unit) {
  const AssetId asset = work.scratch.wallets[unit.wallet].asset;
  const AssetId money = work.resolved->money;
  unit.wallet = wallet_of(work, money);
  unit.inverse = false;
  if (asset == money) return true;
  const Conversion conversion{.price = price_in_money(work, asset), .moves = asset == unit.base};
  if (conversion.price == Price{}) return false;
  for (Margin& margin : unit.margins) {
    margin = {.initial = converted(margin.initial, conversion, Round::up),
              .maintenance = converted(margin.maintenance, conversion, Round::up)};
  }
  // coins x move/(1 + move) x price (1 + move) = coins x price x move: exact but for the conversion itself.
  unit.exposure = converted(unit.exposure, conversion, Round::nearest);
  if (conversion.moves) unit.index_price = conversion.price;
  for (ExpirySum& expiry : unit.expiries) convert_expiry(work, unit, expiry, conversion);
  return true;
}

void add_sums(std::vector<i128>& sums, const std::vector<i128>& more) {
  if (more.empty()) return;
  if (sums.empty()) sums.assign(more.size(), 0);
  for (std::size_t i = 0; i < more.size(); ++i) sums[i] += more[i];
}

void add_expiry(UnitSum& unit, const ExpirySum& more) {
  ExpirySum& sum = expiry_of(unit, more.expiry);
  sum.years = more.years;
  if (sum.forward == Price{}) sum.forward = more.forward;
  if (sum.interest == Rate{}) sum.interest = more.interest;
  sum.worth += more.worth;
  sum.delta += more.delta;
  add_sums(sum.scenarios, more.scenarios);
  if (sum.more_scenarios.size() < more.more_scenarios.size()) {
    sum.more_scenarios.resize(more.more_scenarios.size());
  }
  for (std::size_t i = 0; i < more.more_scenarios.size(); ++i) {
    add_sums(sum.more_scenarios[i], more.more_scenarios[i]);
  }
  add_sums(sum.basis, more.basis);
  sum.options.insert(sum.options.end(), more.options.begin(), more.options.end());
}

void fold(UnitSum& unit, const UnitSum& more) {
  unit.exposure += more.exposure;
  unit.delta += more.delta;
  unit.delta_gross += more.delta_gross;
  for (std::size_t slot = 0; slot < scheme_components_max; ++slot) {
    unit.margins[slot].initial += more.margins[slot].initial;
    unit.margins[slot].maintenance += more.margins[slot].maintenance;
    if (unit.unit_rows[slot] == no_row) unit.unit_rows[slot] = more.unit_rows[slot];
  }
  for (const ExpirySum& expiry : more.expiries) add_expiry(unit, expiry);
  for (const ExpiryDelta& row : more.deltas) add_delta(unit, row.expiry, row.delta);
}

}  // namespace

void merge_units(Work& work) {
  std::vector<UnitSum>& units = work.scratch.units;
  for (u32 i = 0; i < work.scratch.unit_count; ++i) {
    UnitSum& unit = units[i];
    const bool counts = convert(work, unit);
    if (unit.group != i && counts) fold(units[unit.group], unit);
  }
}

}  // namespace lockstep
