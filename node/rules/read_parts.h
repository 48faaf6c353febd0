// The parts of a rulebook file, each read by its own function; private to node/rules.
#pragma once

#include "core/model/rulebook.h"
#include "node/rules/decimal.h"
#include "node/rules/form.h"

namespace lockstep {

void read_prices(Form& form, const TomlNode& file, PriceRules& prices);
void read_components(Form& form, const TomlNode& file, Rulebook& rules);
// After the components and gaps, whose names the schemes use.
void read_schemes(Form& form, const TomlNode& file, Rulebook& rules);

// The number of the gap that a text names; no_gap after a fault.
u16 read_gap(Form& form, const TomlNode& table, const Rulebook& rules);

}  // namespace lockstep
