// Published examples: whole accounts, liquidation prices, order costs and weights of single venues.
#include "core/pricing/index.h"
#include "core/risk/boundary.h"
#include "core/risk/collateral.h"
#include "core/risk/notional_rate.h"
#include "core/risk/order_cost.h"
#include "core/risk/risk_factors.h"
#include "core/risk/tested_balance.h"
#include "tests/conform/venues.h"

namespace lockstep::conform::venues {
namespace {

BracketRow one_bracket(Rate maintenance, Value deduction) {
  BracketRow row;
  row.brackets.resize(1);
  row.brackets[0].rate = maintenance;
  row.brackets[0].leverage_max = Rate::from_raw(rate_one);
  row.brackets[0].deduction = deduction;
  return row;
}

std::string boundary_of(const LinearPool& pool, const BracketRow& row) {
  const LinearBoundaries found = liquidation_price(pool, row);
  const std::optional<Value> price = pool.size > Value{} ? found.below : found.above;
  return price ? text(*price) : "none";
}

Value signed_size(const Json& contract, std::string_view key) {
  const Value size = value(contract, key);
  const Json* side = contract.find("side");
  return side != nullptr && side->fixed(0) < 0 ? -size : size;
}

// At the entry price the holding has earned nothing: the balance there is the wallet.
Answer isolated_liquidation(const Vector& vector) {
  const Json& in = inputs(vector);
  const LinearPool pool{value(in, "wallet"), {}, signed_size(in, "q"), price(in, "ep")};
  return {{{"liq", boundary_of(pool, one_bracket(rate(in, "mmr"), value(in, "cum")))}}, ""};
}

Answer cross_liquidation(const Vector& vector) {
  const Json& in = inputs(vector);
  const Json& contract = in.at("contract");
  const Json& other = in.at("other");
  const Value notional = product(abs(signed_size(other, "q")), value(other, "mp"));
  const Value others =
      bracket_margin(one_bracket(rate(other, "mmr"), value(other, "cum")), notional, Rate::from_raw(rate_one))
          .maintenance;
  const Value profit = product(signed_size(other, "q"), value(other, "mp") - value(other, "ep"));
  const LinearPool pool{value(in, "wallet") + profit, others, signed_size(contract, "q"),
                        price(contract, "ep")};
  return {{{"liq", boundary_of(pool, one_bracket(rate(contract, "mmr"), value(contract, "cum")))},
           {"tmm_other", text(others)},
           {"upnl_other", text(profit)}},
          ""};
}

// Half of what the highest leverage asks is the maintenance margin.
Answer leverage_liquidation(const Vector& vector) {
  const Json& in = inputs(vector);
  const LinearPool pool{value(in, "isolated_margin"), {}, signed_size(in, "size"), price(in, "price")};
  const Rate twice = Rate::from_raw(2 * rate(in, "max_leverage").raw());
  const Rate maintenance =
      Rate::from_raw(static_cast<i64>(mul_div(rate_one, rate_one, twice.raw(), Round::up)));
  return {{{"liq", boundary_of(pool, one_bracket(maintenance, {}))}}, ""};
}

Answer equity_liquidation(const Vector& vector) {
  const Json& in = inputs(vector);
  const Json* others = in.find("other_mm");
  const LinearPool pool{value(in, "equity"), others == nullptr ? Value{} : value(*others), value(in, "size"),
                        price(in, "price")};
  const BracketRow row = one_bracket(rate(in, "mmf"), {});
  const LinearBoundaries found = liquidation_price(pool, row);
  const std::optional<Value> at = pool.size > Value{} ? found.below : found.above;
  if (!at) return {{{"liq", "none"}}, ""};
  const Value margin =
      bracket_margin(row, product(abs(pool.size), *at), Rate::from_raw(rate_one)).maintenance;
  return {{{"liq", text(*at)}, {"equity_at_liq", text(margin + pool.others)}}, ""};
}

// A short is charged at its own price by the older rule.
Answer order_cost(const Vector& vector) {
  const Json& in = inputs(vector);
  const Value size = value(in, "qty");
  const Value order = value(in, "order_px");
  const Value margin = at_leverage(product(size, order), rate(in, "leverage"));
  const Value loss = product(size, opening_loss(order, value(in, "mark"), in.at("side").fixed(0) > 0));
  return {{{"im", text(margin)}, {"open_loss", text(loss)}, {"cost", text(margin + loss)}}, ""};
}

// The newer rule takes the highest of the order, the mark and the last price with a buffer.
Answer assumed_price(const Vector& vector) {
  const Json& in = inputs(vector);
  const Value last = value(in, "last");
  const Value buffered = last + scale(last, rate(in, "last_buffer"), Round::up);
  return {{{"assuming_price",
            text(combined("0 1 max 2 max", {buffered, value(in, "mark"), value(in, "order_px")}))}},
          ""};
}

const Rounding to_weight{.direction = Round::zero, .decimals = 4};

Rate ten_thousandths(const Json& json) {
  return Rate::from_raw(static_cast<i64>(json.fixed(0)) * (rate_one / 10'000));
}
Rate ten_thousandths(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  return found == nullptr ? Rate{} : ten_thousandths(*found);
}
std::string in_ten_thousandths(Rate rate) { return to_decimal(rate.raw(), rate_decimals - 4); }

Collateral sized_row(const Json& in) {
  Collateral row;
  if (in.find("imf_factor") != nullptr) row.size_factor = ppm(in, "imf_factor");
  row.discount = Rate::from_raw(rate_one * 11 / 10);
  row.premium_share = Rate::from_raw(rate_one * 8 / 10);
  row.weights = to_weight;
  row.worth = {.direction = Round::zero, .decimals = 6};
  row.initial = {ten_thousandths(in, "initial_asset_weight"),
                 ten_thousandths(in, "initial_liability_weight")};
  row.maintenance.liability = ten_thousandths(in, "maintenance_liability_weight");
  return row;
}

Value size9(const Json& in, std::string_view key) { return Value::from_raw(in.at(key).fixed(0) * pow10(7)); }

Answer size_weights(const Vector& vector) {
  const Json& in = inputs(vector);
  const Collateral row = sized_row(in);
  const Value size = size9(in, "size_1e9");
  const bool base = in.find("maintenance_liability_weight") != nullptr;
  const WeightLevel level = base ? WeightLevel::maintenance : WeightLevel::initial;
  return {{{"asset_weight", in_ten_thousandths(asset_weight(row, level, size, {}))},
           {"liability_weight", in_ten_thousandths(liability_weight(row, level, size, {}))}},
          ""};
}

Answer asset_weights(const Vector& vector) {
  const Json& in = inputs(vector);
  Collateral row = sized_row(in);
  row.initial.asset = ten_thousandths(in, "initial");
  row.maintenance.asset = ten_thousandths(in, "maintenance");
  const Value size = size9(in, "size_1e9");
  const auto at = [&](WeightLevel level) { return in_ten_thousandths(asset_weight(row, level, size, {})); };
  return {{{"initial", at(WeightLevel::initial)},
           {"fill", at(WeightLevel::between)},
           {"maintenance", at(WeightLevel::maintenance)}},
          ""};
}

Answer scaled_weight(const Vector& vector) {
  const Json& in = inputs(vector);
  Collateral row = sized_row(in);
  row.deposits_start = value(in, "scale_start_usd");
  const Value deposits = product(value(in, "deposit_sol"), value(in, "price"));
  return {{{"weight", in_ten_thousandths(asset_weight(row, WeightLevel::initial, {}, deposits))}}, ""};
}

Answer profit_weight_of(const Vector& vector) {
  const Json& in = inputs(vector);
  ProfitRow row;
  row.initial = ten_thousandths(in, "base_weight");
  row.size_factor = ppm(in, "unrealized_pnl_imf_factor");
  row.discount = Rate::from_raw(rate_one * 11 / 10);
  row.weights = to_weight;
  const Value profit = Value::from_raw(in.at("unrealized_pnl_1e6").fixed(0) * pow10(10));
  return {{{"weight", in_ten_thousandths(profit_weight(row, WeightLevel::initial, profit, {}))}}, ""};
}

Answer sized_requirement(const Vector& vector) {
  const Json& in = inputs(vector);
  NotionalRow row;
  row.initial = ten_thousandths(in, "margin_ratio_initial");
  row.premium_share = Rate::from_raw(rate_one * 8 / 10);
  row.size_factor = ppm(in, "imf_factor");
  row.rate = to_weight;
  row.notional = row.amount = {.direction = Round::zero, .decimals = 6};
  HoldingFacts facts;
  facts.coins = size9(in, "base_1e9");
  facts.notional = abs(product(facts.coins, value(in, "oracle")));
  return {
      {{"margin_requirement_1e6", to_decimal(notional_margin(row, facts).initial.raw(), value_decimals - 6)}},
      ""};
}

SideRow side_row(const Json& in) {
  SideRow row;
  if (in.find("rf_long") != nullptr) row.long_factor = value(in, "rf_long");
  if (in.find("rf_short") != nullptr) row.short_factor = value(in, "rf_short");
  row.slippage = rate(in, "linear_slippage");
  return row;
}

Value side_of(const SideRow& row, Value coins, Value mark) {
  HoldingFacts facts;
  facts.coins = coins;
  facts.notional = abs(product(coins, mark));
  return side_margin(row, facts).maintenance;
}

Answer side_maintenance(const Vector& vector) {
  const Json& in = inputs(vector);
  return {{{"mm", text(side_of(side_row(in), value(in, "open_volume"), value(in, "mark")))}}, ""};
}

// The specification's example, which takes the riskier of "all buys fill" and "all sells fill" as the
// holding.
Answer side_levels(const Vector& vector) {
  const Json& in = inputs(vector);
  const SideRow row = side_row(in);
  const Value held = value(in, "open_volume"), mark = value(in, "mark");
  const Value with_orders = max(side_of(row, held + value(in, "buy_orders"), mark),
                                side_of(row, min(held + value(in, "sell_orders"), Value{}), mark));
  const Value alone = side_of(row, held, mark);
  return {{{"maintenance_with_orders", text(with_orders)},
           {"maintenance", text(alone)},
           {"order_margin", text(with_orders - alone)}},
          ""};
}

Answer side_add_on(const Vector& vector) {
  const Json& in = inputs(vector);
  SideRow row;
  row.slippage = Rate::from_raw(rate_one);
  row.funding_factor = rate(in, "funding_factor");
  const auto at = [&](bool is_long) {
    HoldingFacts facts;
    facts.coins = is_long ? value(in, "position") : -value(in, "position");
    facts.notional = value(in, "futures_margin");
    facts.funding_owed = product(facts.coins, value(in, "payment"));
    return text(side_margin(row, facts).maintenance);
  };
  return {{{"long", at(true)}, {"short", at(false)}}, ""};
}

const Rounding cut_nothing{.direction = Round::zero, .decimals = value_decimals};

Answer isolated_margin(const Vector& vector) {
  const Json& in = inputs(vector);
  const LimitOrder fill{value(in, "avg_entry"), abs(value(in, "size"))};
  const IsolatedChange change = isolated_change({&fill, 1}, {}, value(in, "size") > Value{}, fill.price, {},
                                                rate(in, "margin_factor"), cut_nothing);
  return {{{"margin", text(change.amount)}}, ""};
}

Answer isolated_order(const Vector& vector) {
  const Json& in = inputs(vector);
  const Json* held = in.find("position");
  const LimitOrder order{value(in, "limit"), abs(value(in, "size"))};
  const Value position = held == nullptr ? Value{} : value(*held);
  const std::span<const LimitOrder> orders(&order, 1);
  const bool buys = value(in, "size") > Value{};
  const Value cost = at_limit_cost(buys ? orders : std::span<const LimitOrder>{},
                                   buys ? std::span<const LimitOrder>{} : orders, position, {},
                                   rate(in, "margin_factor"), cut_nothing);
  return {{{"order_margin", text(cost)}}, ""};
}

// Lists of [size, price].
std::vector<LimitOrder> listed_orders(const Json& json) {
  std::vector<LimitOrder> orders;
  if (json.items.empty()) return orders;
  if (json.items[0].kind != Json::Kind::array) return {{value(json.items.at(1)), abs(value(json.items[0]))}};
  for (const Json& order : json.items)
    orders.push_back({value(order.items.at(1)), abs(value(order.items.at(0)))});
  return orders;
}

Answer capped_levels(const Vector& vector) {
  const Json& in = inputs(vector);
  const Value cap = value(in, "max_price"), held = value(in, "position");
  const LimitOrder entry{value(in, "entry"), abs(held)};
  const std::span<const LimitOrder> own(&entry, 1);
  const std::span<const LimitOrder> none;
  const bool is_long = held > Value{};
  const Value position = capped_cost(is_long ? own : none, is_long ? none : own, {}, cap, cut_nothing);
  const std::vector<LimitOrder> buys = listed_orders(in.at("buy_orders"));
  const std::vector<LimitOrder> sells = listed_orders(in.at("sell_order"));
  const Value orders = capped_cost(buys, sells, held, cap, cut_nothing);
  return {{{"position_margin", text(position)},
           {"order_margin", text(orders)},
           {"levels", text(position + orders)}},
          ""};
}

// Profits of the session count, those of options do not: their value is left out as a whole.
Answer summary_balances(const Vector& vector) {
  const Json& in = inputs(vector);
  const auto given = [&in](std::string_view key) {
    return in.find(key) == nullptr ? Value{} : value(in, key);
  };
  const TestedBalance tested =
      tested_balance(MarginBasis::without_options, value(in, "balance"),
                     given("futures_session_upl") + given("session_rpl"), given("options_value"));
  const Value initial = value(in, "initial_margin");
  return {{{"margin_balance", text(tested.margin_balance)},
           {"equity", text(tested.equity)},
           {"available_funds", text(tested.margin_balance - initial)},
           {"available_withdrawal_funds",
            text(withdrawable(value(in, "balance"), tested.margin_balance, initial))}},
          ""};
}

Answer index_of_venues(const Vector& vector) {
  const Json& in = inputs(vector);
  std::vector<Price> prices;
  std::vector<Rate> weights;
  for (const Json& item : in.at("prices").items) {
    prices.push_back(Price::from_raw(static_cast<i64>(item.fixed(price_decimals))));
  }
  for (const Json& item : in.at("weights").items) {
    weights.push_back(Rate::from_raw(static_cast<i64>(item.fixed(rate_decimals))));
  }
  if (prices.empty() || prices.size() != weights.size()) throw VectorError{"a weight for every price"};
  const CappedIndex index = capped_index(prices, weights, rate(in, "cap"));
  Answer answer;
  answer.values = {{"median", to_decimal(index.median.raw(), price_decimals)},
                   {"index", to_decimal(index.index.raw(), price_decimals)}};
  for (std::size_t i = 0; i < index.capped.size(); ++i) {
    answer.values.emplace_back("capped[" + std::to_string(i) + "]",
                               to_decimal(index.capped[i].raw(), price_decimals));
  }
  return answer;
}

}  // namespace

std::vector<Entry> account_examples() {
  return {{"Binance", "USD-M isolated liquidation price*", isolated_liquidation, ""},
          {"Binance", "USD-M cross liquidation price*", cross_liquidation, ""},
          {"Hyperliquid", "liquidation price, isolated *", leverage_liquidation, ""},
          {"dYdX", "isolated liquidation price*", equity_liquidation, ""},
          {"dYdX", "cross liquidation price*", equity_liquidation, ""},
          {"Binance", "limit/stop order cost*", order_cost, ""},
          {"Binance", "order cost, short, newer assuming-price rule*", assumed_price, ""},
          {"Drift", "spot weights with IMF size premium*", size_weights, ""},
          {"Drift", "maintenance liability weight*", size_weights, ""},
          {"Drift", "spot asset weight *", asset_weights, ""},
          {"Drift", "scaled initial asset weight*", scaled_weight, ""},
          {"Drift", "unrealized pnl asset weight*", profit_weight_of, ""},
          {"Drift", "perp initial margin requirement*", sized_requirement, ""},
          {"Deribit", "margin balance vs equity*", summary_balances, ""},
          {"Vega", "maintenance margin *", side_maintenance, ""},
          {"Vega", "cross margin levels *", side_levels, ""},
          {"Vega", "perp margin add-on*", side_add_on, ""},
          {"Vega", "isolated position margin*", isolated_margin, ""},
          {"Vega", "isolated order margin*", isolated_order, ""},
          {"Vega", "fully collateralised margin*", capped_levels, ""},
          {"Deribit", "index capped median*", index_of_venues, ""}};
}

}  // namespace lockstep::conform::venues
