// dYdX v4: margin of a position, of an account, and whether an account may go from one state to another.  The
// venue counts in quanta, integers of any scale; every rule is the same at every scale, so one quantum of
// money is one unit of a Value here and nothing is rounded that the venue does not round.
#include "tests/conform/dydx.h"

#include "core/risk/assess.h"

namespace lockstep::conform {
namespace dydx {

Rate ppm(const Json& json) {
  return Rate::from_raw(static_cast<i64>(json.fixed(0) * (rate_one / 1'000'000)));
}

i128 integer(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  return found == nullptr || found->kind == Json::Kind::null ? 0 : found->fixed(0);
}

i128 scaled_product(i128 a, i128 b, int power) {
  constexpr i128 most = i128_max / 4;
  if (power < -76 || power > 38) throw VectorError{"a scale of 10^" + std::to_string(power)};
  i128 result = a;
  if (power >= 0) {
    result = mul_div_capped(a, b, 1, Round::zero, most);
    if (abs(result) < most) result = mul_div_capped(result, pow10(power), 1, Round::zero, most);
  } else {
    const int first = power < -38 ? 38 : -power;
    result = mul_div_capped(a, b, pow10(first), Round::zero, most);
    if (abs(result) < most) result = div(result, pow10(-power - first), Round::zero);
  }
  if (abs(result) >= most) throw VectorError{"beyond 10^37 units, which is more than an account can hold"};
  return result;
}

std::string text(Value value) { return to_decimal(value.raw(), 0); }
std::string text(bool value) { return value ? "true" : "false"; }

Oracle oracle_of(const Json& params, const Json& market) {
  return {market.at("price").fixed(0), static_cast<int>(market.at("price_exponent").fixed(0) +
                                                        params.at("atomic_resolution").fixed(0) + 6)};
}

Value notional_of(const Oracle& oracle, i128 quanta) {
  return Value::from_raw(scaled_product(quanta, oracle.price, oracle.power));
}

NotionalRow row_of(const Json& tier) {
  NotionalRow row;
  row.initial = ppm(tier.at("initial_margin_ppm"));
  if (const Json* fraction = tier.find("maintenance_fraction_ppm")) row.maintenance = ppm(*fraction);
  row.of_initial = true;
  row.interest_lower = Value::from_raw(integer(tier, "oi_lower_cap"));
  row.interest_upper = Value::from_raw(integer(tier, "oi_upper_cap"));
  row.rate = {.direction = Round::down, .decimals = 6};
  return row;
}

Health health_of(const Json& json) {
  return {Value::from_raw(integer(json, "nc")), Value::from_raw(integer(json, "imr")),
          Value::from_raw(integer(json, "mmr"))};
}

bool is_liquidatable(Health health) {
  const Scheme scheme;
  PoolTotals pool;
  pool.equity = pool.margin_balance = health.balance;
  pool.initial = health.initial;
  pool.maintenance = health.maintenance;
  pool.available = health.available();
  return health.maintenance > Value{} && margin_state(scheme, pool) >= MarginState::liquidation;
}

std::string_view word(Transition transition) {
  switch (transition) {
    case Transition::allowed: return "Success";
    case Transition::newly_uncovered: return "NewlyUndercollateralized";
    case Transition::still_uncovered: break;
  }
  return "StillUndercollateralized";
}

namespace {

Answer net_notional(const Vector& vector) {
  const Oracle oracle = oracle_of(vector.json.at("params"), vector.json.at("market"));
  return {{{"net_notional", text(notional_of(oracle, integer(vector.json.at("portfolio"), "quantums")))}},
          ""};
}

Answer base_from_quote(const Vector& vector) {
  const Oracle oracle = oracle_of(vector.json.at("params"), vector.json.at("market"));
  const i128 quote = integer(vector.json.at("portfolio"), "quote_quantums");
  if (oracle.price == 0) throw VectorError{"a price of 0"};
  const i128 scaled = scaled_product(quote, 1, -oracle.power);
  return {{{"base_quantums", to_decimal(div(scaled, oracle.price, Round::zero), 0)}}, ""};
}

Answer margin_answer(const Margin& margin) {
  return {{{"imr", text(margin.initial)}, {"mmr", text(margin.maintenance)}}, ""};
}

Answer margin_requirements(const Vector& vector) {
  const Json& params = vector.json.at("params");
  const Json& market = vector.json.at("market");
  const Oracle oracle = oracle_of(params, market);
  HoldingFacts facts;
  facts.notional = abs(notional_of(oracle, integer(vector.json.at("portfolio"), "quantums")));
  facts.open_interest = notional_of(oracle, integer(market, "open_interest"));
  return margin_answer(notional_margin(row_of(params), facts));
}

Answer initial_margin(const Vector& vector) {
  HoldingFacts facts;
  facts.notional = Value::from_raw(integer(vector.json.at("portfolio"), "quote_quantums"));
  facts.open_interest = Value::from_raw(integer(vector.json.at("market"), "open_notional"));
  return margin_answer(notional_margin(row_of(vector.json.at("params")), facts));
}

// Of a notional of a million, the floor.
Answer maintenance_ppm(const Vector& vector) {
  NotionalRow row = row_of(vector.json.at("params"));
  row.amount.direction = Round::down;
  HoldingFacts facts;
  facts.notional = Value::from_raw(1'000'000);
  return {{{"maintenance_margin_ppm", text(notional_margin(row, facts).maintenance)}}, ""};
}

Answer adjusted_imf(const Vector& vector) {
  HoldingFacts facts;
  facts.open_interest = Value::from_raw(integer(vector.json.at("market"), "open_notional"));
  const Rate rate = initial_rate(row_of(vector.json.at("params")), facts);
  return {{{"imf_ppm", to_decimal(rate.raw(), 6)}}, ""};
}

Answer initial_collateralized(const Vector& vector) {
  return {{{"result", text(health_of(vector.json.at("portfolio")).available() >= Value{})}}, ""};
}

Answer maintenance_collateralized(const Vector& vector) {
  const Health health = health_of(vector.json.at("portfolio"));
  return {{{"result", text(health.balance >= health.maintenance)}}, ""};
}

Answer liquidatable_rule(const Vector& vector) {
  return {{{"result", text(is_liquidatable(health_of(vector.json.at("portfolio"))))}}, ""};
}

Answer risk_order(const Vector& vector) {
  const Json& portfolio = vector.json.at("portfolio");
  const int order = compare_risk(health_of(portfolio.at("a")), health_of(portfolio.at("b")));
  return {{{"cmp", std::to_string(order)}}, ""};
}

// An account is judged by the rule only when it ends uncovered; vectors without `imr` say that it does.
Answer state_transition(const Vector& vector) {
  const Json& portfolio = vector.json.at("portfolio");
  const Health before = health_of(portfolio.at("cur"));
  Health after = health_of(portfolio.at("new"));
  if (portfolio.at("new").find("imr") == nullptr) after.initial = after.balance + Value::from_raw(1);
  return {{{"result", std::string(word(judge_transition(TransitionRule::not_riskier, before, after)))}}, ""};
}

}  // namespace
}  // namespace dydx

std::vector<Entry> dydx_models() {
  constexpr std::string_view peer = "dydx";
  std::vector<Entry> entries{{peer, "net_notional", dydx::net_notional, ""},
                             {peer, "base_from_quote", dydx::base_from_quote, ""},
                             {peer, "margin_requirements", dydx::margin_requirements, ""},
                             {peer, "initial_margin", dydx::initial_margin, ""},
                             {peer, "maintenance_ppm", dydx::maintenance_ppm, ""},
                             {peer, "adjusted_imf", dydx::adjusted_imf, ""},
                             {peer, "initial_collateralized", dydx::initial_collateralized, ""},
                             {peer, "maintenance_collateralized", dydx::maintenance_collateralized, ""},
                             {peer, "liquidatable_rule", dydx::liquidatable_rule, ""},
                             {peer, "risk_order", dydx::risk_order, ""},
                             {peer, "state_transition", dydx::state_transition, ""},
                             {peer, "is_liquidatable", dydx::is_liquidatable_account, ""},
                             {peer, "account_risk", dydx::account_risk, ""},
                             {peer, "can_update", dydx::can_update, ""},
                             {peer, "update_account", dydx::update_account, ""},
                             {peer, "margined_updates", dydx::margined_updates, ""},
                             {peer, "oi_delta", dydx::oi_delta, ""},
                             {peer, "bankruptcy", dydx::bankruptcy, ""},
                             {peer, "fillable", dydx::fillable, ""},
                             {peer, "fillable_to_subticks", dydx::fillable_to_subticks, ""},
                             {peer, "insurance_delta", dydx::insurance_delta, ""},
                             {peer, "insurance_fund_ok", dydx::insurance_fund_ok, ""},
                             {peer, "position_liq_bounds", dydx::position_liq_bounds, ""},
                             {peer, "deleverage", dydx::deleverage, ""},
                             {peer, "deleverage_oracle", dydx::deleverage, ""},
                             {peer, "deleverage_rounding", dydx::deleverage, ""},
                             {peer, "median", dydx::median_of, ""},
                             {peer, "tail_trim", dydx::tail_trim, ""},
                             {peer, "premium", dydx::premium, ""},
                             {peer, "funding_sample", dydx::funding_sample, ""},
                             {peer, "funding_tick", dydx::funding_tick, ""},
                             {peer, "funding_clamp", dydx::funding_clamp, ""},
                             {peer, "funding_index_delta", dydx::funding_index_delta, ""},
                             {peer, "settlement_ppm", dydx::settlement_ppm, ""}};
  return entries;
}

}  // namespace lockstep::conform
