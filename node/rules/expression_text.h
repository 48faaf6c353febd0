// "max(spot_shock + basis, minimum)" to byte code (core/model/rulebook.h).
//
//   sum      = product { ("+" | "-") product }        product = atom { "*" atom }
//   atom     = number | component | "orders" | "sum(unit)" | "maintenance" | "initial"
//            | ("max" | "min") "(" sum { "," sum } ")" | "(" sum ")"
//
// Which names may stand where, and what may be added to what, is core/risk/check.h's business.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/model/rulebook.h"

namespace lockstep {

// The error is one line, with the place as "at character 7".
Result<Expression, std::string> parse_expression(std::string_view text,
                                                 std::span<const Component> components);

// max, min, sum, unit, orders, maintenance, initial: no component can be called so.
bool is_reserved(std::string_view name);

}  // namespace lockstep
