#include "core/risk/statement.h"

#include "core/risk/work.h"

namespace lockstep {

const char* rule_of(ComponentKind kind) {
  static constexpr const char* rules[] = {"5.1",  "5.2",  "5.3",  "5.4",  "5.5",  "5.6",
                                          "5.9",  "5.11", "5.12", "5.13", "5.14", "5.15",
                                          "5.16", "5.17", "5.18", "5.19", "5.20"};
  static_assert(std::size(rules) == std::size(component_kind_names));
  return rules[static_cast<std::size_t>(kind)];
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

std::string percent_text(Rate rate) { return to_decimal(rate.raw(), rate_decimals - 2) + " %"; }

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

namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

// The largest binding line of this depth in [begin, end), the first of equals.
std::size_t largest(const std::vector<StatementLine>& lines, std::size_t begin, std::size_t end, u8 depth) {
  std::size_t best = nowhere;
  for (std::size_t i = begin; i < end; ++i) {
    if (lines[i].depth != depth || !lines[i].binds || lines[i].amount <= Value{}) continue;
    if (best == nowhere || lines[i].amount > lines[best].amount) best = i;
  }
  return best;
}

// Where the deeper lines that line `at` sums up begin: they stand before it.
std::size_t above(const std::vector<StatementLine>& lines, std::size_t begin, std::size_t at) {
  std::size_t from = at;
  while (from > begin && lines[from - 1].depth > lines[at].depth) --from;
  return from;
}

// The line of depth 1 in [begin, end) of the same unit: labels are "unit: expression".
std::size_t same_unit(const std::vector<StatementLine>& lines, std::size_t begin, std::size_t end,
                      const std::string& label) {
  const std::string unit = label.substr(0, label.find(": ") + 1);
  for (std::size_t i = begin; i < end; ++i) {
    if (lines[i].depth == 1 && lines[i].rule == rule::combination && lines[i].label.rfind(unit, 0) == 0)
      return i;
  }
  return nowhere;
}

}  // namespace

std::string binding_rule(const Statement& statement, std::size_t pool) {
  const std::vector<StatementLine>& lines = statement.lines;
  std::size_t first = 0;
  for (; pool > 0 && first < lines.size(); ++first) pool -= lines[first].rule == rule::available ? 1 : 0;
  std::size_t begin = first;
  std::size_t end = first;  // of the lines of initial margin: the second line of requirement
  for (int totals = 0; end < lines.size(); ++end) {
    if (lines[end].depth != 0 || lines[end].rule != rule::requirement) continue;
    if (++totals == 2) break;
    begin = end + 1;
  }
  std::string text;
  std::size_t at = largest(lines, begin, end, 1);
  for (u8 depth = 1; at != nowhere; ++depth) {
    text += (text.empty() ? "" : " > ") + lines[at].rule + " " + lines[at].label;
    std::size_t below = largest(lines, above(lines, first, at), at, static_cast<u8>(depth + 1));
    if (below == nowhere && depth == 1) {  // made from maintenance margin: what decided there
      at = same_unit(lines, first, begin, lines[at].label);
      if (at == nowhere) break;
      below = largest(lines, above(lines, first, at), at, 2);
    }
    at = below;
  }
  return text;
}

}  // namespace lockstep
