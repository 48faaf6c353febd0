// Vega: margin levels of a position with its orders, isolated margin, risk factors and price bounds.  The
// venue counts in ledger units of any scale and every rule is the same at every scale, so a ledger unit is
// 10^power
// of a Value here, with power as large as the position allows.
#include <algorithm>

#include "core/pricing/lognormal.h"
#include "core/risk/components.h"
#include "core/risk/expression.h"
#include "core/risk/order_cost.h"
#include "core/risk/risk_factors.h"
#include "tests/conform/vega.h"

namespace lockstep::conform {
namespace {

constexpr int price_digits = 8;
constexpr int whole_power = value_decimals;
constexpr double seconds_a_year = 31'557'600;

i128 shifted(i128 value, int power) {
  if (power < -38 || power > 38) throw VectorError{"a scale of 10^" + std::to_string(power)};
  return power >= 0 ? mul_div_capped(value, pow10(power), 1, Round::zero, i128_max / 4)
                    : div(value, pow10(-power), Round::zero);
}

int number(const Json& params, std::string_view key) {
  const Json* found = params.find(key);
  return found == nullptr ? 0 : static_cast<int>(found->fixed(0));
}

bool is_null(const Json* json) { return json == nullptr || json->kind == Json::Kind::null; }

Rate rate(const Json& json) { return Rate::from_raw(static_cast<i64>(json.fixed(rate_decimals))); }

// How sizes, prices and money of one market are written, and how one ledger unit is counted here.
struct Scales {
  int position = 0;
  int price = 0;  // ledger units per unit of a price: 10^price
  int power = whole_power;

