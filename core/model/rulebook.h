// A rulebook image: one venue's margin rules and parameters as data, compiled from a text file by node/rules
// and carried by propose_rulebook.  The core knows no venue's name.  It knows *components* (how much margin
// does a holding or a unit need under one rule), and *schemes*, which combine components by an expression:
//
//   holding -> component -> unit (what shares an underlying and a settlement asset) -> pool (one pot of
//   money)
//
// Numbers: Rate 10^-12, Value 10^-16 of the asset named in the comment, Duration microseconds.  Whether an
// image is consistent is decided in one place, core/risk/check.h, for the text compiler and for the engine
// alike.
#pragma once

#include <string>
#include <vector>

#include "core/model/components.h"
#include "core/units/units.h"

namespace lockstep {

// A rule that the venue does not publish.  Whoever needs it is refused by this name.
struct Gap {
  std::string name;
  std::string text;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("name", s.name), f("text", s.text);
  }
};

// Postfix code.  A component stands for its initial or maintenance margin, by the expression it occurs in.
//   number      pushes `rate`             component  pushes component `index` of this unit (unit expressions)
//   sum_units   pushes the sum of units   orders     pushes the order margin (pool expressions)
//   add subtract multiply min max         take two; multiply takes one number
enum class OpCode : u8 { number, component, sum_units, orders, add, subtract, multiply, min, max };
struct Op {
  OpCode code = OpCode::number;
  u16 index = 0;
  Rate rate;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("code", s.code), f("index", s.index), f("rate", s.rate);
  }
};
struct Expression {
  std::string text;  // as written, for statements
  std::vector<Op> code;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("text", s.text), f("code", s.code);
  }
};

//   none        orders need nothing
//   per_order   every order as if it were a holding of its own; an option bid locks its premium
//   worst_side  the worse of "all buys fill" and "all sells fill": margin on what they add, plus the loss
//   against the
//               mark of what they open
//   gap         not published: an account with open orders is refused by `gap`
// Reduce-only orders and stops that wait need nothing.  Spot orders reserve what they would pay.
enum class OrderRuleKind : u8 { none, per_order, worst_side, gap };
struct OrderRule {
  OrderRuleKind kind = OrderRuleKind::none;
  u16 gap = no_gap;
  Rate market_buffer;  // a market buy is counted at mark x (1 + buffer)
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("kind", s.kind), f("gap", s.gap), f("market_buffer", s.market_buffer);
  }
};

// What is tested against the requirements: equity, or equity without the value of options (whose short side
// then carries its mark inside the requirement).
enum class MarginBasis : u8 { equity, without_options };

// How an account of one mode is margined.  gap: this mode exists at the venue, but its rules are not
// published.
struct Scheme {
  MarginMode mode = MarginMode::cross;
  bool pooled = false;
  u16 gap = no_gap;
  MarginBasis basis = MarginBasis::equity;
  bool liquidate_at_equality = false;  // liquidation when margin balance == maintenance > 0, or only below
  OrderRule orders;
  Expression unit_initial;
  Expression unit_maintenance;
  Expression pool_initial;
  Expression pool_maintenance;
  Rounding initial_rounding;
  Rounding maintenance_rounding;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("mode", s.mode), f("pooled", s.pooled), f("gap", s.gap), f("basis", s.basis);
    f("liquidate_at_equality", s.liquidate_at_equality), f("orders", s.orders);
    f("unit_initial", s.unit_initial), f("unit_maintenance", s.unit_maintenance);
    f("pool_initial", s.pool_initial), f("pool_maintenance", s.pool_maintenance);
    f("initial_rounding", s.initial_rounding), f("maintenance_rounding", s.maintenance_rounding);
  }
};

// Pooled accounts: what one unit of a positive balance is worth, index x (1 - haircut).  An asset that is not
// listed is no collateral.
struct Collateral {
  std::string asset;
  Rate haircut;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("asset", s.asset), f("haircut", s.haircut);
  }
};

// What an account may do whose prices are not fresh.
enum class Action : u8 { open, reduce, withdraw, liquidate };
constexpr u8 action_bit(Action action) { return static_cast<u8>(1u << static_cast<unsigned>(action)); }

// stale_after 0: never stale.  divergence |mark/index - 1|, 0: not tested.
struct PriceRules {
  Duration mark_stale_after;
  Duration index_stale_after;
  Duration volatility_stale_after;
  Rate divergence_perpetual;
  Rate divergence_future;
  u8 allowed_stale = 0;  // action_bits
  u8 allowed_diverged = 0;
  u8 allowed_missing = 0;  // at most reduce
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("mark_stale_after", s.mark_stale_after), f("index_stale_after", s.index_stale_after);
    f("volatility_stale_after", s.volatility_stale_after), f("divergence_perpetual", s.divergence_perpetual);
    f("divergence_future", s.divergence_future), f("allowed_stale", s.allowed_stale);
    f("allowed_diverged", s.allowed_diverged), f("allowed_missing", s.allowed_missing);
  }
};

struct Rulebook {
  std::string name;
  std::string version;
  std::string source;
  std::string identity;  // SHA-256 of the image without this field, in hexadecimal; set by the compiler
  std::string money;     // asset of pooled accounts; empty: there are none
  Rate leverage_default;
  PriceRules prices;
  std::vector<Component> components;  // at most 64
  std::vector<Scheme> schemes;
  std::vector<Collateral> collateral;
  std::vector<Gap> gaps;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("name", s.name), f("version", s.version), f("source", s.source), f("identity", s.identity);
    f("money", s.money), f("leverage_default", s.leverage_default), f("prices", s.prices);
    f("components", s.components), f("schemes", s.schemes), f("collateral", s.collateral), f("gaps", s.gaps);
  }
};

// The scheme of a mode, or nullptr: the venue has no such mode.
inline const Scheme* find_scheme(const Rulebook& rules, MarginMode mode, bool pooled) {
  for (const Scheme& scheme : rules.schemes) {
    if (scheme.mode == mode && scheme.pooled == pooled) return &scheme;
  }
  return nullptr;
}

}  // namespace lockstep
