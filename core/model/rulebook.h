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
// size: what a rulebook is, on one page; its rows are in the headers it includes.
#pragma once

#include <string>
#include <vector>

#include "core/model/collateral_rules.h"
#include "core/model/components.h"
#include "core/model/epoch_rules.h"
#include "core/model/funding_rules.h"
#include "core/model/liquidation_rules.h"
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
//                                                    or of this pool (pool expressions)
//   sum_units   pushes the sum of units   orders     pushes the order margin (pool expressions)
//   maintenance pushes the maintenance margin of this unit or pool, as rounded (initial and level
// expressions)
//   initial     pushes the initial margin likewise (level expressions)
//   add subtract multiply min max         take two; multiply takes one number
enum class OpCode : u8 {
  number,
  component,
  sum_units,
  orders,
  add,
  subtract,
  multiply,
  min,
  max,
  maintenance,
  initial
};
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
//   worst_position  orders are handed to the components: each looks at the worse of holding + buys and
// holding
//               - sells (risk_factors at both in its own way); `by_value`: the side of the larger value alone
//   at_limit    per holding and side: what does not close the holding, at its limit price, / leverage
//   gap         not published: an account with open orders is refused by `gap`
// Reduce-only orders and stops that wait need nothing.  Spot orders reserve what they would pay.
enum class OrderRuleKind : u8 { none, per_order, worst_side, gap, worst_position, at_limit };
//   reserve what is paid; either_fills: the worse of all bids and all asks; reserved: both reserved amounts
// at once
enum class SpotOrderRule : u8 { reserve, either_fills, reserved };
struct OrderRule {
  OrderRuleKind kind = OrderRuleKind::none;
  u16 gap = no_gap;
  Rate market_buffer;  // a market buy is counted at mark x (1 + buffer)
  bool by_value = false;
  SpotOrderRule spot = SpotOrderRule::reserve;
  Value each;  // what every open order costs, in the pool's asset
  Rounding rounding;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("kind", s.kind), f("gap", s.gap), f("market_buffer", s.market_buffer), f("by_value", s.by_value);
    f("spot", s.spot), f("each", s.each), f("rounding", s.rounding);
  }
};

// What is tested against the requirements: equity, or equity without the value of options (whose short side
// then carries its mark inside the requirement).
enum class MarginBasis : u8 { equity, without_options };

// What is one unit.
enum class UnitBy : u8 { underlying_and_settlement, underlying, instrument };

// A further level, from maintenance and initial: a buffer, a warning, a release.  Of pools; by_unit: of
// units.
struct Level {
  std::string name;
  Expression expression;
  Rounding rounding;
  bool by_unit = false;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("name", s.name), f("expression", s.expression), f("rounding", s.rounding), f("by_unit", s.by_unit);
  }
};
constexpr std::size_t levels_max = 4;

// A change that leaves a pool uncovered.  no_worse: available may not fall.  not_riskier: balance /
// maintenance may not fall, nor maintenance rise.
enum class TransitionRule : u8 { no_worse, not_riskier };

// How an account of one mode is margined.  gap: this mode exists at the venue, but its rules are not
// published.
struct Scheme {
  MarginMode mode = MarginMode::cross;
  bool pooled = false;
  u16 gap = no_gap;
  MarginBasis basis = MarginBasis::equity;
  UnitBy unit = UnitBy::underlying_and_settlement;
  PriceUse valuation = PriceUse::mark;  // of holdings in equity
  bool liabilities_required = false;    // weighted debts are part of the requirement, not of the balance
  TransitionRule transition = TransitionRule::no_worse;
  Rounding unit_initial_rounding;
  Rounding unit_maintenance_rounding;
  std::vector<Level> levels;           // at most levels_max
  bool liquidate_at_equality = false;  // liquidation when margin balance == maintenance > 0, or only below
  OrderRule orders;
  std::vector<std::string> exclusive;  // base assets: an account holds what is on one of them alone
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
    f("unit", s.unit), f("valuation", s.valuation), f("liabilities_required", s.liabilities_required);
    f("transition", s.transition), f("unit_initial_rounding", s.unit_initial_rounding);
    f("unit_maintenance_rounding", s.unit_maintenance_rounding), f("levels", s.levels);
    f("exclusive", s.exclusive);
  }
};

// What an account may do whose prices are not fresh.
enum class Action : u8 { open, reduce, withdraw, liquidate };
constexpr u8 action_bit(Action action) { return static_cast<u8>(1u << static_cast<unsigned>(action)); }

// stale_after 0: never stale.  divergence |mark/index - 1|, 0: not tested.  bound: the mark of a perpetual or
// future is the index times 1 + the average of (price received / index - 1) over about bound_over, held
// within +-bound, of a future bound_future; 0: the mark is what is received.
struct PriceRules {
  Duration mark_stale_after;
  Duration index_stale_after;
  Duration volatility_stale_after;
  Rate divergence_perpetual;
  Rate divergence_future;
  Rate bound;
  Rate bound_future;
  Duration bound_over;
  u8 allowed_stale = 0;  // action_bits
  u8 allowed_diverged = 0;
  u8 allowed_missing = 0;  // at most reduce
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("mark_stale_after", s.mark_stale_after), f("index_stale_after", s.index_stale_after);
    f("volatility_stale_after", s.volatility_stale_after), f("divergence_perpetual", s.divergence_perpetual);
    f("divergence_future", s.divergence_future), f("bound", s.bound);
    f("bound_future", s.bound_future), f("bound_over", s.bound_over), f("allowed_stale", s.allowed_stale);
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
  StateRules states;
  LiquidationRules liquidation;
  EpochRules epochs;
  std::vector<Component> components;  // at most 64
  std::vector<Scheme> schemes;
  std::vector<Collateral> collateral;
  std::vector<ProfitRow> profits;  // none: profits count in full
  std::vector<Gap> gaps;
  bool funding_made = false;  // by the engine, where there is a row; else rates are sent (FundingRate)
  std::vector<FundingRow> funding;
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("name", s.name), f("version", s.version), f("source", s.source), f("identity", s.identity);
    f("money", s.money), f("leverage_default", s.leverage_default), f("prices", s.prices);
    f("states", s.states), f("liquidation", s.liquidation), f("epochs", s.epochs);
    f("components", s.components), f("schemes", s.schemes), f("collateral", s.collateral),
        f("profits", s.profits), f("gaps", s.gaps);
    f("funding_made", s.funding_made), f("funding", s.funding);
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
