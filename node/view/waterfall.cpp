#include "node/view/waterfall.h"

#include <algorithm>

namespace lockstep::view {
namespace {

// Numbers of docs/methodology.md, by which the totals of a pool are told apart.
constexpr std::string_view rule_equity = "4.4", rule_margin_balance = "4.5", rule_requirement = "4.8",
                           rule_available = "4.9";

StepKind part_of(std::string_view total) {
  if (total == rule_equity) return StepKind::balance;
  return total == rule_margin_balance ? StepKind::haircut : StepKind::requirement;
}

// The parts of one total: of several depths the shallowest, because a line sums up the deeper ones before it.
void add_parts(const std::vector<const StatementLine*>& lines, StepKind kind,
               std::vector<WaterfallStep>& steps) {
  u8 shallowest = 0xff;
  for (const StatementLine* line : lines) shallowest = std::min(shallowest, line->depth);
  for (const StatementLine* line : lines) {
    if (line->depth == shallowest) steps.push_back({line, kind});
  }
}

}  // namespace

std::string_view word(StepKind kind) {
  constexpr std::string_view words[] = {"balance", "haircut", "requirement", "total", "free"};
  return words[static_cast<std::size_t>(kind)];
}

std::vector<std::vector<WaterfallStep>> waterfalls(const Statement& statement) {
  std::vector<std::vector<WaterfallStep>> pools;
  std::vector<WaterfallStep> steps;
  std::vector<const StatementLine*> parts;
  for (const StatementLine& line : statement.lines) {
    if (line.depth != 0) {
      parts.push_back(&line);
      continue;
    }
    const bool known = line.rule == rule_equity || line.rule == rule_margin_balance ||
                       line.rule == rule_requirement || line.rule == rule_available;
    if (known) {
      add_parts(parts, part_of(line.rule), steps);
      steps.push_back({&line, line.rule == rule_available ? StepKind::free : StepKind::total});
    }
    parts.clear();
    if (line.rule != rule_available) continue;
    pools.push_back(std::move(steps));
    steps.clear();
  }
  return pools;
}

}  // namespace lockstep::view
