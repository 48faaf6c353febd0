// Drift v2: weights, spot fills and perp positions one by one.  The venue counts money in 10^-6, weights in
// 10^-4 and sizes in 10^-9 and cuts toward zero; all of that is said by the rows.
#include "tests/conform/drift.h"

#include "core/risk/components.h"
#include "core/risk/weights.h"

namespace lockstep::conform {
namespace drift {

namespace {

const Json* field(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  return found == nullptr || found->kind == Json::Kind::null ? nullptr : found;
}

}  // namespace

Rate rate(const Json& json, std::string_view key) {
  const Json* found = field(json, key);
  return found == nullptr ? Rate{} : Rate::from_raw(static_cast<i64>(found->fixed(rate_decimals)));
}

Value value(const Json& json, std::string_view key) {
  const Json* found = field(json, key);
  return found == nullptr ? Value{} : Value::from_raw(found->fixed(value_decimals));
}

Price price(const Json& json, std::string_view key) {
  const Json* found = field(json, key);
  return found == nullptr ? Price{} : Price::from_raw(static_cast<i64>(found->fixed(price_decimals)));
}

std::string word(const Json& json, std::string_view key) {
  const Json* found = field(json, key);
  return found == nullptr ? std::string() : found->text;
}

bool flag(const Json& json, std::string_view key) { return word(json, key) == "true"; }

std::string text(Value value) { return to_decimal(value.raw(), value_decimals); }
std::string text(Rate rate) { return to_decimal(rate.raw(), rate_decimals); }
std::string text(bool value) { return value ? "true" : "false"; }

WeightLevel level_of(const std::string& word) {
  if (word == "Initial") return WeightLevel::initial;
  if (word == "Maintenance") return WeightLevel::maintenance;
  if (word == "Fill") return WeightLevel::between;
  throw VectorError{"no such margin type: " + word};
}

SpotMarket spot_market(const Json& json) {
  SpotMarket market;
  market.index = static_cast<int>(json.at("market_index").fixed(0));
  market.decimals = static_cast<int>(json.at("decimals").fixed(0));
  market.row.initial = {rate(json, "initial_asset_weight"), rate(json, "initial_liability_weight")};
  market.row.maintenance = {rate(json, "maintenance_asset_weight"),
                            rate(json, "maintenance_liability_weight")};
  market.row.deposits_start = value(json, "scale_initial_asset_weight_start");
  market.row.size_factor = rate(json, "imf_factor");
  market.row.discount = Rate::from_raw(rate_one * 11 / 10);
  market.row.premium_share = Rate::from_raw(rate_one * 8 / 10);
  market.row.slow = true;
  market.row.worth = cut_money;
  market.row.weights = cut_weight;
  market.deposit_index = rate(json, "cumulative_deposit_interest");
  market.borrow_index = rate(json, "cumulative_borrow_interest");
  market.deposits =
      with_interest(value(json, "deposit_balance"), market.deposit_index, market.decimals, false);
  market.isolated_tier = word(json, "asset_tier") == "Isolated";
  return market;
}

PerpMarket perp_market(const Json& json) {
  PerpMarket market;
  market.index = static_cast<int>(json.at("market_index").fixed(0));
  NotionalRow& row = market.row;
  row.initial = rate(json, "margin_ratio_initial");
  row.maintenance = rate(json, "margin_ratio_maintenance");
  row.premium_share = Rate::from_raw(rate_one * 8 / 10);
  row.size_factor = rate(json, "imf_factor");
  row.rate = cut_weight;
  row.notional = row.amount = cut_money;
  market.high_initial = rate(json, "high_leverage_margin_ratio_initial");
  market.high_maintenance = rate(json, "high_leverage_margin_ratio_maintenance");
  ProfitRow& profit = market.profit;
  profit.initial = rate(json, "unrealized_pnl_initial_asset_weight");
  profit.maintenance = rate(json, "unrealized_pnl_maintenance_asset_weight");
  profit.initial_max = Value::from_raw(100 * value_one);
  profit.size_factor = rate(json, "unrealized_pnl_imf_factor");
  profit.discount = Rate::from_raw(rate_one * 11 / 10);
  profit.imbalance_max = value(json, "unrealized_pnl_max_imbalance");
  profit.rounding = cut_money;
  profit.weights = cut_weight;
  const Value net =
      value(json, "base_asset_amount_with_amm") + value(json, "base_asset_amount_with_unsettled_lp");
  const Price last = price(json, "last_oracle_price");
  market.net_profit = Value::from_raw(mul_div(net.raw(), last.raw(), price_one, Round::zero)) +
                      value(json, "quote_asset_amount") +
                      value(json, "quote_asset_amount_with_unsettled_lp") +
                      value(json, "net_unsettled_funding_pnl");
  market.funding_long = rate(json, "cumulative_funding_rate_long");
  market.funding_short = rate(json, "cumulative_funding_rate_short");
  market.expiry = price(json, "expiry_price");
  market.settling = word(json, "status") == "Settlement";
  market.capped = word(json, "contract_type") == "Prediction";
  market.isolated_tier = word(json, "contract_tier") == "Isolated";
  return market;
}

Value tokens_of(const SpotMarket& market, const Json& position) {
  const Value scaled = value(position, "scaled_balance");
  return word(position, "balance_type") == "Borrow"
             ? -with_interest(scaled, market.borrow_index, market.decimals, true)
             : with_interest(scaled, market.deposit_index, market.decimals, false);
}

namespace {

Rate mean(Rate a, Rate b) { return rounded(Rate::from_raw((a.raw() + b.raw()) / 2), cut_weight); }

// The row whose initial rate is that of the level, and what makes an account ask for its relaxed rate.
NotionalRow row_at(const PerpMarket& market, WeightLevel level, bool high_leverage) {
  NotionalRow row = market.row;
  const bool high = high_leverage && market.high_initial > Rate{} && market.high_maintenance > Rate{};
  if (level == WeightLevel::between) row.initial = mean(row.initial, row.maintenance);
  if (high) {
    row.relaxed = level == WeightLevel::between ? mean(market.high_initial, market.high_maintenance)
                                                : market.high_initial;
    row.maintenance = market.high_maintenance;
  }
  return row;
}

HoldingFacts facts_of(const NotionalRow& row, Value coins) {
  HoldingFacts facts;
  facts.coins = coins;
  if (row.relaxed > Rate{}) facts.leverage = Rate::from_raw(1'000'000 * rate_one);
  return facts;
}

Value in_quote(Value money, Price quote) {
  return rounded(Value::from_raw(mul_div(money.raw(), quote.raw(), price_one, Round::zero)), cut_money);
}

Value sum_of_orders(const Json& position) {
  return Value::from_raw(mul_div(value(position, "open_orders").raw(), 1, 100, Round::up));
}

}  // namespace

Value funding_of(const PerpMarket& market, const Json& position) {
  const Value base = value(position, "base_asset_amount");
  if (base == Value{}) return {};
  const Rate index = base > Value{} ? market.funding_long : market.funding_short;
  const i128 delta = i128{index.raw()} - rate(position, "last_cumulative_funding_rate").raw();
  return rounded(Value::from_raw(mul_div(-base.raw(), delta, rate_one, Round::zero)), cut_money);
}

Value profit_of(const PerpMarket& market, const Json& position, Price oracle) {
  const Value base = value(position, "base_asset_amount");
  const Value worth =
      rounded(Value::from_raw(mul_div(base.raw(), oracle.raw(), price_one, Round::zero)), cut_money);
  return worth + value(position, "quote_asset_amount") + funding_of(market, position);
}

Rate ratio_of(const PerpMarket& market, WeightLevel level, bool high_leverage, Value coins) {
  if (market.settling) return {};
  const NotionalRow row = row_at(market, level, high_leverage);
  if (level != WeightLevel::maintenance) return initial_rate(row, facts_of(row, coins));
  return size_premium(row.maintenance, row.premium_share, row.size_factor, coins, row.rate, true);
}

PerpMargin perp_margin(const PerpMarket& market, const Json& position, Price oracle, const Prices& quote,
                       WeightLevel level, bool high_leverage, Rate custom) {
  const Price at = std::max(market.settling ? market.expiry : oracle, Price{});
  const Value sells = abs(value(position, "open_asks"));
  const WorstPosition worst =
      worst_position(value(position, "base_asset_amount"), value(position, "open_bids"), sells, at,
                     market.capped, cut_money);
  PerpMargin margin;
  margin.liability = in_quote(worst.worth, std::max(quote.current, quote.strict));
  NotionalRow row = row_at(market, level, high_leverage);
  HoldingFacts facts = facts_of(row, worst.coins);
  facts.notional = margin.liability;
  if (!market.settling) {
    const Margin asked = notional_margin(row, facts);
    margin.requirement = level == WeightLevel::maintenance ? asked.maintenance : asked.initial;
  }
  NotionalRow own;
  own.initial = custom;
  own.notional = own.amount = cut_money;
  facts.leverage = {};
  margin.requirement = max(margin.requirement, notional_margin(own, facts).initial) + sum_of_orders(position);
  const Value profit = profit_of(market, position, at);
  const Price strict = quote.strict == Price{} ? quote.current : quote.strict;
  const Price counted = profit > Value{} ? std::min(quote.current, strict) : std::max(quote.current, strict);
  margin.profit = profit_worth(market.profit, level, profit, market.net_profit, counted);
  margin.equity = in_quote(profit, quote.current);
  return margin;
}

namespace {

Answer asset_weight_of(const Vector& vector) {
  const SpotMarket market = spot_market(vector.json.at("params").at("spot_markets").items.at(0));
  const Json& asked = vector.json.at("market");
  const Value deposits = worth_of(market.row, market.deposits, price(asked, "oracle_price"));
  return {{{"weight",
            text(asset_weight(market.row, level_of(asked.at("type").text), value(asked, "size"), deposits))}},
          ""};
}

Answer scaled_initial_asset_weight(const Vector& vector) {
  SpotMarket market = spot_market(vector.json.at("params").at("spot_markets").items.at(0));
  market.row.size_factor = {};
  const Value deposits =
      worth_of(market.row, market.deposits, price(vector.json.at("market"), "oracle_price"));
  return {{{"weight", text(asset_weight(market.row, WeightLevel::initial, {}, deposits))}}, ""};
}

Answer liability_weight_of(const Vector& vector) {
  const SpotMarket market = spot_market(vector.json.at("params").at("spot_markets").items.at(0));
  const Json& asked = vector.json.at("market");
  return {{{"weight",
            text(liability_weight(market.row, level_of(asked.at("type").text), value(asked, "size"), {}))}},
          ""};
}

Answer upnl_weight(const Vector& vector) {
  const PerpMarket market = perp_market(vector.json.at("params").at("perp_markets").items.at(0));
  const Json& asked = vector.json.at("market");
  return {{{"weight", text(profit_weight(market.profit, level_of(asked.at("type").text),
                                         value(asked, "unrealized_pnl"), market.net_profit))}},
          ""};
}

Answer perp_margin_ratio(const Vector& vector) {
  const PerpMarket market = perp_market(vector.json.at("params").at("perp_markets").items.at(0));
  const Json& asked = vector.json.at("market");
  return {{{"margin_ratio", text(ratio_of(market, level_of(asked.at("type").text),
                                          flag(asked, "high_leverage"), value(asked, "size_base")))}},
          ""};
}

Answer perp_value(const Vector& vector) {
  const PerpMarket market = perp_market(vector.json.at("params").at("perp_markets").items.at(0));
  const Json& asked = vector.json.at("market");
  const Prices quote{price(asked, "quote_price_current"), price(asked, "quote_price_twap")};
  const PerpMargin margin = perp_margin(market, vector.json.at("portfolio").at("perp_positions").items.at(0),
                                        price(asked, "oracle_price"), quote, level_of(asked.at("type").text),
                                        flag(asked, "high_leverage"), rate(asked, "custom_margin_ratio"));
  return {{{"weighted_pnl", text(margin.profit)},
           {"margin_requirement", text(margin.requirement)},
           {"liability_value", text(margin.liability)}},
          ""};
}

Answer value_and_pnl(const Vector& vector) {
  const Json& position = vector.json.at("portfolio").at("perp_positions").items.at(0);
  const Price oracle = price(vector.json.at("market"), "oracle_price");
  const WorstPosition held =
      worst_position(value(position, "base_asset_amount"), {}, {}, oracle, false, cut_money);
  return {{{"base_asset_value", text(held.worth)}, {"pnl", text(profit_of(PerpMarket{}, position, oracle))}},
          ""};
}

Answer worst_case(const Vector& vector) {
  const Json& position = vector.json.at("portfolio").at("perp_positions").items.at(0);
  const Json& market = vector.json.at("market");
  const WorstPosition worst = worst_position(
      value(position, "base_asset_amount"), value(position, "open_bids"), abs(value(position, "open_asks")),
      price(market, "oracle_price"), word(market, "contract_type") == "Prediction", cut_money);
  return {{{"worst_case_base", text(worst.coins)}, {"liability_value", text(worst.worth)}}, ""};
}

Answer token_amount(const Vector& vector) {
  const SpotMarket market = spot_market(vector.json.at("params").at("spot_markets").items.at(0));
  return {{{"token_amount", text(abs(tokens_of(market, vector.json.at("market"))))}}, ""};
}

Answer fill_sim(const Vector& vector) {
  const SpotMarket market = spot_market(vector.json.at("params").at("spot_markets").items.at(0));
  const Json& position = vector.json.at("portfolio").at("spot_positions").items.at(0);
  const Json& asked = vector.json.at("market");
  BalanceFacts facts;
  facts.balance = tokens_of(market, position);
  facts.price = price(asked, "oracle_price");
  facts.slow = price(asked, "twap");
  facts.deposits = worth_of(market.row, market.deposits, facts.price);
  const SpotFill fill =
      worse_fill(market.row, facts, value(position, "open_bids"), abs(value(position, "open_asks")),
                 level_of(asked.at("type").text), facts.slow != Price{});
  return {{{"token_amount", text(fill.tokens)},
           {"orders_value", text(fill.orders)},
           {"token_value", text(fill.worth)},
           {"weighted_token_value", text(fill.weighted)},
           {"free_collateral_contribution", text(fill.contribution)}},
          ""};
}

}  // namespace
}  // namespace drift

std::vector<Entry> drift_models() {
  constexpr std::string_view peer = "drift";
  std::vector<Entry> entries{{peer, "asset_weight", drift::asset_weight_of, ""},
                             {peer, "liability_weight", drift::liability_weight_of, ""},
                             {peer, "scaled_initial_asset_weight", drift::scaled_initial_asset_weight, ""},
                             {peer, "upnl_weight", drift::upnl_weight, ""},
                             {peer, "perp_margin_ratio", drift::perp_margin_ratio, ""},
                             {peer, "perp_value", drift::perp_value, ""},
                             {peer, "value_and_pnl", drift::value_and_pnl, ""},
                             {peer, "worst_case", drift::worst_case, ""},
                             {peer, "token_amount", drift::token_amount, ""},
                             {peer, "fill_sim", drift::fill_sim, ""},
                             {peer, "margin", drift::margin, ""},
                             {peer, "max_withdrawable", drift::max_withdrawable, ""},
                             {peer, "equity", drift::equity, ""},
                             {peer, "liq_base_to_cover", drift::base_to_cover, ""},
                             {peer, "liq_liability_to_cover", drift::liability_to_cover, ""},
                             {peer, "liq_liability_implied", drift::liability_implied, ""},
                             {peer, "liq_asset_transfer", drift::asset_transfer, ""},
                             {peer, "liq_bankruptcy_funding", drift::bankruptcy_funding, ""},
                             {peer, "liq_bankruptcy_interest", drift::bankruptcy_interest, ""},
                             {peer, "liq_limit_price", drift::limit_price, ""},
                             {peer, "liq_perp_if_fee", drift::perp_insurance_fee, ""},
                             {peer, "liq_spot_if_fee", drift::spot_insurance_fee, ""},
                             {peer, "liq_max_pct", drift::share_of_round, ""},
                             {peer, "liq_fee", drift::liquidation_fee, ""},
                             {peer, "liq_swap_bounds", drift::swap_bounds, ""},
                             {peer, "claimable_pnl", drift::claimable_pnl, ""},
                             {peer, "proportion", drift::proportion, ""},
                             {peer, "liquidate_perp", drift::liquidate_perp, ""},
                             {peer, "funding_long_short", drift::funding_long_short, ""},
                             {peer, "borrow_rate", drift::borrow_rate, ""},
                             {peer, "accumulated_interest", drift::accumulated_interest, ""}};
  return entries;
}

}  // namespace lockstep::conform
