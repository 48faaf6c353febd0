// Drift v2: whole accounts.
#include "tests/conform/drift_account.h"

#include "core/risk/assess.h"
#include "core/risk/components.h"

namespace lockstep::conform::drift {

bool Bucket::holds() const {
  Scheme scheme;
  PoolTotals pool;
  pool.margin_balance = collateral;
  pool.maintenance = requirement;
  return margin_state(scheme, pool) != MarginState::liquidation;
}

WeightLevel Context::of(int market) const {
  const auto it = isolated_of.find(market);
  return it == isolated_of.end() ? isolated : it->second;
}

Value Account::buffered(Value liability) const {
  return rounded(scale(liability, context.buffer, Round::zero), cut_money);
}

namespace {

Context context_of(const Json& params) {
  Context context;
  const Json* json = params.find("context");
  if (json == nullptr) return context;
  context.cross = level_of(json->at("cross_type").text);
  if (const Json* isolated = json->find("isolated_default")) context.isolated = level_of(isolated->text);
  if (const Json* types = json->find("isolated_types")) {
    for (const JsonMember& member : types->members) {
      context.isolated_of[std::stoi(member.key)] = level_of(member.value.text);
    }
  }
  context.strict = flag(*json, "strict");
  context.buffer = rate(*json, "margin_buffer");
  context.override_ratio = rate(*json, "margin_ratio_override");
  return context;
}

void require(Account& account, Bucket& bucket, Value requirement, Value liability) {
  bucket.requirement += requirement;
  bucket.requirement_with_buffer += requirement + account.buffered(liability);
}

void credit(Bucket& bucket, Value worth) {
  bucket.collateral += worth;
  bucket.collateral_with_buffer += worth;
}

void credit_profit(Account& account, Bucket& bucket, Value profit) {
  bucket.collateral += profit;
  bucket.collateral_with_buffer += profit;
  if (profit < Value{}) bucket.collateral_with_buffer += account.buffered(profit);
}

Rate custom_ratio(const Account& account, WeightLevel level, Rate user, Rate position) {
  Rate custom = level == WeightLevel::initial ? std::max(user, position) : Rate{};
  return std::max(custom, account.context.override_ratio);
}

BalanceFacts balance_facts(const Account& account, const SpotMarket& market, Value tokens) {
  const Prices& prices = account.spot_prices.at(market.index);
  BalanceFacts facts;
  facts.balance = tokens;
  facts.price = prices.current;
  facts.slow = account.context.strict ? prices.strict : Price{};
  facts.deposits = worth_of(market.row, market.deposits, prices.current);
  return facts;
}

void add_quote(Account& account, const SpotMarket& market, Value tokens) {
  const BalanceFacts facts = balance_facts(account, market, tokens);
  const Value worth = worth_of(market.row, tokens, counted_price(facts, tokens));
  if (worth >= Value{}) return credit(account.cross, worth);
  account.has_liability = true;
  require(account, account.cross, -worth, -worth);
}

// An account that demands more of itself: applied to the side that was chosen without it.
void apply_custom(const SpotMarket& market, const BalanceFacts& facts, Rate custom, SpotFill& fill) {
  if (custom == Rate{}) return;
  const WeightLevel level = WeightLevel::initial;
  Rate weight;
  if (fill.worth < Value{}) {
    weight = std::max(liability_weight(market.row, level, fill.tokens, facts.debts),
                      Rate::from_raw(rate_one) + custom);
  } else {
    weight = std::min(asset_weight(market.row, level, fill.tokens, facts.deposits),
                      std::max(Rate{}, Rate::from_raw(rate_one) - custom));
  }
  fill.weighted = weighted(market.row, fill.worth, weight);
  fill.contribution = fill.weighted + fill.orders;
}

void add_spot(Account& account, const SpotMarket& market, const Json& position, Rate user_ratio) {
  const Value tokens = tokens_of(market, position);
  const Value orders = Value::from_raw(mul_div(value(position, "open_orders").raw(), 1, 100, Round::up));
  account.equity += worth_of(market.row, tokens, account.spot_prices.at(market.index).current);
  if (market.index == 0) return add_quote(account, market, tokens);
  const BalanceFacts facts = balance_facts(account, market, tokens);
  const WeightLevel level = account.context.cross;
  SpotFill fill = worse_fill(market.row, facts, value(position, "open_bids"),
                             abs(value(position, "open_asks")), level, account.context.strict);
  apply_custom(market, facts, custom_ratio(account, level, user_ratio, {}), fill);
  require(account, account.cross, orders, {});
  if (fill.weighted >= Value{}) {
    credit(account.cross, fill.weighted);
  } else {
    require(account, account.cross, -fill.weighted, -fill.worth);
  }
  if (fill.orders >= Value{}) {
    credit(account.cross, fill.orders);
  } else {
    require(account, account.cross, -fill.orders, -fill.orders);
  }
  const bool owes = fill.worth < Value{} || fill.orders < Value{} || orders != Value{};
  account.has_liability = account.has_liability || fill.worth < Value{};
  account.spot_isolated_tier = account.spot_isolated_tier || (owes && market.isolated_tier);
}

void add_perp(Account& account, const Json& position, Rate user_ratio) {
  const PerpMarket& market = account.perps.at(static_cast<int>(position.at("market_index").fixed(0)));
  const bool isolated = flag(position, "isolated");
  const WeightLevel level = isolated ? account.context.of(market.index) : account.context.cross;
  const bool high =
      account.high_leverage || (account.high_at_maintenance && level == WeightLevel::maintenance);
  const auto quoted = account.spot_prices.find(0);
  Prices quote{Price::from_raw(price_one), {}};
  if (quoted != account.spot_prices.end()) {
    quote = {quoted->second.current, account.context.strict ? quoted->second.strict : Price{}};
  }
  const Rate custom = custom_ratio(account, level, user_ratio, rate(position, "max_margin_ratio"));
  const PerpMargin margin =
      perp_margin(market, position, account.perp_prices.at(market.index), quote, level, high, custom);
  Bucket& bucket = isolated ? account.isolated[market.index] : account.cross;
  if (isolated) {
    const SpotMarket& money = account.spot.at(0);
    const Value set_aside = with_interest(value(position, "isolated_position_scaled_balance"),
                                          money.deposit_index, money.decimals, false);
    const BalanceFacts facts = balance_facts(account, money, set_aside);
    credit(bucket, worth_of(money.row, set_aside, counted_price(facts, set_aside)));
    account.equity += worth_of(money.row, set_aside, facts.price);
  }
  require(account, bucket, margin.requirement, margin.liability);
  account.perp_requirements[market.index] += margin.requirement;
  credit_profit(account, bucket, margin.profit);
  account.equity += margin.equity;
  const bool open = value(position, "base_asset_amount") != Value{} ||
                    value(position, "quote_asset_amount") < Value{} ||
                    value(position, "open_orders") != Value{} || value(position, "open_bids") != Value{} ||
                    value(position, "open_asks") != Value{};
  account.has_liability = account.has_liability || open;
  account.perp_isolated_tier = account.perp_isolated_tier || (open && market.isolated_tier);
}

}  // namespace

Account account_of(const Json& params, const Json& prices, const Json& portfolio, const Context& context) {
  Account account;
  account.context = context;
  for (const Json& json : params.at("spot_markets").items) {
    const SpotMarket market = spot_market(json);
    account.spot[market.index] = market;
  }
  if (const Json* perps = params.find("perp_markets")) {
    for (const Json& json : perps->items) {
      const PerpMarket market = perp_market(json);
      account.perps[market.index] = market;
    }
  }
  for (const JsonMember& member : prices.at("spot_prices").members) {
    account.spot_prices[std::stoi(member.key)] = {price(member.value, "price"),
                                                  price(member.value, "twap_5min")};
  }
  for (const JsonMember& member : prices.at("perp_prices").members) {
    account.perp_prices[std::stoi(member.key)] = price(member.value, "price");
  }
  const std::string mode = word(portfolio, "margin_mode");
  account.high_leverage = mode == "HighLeverage";
  account.high_at_maintenance = mode == "HighLeverageMaintenance";
  const Rate user_ratio = rate(portfolio, "max_margin_ratio");
  for (const Json& position : portfolio.at("spot_positions").items) {
    add_spot(account, account.spot.at(static_cast<int>(position.at("market_index").fixed(0))), position,
             user_ratio);
  }
  for (const Json& position : portfolio.at("perp_positions").items) add_perp(account, position, user_ratio);
  return account;
}

namespace {

Account account_of(const Vector& vector) {
  const Json& params = vector.json.at("params");
  return account_of(params, vector.json.at("market"), vector.json.at("portfolio"), context_of(params));
}

void say(Answer& answer, const std::string& prefix, const Bucket& bucket) {
  answer.values.push_back({prefix + "margin_requirement", text(bucket.requirement)});
  answer.values.push_back({prefix + "total_collateral", text(bucket.collateral)});
  answer.values.push_back({prefix + "margin_requirement_plus_buffer", text(bucket.requirement_with_buffer)});
  answer.values.push_back({prefix + "total_collateral_plus_buffer", text(bucket.collateral_with_buffer)});
}

}  // namespace

Answer margin(const Vector& vector) {
  const Account account = account_of(vector);
  Answer answer;
  say(answer, "", account.cross);
  bool all = account.cross.holds();
  for (const auto& [market, bucket] : account.isolated) {
    const std::string prefix = "isolated." + std::to_string(market) + ".";
    say(answer, prefix, bucket);
    answer.values.push_back({prefix + "meets_margin_requirement", text(bucket.holds())});
    all = all && bucket.holds();
  }
  answer.values.push_back({"meets_margin_requirement", text(all)});
  answer.values.push_back({"meets_cross", text(account.cross.holds())});
  answer.values.push_back({"with_perp_isolated_liability", text(account.perp_isolated_tier)});
  answer.values.push_back({"with_spot_isolated_liability", text(account.spot_isolated_tier)});
  return answer;
}

Answer equity(const Vector& vector) { return {{{"equity", text(account_of(vector).equity)}}, ""}; }

// One unit of money stays behind, as the venue keeps it.
Answer max_withdrawable(const Vector& vector) {
  const Account account = account_of(vector);
  const Json& portfolio = vector.json.at("portfolio");
  const Json* asked = portfolio.find("withdraw_market_index");
  const SpotMarket& market = account.spot.at(asked == nullptr ? 0 : static_cast<int>(asked->fixed(0)));
  Value tokens;
  for (const Json& position : portfolio.at("spot_positions").items) {
    if (position.at("market_index").fixed(0) == market.index) tokens = tokens_of(market, position);
  }
  if (!account.has_liability) return {{{"token_amount", text(tokens)}}, ""};
  const BalanceFacts facts = balance_facts(account, market, tokens);
  const Rate weight = asset_weight(market.row, WeightLevel::initial, tokens, facts.deposits);
  const Value unit = Value::from_raw(pow10(value_decimals - 6));
  const Value spare = account.cross.collateral - account.cross.requirement - unit;
  return {{{"token_amount", text(releasable(spare, weight, facts.price, cut_money.decimals))}}, ""};
}

}  // namespace lockstep::conform::drift
