#include "apps/lockstep/boundary_text.h"

#include "apps/lockstep/statement_text.h"
#include "apps/lockstep/terminal.h"

namespace lockstep {

std::string crossing_text(const Crossing& crossing) {
  if (crossing.kind == Crossing::Kind::none) return "none";
  const std::string price = grouped_decimal(crossing.price.raw(), price_decimals);
  return crossing.kind == Crossing::Kind::at ? price : "unknown from " + price;
}

std::string boundaries_text(const State& state, const std::vector<Boundary>& boundaries) {
  if (boundaries.empty()) return {};
  Table table({false, false, true, true, true, false});
  table.row({"liquidation price", "underlying", "now", "below", "above", ""});
  for (const Boundary& boundary : boundaries) {
    const Index& index = state.index(boundary.index);
    table.row({pool_name(state, boundary.asset, boundary.isolated, boundary.leg), index.name,
               grouped_decimal(index.price.raw(), price_decimals), crossing_text(boundary.below),
               crossing_text(boundary.above), boundary.liquidated ? "is out of liquidation there" : ""});
  }
  return table.str("  ");
}

}  // namespace lockstep
