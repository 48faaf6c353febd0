// Two rulebooks made for these tests: between them every component, margin basis and order rule, with
// numbers that make accounts cross every border within a stream; the second makes its own funding.  Not from
// text files, so that neither the streams nor the stored log of the determinism matrix changes when a
// venue's file does.
#include "core/risk/check.h"
#include "tests/property/stream.h"

namespace lockstep::property {
namespace {

constexpr i64 percent = rate_one / 100;
Rate pct(i64 hundredths) { return Rate::from_raw(hundredths * percent / 100); }
Value money(i64 whole) { return Value::from_raw(value_one * whole); }

constexpr u16 linear_contracts =
    class_bit(InstrumentKind::perpetual, false) | class_bit(InstrumentKind::future, false);
constexpr u16 inverse_contracts =
    class_bit(InstrumentKind::perpetual, true) | class_bit(InstrumentKind::future, true);
constexpr u16 options = class_bit(InstrumentKind::option, false) | class_bit(InstrumentKind::option, true);

Op push(u16 component) { return {OpCode::component, component, Rate{}}; }
Op number(i64 hundredths) { return {OpCode::number, 0, pct(hundredths)}; }
constexpr Op sum_units{OpCode::sum_units, 0, Rate{}};
constexpr Op orders{OpCode::orders, 0, Rate{}};
constexpr Op add{OpCode::add, 0, Rate{}};
constexpr Op multiply{OpCode::multiply, 0, Rate{}};
constexpr Op maximum{OpCode::max, 0, Rate{}};

Scheme scheme(MarginMode mode, bool pooled, std::vector<Op> unit, OrderRuleKind rule) {
  Scheme s;
  s.mode = mode;
  s.pooled = pooled;
  s.orders.kind = rule;
  s.unit_initial = {"unit", unit};
  s.unit_maintenance = {"unit", std::move(unit)};
  s.pool_initial = {"sum(unit) + orders", {sum_units, orders, add}};
  s.pool_maintenance = {"sum(unit)", {sum_units}};
  return s;
}

PriceRules price_rules() {
  PriceRules p;
  p.mark_stale_after = hour;
  p.index_stale_after = hour;
  p.volatility_stale_after = Duration::from_raw(2 * hour.raw());
  p.divergence_perpetual = pct(5'00);
  p.divergence_future = pct(10'00);
  p.allowed_stale = action_bit(Action::reduce);
  p.allowed_diverged = static_cast<u8>(action_bit(Action::reduce) | action_bit(Action::withdraw));
  p.allowed_missing = action_bit(Action::reduce);
  return p;
}

Rulebook head(const char* name) {
  Rulebook r;
  r.name = name;
  r.version = "1";
  r.source = "made for the property tests";
  r.leverage_default = Rate::from_raw(10 * rate_one);
  r.prices = price_rules();
  return r;
}

Collateral cut(const char* asset, Rate haircut) {
  Collateral row;
  row.asset = asset;
  row.initial.asset = row.maintenance.asset = Rate::from_raw(rate_one - haircut.raw());
  return row;
}

Rulebook bracket_rulebook() {
  Rulebook r = head("brackets");
  r.money = "USDT";
  r.collateral = {cut("USDT", Rate{}), cut("BTC", pct(10'00)), cut("USDC", pct(1'00))};
  r.states.warning = pct(20'00);
  r.states.reduce_only = pct(10'00);
  r.states.release = pct(5'00);
  r.states.call_period = Duration::from_raw(10 * minute.raw());
  r.states.gate = minute;
  LiquidationRules& l = r.liquidation;
  l.size = LiquidationSize::to_target;
  l.target = pct(120'00);
  l.fee = pct(50);
  l.cost = pct(10);
  l.limit = pct(1'00);
  l.cross = true;
  l.share = pct(50'00);
  l.share_above = money(50'000);
  l.depth_share = pct(10'00);
  l.backstop = "account-2";
  l.backstop_at = pct(20'00);
  l.penalty = pct(1'00);
  l.fund_daily = pct(20'00);
  l.losses = LossRule::pro_rata;
  l.deleverage_at = pct(70'00);
  l.protect_hedges = true;
  r.gaps = {{"portfolio_margin", "made up: this mode exists and is not published"}};
  Component c;
  c.name = "brackets";
  c.kind = ComponentKind::brackets;
  c.applies = linear_contracts;
  const std::vector<Bracket> rows = {
      {money(0), pct(1'00), Rate::from_raw(50 * rate_one), money(0)},
      {money(50'000), pct(2'00), Rate::from_raw(25 * rate_one), money(500)},
      {money(200'000), pct(5'00), Rate::from_raw(10 * rate_one), money(6'500)},
  };
  c.brackets = {{{"BTC", "USDT"}, rows}, {{"ETH", ""}, rows}};
  r.components.push_back(c);
  for (const bool pooled : {false, true}) {
    r.schemes.push_back(scheme(MarginMode::cross, pooled, {push(0)}, OrderRuleKind::worst_side));
  }
  r.schemes.push_back(scheme(MarginMode::isolated, false, {push(0)}, OrderRuleKind::worst_side));
  r.schemes[0].orders.market_buffer = pct(5);
  r.schemes[2].liquidate_at_equality = true;
  Scheme unpublished;
  unpublished.mode = MarginMode::portfolio;
  unpublished.pooled = true;
  unpublished.gap = 0;
  r.schemes.push_back(unpublished);
  return r;
}

Component grid_component() {
  Component c;
  c.name = "grid";
  c.kind = ComponentKind::scenario_grid;
  c.applies = static_cast<u16>(linear_contracts | inverse_contracts | options);
  c.rounding = {Round::nearest, 9};
  GridRow row;
  row.key = {"BTC", ""};
  for (const i64 move : {-16'00, -12'00, -8'00, -4'00, 0, 4'00, 8'00, 12'00, 16'00})
    row.moves.push_back(pct(move));
  row.volatility_up = pct(50'00);
  row.volatility_down = pct(25'00);
  row.volatility_up_min = pct(50'00);
  row.power_short = pct(30'00);
  row.power_long = pct(13'00);
  row.days_min = Rate::from_raw(rate_one);
  for (const i64 move : {-66'00, -33'00, 50'00, 100'00, 300'00}) row.extreme_moves.push_back(pct(move));
  row.extreme_range = pct(16'00);
  row.dampener = money(25'000);
  c.grids = {row};
  return c;
}

std::vector<Component> unit_components() {
  Component size;
  size.name = "size";
  size.kind = ComponentKind::linear_in_size;
  size.applies = static_cast<u16>(linear_contracts | inverse_contracts);
  size.sizes = {{{"BTC", ""}, pct(4'00), pct(2'00), pct(50)}};
  Component shorts;
  shorts.name = "short_options";
  shorts.kind = ComponentKind::short_option;
  shorts.applies = options;
  ShortOptionRow row;
  row.key.base = "BTC";
  row.initial = pct(15'00);
  row.initial_min = pct(10'00);
  row.maintenance = pct(7'50);
  shorts.short_options = {row};
  Component roll;
  roll.name = "roll";
  roll.kind = ComponentKind::roll_charge;
  roll.applies = static_cast<u16>(linear_contracts | inverse_contracts | options);
  roll.rolls = {{{"BTC", ""}, pct(7'50), pct(1'00)}};
  Component delta;
  delta.name = "delta";
  delta.kind = ComponentKind::delta_charge;
  delta.applies = roll.applies;
  delta.gap = 0;
  delta.deltas = {{{"BTC", ""}, money(20'000'000)}};
  return {size, shorts, grid_component(), roll, delta};
}

// Of inverse perpetuals continuously, of the others every quarter of an hour from impact prices.
std::vector<FundingRow> made_funding() {
  FundingRow continuous;
  continuous.key = {"", "BTC"};
  continuous.formula = FundingFormula::dead_band;
  continuous.sample = hour;
  continuous.band = pct(2);
  FundingRow quarterly;
  quarterly.key = {"", "USDC"};
  quarterly.premium = PremiumFrom::impact;
  quarterly.average = FundingAverage::linear;
  quarterly.interval = Duration::from_raw(15 * minute.raw());
  quarterly.sample = minute;
  quarterly.interest = pct(1);
  quarterly.band = pct(5);
  quarterly.cap_of_maintenance = pct(75'00);
  return {continuous, quarterly};
}

Rulebook coin_rulebook() {
  Rulebook r = head("coins");
  r.money = "USDC";
  r.collateral = {cut("USDC", Rate{}), cut("BTC", pct(10'00))};
  r.prices.bound = pct(2'00);
  r.prices.bound_over = minute;
  r.liquidation.size = LiquidationSize::whole;
  r.liquidation.limit = pct(5'00);
  r.liquidation.fee = pct(50);
  r.liquidation.cross = true;
  r.liquidation.losses = LossRule::ranked;
  r.liquidation.leverage_cap = Rate::from_raw(20 * rate_one);
  r.gaps = {{"delta_charge", "made up: the charge above the threshold is not published"},
            {"portfolio_orders", "made up: how these orders are margined is not published"}};
  r.components = unit_components();
  r.funding_made = true;
  r.funding = made_funding();
  const std::vector<Op> standard = {push(0), push(1), add};
  const std::vector<Op> portfolio = {push(2),       push(3), add,      push(4), add,
                                     number(10'00), push(3), multiply, maximum};
  r.schemes.push_back(scheme(MarginMode::cross, false, standard, OrderRuleKind::per_order));
  r.schemes.push_back(scheme(MarginMode::cross, true, standard, OrderRuleKind::none));
  r.schemes.push_back(scheme(MarginMode::isolated, false, {push(0)}, OrderRuleKind::per_order));
  r.schemes.push_back(scheme(MarginMode::portfolio, false, portfolio, OrderRuleKind::gap));
  r.schemes.push_back(scheme(MarginMode::portfolio, true, portfolio, OrderRuleKind::none));
  for (Scheme& s : r.schemes) s.basis = MarginBasis::without_options;
  r.schemes[3].basis = MarginBasis::equity;
  r.schemes[3].orders.gap = 1;
  r.schemes[3].initial_rounding = {Round::nearest, 9};
  r.schemes[4].pool_maintenance = {"0.8 * sum(unit)", {number(80'00), sum_units, multiply}};
  return r;
}

std::vector<Rulebook> make_rulebooks() {
  std::vector<Rulebook> all = {bracket_rulebook(), coin_rulebook()};
  for (const Rulebook& r : all) {
    const RulebookDefect defect = check_rulebook(r);
    LS_ASSERT(defect.none());
  }
  return all;
}

}  // namespace

const std::vector<Rulebook>& rulebooks() {
  static const std::vector<Rulebook> all = make_rulebooks();
  return all;
}

}  // namespace lockstep::property
