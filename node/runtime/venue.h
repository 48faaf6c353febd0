// Stands in for the venue that recorded data does not contain: it fills the engine's liquidation orders.
// Recorded bars and chains say nothing of what the book would have borne, so it fills everything, at the mark
// less what a taker usually gives up.  `lockstep sim cascade` has a book that moves.
#pragma once

#include <vector>

#include "core/model/commands.h"
#include "core/model/state.h"

namespace lockstep {

// One fill for each liquidation order that was placed at the state's time and is not filled yet, in the order
// in which the engine sent them.  Price: 0.1 % beyond the mark, on tick, within the order's limit.
std::vector<Command> fill_liquidations(const State& state);

}  // namespace lockstep
