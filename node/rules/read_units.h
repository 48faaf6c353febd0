// Rows about whole units and pools, and rows that need more than numbers: brackets and risk factors.  Private
// to node/rules.
#pragma once

#include "core/model/components.h"
#include "node/rules/form.h"

namespace lockstep {

void read_row(Form& form, const TomlNode& node, BracketRow& row);
void read_row(Form& form, const TomlNode& node, SideRow& row);
void read_row(Form& form, const TomlNode& node, MinimumRow& row);
void read_row(Form& form, const TomlNode& node, SpreadRow& row);
void read_row(Form& form, const TomlNode& node, BorrowRow& row);
void read_row(Form& form, const TomlNode& node, OffsetRow& row);

// [[floor, percentage], ...]
void read_steps(Form& form, const TomlNode& node, std::vector<FactorStep>& steps);

}  // namespace lockstep