  Value coins(const Json& size) const {
    return Value::from_raw(shifted(size.fixed(0), value_decimals - position));
  }
  // Ledger units per coin.
  Value money_per_coin(const Json* text) const {
    if (is_null(text)) return {};
    return Value::from_raw(shifted(text->fixed(price_digits), price + power - price_digits));
  }
  Value worth(const Json& text, const Json& size) const {
    const Value value = money_per_coin(&text);
    return Value::from_raw(
        mul_div_capped(value.raw(), coins(size).raw(), value_one, Round::up, i128_max / 4));
  }
  Rounding rounding(Round direction) const {
    return {.direction = direction, .decimals = static_cast<u8>(value_decimals - power)};
  }
  std::string text(Value value) const { return to_decimal(value.raw(), power); }
};

Scales scales_of(const Json& params) {
  Scales scales;
  scales.position = number(params, "position_decimals");
  scales.price = number(params, "asset_decimals") - number(params, "market_decimals");
  return scales;
}

// Leaves room for ten times `most` ledger units at 10^-16 of the largest requirement.
void make_room(Scales& scales, double most) {
  constexpr double largest = 1e30;  // limits::requirement_raw_max / 10
  for (double raw = most * 1e16; raw > largest && scales.power > 0; raw /= 10) --scales.power;
}

double size_of(const Json& portfolio) {
  double size = std::abs(portfolio.at("open_volume").real());
  for (const Json& order : portfolio.at("orders").items) size += std::abs(order.at("size").real());
  return size;
}

SideRow row_of(const Json& params) {
  SideRow row;
  const Json* model = params.find("risk_model");
  if (model != nullptr && model->text == "lognormal") {
    const LogNormal moves =
        lognormal_of(params.at("mu").real(), params.at("sigma").real(), params.at("tau").real());
    const SideFactors factors = lognormal_factors(moves, params.at("risk_aversion").real());
    row.long_factor = factors.long_factor;
    row.short_factor = factors.short_factor;
    // A market may state one of them instead.
    if (!is_null(params.find("factor_long")))
      row.long_factor = Value::from_raw(params.at("factor_long").fixed(16));
    if (!is_null(params.find("factor_short")))
      row.short_factor = Value::from_raw(params.at("factor_short").fixed(16));
  } else {
    row.long_factor = Value::from_raw(params.at("factor_long").fixed(value_decimals));
    row.short_factor = Value::from_raw(params.at("factor_short").fixed(value_decimals));
  }
  row.slippage = rate(params.at("linear_slippage_factor"));
  row.slippage_squared = rate(params.at("quadratic_slippage_factor"));
  row.funding_factor = Rate::from_raw(rate_one);
  return row;
}

struct Market {
  Value mark;
  bool auction = false;
  Value auction_price;  // of orders during an auction: the larger of mark and indicative price
};

Market market_of(const Scales& scales, const Json& market) {
  Market result;
  result.mark = scales.money_per_coin(market.find("mark_price"));
  const Json* mode = market.find("mode");
  result.auction = mode != nullptr && mode->text != "continuous";
  for (const std::string_view key : {"auction_price", "indicative_price"}) {
    result.auction_price = max(result.auction_price, scales.money_per_coin(market.find(key)));
  }
  if (result.auction) result.auction_price = max(result.auction_price, result.mark);
  return result;
}

Value times_price(Value coins, Value price) {
  return Value::from_raw(mul_div_capped(coins.raw(), price.raw(), value_one, Round::up, i128_max / 4));
}

// The side that holding and orders are on, at what the rule asks for it.
HoldingFacts facts_of(const Scales& scales, const Market& market, const Json& portfolio, bool with_orders) {
  HoldingFacts facts;
  facts.coins = scales.coins(portfolio.at("open_volume"));
  facts.notional = abs(times_price(facts.coins, market.mark));
  if (!with_orders) return facts;
  Value at_limit[2];
  for (const Json& order : portfolio.at("orders").items) {
    const bool buy = order.at("side").text == "buy";
    const Value coins = scales.coins(order.at("size"));
    (buy ? facts.buys : facts.sells) += coins;
    at_limit[buy ? 0 : 1] += scales.worth(order.at("price"), order.at("size"));
  }
  facts.buy_notional = times_price(facts.buys, market.auction ? market.auction_price : market.mark);
  facts.sell_notional = times_price(facts.sells, market.auction ? market.auction_price : market.mark);
  if (market.auction) {
    facts.buy_notional = max(facts.buy_notional, at_limit[0]);
    facts.sell_notional = max(facts.sell_notional, at_limit[1]);
  }
  return facts;
}

std::vector<LimitOrder> best_first(const Scales& scales, const Json& orders, bool buys) {
  std::vector<LimitOrder> result;
  for (const Json& order : orders.items) {
    const Json* pegged = order.find("pegged");
    if ((order.at("side").text == "buy") != buys || (pegged != nullptr && pegged->text == "true")) continue;
    result.push_back({scales.money_per_coin(&order.at("price")), scales.coins(order.at("size"))});
  }
  std::stable_sort(result.begin(), result.end(), [&](const LimitOrder& a, const LimitOrder& b) {
    return buys ? b.price < a.price : a.price < b.price;
  });
  return result;
}

Value order_cost(const Scales& scales, const Market& market, const Json& params, const Json& portfolio) {
  const std::vector<LimitOrder> buys = best_first(scales, portfolio.at("orders"), true);
  const std::vector<LimitOrder> sells = best_first(scales, portfolio.at("orders"), false);
  return at_limit_cost(buys, sells, scales.coins(portfolio.at("open_volume")), market.auction_price,
                       rate(params.at("margin_factor")), scales.rounding(Round::zero));
}

Value level(const Scales& scales, Value maintenance, const Json& factor) {
  Expression expression;
  expression.code = {
      {OpCode::maintenance, 0, {}},
      {OpCode::number, 0, Rate::from_raw(static_cast<i64>(shifted(factor.fixed(12), -7)) * 10'000'000)},
      {OpCode::multiply, 0, {}}};
  const Value exact = evaluate(expression, {}, {}, {}, {}, maintenance).value;
  return rounded(exact, scales.rounding(Round::zero));
}

Answer margin_levels(const Vector& vector) {
  const Json& params = vector.json.at("params");
  const Json& portfolio = vector.json.at("portfolio");
  const SideRow row = row_of(params);
  Scales scales = scales_of(params);
  const double notional = size_of(portfolio) * vector.json.at("market").at("mark_price").real();
  const double slippage = params.at("linear_slippage_factor").real() +
                          params.at("quadratic_slippage_factor").real() * size_of(portfolio);
  double scale = 1;
  for (int i = 0; i < scales.price - scales.position; ++i) scale *= 10;
  make_room(scales, notional * scale * (1 + slippage));
  const Market market = market_of(scales, vector.json.at("market"));
  const bool isolated = params.at("margin_mode").text == "isolated";
  HoldingFacts facts = facts_of(scales, market, portfolio, !isolated);
  if (const Json* funding = vector.json.at("market").find("funding_payment"); !is_null(funding)) {
    facts.funding_owed = times_price(facts.coins, scales.money_per_coin(funding));
  }
  const Value maintenance = rounded(side_margin(row, facts).maintenance, scales.rounding(Round::up));
  const auto text = [&](Value value) { return scales.text(value); };
  const Value none;
  return {{{"maintenance", text(maintenance)},
           {"search", text(isolated ? none : level(scales, maintenance, params.at("search_factor")))},
           {"initial", text(level(scales, maintenance, params.at("initial_factor")))},
           {"release", text(isolated ? none : level(scales, maintenance, params.at("release_factor")))},
           {"order", text(isolated ? order_cost(scales, market, params, portfolio) : none)}},
          ""};
}

Answer maintenance_margin(const Vector& vector) {
  const Json& params = vector.json.at("params");
  const Scales scales = scales_of(params);
  const Market market = market_of(scales, vector.json.at("market"));
  HoldingFacts facts = facts_of(scales, market, vector.json.at("portfolio"), true);
  facts.funding_owed =
      times_price(facts.coins, scales.money_per_coin(vector.json.at("market").find("funding_per_unit")));
  const Value margin = side_margin(row_of(params), facts).maintenance;
  return {{{"maintenance", scales.text(rounded(margin, scales.rounding(Round::up)))}}, ""};
}

// The part that funding adds to a margin that is known without it.
Answer funding_margin_addon(const Vector& vector) {
  const Json& market = vector.json.at("market");
  const Scales scales = scales_of(vector.json.at("params"));
  SideRow row;
  row.slippage = Rate::from_raw(rate_one);
  row.funding_factor = rate(vector.json.at("params").at("margin_funding_factor"));
  HoldingFacts facts;
  facts.coins = scales.coins(vector.json.at("portfolio").at("open_volume"));
  facts.notional = scales.money_per_coin(&market.at("base_maintenance"));
  facts.funding_owed = times_price(facts.coins, scales.money_per_coin(&market.at("funding_payment")));
  const Value total = side_margin(row, facts).maintenance;
  return {{{"total", scales.text(rounded(total, scales.rounding(Round::up)))}}, ""};
}

Answer order_margin(const Vector& vector) {
  const Json& params = vector.json.at("params");
  const Scales scales = scales_of(params);
  Market market = market_of(scales, vector.json.at("market"));
  return {{{"order", scales.text(order_cost(scales, market, params, vector.json.at("portfolio")))}}, ""};
}

Answer isolated_position_change(const Vector& vector) {
  const Json& params = vector.json.at("params");
  const Json& portfolio = vector.json.at("portfolio");
  const Scales scales = scales_of(params);
  const bool buys = portfolio.at("side").text == "buy";
  std::vector<LimitOrder> fills;
  Value traded;
  for (const Json& trade : portfolio.at("trades").items) {
    fills.push_back({scales.money_per_coin(&trade.at("price")), scales.coins(trade.at("size"))});
    traded += fills.back().coins;
  }
  const Value after = scales.coins(portfolio.at("position_after"));
  const IsolatedChange change =
      isolated_change(fills, buys ? after - traded : after + traded, buys,
                      scales.money_per_coin(vector.json.at("market").find("mark_price")),
                      scales.money_per_coin(&portfolio.at("margin_balance")),
                      rate(params.at("margin_factor")), scales.rounding(Round::zero));
  const char* transfer = change.move == IsolatedMove::increase ? "order_margin_to_margin"
                         : change.amount > Value{}             ? "general_to_margin"
                                                               : "margin_to_general";
  return {{{"transfer", transfer}, {"amount", scales.text(abs(change.amount))}}, ""};
}

std::string digits(double x) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", x);
  return text;
}

Answer risk_factors(const Vector& vector) {
  const Json& params = vector.json.at("params");
  const LogNormal moves =
      lognormal_of(params.at("mu").real(), params.at("sigma").real(), params.at("tau").real());
  const SideFactors factors = lognormal_factors(moves, params.at("risk_aversion").real());
  return {{{"long", to_decimal(factors.long_factor.raw(), value_decimals)},
           {"short", to_decimal(factors.short_factor.raw(), value_decimals)}},
          ""};
}

Answer lognormal_var_es(const Vector& vector) {
  const Json& params = vector.json.at("params");
  const LogNormal moves{params.at("mu").real(), params.at("sigma").real()};
  const double level = params.at("level").real();
  return {{{"var", digits(-lognormal_quantile(moves, level))}, {"es", digits(-mean_below(moves, level))}},
          ""};
}

Answer price_bounds(const Vector& vector) {
  const Json& params = vector.json.at("params");
  if (params.at("risk_model").text != "lognormal")
    throw VectorError{"bounds of another model than lognormal"};
  const LogNormal moves = lognormal_of(params.at("mu").real(), params.at("sigma").real(),
                                       params.at("horizon_seconds").real() / seconds_a_year);
  const PriceBounds bounds = lognormal_bounds(moves, params.at("probability").real(),
                                              vector.json.at("market").at("reference_price").fixed(0));
  return {{{"min", to_decimal(bounds.low, 0)}, {"max", to_decimal(bounds.high, 0)}}, ""};
}

}  // namespace

std::vector<Entry> vega_models() {
  constexpr std::string_view peer = "vega";
  return {{peer, "margin_levels", margin_levels, ""},
          {peer, "maintenance_margin", maintenance_margin, ""},
          {peer, "funding_margin_addon", funding_margin_addon, ""},
          {peer, "order_margin", order_margin, ""},
          {peer, "isolated_position_change", isolated_position_change, ""},
          {peer, "risk_factors", risk_factors, ""},
          {peer, "lognormal_var_es", lognormal_var_es, ""},
          {peer, "price_bounds", price_bounds, ""},
          {peer, "funding_payment", vega::funding_payment, ""},
          {peer, "funding_period", vega::funding_period, ""},
          {peer, "twap", vega::twap, ""},
          {peer, "funding_flows", vega::funding_flows, ""},
          {peer, "mtm", vega::mark_to_market, ""},
          {peer, "final_settlement", vega::final_settlement, ""},
          {peer, "average_entry_price", vega::average_entry_price, ""},
          {peer, "disposal_size", vega::disposal_size, ""},
          {peer, "disposal_sequence", vega::disposal_sequence, ""},
          {peer, "loss_socialisation", vega::loss_socialisation, ""}};
}

}  // namespace lockstep::conform
