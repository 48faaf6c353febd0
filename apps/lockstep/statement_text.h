// A statement on paper: its lines in their order, nothing computed, nothing left out.
#pragma once

#include <string>

#include "node/view/account_json.h"

namespace lockstep {

// Who, under which rulebook and epoch, at which position and time, in which state; and what stands in the way
// of judging, if anything does.
std::string account_heading(const State& state, AccountId account, const Assessment& assessment);

// One line a pool: equity, margin balance, IM, MM, available.
std::string pools_text(const State& state, const Assessment& assessment);

// One line a level of the account's scheme and pool; empty without levels.
std::string levels_text(const State& state, const Account& account, const Assessment& assessment);

// The lines with rule number, label by depth, amount, what does not bind, inputs with their log positions.
std::string statement_text(const State& state, const Statement& statement);

}  // namespace lockstep
