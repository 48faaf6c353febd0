// The sections [states], [epochs] and [liquidation].  Private to node/rules.
#pragma once

#include "core/model/rulebook.h"
#include "node/rules/form.h"

namespace lockstep {

void read_states(Form& form, const TomlNode& file, StateRules& rules);
void read_epochs(Form& form, const TomlNode& file, EpochRules& rules);
void read_liquidation(Form& form, const TomlNode& file, LiquidationRules& rules);

}  // namespace lockstep
