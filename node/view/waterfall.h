// The way from equity to available margin, a pool at a time, in steps to be drawn: taken from the lines of a
// statement, in their order; nothing is computed.
#pragma once

#include <string>
#include <vector>

#include "core/risk/assess.h"

namespace lockstep::view {

// balance      part of equity: a balance, a profit, the value of an option
// haircut      what an asset counts for against margin, or what is left out
// requirement  part of a requirement: a unit, orders, a charge of the pool
// total        equity, margin balance, maintenance margin, initial margin
// free         available margin
enum class StepKind : u8 { balance, haircut, requirement, total, free };

struct WaterfallStep {
  const StatementLine* line = nullptr;
  StepKind kind = StepKind::balance;
};
// By pool, in the order of Assessment::pools.  The statement must outlive them.
std::vector<std::vector<WaterfallStep>> waterfalls(const Statement& statement);
std::string_view word(StepKind kind);

}  // namespace lockstep::view
