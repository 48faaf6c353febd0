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

void write_boundaries(Json& json, const State& state, const std::vector<Boundary>& boundaries) {
  json.key("liquidation_prices").begin_array();
  for (const Boundary& boundary : boundaries) {
    json.begin_object().field("pool", pool_name(state, boundary.asset, boundary.isolated, boundary.leg));
    json.field("index", state.index(boundary.index).name);
    json.field("price", to_decimal(state.index(boundary.index).price.raw(), price_decimals));
    json.field("step", to_decimal(boundary.step.raw(), price_decimals))
        .field("liquidated", boundary.liquidated);
    for (const bool below : {true, false}) {
      const Crossing& crossing = below ? boundary.below : boundary.above;
      json.key(below ? "below" : "above");
      if (crossing.kind == Crossing::Kind::at) {
        json.text(to_decimal(crossing.price.raw(), price_decimals));
      } else {
        json.null();
      }
      if (crossing.kind == Crossing::Kind::unknown) {
        json.field(below ? "unknown_below" : "unknown_above",
                   to_decimal(crossing.price.raw(), price_decimals));
      }
    }
    json.end_object();
  }
  json.end_array();
}

}  // namespace lockstep
