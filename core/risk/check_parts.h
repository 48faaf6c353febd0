// The parts of check_rulebook(); private to core/risk.
#pragma once

#include "core/risk/check.h"

namespace lockstep {

RulebookDefect check_component(const Component& component, std::size_t gap_count);
RulebookDefect check_schemes(const Rulebook& rules);
RulebookDefect check_collateral(const Rulebook& rules);
RulebookDefect check_profits(const Rulebook& rules);
RulebookDefect check_states(const StateRules& rules);
RulebookDefect check_epochs(const EpochRules& rules);
RulebookDefect check_liquidation(const Rulebook& rules);
RulebookDefect check_funding(const Rulebook& rules);

// The text files' words for what can be named: lower-case letters, digits, underscore.
bool is_word(const std::string& text);
const char* to_text(ComponentKind kind);
// "cross", "cross_pooled", "isolated", "portfolio", "portfolio_pooled", as in the text file.
std::string scheme_name(const Scheme& scheme);

}  // namespace lockstep
