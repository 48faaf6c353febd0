// Derive: the portfolio managers of both generations, one underlying with scenarios over all its expiries.
#include <algorithm>
#include <array>

#include "core/risk/expression.h"
#include "core/risk/grid.h"
#include "core/risk/short_minimum.h"
#include "tests/conform/derive.h"

namespace lockstep::conform::derive {
namespace {

VolatilityMove volatility_move(const std::string& word) {
  if (word == "None") return VolatilityMove::same;
  if (word == "Up") return VolatilityMove::up;
  if (word == "Down") return VolatilityMove::down;
  if (word == "Linear") return VolatilityMove::skew_linear;
  if (word == "Abs") return VolatilityMove::skew_absolute;
  throw VectorError{"no such volatility shock: " + word};
}

Rate move_of(const Json& factor) { return Rate::from_raw(rate_of(factor).raw() - rate_one); }

void fill_scenarios(const Json& params, GridRow& grid) {
  for (const Json& json : params.at("scenarios").items) {
    ListedScenario scenario;
    scenario.move = move_of(json.at("spot_shock"));
    scenario.volatility = volatility_move(json.at("vol_shock").text);
    if (const Json* share = json.find("dampening_factor")) scenario.share = rate_of(*share);
    grid.listed.push_back(scenario);
  }
  const Json& shock = params.at("vol_shock");
  grid.volatility_up = rate_of(shock.at("vol_range_up"));
  grid.volatility_down = rate_of(shock.at("vol_range_down"));
  grid.power_short = rate_of(shock.at("short_term_power"));
  grid.power_long = rate_of(shock.at("long_term_power"));
  grid.days_min = Rate::from_raw(
      static_cast<i64>(div(shock.at("dte_floor_seconds").fixed(rate_decimals), 86'400, Round::nearest)));
  if (const Json* floor = shock.find("min_vol_up_shock")) grid.volatility_up_min = rate_of(*floor);
}

void fill_discount(const Json& margin, bool second, ExpiryDiscount& discount) {
  discount.on = true;
  discount.positive_only = !second;
  discount.long_base = rate_of(margin.at(second ? "long_base_static_discount" : "base_static_discount"));
  discount.long_rate = rate_of(margin.at(second ? "long_rate_mult_scale" : "rate_mult_scale"));
  discount.long_add = rate_of(margin.at(second ? "long_rate_add_scale" : "rate_add_scale"));
  if (!second) return;
  discount.short_base = rate_of(margin.at("short_base_static_discount"));
  discount.short_rate = rate_of(margin.at("short_rate_mult_scale"));
  discount.short_add = rate_of(margin.at("short_rate_add_scale"));
}

void fill_skew(const Json& json, Skew& skew) {
  skew.linear_base = rate_of(json.at("linear_base_cap"));
  skew.absolute_base = rate_of(json.at("abs_base_cap"));
  skew.linear_per_sqrt_year = rate_of(json.at("linear_cbase"));
  skew.absolute_per_sqrt_year = rate_of(json.at("abs_cbase"));
  skew.k_min = rate_of(json.at("min_k_star"));
  skew.width = rate_of(json.at("width_scale"));
  skew.level = rate_of(json.at("vol_param_static"));
  skew.level_per_sqrt_year = rate_of(json.at("vol_param_scale"));
}

// The unit with its rows.  margins: what the components ask; `static_margin` counts in both requirements,
// `trust` in the initial one alone.
struct Portfolio {
  bool second = true;
  GridRow grid;
  BasisRow basis;
  ShortMinimumRow short_minimum;
  NotionalRow perpetual;
  ConfidenceRow confidence;
  UnitSum unit;
  Margin fixed;      // perpetual and option contingencies, haircuts (second generation)
  Value distrusted;  // initial only
  Value collateral;  // worth
  Value options;     // worth
  Value spot;
  Rate spot_confidence;  // c_p of the description
};

Portfolio rows_of(const Json& params, bool second) {
  Portfolio p;
  p.second = second;
  fill_scenarios(params, p.grid);
  fill_discount(params.at("margin"), second, p.grid.discount);
  if (second) fill_skew(params.at("skew"), p.grid.skew);
  const Json& basis = params.at("basis_contingency");
  p.basis.up = move_of(basis.at("scenario_spot_up"));
  p.basis.down = move_of(basis.at("scenario_spot_down"));
  p.basis.add = rate_of(basis.at("add_factor"));
  p.basis.per_year = rate_of(basis.at("mult_factor"));
  const Json& other = params.at("other_contingency");
  const Rate option = rate_of(other.at(second ? "mm_option_percent" : "option_percent"));
  const Rate perpetual = rate_of(other.at(second ? "mm_perp_percent" : "perp_percent"));
  p.short_minimum.paired = true;
  p.short_minimum.maintenance = option;
  p.short_minimum.initial = second ? option + rate_of(other.at("im_option_percent")) : option;
  p.perpetual =
      notional_row(second ? perpetual + rate_of(other.at("im_perp_percent")) : perpetual, perpetual);
  p.confidence = confidence_row(other.at("conf_threshold"), other.at("conf_margin"), false, false);
  return p;
}

void add_portfolio_option(const Json& market, const Json& option, Portfolio& p) {
  const Json& expiry = at_expiry(market, option);
  const double rate = std::max(expiry.at("rate").real(), 0.0);
  const double discount = p.second ? math::exp(-rate * years_of(option)) : 1.0;
  const Held held =
      held_option(option, expiry.at("forward_variable").real(), expiry.at("forward_fixed").real(), discount);
  std::vector<i64> array;
  if (!append_scenarios(held.inputs, p.grid, array) || !append_basis(held.inputs, p.basis, array)) {
    throw VectorError{"an option is beyond a risk array"};
  }
  add_option(p.unit, &p.grid, &p.basis, derive::expiry_of(option), held.inputs, array, held.lots);
  ExpirySum& sum = lockstep::expiry_of(p.unit, derive::expiry_of(option));
  sum.years = years_rate(option);
  sum.interest = rate_of(expiry.at("rate"));
  HoldingFacts facts = option_facts(option, held);
  sum.options.push_back({facts.option, facts.strike, facts.coins, {}});
  facts.reference = price_of(market.at("spot"));
  facts.confidence =
      std::min({confidence_of(expiry.at("forward_confidence")), confidence_of(expiry.at("rate_confidence")),
                confidence_of(expiry.at("vol_confidence")), p.spot_confidence});
  p.distrusted += low_confidence_margin(p.confidence, facts).initial;
  p.options += model_value(held);
}

void add_collateral(const Json& json, const Json& params, Value stable, Rate spot_confidence, Portfolio& p) {
  Collateral row;
  row.maintenance.asset = Rate::from_raw(rate_one - rate_of(json.at("mm_haircut")).raw());
  row.initial.asset = row.maintenance.asset - rate_of(json.at("im_haircut"));
  const Json& other = params.at("other_contingency");
  row.confidence_threshold = rate_of(other.at("conf_threshold"));
  row.confidence_rate = rate_of(other.at("conf_margin"));
  BalanceFacts facts;  // in money: the venue's price of its own money has more digits than a price
  const Value worth = product(value_of(json.at("amount")), value_of(json.at("price")));
  facts.balance = Value::from_raw(mul_div(worth.raw(), value_one, stable.raw(), Round::down));
  facts.price = Price::from_raw(price_one);
  facts.confidence = std::min(confidence_of(json.at("confidence")), spot_confidence);
  const Counted counted = balance_worth(row, facts);
  p.fixed.maintenance += facts.balance - counted.maintenance;
  p.fixed.initial += facts.balance - counted.initial;
  p.collateral += facts.balance;
  if (is_true(json.at("risk_cancelling"))) p.unit.exposure += facts.balance;
}

// The first generation's base asset moves with the scenarios, and asks a share of its notional like a
// perpetual.
void add_base(const Json& params, Value coins, Value stable, Portfolio& p) {
  HoldingFacts facts = perpetual_facts(coins, p.spot);
  facts.reference = p.unit.index_price;
  facts.confidence = p.spot_confidence;
  const Rate rate = rate_of(params.at("other_contingency").at("base_percent"));
  add(p.fixed, notional_margin(notional_row(rate, rate), facts));
  p.distrusted += low_confidence_margin(p.confidence, facts).initial;
  const Value worth = product(coins, p.spot);
  const Value in_money = Value::from_raw(mul_div(worth.raw(), value_one, stable.raw(), Round::down));
  p.collateral += in_money;
  p.unit.exposure += in_money;
}

Portfolio portfolio_of(const Json& params, const Json& market, const Json& portfolio, bool second) {
  Portfolio p = rows_of(params, second);
  p.spot = value_of(market.at("spot"));
  p.unit.index_price = price_of(market.at("spot"));
  p.spot_confidence = confidence_of(market.at("spot_confidence"));
  const Value stable = value_of(market.at("stable_price"));
  const Rate spot_confidence = p.spot_confidence;
  const Value perpetual = value_of(portfolio.at("perp_position"));
  if (perpetual != Value{}) {
    p.spot_confidence = std::min(p.spot_confidence, confidence_of(market.at("perp_confidence")));
    HoldingFacts facts = perpetual_facts(perpetual, p.spot);
    facts.reference = p.unit.index_price;
    facts.confidence = p.spot_confidence;
    p.unit.exposure += product(perpetual, value_of(market.at("perp_price")));
    add(p.fixed, notional_margin(p.perpetual, facts));
    p.distrusted += low_confidence_margin(p.confidence, facts).initial;
  }
  for (const Json& option : portfolio.at("options").items) add_portfolio_option(market, option, p);
  if (const Json* collaterals = portfolio.find("collaterals")) {
    for (const Json& json : collaterals->items) add_collateral(json, params, stable, spot_confidence, p);
  }
  const Value base = optional_value(portfolio, "base_position");
  if (base != Value{}) add_base(params, base, stable, p);
  add(p.fixed, short_minimum_margin(p.short_minimum, p.unit));
  return p;
}

Op op(OpCode code, u16 index = 0, Rate rate = {}) { return {.code = code, .index = index, .rate = rate}; }

// first factor x max(0, 1) + 2, or first x (max(0, 1) + 2): what the scheme says of scenarios, basis and the
// rest.
Value combined(Rate factor, bool all, Value scenarios, Value basis, Value rest) {
  Expression expression;
  const Op rest_op = op(OpCode::component, 2);
  expression.code = {op(OpCode::component, 0), op(OpCode::component, 1), op(OpCode::max)};
  if (all) expression.code.insert(expression.code.end(), {rest_op, op(OpCode::add)});
  expression.code.insert(expression.code.end(), {op(OpCode::number, 0, factor), op(OpCode::multiply)});
  if (!all) expression.code.insert(expression.code.end(), {rest_op, op(OpCode::add)});
  const std::array<Value, 3> amounts{scenarios, basis, rest};
  const std::array<u8, 3> slots{0, 1, 2};
  return evaluate(expression, amounts, slots, Value{}, Value{}).value;
}

Answer portfolio_margin(const Vector& vector, bool second) {
  const Json& params = vector.json.at("params");
  const Json& market = vector.json.at("market");
  const Json& portfolio = vector.json.at("portfolio");
  const Portfolio p = portfolio_of(params, market, portfolio, second);
  const Worst worst = worst_loss(p.grid, p.unit);
  const Value basis = basis_loss(p.basis, p.unit);

  const Json& other = params.at("other_contingency");
  const Json& margin = params.at("margin");
  const Rate one = Rate::from_raw(rate_one);
  const Rate initial_factor = rate_of(margin.at("im_factor"));
  const Rate maintenance_factor = second ? rate_of(margin.at("mm_factor")) : one;
  const Rate money_price = rate_of(market.at("stable_price"));
  // The venue adds to the factor, (im_factor + d) x loss; a component multiplies, im_factor x (loss (1 +
  // d/im_factor)).
  Component component;
  component.depeg_threshold = rate_of(other.at("peg_loss_threshold"));
  component.depeg_factor = Rate::from_raw(static_cast<i64>(
      mul_div(rate_of(other.at("peg_loss_factor")).raw(), rate_one, initial_factor.raw(), Round::nearest)));
  const auto off_peg = [&](Value loss) { return depegged(component, {loss, loss}, money_price).initial; };
  const Value rest = second ? p.fixed.initial : off_peg(p.fixed.initial);
  const Value initial =
      combined(initial_factor, !second, off_peg(worst.loss), off_peg(basis), rest) + p.distrusted;
  const Value maintenance = combined(maintenance_factor, !second, worst.loss, basis, p.fixed.maintenance);

  const Value profit =
      optional_value(portfolio, "perp_unrealized_pnl") + optional_value(portfolio, "perp_unrealized_funding");
  const Value mark_to_market = value_of(portfolio.at("cash")) + profit + p.options + p.collateral;
  Answer answer;
  answer.values = {{"im", text(mark_to_market - initial)},
                   {"mm", text(mark_to_market - maintenance)},
                   {"mtm", text(mark_to_market)},
                   {"option_mtm", text(p.options)},
                   {"collateral_mtm", text(p.collateral)},
                   {"basis_contingency", text(-basis)},
                   {"mm_contingency", text(p.fixed.maintenance)},
                   {"im_contingency", text(p.fixed.initial - p.fixed.maintenance + p.distrusted)},
                   {"static_contingency", text(p.fixed.maintenance)},
                   {"confidence_contingency", text(p.distrusted)},
                   {"worst_scenario", std::to_string(worst.scenario)}};
  for (std::size_t s = 0; s < p.grid.listed.size(); ++s) {
    answer.values.emplace_back("scenario_pnl[" + std::to_string(s) + "]",
                               text(scenario_profit(p.grid, p.unit, s)));
  }
  return answer;
}

}  // namespace

Answer first_generation(const Vector& vector) { return portfolio_margin(vector, false); }
Answer second_generation(const Vector& vector) { return portfolio_margin(vector, true); }

}  // namespace lockstep::conform::derive
