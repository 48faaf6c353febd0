// Rows about options: their scenarios, what written ones need, and what an expiry asks; and shares of a
// notional.  Private to node/rules.
#pragma once

#include "core/model/components.h"
#include "node/rules/form.h"

namespace lockstep {

// A fault unless the node is a table.
bool is_row(Form& form, const TomlNode& node);

void read_row(Form& form, const TomlNode& node, ShortOptionRow& row);
void read_row(Form& form, const TomlNode& node, GridRow& row);
void read_row(Form& form, const TomlNode& node, NotionalRow& row);
void read_row(Form& form, const TomlNode& node, ShortMinimumRow& row);
void read_row(Form& form, const TomlNode& node, ConfidenceRow& row);
void read_row(Form& form, const TomlNode& node, ExpiryLossRow& row);
void read_row(Form& form, const TomlNode& node, BasisRow& row);

}  // namespace lockstep
