// Drift v2: the helpers of liquidation one by one.  Names and decimals of the venue, rules of
// core/liquidation.
#include "tests/conform/drift_liquidation.h"
#include "core/liquidation/cover_size.h"
#include "core/liquidation/fee.h"
#include "core/liquidation/socialise.h"
#include "core/liquidation/swap.h"

namespace lockstep::conform::drift {
namespace {

namespace rules = liquidation;

constexpr u8 money_decimals = cut_money.decimals;
constexpr u8 base_decimals = 9;

const Json& asked(const Vector& vector) { return vector.json.at("market"); }

int whole(const Json& json, std::string_view key) { return static_cast<int>(json.at(key).fixed(0)); }

u8 token_decimals(const Json& json, std::string_view key) {
  const int decimals = whole(json, key);
  if (decimals < 0 || decimals > value_decimals)
    throw VectorError{"a token of " + std::to_string(decimals) + " decimals"};
  return static_cast<u8>(decimals);
}

// "no size is enough": the largest number that the venue has, in units of 10^-decimals.
std::string most_of(std::string digits, u8 decimals) {
  return decimals == 0 ? digits : digits.insert(digits.size() - decimals, 1, '.');
}

rules::SwapTerms swap_terms(const Json& json) {
  rules::SwapTerms terms;
  terms.asset_decimals = token_decimals(json, "asset_decimals");
  terms.debt_decimals = token_decimals(json, "liability_decimals");
  terms.asset_price = price(json, "asset_price");
  terms.debt_price = price(json, "liability_price");
  terms.asset_multiplier = rate(json, "asset_liquidation_multiplier");
  terms.debt_multiplier = rate(json, "liability_liquidation_multiplier");
  const bool priced = terms.asset_price > Price{} && terms.debt_price > Price{};
  if (!priced || terms.asset_multiplier <= Rate{} || terms.debt_multiplier <= Rate{}) {
    throw VectorError{"a swap at a price of 0"};
  }
  return terms;
}

Answer result(Value value) { return {{{"result", text(value)}}, ""}; }
Answer result(Rate rate) { return {{{"result", text(rate)}}, ""}; }

i64 elapsed_slots(const Json& json) {
  const i128 elapsed = json.at("slot").fixed(0) - json.at("last_active_slot").fixed(0);
  if (elapsed < 0) throw VectorError{"a slot before the last active one"};
  return static_cast<i64>(elapsed);
}

}  // namespace

Answer base_to_cover(const Vector& vector) {
  const Json& json = asked(vector);
  const rules::FreedByClosing freed{price(json, "oracle_price"), price(json, "quote_oracle_price"),
                                    rate(json, "margin_ratio"), rate(json, "liquidation_fee"),
                                    rate(json, "if_liquidation_fee")};
  const std::optional<Value> size =
      rules::size_to_cover(value(json, "margin_shortage"), freed, cut_money, {Round::zero, base_decimals});
  return size ? result(*size) : Answer{{{"result", most_of("18446744073709551615", base_decimals)}}, ""};
}

Answer liability_to_cover(const Vector& vector) {
  const Json& json = asked(vector);
  rules::FreedByRepaying freed;
  freed.debt_price = price(json, "liability_price");
  freed.debt_weight = rate(json, "liability_weight");
  freed.asset_weight = rate(json, "asset_weight");
  freed.debt_multiplier = rate(json, "liability_liquidation_multiplier");
  freed.asset_multiplier = rate(json, "asset_liquidation_multiplier");
  freed.insurance_fee = rate(json, "if_liquidation_fee");
  freed.weight_decimals = cut_weight.decimals + 1;
  const u8 decimals = token_decimals(json, "liability_decimals");
  const std::optional<Value> tokens =
      rules::debt_to_cover(value(json, "margin_shortage"), freed, cut_money, {Round::zero, decimals});
  constexpr const char* most = "340282366920938463463374607431768211455";
  return tokens ? result(*tokens) : Answer{{{"result", most_of(most, decimals)}}, ""};
}

Answer liability_implied(const Vector& vector) {
  const Json& json = asked(vector);
  return result(rules::debt_for_asset(swap_terms(json), value(json, "asset_amount")));
}

Answer asset_transfer(const Vector& vector) {
  const Json& json = asked(vector);
  return result(rules::asset_for_debt(swap_terms(json), value(json, "liability_amount"),
                                      value(json, "asset_amount"), Value::from_raw(value_one)));
}

Answer bankruptcy_funding(const Vector& vector) {
  const Json& json = asked(vector);
  const std::optional<Value> delta =
      rules::loss_per_coin(value(json, "loss"), value(json, "base_asset_amount_long"),
                           value(json, "base_asset_amount_short"), money_decimals);
  return delta ? result(*delta) : Answer{{{"error", "CantResolvePerpBankruptcy"}}, ""};
}

Answer bankruptcy_interest(const Vector& vector) {
  const SpotMarket market = spot_market(vector.json.at("params").at("spot_markets").items.at(0));
  constexpr u8 index_decimals = 10;
  return result(rules::deposit_index_cut(market.deposit_index, value(asked(vector), "loss_tokens"),
                                         market.deposits, index_decimals));
}

// The asset for one token of the debt, against the least that the liquidator wants.
Answer limit_price(const Vector& vector) {
  const Json& json = asked(vector);
  const Value taken = value(json, "liability_transfer");
  if (taken <= Value{}) throw VectorError{"a transfer of nothing"};
  const Json* limit = json.find("limit_price");
  const bool ok =
      limit == nullptr || limit->kind == Json::Kind::null ||
      rules::swap_price(value(json, "asset_transfer"), taken, money_decimals) >= value(json, "limit_price");
  return {{{"ok", text(ok)}}, ""};
}

Answer swap_bounds(const Vector& vector) {
  const Json& json = asked(vector);
  const Value taken = value(json, "asset_transfer");
  if (taken <= Value{}) throw VectorError{"a transfer of nothing"};
  const bool ok = rules::swap_price(value(json, "liability_transfer"), taken, money_decimals) >=
                  rules::worst_swap_price(swap_terms(json), money_decimals);
  return {{{"ok", text(ok)}}, ""};
}

Answer perp_insurance_fee(const Vector& vector) {
  const Json& json = asked(vector);
  return result(rules::insurance_fee(
      {value(json, "margin_shortage"), value(json, "user_base_asset_amount"), price(json, "oracle_price"),
       price(json, "quote_oracle_price"), rate(json, "margin_ratio"), rate(json, "liquidator_fee")},
      rate(json, "max_if_liquidation_fee"), insurance_share, money_decimals));
}

Answer spot_insurance_fee(const Vector& vector) {
  const Json& json = asked(vector);
  return result(rules::insurance_fee(
      {value(json, "margin_shortage"), value(json, "token_amount"), price(json, "liability_price"),
       rate(json, "liability_weight"), rate(json, "asset_weight"),
       rate(json, "liability_liquidation_multiplier"), rate(json, "asset_liquidation_multiplier")},
      rate(json, "max_if_fee"), money_decimals));
}

Answer share_of_round(const Vector& vector) {
  const Json& json = asked(vector);
  return result(rules::share_of_round(value(json, "margin_shortage"), value(json, "liquidation_margin_freed"),
                                      elapsed_slots(json), round_policy(json), money_decimals));
}

Answer liquidation_fee(const Vector& vector) {
  const Json& json = asked(vector);
  return result(rules::grown_fee(rate(json, "base_liquidation_fee"), rate(json, "max_liquidation_fee"),
                                 elapsed_slots(json), fee_growth));
}

Answer claimable_pnl(const Vector& vector) {
  const Json& position = vector.json.at("portfolio").at("perp_positions").items.at(0);
  const Json& json = asked(vector);
  const Value claimable =
      rules::claimable_profit(profit_of(PerpMarket{}, position, price(json, "oracle_price")),
                              value(position, "quote_asset_amount") - value(position, "quote_entry_amount"),
                              value(json, "pnl_pool_excess"));
  return {{{"claimable_pnl", text(claimable)}}, ""};
}

Answer proportion(const Vector& vector) {
  const Json& json = asked(vector);
  const i128 denominator = json.at("denominator").fixed(0);
  if (denominator == 0) throw VectorError{"a part of nothing"};
  const i128 part =
      mul_div(json.at("value_raw").fixed(0), json.at("numerator").fixed(0), denominator, Round::zero);
  return {{{"result", to_decimal(part, 0)}}, ""};
}

}  // namespace lockstep::conform::drift
