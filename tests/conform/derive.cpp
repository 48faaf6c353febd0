// Derive: pricing and the standard manager.  Every number comes from the engine's functions; here are rows
// filled from the vector's parameters and sums of what the functions answer, in the signs of the venue.
#include "tests/conform/derive.h"

#include <algorithm>

#include "core/pricing/surface.h"
#include "core/risk/expiry_loss.h"
#include "core/risk/short_option.h"

namespace lockstep::conform {
namespace derive {
namespace {

// ---- pricing

Answer black76(const Vector& vector) {
  const Json& market = vector.json.at("market");
  const double forward = market.at("forward").real(), strike = market.at("strike").real();
  const double years = years_of(market), volatility = market.at("vol").real();
  const double discount = market.at("discount").real();
  if (forward <= 0) return {{{"call", "0"}, {"put", text(discount * strike)}, {"call_delta", "0"}}, ""};
  const Greeks call = black_greeks(forward, strike, years, volatility, true);
  const double put = black_value(forward, strike, years, volatility, false);
  return {{{"call", text(discount * call.value)},
           {"put", text(discount * put)},
           {"call_delta", text(discount * call.delta)}},
          ""};
}

Answer svi(const Vector& vector) {
  const Json& market = vector.json.at("market");
  const Smile smile{.kind = SliceKind::svi,
                    .p0 = market.at("a").real(),
                    .p1 = market.at("b").real(),
                    .p2 = market.at("rho").real(),
                    .p3 = market.at("m").real(),
                    .p4 = market.at("sigma").real()};
  const double volatility = frozen_volatility(smile, market.at("forward").real(), market.at("tau").real(),
                                              market.at("strike").real());
  return {{{"vol", text(volatility)}}, ""};
}

Answer forward_split(const Vector& vector) {
  const Json& market = vector.json.at("market");
  constexpr int decimals = 18;
  const i128 forward = market.at("spot").fixed(decimals) + market.at("fwd_spot_difference").fixed(decimals);
  const ForwardPortions portions =
      forward_portions(forward, market.at("spot_aggregate_diff").fixed(decimals),
                       static_cast<i64>(market.at("seconds_to_expiry_at_data").fixed(0)),
                       static_cast<i64>(vector.json.at("params").at("settlement_twap_seconds").fixed(0)));
  return {{{"fixed", to_decimal(portions.fixed, decimals)},
           {"variable", to_decimal(portions.variable, decimals)}},
          ""};
}

// ---- standard manager

ShortOptionRow short_option_row(const Json& params) {
  ShortOptionRow row;
  row.initial = rate_of(params.at("max_spot_req"));
  row.initial_min = rate_of(params.at("min_spot_req"));
  row.maintenance = rate_of(params.at("mm_call_spot_req"));
  row.maintenance_put = rate_of(params.at("mm_put_spot_req"));
  row.of_mark = rate_of(params.at("mm_put_mtm_req"));
  row.cover = rate_of(params.at("mm_offset_scale"));
  row.distance = PriceUse::reference;
  return row;
}

// One underlying on its way to net margin.
struct Net {
  Value initial, maintenance, mark_to_market;
};

void add_standard_options(const Json& params, const Json& depeg, const Json& market, const Json& portfolio,
                          Rate money_price, Net& net) {
  const Json* options = portfolio.find("options");
  if (options == nullptr) return;
  const Json& oracle = params.at("oracle_contingency");
  const ConfidenceRow distrust =
      confidence_row(oracle.at("option_threshold"), oracle.at("oc_factor"), true, false);
  const ConfidenceRow off_peg = confidence_row(depeg.at("threshold"), depeg.at("factor"), true, true);
  ExpiryLossRow row;
  row.short_options = short_option_row(params.at("option"));
  row.unpaired_initial = rate_of(params.at("option").at("unpaired_im_scale"));
  row.unpaired_maintenance = rate_of(params.at("option").at("unpaired_mm_scale"));
  UnitSum unit;
  Margin asked;
  for (const Json& option : options->items) {
    const Json& expiry = at_expiry(market, option);
    const Held held = held_option(option, expiry.at("forward").real(), 0, 1);
    HoldingFacts facts = option_facts(option, held);
    facts.mark_value = model_value(held);
    facts.reference = price_of(market.at("spot"));
    facts.forward = price_of(expiry.at("forward"));
    facts.money_price = money_price;
    facts.confidence =
        std::min({confidence_of(market.at("spot_confidence")), confidence_of(expiry.at("forward_confidence")),
                  confidence_of(expiry.at("vol_confidence"))});
    add_option(unit, nullptr, nullptr, derive::expiry_of(option), held.inputs, {}, held.lots);
    lockstep::expiry_of(unit, derive::expiry_of(option))
        .options.push_back(
            {facts.option, facts.strike, facts.coins, short_option_margin(row.short_options, facts)});
    add(asked, low_confidence_margin(distrust, facts));
    add(asked, low_confidence_margin(off_peg, facts));
    net.mark_to_market += facts.mark_value;
  }
  add(asked, expiry_loss_margin(row, unit));
  net.initial -= asked.initial;
  net.maintenance -= asked.maintenance;
}

void add_standard_perpetual(const Json& params, const Json& depeg, const Json& market, const Json& portfolio,
                            Rate money_price, Net& net) {
  const Value profit =
      optional_value(portfolio, "perp_unrealized_pnl") + optional_value(portfolio, "perp_unrealized_funding");
  net.initial += profit;
  net.maintenance += profit;
  net.mark_to_market += profit;
  const Value coins = optional_value(portfolio, "perp_position");
  if (coins == Value{}) return;
  const Json& oracle = params.at("oracle_contingency");
  HoldingFacts facts = perpetual_facts(coins, value_of(market.at("perp_price")));
  facts.reference = price_of(market.at("spot"));
  facts.money_price = money_price;
  facts.confidence =
      std::min(confidence_of(market.at("perp_confidence")), confidence_of(market.at("spot_confidence")));
  const Json& perp = params.at("perp");
  Margin asked = notional_margin(notional_row(rate_of(perp.at("im_req")), rate_of(perp.at("mm_req"))), facts);
  add(asked, low_confidence_margin(
                 confidence_row(oracle.at("perp_threshold"), oracle.at("oc_factor"), false, false), facts));
  add(asked,
      low_confidence_margin(confidence_row(depeg.at("threshold"), depeg.at("factor"), false, true), facts));
  net.initial -= asked.initial;
  net.maintenance -= asked.maintenance;
}

void add_standard_base(const Json& params, const Json& market, const Json& portfolio, Value stable,
                       Net& net) {
  const Value coins = optional_value(portfolio, "base_position");
  if (coins == Value{}) return;
  const Json& oracle = params.at("oracle_contingency");
  Collateral row;
  row.maintenance.asset = rate_of(params.at("base").at("margin_factor"));
  row.initial.asset = product(row.maintenance.asset, rate_of(params.at("base").at("im_scale")));
  if (row.initial.asset != Rate{}) {
    row.confidence_threshold = rate_of(oracle.at("base_threshold"));
    row.confidence_rate = rate_of(oracle.at("oc_factor"));
  }
  BalanceFacts facts;
  facts.balance = coins;
  facts.price = price_of(market.at("spot"));
  facts.confidence = confidence_of(market.at("spot_confidence"));
  const Counted counted = balance_worth(row, facts);
  net.initial += counted.initial;
  net.maintenance += counted.maintenance;
  const Value worth = product(coins, value_of(market.at("spot")));
  net.mark_to_market += Value::from_raw(mul_div(worth.raw(), value_one, stable.raw(), Round::down));
}

Answer answer_of(const Net& net) {
  return {{{"im", text(net.initial)}, {"mm", text(net.maintenance)}, {"mtm", text(net.mark_to_market)}}, ""};
}

Answer standard(const Vector& vector) {
  const Json& params = vector.json.at("params");
  const Json& market = vector.json.at("market");
  const Json& portfolio = vector.json.at("portfolio");
  const Rate money_price = rate_of(market.at("stable_price"));
  const Value cash = value_of(portfolio.at("cash"));
  Net net{cash, cash, cash};
  for (const auto& [name, held] : portfolio.at("markets").members) {
    const Json& of = params.at("markets").at(name);
    const Json& prices = market.at("markets").at(name);
    add_standard_perpetual(of, params.at("depeg"), prices, held, money_price, net);
    add_standard_options(of, params.at("depeg"), prices, held, money_price, net);
    add_standard_base(of, prices, held, value_of(market.at("stable_price")), net);
  }
  return answer_of(net);
}

// One option by itself: what it needs on top of its mark.
Answer standard_isolated(const Vector& vector) {
  const Json& market = vector.json.at("market");
  const Json& option = vector.json.at("portfolio");
  Json priced = option;
  priced.members.push_back({"vol", market.at("vol")});
  const Held held = held_option(priced, market.at("forward").real(), 0, 1);
  HoldingFacts facts = option_facts(option, held);
  facts.mark_value = model_value(held);
  facts.reference = price_of(market.at("spot"));
  facts.forward = price_of(market.at("forward"));
  const Margin asked = short_option_margin(short_option_row(vector.json.at("params")), facts);
  return {{{"im", text(-asked.initial)}, {"mm", text(-asked.maintenance)}}, ""};
}

}  // namespace
}  // namespace derive

std::vector<Entry> derive_models() {
  return {{"derive", "black76", derive::black76, ""},
          {"derive", "svi", derive::svi, ""},
          {"derive", "forward_portions", derive::forward_split, ""},
          {"derive", "srm", derive::standard, ""},
          {"derive", "srm_isolated", derive::standard_isolated, ""},
          {"derive", "pmrm1", derive::first_generation, ""},
          {"derive", "pmrm2", derive::second_generation, ""},
          {"derive", "pmrm1_liquidation", derive::liquidated_portfolio, ""},
          {"derive", "auction_solvent", derive::auction_solvent, ""},
          {"derive", "auction_insolvent", derive::auction_insolvent, ""},
          {"derive", "perp_funding", derive::perp_funding, ""},
          {"derive", "cash_interest", derive::cash_interest, ""}};
}

}  // namespace lockstep::conform
