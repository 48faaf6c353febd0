// A statement: the lines that one assessment added up, in order.  It is the computation written down, not
// retold: assess() fills it on its way, and the last line of each pool is its total.
#pragma once

#include <string>
#include <vector>

#include "core/units/units.h"

namespace lockstep {

// "Which price did you use": name, value as text, and the log position of the command that brought it.
struct StatementInput {
  std::string name;
  std::string value;
  u64 position = 0;
  friend bool operator==(const StatementInput&, const StatementInput&) = default;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("name", s.name), f("value", s.value), f("position", s.position);
  }
};

// depth 0: totals of the pool; 1: units and balances; 2: components; 3: holdings and scenarios.  A line
// follows the deeper lines that it sums up.  binds: false on a branch of a max or min that lost, and on what
// is shown beside.
struct StatementLine {
  std::string rule;  // number in docs/methodology.md
  u8 depth = 0;
  std::string label;
  AssetId asset;
  Value amount;
  bool binds = true;
  std::vector<StatementInput> inputs;
  friend bool operator==(const StatementLine&, const StatementLine&) = default;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("rule", s.rule), f("depth", s.depth), f("label", s.label), f("asset", s.asset), f("amount", s.amount);
    f("binds", s.binds), f("inputs", s.inputs);
  }
};

struct Statement {
  std::vector<StatementLine> lines;
};

// Which rule makes the most of a pool's initial margin (pools in the order of Assessment::pools): the largest
// unit or order line, the largest component that decided in it, and the largest line below that, as
// "4.7 BTC/USDT: tiers > 5.1 tiers > 5.1 400 lots of BTC-PERP".  Empty: nothing is asked.
std::string binding_rule(const Statement& statement, std::size_t pool);

}  // namespace lockstep
