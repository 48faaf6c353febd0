// Mango v4: health of an account of many collaterals, spot orders and a perp.
#include "core/risk/worst_position.h"
#include "tests/conform/conform.h"

namespace lockstep::conform {
namespace {

// Absent: 0.  A quotient is written n/d.
Value number(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  if (found == nullptr || found->kind == Json::Kind::null) return {};
  const std::size_t slash = found->text.find('/');
  if (slash == std::string::npos) return Value::from_raw(found->fixed(value_decimals));
  Json part = *found;
  part.text = found->text.substr(0, slash);
  const i128 above = part.fixed(value_decimals);
  part.text = found->text.substr(slash + 1);
  const i128 below = part.fixed(0);
  if (below == 0) throw VectorError{"a division by zero: " + found->text};
  return Value::from_raw(div(above, below, Round::nearest));
}
Rate rate(const Json& json, std::string_view key) {
  return Rate::from_raw(static_cast<i64>(json.at(key).fixed(rate_decimals)));
}
Price price(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  return found == nullptr || found->kind == Json::Kind::null
             ? Price{}
             : Price::from_raw(static_cast<i64>(found->fixed(price_decimals)));
}
Value product(Value a, Value b) { return Value::from_raw(mul_div(a.raw(), b.raw(), value_one, Round::down)); }
Value in_price(Value tokens, Price price) {
  return Value::from_raw(mul_div(tokens.raw(), price.raw(), price_one, Round::down));
}

struct Token {
  i64 id = 0;
  Collateral row;
  BalanceFacts facts;
  Value reserved;  // what all orders together could bring of it
};

Token token_of(const Json& json) {
  Token token;
  token.id = static_cast<i64>(json.at("token").fixed(0));
  token.row.initial = {rate(json, "init_asset_weight"), rate(json, "init_liab_weight")};
  token.row.maintenance = {rate(json, "maint_asset_weight"), rate(json, "maint_liab_weight")};
  token.row.deposits_start = number(json, "deposit_scale_start");
  token.row.debts_start = number(json, "borrow_scale_start");
  token.facts.price = price(json, "price");
  token.facts.slow = price(json, "stable_price");
  token.facts.deposits =
      in_price(number(json, "deposits") + number(json, "potential_from_orders"), token.facts.price);
  token.facts.debts = in_price(number(json, "borrows"), token.facts.price);
  return token;
}

Token& find(std::vector<Token>& tokens, const Json& id) {
  for (Token& token : tokens) {
    if (token.id == id.fixed(0)) return token;
  }
  throw VectorError{"no such token: " + id.text};
}

// Profit of the perp with its orders at their worse, in the settlement token.
Value unsettled(const Json& params, const Json& position) {
  const Value lot = number(params, "base_lot_size");
  Collateral row;
  row.initial = {rate(params, "init_base_asset_weight"), rate(params, "init_base_liab_weight")};
  BalanceFacts facts;
  facts.balance = product(number(position, "base_lots") + number(position, "taker_base_lots"), lot);
  facts.price = price(params, "price");
  const SpotFill fill = worse_fill(row, facts, product(number(position, "bids_lots"), lot),
                                   product(number(position, "asks_lots"), lot), WeightLevel::initial, false);
  const Value quote = number(position, "quote") +
                      product(number(position, "taker_quote_lots"), number(params, "quote_lot_size"));
  ProfitRow profit;
  profit.initial = rate(params, "init_overall_asset_weight");
  return profit_worth(profit, WeightLevel::initial, quote + fill.contribution, {},
                      Price::from_raw(price_one));
}

// The reserved amount of one token if it turned into the other: at the index, or at the worst limit price if
// that brings less.
Value turned(Value reserved, Price from, Price to, Value limit) {
  const Value at_index = Value::from_raw(mul_div(reserved.raw(), from.raw(), to.raw(), Round::down));
  return limit == Value{} ? at_index : min(at_index, product(reserved, limit));
}

struct Market {
  Token& base;
  Token& quote;
  Value as_base;
  Value as_quote;
};

Answer health(const Vector& vector) {
  std::vector<Token> tokens;
  for (const Json& json : vector.json.at("market").at("tokens").items) tokens.push_back(token_of(json));
  const Json& portfolio = vector.json.at("portfolio");
  const std::vector<Json>& balances = portfolio.at("balances").items;
  for (std::size_t i = 0; i < balances.size() && i < tokens.size(); ++i) {
    tokens[i].facts.balance = Value::from_raw(balances[i].fixed(value_decimals));
  }
  if (const Json* perp = portfolio.find("perp"); perp != nullptr && perp->kind == Json::Kind::object) {
    const Json& params = vector.json.at("params").at("perp");
    find(tokens, params.at("settle_token")).facts.balance += unsettled(params, *perp);
  }
  std::vector<Market> markets;
  for (const Json& json : portfolio.at("spot_orders").items) {
    Market market{find(tokens, json.at("base_token")), find(tokens, json.at("quote_token")), {}, {}};
    const Value base = number(json, "reserved_base"), quote = number(json, "reserved_quote");
    const Price base_asset = counted_price(market.base.facts, Value{});
    const Price quote_asset = counted_price(market.quote.facts, Value{});
    const Price base_debt = counted_price(market.base.facts, Value::from_raw(-1));
    const Price quote_debt = counted_price(market.quote.facts, Value::from_raw(-1));
    market.as_base = base + turned(quote, quote_asset, base_debt, number(json, "highest_bid_inverse"));
    market.as_quote = quote + turned(base, base_asset, quote_debt, number(json, "lowest_ask"));
    market.base.facts.balance += number(json, "free_base");
    market.quote.facts.balance += number(json, "free_quote");
    market.base.reserved += market.as_base;
    market.quote.reserved += market.as_quote;
    markets.push_back(market);
  }
  Value sum;
  for (const Token& token : tokens) sum += balance_worth(token.row, token.facts).initial;
  for (const Market& market : markets) {
    const auto worth = [](const Token& token, Value reserved) {
      return reserved_worth(token.row, token.facts, token.reserved, reserved, WeightLevel::initial);
    };
    sum += min(worth(market.base, market.as_base), worth(market.quote, market.as_quote));
  }
  return {{{"health", to_decimal(sum.raw(), value_decimals)}}, ""};
}

}  // namespace

std::vector<Entry> mango_models() {
  return {{"blockworks-foundation/mango", "multi_collateral_health_init", health, ""}};
}

}  // namespace lockstep::conform
