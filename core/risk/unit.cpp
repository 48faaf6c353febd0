#include "core/risk/unit.h"

#include <algorithm>

#include "core/risk/concentration.h"
#include "core/risk/expiry_loss.h"
#include "core/risk/grid.h"
#include "core/risk/minimum_charge.h"
#include "core/risk/short_minimum.h"
#include "core/risk/spread.h"

namespace lockstep {

void add_delta(UnitSum& unit, Time expiry, Value delta) {
  const auto at = std::lower_bound(unit.deltas.begin(), unit.deltas.end(), expiry,
                                   [](const ExpiryDelta& row, Time time) { return row.expiry < time; });
  if (at != unit.deltas.end() && at->expiry == expiry) {
    at->delta += delta;
  } else {
    unit.deltas.insert(at, {expiry, delta});
  }
}

Margin unit_margin(const Component& component, u16 row, const UnitSum& unit) {
  switch (component.kind) {
    case ComponentKind::scenario_grid: {
      const Value loss = worst_loss(component.grids[row], unit).loss;
      return {.initial = loss, .maintenance = loss};
    }
    case ComponentKind::basis_charge: {
      const Value loss = basis_loss(component.bases[row], unit);
      return {.initial = loss, .maintenance = loss};
    }
    case ComponentKind::expiry_loss: return expiry_loss_margin(component.expiry_losses[row], unit);
    case ComponentKind::short_minimum: return short_minimum_margin(component.short_minimums[row], unit);
    case ComponentKind::minimum_charge: return minimum_charge_margin(component.minimums[row], unit);
    case ComponentKind::expiry_spread: return expiry_spread_margin(component.spreads[row], unit);
    case ComponentKind::concentration: return concentration_margin(component.brackets[row], unit);
    default: return {};  // of holdings, pools, and the delta charge, which asks nothing or is not known
  }
}

}  // namespace lockstep
