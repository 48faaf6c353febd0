// What a statement line says about the step from its inputs to its amount: sizes, rates, brackets, and which
// branch of a rule's own maximum decided.  Texts only; nothing here is added up.
#pragma once

#include "core/risk/facts.h"
#include "core/risk/work.h"

namespace lockstep {

using StatementInputs = std::vector<StatementInput>;

enum class MarginLevel : u8 { maintenance, initial };

// Of one holding under one component of its class.
void explain_holding(const Component& component, u16 row, const HoldingFacts& facts, MarginLevel level,
                     StatementInputs& inputs);

// Lines under a component of a unit: worst scenario and runner-up, or expiry by expiry.  They belong to the
// unit at unit_index; `unit` is that unit, or the one that it would be after its orders.
void explain_unit(Work& work, u32 unit_index, UnitSum& unit, u8 slot);

// What a component asked before its rounding, and how it was rounded; nothing if it was not.
void explain_rounding(Rounding rounding, Value before, StatementInputs& inputs);

// The components that decided, if an expression chooses between some.
void explain_choice(const Work& work, const Expression& expression, u64 binding, StatementInputs& inputs);

std::string number_text(Value value);
std::string number_text(Price price);

}  // namespace lockstep
