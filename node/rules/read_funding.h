// How funding rates are made, as written: [funding].  Private to node/rules.
#pragma once

#include "core/model/rulebook.h"
#include "node/rules/form.h"

namespace lockstep {

void read_funding(Form& form, const TomlNode& file, Rulebook& rules);

}  // namespace lockstep
