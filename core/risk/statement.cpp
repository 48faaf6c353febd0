#include "core/risk/statement.h"

#include "core/risk/work.h"

namespace lockstep {

const char* rule_of(ComponentKind kind) {
  switch (kind) {
    case ComponentKind::brackets: return "5.1";
    case ComponentKind::linear_in_size: return "5.2";
    case ComponentKind::short_option: return "5.3";
    case ComponentKind::scenario_grid: return "5.4";
    case ComponentKind::roll_charge: return "5.5";
    case ComponentKind::delta_charge: return "5.6";
  }
  return "";
}

StatementLine& add_line(Work& work, u64 where, const char* rule, u8 depth, std::string label, AssetId asset,
                        Value amount) {
  const std::size_t made = work.scratch.lines.size();
  PlacedLine& placed = work.scratch.lines.emplace_back();
  placed.made = made;
  placed.place = where;
  placed.line.rule = rule;
  placed.line.depth = depth;
  placed.line.label = std::move(label);
  placed.line.asset = asset;
  placed.line.amount = amount;
  return placed.line;
}

StatementInput price_input(std::string name, Price price, u64 position) {
  return {.name = std::move(name), .value = to_decimal(price.raw(), price_decimals), .position = position};
}

void add_price_inputs(Work& work, StatementLine& line, InstrumentId id, const RiskRow& row) {
  const Instrument& instrument = work.state.instrument(id);
  const Market& market = work.state.market(id);
  if (row.mark_price != Price{}) {
    line.inputs.push_back(price_input("mark", row.mark_price, market.stamp.position));
  } else if (row.mark_known == Known::yes) {
    line.inputs.push_back({.name = "model value of a lot",
                           .value = to_decimal(row.mark.raw(), value_decimals),
                           .position = market.stamp.position});
  }
  if (row.forward != Price{})
    line.inputs.push_back(price_input("forward", row.forward, market.stamp.position));
  if (row.index != Price{}) {
    line.inputs.push_back(price_input("index", row.index, work.state.index(instrument.index).stamp.position));
  }
}

std::string holding_name(const Work& work, InstrumentId id, Leg leg, Lots lots) {
  std::string name = std::to_string(lots.raw()) + " lots of " + work.state.instrument(id).name;
  if (leg != Leg::net) name += leg == Leg::long_leg ? " (long leg)" : " (short leg)";
  return name;
}

}  // namespace lockstep
