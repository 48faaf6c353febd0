#include "core/risk/unit.h"

#include "core/risk/expiry_loss.h"
#include "core/risk/grid.h"
#include "core/risk/short_minimum.h"

namespace lockstep {

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
    default: return {};  // of holdings, pools, and the delta charge, which asks nothing or is not known
  }
}

}  // namespace lockstep
