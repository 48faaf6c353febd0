// Published examples: options and portfolios of options of single venues.
#include "core/math/elementary.h"
#include "core/risk/arrays.h"
#include "core/risk/expiry_loss.h"
#include "core/risk/expiry_value.h"
#include "core/risk/low_confidence.h"
#include "core/risk/notional_rate.h"
#include "core/risk/order_cost.h"
#include "core/risk/short_minimum.h"
#include "core/risk/short_option.h"
#include "tests/conform/venues.h"

namespace lockstep::conform::venues {
namespace {

const Value whole = Value::from_raw(value_one);

// Standard manager of Derive, with the parameters of its documentation where an example does not repeat them.
ShortOptionRow standard_options() {
  ShortOptionRow row;
  row.initial = percent(15'000);
  row.initial_min = percent(13'000);
  row.maintenance = percent(9'000);
  row.cover = {};
  row.distance = PriceUse::reference;
  return row;
}

HoldingFacts call_facts(const Json& spot, const Json& strike, Value coins, Value mark) {
  HoldingFacts facts;
  facts.kind = InstrumentKind::option;
  facts.option = OptionType::call;
  facts.reference = facts.forward = Price::from_raw(static_cast<i64>(spot.fixed(price_decimals)));
  facts.strike = Price::from_raw(static_cast<i64>(strike.fixed(price_decimals)));
  facts.mark = Price::from_raw(static_cast<i64>(mark.raw() / pow10(value_decimals - price_decimals)));
  facts.coins = coins;
  facts.mark_value = product(coins, mark);
  return facts;
}

Answer one_short_call(const Vector& vector) {
  const Json& in = inputs(vector);
  ShortOptionRow row = standard_options();
  row.initial = rate(in, "max");
  row.initial_min = rate(in, "min");
  row.maintenance = rate(in, "mm");
  const Margin margin = short_option_margin(
      row, call_facts(in.at("spot"), in.at("strike"), value(in, "size"), value(in, "mark")));
  return {{{"im", text(value(in, "usdc") - margin.initial)},
           {"mm", text(value(in, "usdc") - margin.maintenance)}},
          ""};
}

Answer call_spread(const Vector& vector) {
  const Json& in = inputs(vector);
  ExpiryLossRow row;
  row.short_options = standard_options();
  ExpirySum expiry;
  expiry.forward = price(in, "spot");
  Margin alone;
  for (const Json& leg : in.at("legs").items) {
    const Json* mark = in.find("mark" + leg.items.at(0).text);
    const HoldingFacts facts = call_facts(in.at("spot"), leg.items.at(0), value(leg.items.at(1)),
                                          mark == nullptr ? Value{} : value(*mark));
    const Margin margin = short_option_margin(row.short_options, facts);
    alone.initial += margin.initial;
    alone.maintenance += margin.maintenance;
    expiry.options.push_back({OptionType::call, facts.strike, facts.coins, margin});
  }
  const Margin needed = expiry_loss(row, expiry);
  return {{{"im", text(value(in, "usdc") - needed.initial)},
           {"mm", text(value(in, "usdc") - needed.maintenance)},
           {"default_im", text(-alone.initial)},
           {"default_mm", text(-alone.maintenance)},
           {"offset", text(-worst_payoff(expiry.options))}},
          ""};
}

Margin perpetual_margin(const Json& in, Rate initial, Rate maintenance, Value price) {
  NotionalRow row;
  row.initial = initial;
  row.maintenance = maintenance;
  HoldingFacts facts;
  facts.coins = value(in, "btc_perp");
  facts.notional = abs(product(facts.coins, price));
  return notional_margin(row, facts);
}

Answer several_assets(const Vector& vector) {
  const Json& in = inputs(vector);
  const Margin perpetual = perpetual_margin(in, rate(in, "im"), rate(in, "mm"), value(in, "btc"));
  const Value cash = value(in, "usdc") + value(in, "eth_option");
  return {{{"im", text(cash - perpetual.initial)}, {"mm", text(cash - perpetual.maintenance)}}, ""};
}

// Continues the examples before it: ETH at 2100, BTC at 28 000, 10 % and 6.5 %; distrust below 90 %, a depeg
// below 99 % at twice what is missing.
Answer distrusted(const Vector& vector) {
  const Json& in = inputs(vector);
  const Value btc = Value::from_raw(28'000 * value_one), eth = Value::from_raw(2'100 * value_one);
  const Margin perpetual = perpetual_margin(in, percent(10'000), percent(6'500), btc);
  ConfidenceRow confidence;
  confidence.threshold = percent(90'000);
  confidence.rate = Rate::from_raw(rate_one);
  ConfidenceRow depeg;
  depeg.depeg = true;
  depeg.threshold = percent(99'000);
  depeg.rate = Rate::from_raw(2 * rate_one);
  const auto facts_at = [&](Value coins, Value price) {
    HoldingFacts facts;
    facts.coins = coins;
    facts.reference = Price::from_raw(static_cast<i64>(price.raw() / pow10(value_decimals - price_decimals)));
    facts.notional = abs(product(coins, price));
    facts.confidence = rate(in, "perp_conf");
    facts.money_price = rate(in, "usdc_px");
    return facts;
  };
  const Value doubt = low_confidence_margin(confidence, facts_at(value(in, "btc_perp"), btc)).initial;
  const Value depeg_btc = low_confidence_margin(depeg, facts_at(value(in, "btc_perp"), btc)).initial;
  const Value depeg_eth =
      low_confidence_margin(depeg, facts_at(-value(in, "eth_short_options"), eth)).initial;
  const Value cash = value(in, "usdc") + value(in, "eth_option");
  return {{{"conf", text(-doubt)},
           {"depeg_eth", text(-depeg_eth)},
           {"depeg_btc", text(-depeg_btc)},
           {"im", text(cash - combined("0 1 + 2 + 3 +", {perpetual.initial, doubt, depeg_btc, depeg_eth}))},
           {"mm", text(cash - perpetual.maintenance)}},
          ""};
}

// 23 scenarios: the ends of the grid with volatility up alone, every price between with up, same and down.
GridRow table_grid(const Json& in) {
  GridRow grid;
  grid.volatility_up = rate(in, "vol_up");
  grid.volatility_down = rate(in, "vol_down");
  grid.power_short = grid.power_long = rate(in, "power");
  grid.days_min = Rate::from_raw(rate_one);
  const std::vector<Json>& moves = in.at("spot_grid").items;
  for (std::size_t i = 0; i < moves.size(); ++i) {
    const bool end = i == 0 || i + 1 == moves.size();
    for (const VolatilityMove volatility : {VolatilityMove::up, VolatilityMove::same, VolatilityMove::down}) {
      if (end && volatility != VolatilityMove::up) continue;
      ListedScenario scenario;
      scenario.move = rate(moves[i]);
      scenario.volatility = volatility;
      grid.listed.push_back(scenario);
    }
  }
  return grid;
}

Answer scenario_table(const Vector& vector) {
  const Json& in = inputs(vector);
  const GridRow grid = table_grid(in);
  Answer answer;
  for (const Json& leg : in.at("legs").items) {
    OptionInputs option;
    option.is_call = leg.items.at(0).text == "call";
    option.forward = in.at("fwd").real();
    option.strike = leg.items.at(1).real();
    option.volatility = leg.items.at(3).real();
    option.days = in.at("T_days").real();
    option.window.years_to_start = option.days / 365.0;
    option.discount = math::exp(-in.at("rate").real() * option.window.years_to_start);
    const double size = leg.items.at(2).real();
    option.lot = size < 0 ? -size : size;
    std::vector<i64> array;
    if (!append_scenarios(option, grid, array)) throw VectorError{"a value does not fit"};
    for (std::size_t i = 0; i < array.size(); ++i) {
      const i64 profit = size < 0 ? -array[i] : array[i];
      answer.values.push_back(
          {"s" + std::to_string(i + 1) + "_" + leg.items.at(0).text, to_decimal(profit, 12)});
    }
  }
  return answer;
}

// The worse of the scenario and the forward, with what options need at least; initially times a factor, and
// with what distrust of the oracle asks.
Answer printed_margins(const Vector& vector) {
  const Json& in = inputs(vector);
  const Value scenarios = -value(in, "maxLoss"), forward = -value(in, "fwd_contingency");
  const Value options = -value(in, "option_contingency"), oracle = -value(in, "oracle_contingency");
  const Value maintenance = combined("0 1 max 2 +", {scenarios, forward, options});
  const Value initial = scale(maintenance, rate(in, "m_factor"), Round::up) + oracle;
  return {{{"mm", text(value(in, "mtm") - maintenance)}, {"im", text(value(in, "mtm") - initial)}}, ""};
}

// With the parameters of the second generation that the page explains: 0.6 + 1.02 a year; 0.5 % of the spot.
Answer contingencies(const Vector& vector) {
  const Json& in = inputs(vector);
  UnitSum unit;
  ExpirySum expiry;
  const i128 loss = in.at("down_loss").fixed(12);
  expiry.basis = {0, loss};
  expiry.years = Rate::from_raw(static_cast<i64>(div(in.at("T_days").fixed(12), 365, Round::nearest)));
  unit.expiries.push_back(expiry);
  BasisRow basis;
  basis.add = percent(50'000);
  basis.per_year = Rate::from_raw(2 * rate_one);
  ShortMinimumRow minimum;
  minimum.initial = percent(500);
  UnitSum shorts;
  shorts.index_price = price(in, "spot");
  ExpirySum written;
  written.options.push_back({OptionType::call, price(in, "spot"), -whole, {}});
  shorts.expiries.push_back(written);
  return {{{"fwd", text(-basis_loss(basis, unit))},
           {"opt", text(-short_minimum_margin(minimum, shorts).initial)}},
          ""};
}

// The example's account has 10 000.
Answer short_option_cross(const Vector& vector) {
  const Json& in = inputs(vector);
  ShortOptionRow row;
  row.maintenance = row.of_mark = rate(in, "mm_factor");
  row.of_mark_calls = true;
  row.fee = rate(in, "liq_fee");
  HoldingFacts facts = call_facts(in.at("index"), in.at("index"), value(in, "size"), value(in, "mark"));
  const Value margin = short_option_margin(row, facts).maintenance;
  return {{{"mm", text(margin)}, {"account_mm_pct", to_decimal(margin.raw(), value_decimals + 2)}}, ""};
}

// Rules for USDT options: 15 % less the distance, at least 10 %, maintenance 7.5 %, each with the mark.
Answer short_put(const Vector& vector) {
  const Json& in = inputs(vector);
  ShortOptionRow row;
  row.initial = percent(15'000);
  row.initial_min = percent(10'000);
  row.maintenance = percent(7'500);
  row.cover = {};
  row.distance = PriceUse::reference;
  const auto at = [&](Value coins) {
    HoldingFacts facts = call_facts(in.at("underlying"), in.at("strike"), -coins, value(in, "mark"));
    facts.option = OptionType::put;
    return short_option_margin(row, facts);
  };
  const Margin one = at(whole), all = at(value(in, "contracts"));
  return {{{"im", text(one.initial)},
           {"mm", text(one.maintenance)},
           {"pos_im", text(all.initial)},
           {"pos_mm", text(all.maintenance)}},
          ""};
}

Answer option_bid(const Vector& vector) {
  const Json& in = inputs(vector);
  const Value size = value(in, "qty"), order = value(in, "order_px");
  const Value premium = product(size, order);
  const Value fee =
      product(size, option_fee(value(in, "index"), order, rate(in, "taker"), rate(in, "fee_cap")));
  return {{{"premium", text(premium)}, {"fee", text(fee)}, {"cost", text(premium + fee)}}, ""};
}

}  // namespace

std::vector<Entry> option_examples() {
  return {{"Derive", "standard margin ex1*", one_short_call, ""},
          {"Derive", "standard margin ex2*", call_spread, ""},
          {"Derive", "standard margin ex3*", several_assets, ""},
          {"Derive", "standard margin ex4*", distrusted, ""},
          {"Derive", "PM1 example scenario table*", scenario_table, ""},
          {"Derive", "PM1 example margins*", printed_margins, ""},
          {"Derive", "PM2 doc example*", contingencies, ""},
          {"Bybit", "short option maintenance margin*", short_option_cross, ""},
          {"bit.com", "short put IM/MM*", short_put, ""},
          {"Bybit", "long option order cost*", option_bid, ""}};
}

}  // namespace lockstep::conform::venues
