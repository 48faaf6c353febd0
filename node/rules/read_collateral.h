// What balances and profits count for, as written: [collateral] and [profits].  Private to node/rules.
#pragma once

#include "core/model/rulebook.h"
#include "node/rules/form.h"

namespace lockstep {

// An asset is a haircut ("5 %": assets count for 95 % at both levels, debts in full) or a table.
void read_collateral(Form& form, const TomlNode& file, Rulebook& rules);
void read_profits(Form& form, const TomlNode& file, Rulebook& rules);

}  // namespace lockstep
