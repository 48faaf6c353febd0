// Drift v2: a perp taken over by a liquidator, from the first look at the account to what both hold
// afterwards.  The order of work is the venue's; figures come from the account's margin and from
// core/liquidation.
#include "core/liquidation/limit_price.h"
#include "core/risk/components.h"
#include "tests/conform/drift_account.h"
#include "tests/conform/drift_liquidation.h"

namespace lockstep::conform::drift {
namespace {

namespace rules = liquidation;

constexpr Rounding cut_base{Round::zero, 9};
constexpr Value unlimited = Value::from_raw(i128{~u64{0}} * pow10(value_decimals - 9));

Json& member(Json& json, std::string_view key) {
  for (JsonMember& m : json.members) {
    if (m.key == key) return m.value;
  }
  return json.members.emplace_back(JsonMember{std::string(key), Json{Json::Kind::text, "0", {}, {}}}).value;
}

void set(Json& json, std::string_view key, Value value) { member(json, key).text = text(value); }
void add(Json& json, std::string_view key, Value change) { set(json, key, value(json, key) + change); }

Value worth_at(Value coins, Price price) {
  return rounded(Value::from_raw(mul_div(coins.raw(), price.raw(), price_one, Round::zero)), cut_money);
}

Value to_step(Value coins, Value step, Round round) {
  if (step <= Value{}) return coins;
  return Value::from_raw(div(coins.raw(), step.raw(), round) * step.raw());
}

// What was paid for a position and what it must be left at to break even, when `coins` for `quote` are
// added to it: added up if it grows, in proportion if it shrinks, started again with the part beyond zero
// if it turns.
Value carried(Value before, Value held, Value coins, Value quote) {
  const bool grows = held == Value{} || (held > Value{}) == (coins > Value{});
  if (grows) return before + quote;
  if (abs(coins) <= abs(held)) {
    return before -
           rounded(Value::from_raw(mul_div(before.raw(), abs(coins).raw(), abs(held).raw(), Round::zero)),
                   cut_money);
  }
  return quote -
         rounded(Value::from_raw(mul_div(quote.raw(), abs(held).raw(), abs(coins).raw(), Round::zero)),
                 cut_money);
}

void trade(Json& position, Value coins, Value quote, Value fees) {
  const Value held = value(position, "base_asset_amount");
  for (const std::string_view key : {"quote_entry_amount", "quote_break_even_amount"}) {
    set(position, key, carried(value(position, key), held, coins, quote));
  }
  add(position, "base_asset_amount", coins);
  add(position, "quote_asset_amount", quote + fees);
  add(position, "quote_break_even_amount", fees);
}

struct Takeover {
  Takeover(const Json& vector)
      : params(vector.at("params")),
        prices(vector.at("market")),
        terms(prices.at("liquidation")),
        portfolio(vector.at("portfolio")) {}

  const Json& params;
  const Json& prices;
  const Json& terms;
  Json portfolio;
  Json liquidator;
  PerpMarket market;
  const Json* market_json = nullptr;
  bool active = false;
  i64 slot = 0, last_active = 0;
  Value freed, insurance;

  Json& position() {
    for (Json& held : member(portfolio, "perp_positions").items) {
      if (held.at("market_index").fixed(0) == market.index) return held;
    }
    throw VectorError{"UserHasNoPositionInMarket"};
  }
  bool isolated() { return flag(position(), "isolated"); }

  Account account() const {
    Context context;
    context.cross = context.isolated = WeightLevel::maintenance;
    context.buffer = rate(terms, "margin_buffer");
    return account_of(params, prices, portfolio, context);
  }
  Bucket bucket() {
    const Account now = account();
    return isolated() ? now.isolated.at(market.index) : now.cross;
  }
  Price oracle(const Account& now) const {
    return market.settling ? market.expiry : now.perp_prices.at(market.index);
  }
  void enter() {
    if (active) return;
    active = true;
    freed = {};
    last_active = slot;
  }
  void exit() {
    active = false;
    freed = {};
  }
};

Takeover takeover_of(const Vector& vector) {
  Takeover t(vector.json);
  const i128 index = t.terms.at("market_index").fixed(0);
  for (const Json& json : t.params.at("perp_markets").items) {
    if (json.at("market_index").fixed(0) == index) t.market_json = &json;
  }
  if (t.market_json == nullptr) throw VectorError{"no such perp market"};
  t.market = perp_market(*t.market_json);
  if (const Json* held = t.portfolio.find("liquidator_position")) t.liquidator = *held;
  t.active = flag(t.portfolio, "being_liquidated");
  t.slot = static_cast<i64>(t.terms.at("slot").fixed(0));
  t.last_active = static_cast<i64>(t.portfolio.at("last_active_slot").fixed(0));
  t.freed = value(t.portfolio, "liquidation_margin_freed");
  return t;
}

void settle_funding(Takeover& t) {
  Json& position = t.position();
  const Value due = funding_of(t.market, position);
  const bool is_long = value(position, "base_asset_amount") > Value{};
  add(position, "quote_asset_amount", due);
  add(position, "quote_break_even_amount", due);
  member(position, "last_cumulative_funding_rate").text =
      text(is_long ? t.market.funding_long : t.market.funding_short);
}

void drop_orders(Json& position) {
  for (const std::string_view key : {"open_orders", "open_bids", "open_asks"}) set(position, key, {});
}

// All orders of the account, or those of an isolated position alone.
void cancel_orders(Takeover& t) {
  if (t.isolated()) return drop_orders(t.position());
  for (Json& held : member(t.portfolio, "perp_positions").items) {
    if (!flag(held, "isolated")) drop_orders(held);
  }
  for (Json& held : member(t.portfolio, "spot_positions").items) drop_orders(held);
}

void count_freed(Takeover& t, const Bucket& before, const Bucket& after) {
  if (!t.isolated()) t.freed += max(before.shortage() - after.shortage(), Value{});
}

// Margin ratio with the buffer, and what the liquidator and the insurance fund get.
struct Rates {
  Rate margin, fee, insurance;
};

Rates rates_of(Takeover& t, const Account& now, const Bucket& bucket, Price money_price) {
  const Value coins = abs(value(t.position(), "base_asset_amount"));
  const bool high = now.high_leverage || now.high_at_maintenance;
  Rates rates;
  rates.margin = ratio_of(t.market, WeightLevel::maintenance, high, coins) + now.context.buffer;
  const Rate stated = rate(*t.market_json, "liquidator_fee");
  Rate base = stated;
  if (high && t.market.high_initial > Rate{} && t.market.high_maintenance > Rate{}) {
    base = std::min(base, Rate::from_raw(t.market.high_maintenance.raw() / 10 * 8));
  }
  const Rate most = std::min(Rate::from_raw(3 * stated.raw()), t.market.row.maintenance);
  rates.fee = rules::grown_fee(base, most, t.slot - t.last_active, fee_growth);
  Value tracked;
  if (bucket.requirement != Value{}) {
    tracked = rounded(
        Value::from_raw(mul_div(bucket.shortage().raw(), now.perp_requirements.at(t.market.index).raw(),
                                bucket.requirement.raw(), Round::zero)),
        cut_money);
  }
  rates.insurance =
      rules::insurance_fee({tracked, coins, t.oracle(now), money_price, rates.margin, rates.fee},
                           rate(*t.market_json, "if_liquidation_fee"), insurance_share, cut_money.decimals);
  return rates;
}

struct Size {
  Value coins, cover;
};

Size size_of(Takeover& t, const Bucket& bucket, const Rates& rates, Price oracle, Price money_price,
             Value most) {
  const Value step = value(*t.market_json, "order_step_size");
  const Value held = abs(value(t.position(), "base_asset_amount"));
  const std::optional<Value> exact =
      rules::size_to_cover(bucket.shortage(), {oracle, money_price, rates.margin, rates.fee, rates.insurance},
                           cut_money, cut_base);
  Size size;
  size.cover = exact ? to_step(*exact, step, Round::up) : unlimited;
  const Rate share = t.isolated() ? Rate::from_raw(rate_one)
                                  : rules::share_of_round(bucket.shortage(), t.freed, t.slot - t.last_active,
                                                          round_policy(t.terms), cut_money.decimals);
  Value allowed = rounded(scale(size.cover, share, Round::zero), cut_base);
  if (allowed == Value{}) return size;
  if (worth_at(held, oracle) <= small_sum) allowed = max(allowed, held);
  size.coins = to_step(min(min(held, most), allowed), step, Round::up);
  return size;
}

Answer answer_of(Takeover& t) {
  Answer answer;
  const auto say = [&answer](const std::string& name, const Json& json, std::string_view key) {
    answer.values.emplace_back(name, text(value(json, key)));
  };
  const Json& user = t.position();
  for (const auto& [holder, json] : {std::pair<std::string, const Json*>{"user_", &user},
                                     std::pair<std::string, const Json*>{"liquidator_", &t.liquidator}}) {
    say(holder + "base", *json, "base_asset_amount");
    say(holder + "quote", *json, "quote_asset_amount");
    say(holder + "quote_entry", *json, "quote_entry_amount");
    say(holder + "quote_break_even", *json, "quote_break_even_amount");
    say(holder + "open_orders", *json, "open_orders");
    say(holder + "open_bids", *json, "open_bids");
    say(holder + "open_asks", *json, "open_asks");
  }
  answer.values.emplace_back("liquidation_margin_freed", text(t.freed));
  answer.values.emplace_back("if_fee_paid", text(t.insurance));
  answer.values.emplace_back("being_liquidated", text(t.active));
  answer.values.emplace_back("last_active_slot", std::to_string(t.last_active));
  return answer;
}

Answer refusal(std::string_view error) { return {{{"error", std::string(error)}}, ""}; }

void exchange(Takeover& t, const Rates& rates, Value coins, Price oracle) {
  const bool is_long = value(t.position(), "base_asset_amount") > Value{};
  const Value worth = worth_at(coins, oracle);
  const Value fee = rounded(scale(worth, rates.fee, Round::zero), cut_money);
  t.insurance = rounded(scale(worth, rates.insurance, Round::zero), cut_money);
  const Value sold = is_long ? coins : -coins, paid = is_long ? worth : -worth;
  trade(t.position(), -sold, paid, -fee - t.insurance);
  trade(t.liquidator, sold, -paid, fee);
}

}  // namespace

Answer liquidate_perp(const Vector& vector) {
  Takeover t = takeover_of(vector);
  settle_funding(t);
  const auto may_leave = [](const Bucket& b) {
    return b.collateral_with_buffer >= b.requirement_with_buffer;
  };
  const Bucket first = t.bucket();
  if (!t.active && first.holds()) return refusal("SufficientCollateral");
  if (t.active && may_leave(first)) {
    t.exit();
    return answer_of(t);
  }
  t.enter();
  cancel_orders(t);
  const Bucket bucket = t.bucket();
  count_freed(t, first, bucket);
  if (may_leave(bucket)) {
    t.exit();
    return answer_of(t);
  }
  if (value(t.position(), "base_asset_amount") == Value{}) return answer_of(t);
  const Value most =
      to_step(value(t.terms, "max_base_asset_amount"), value(*t.market_json, "order_step_size"), Round::down);
  if (most == Value{}) return refusal("InvalidBaseAssetAmountForLiquidatePerp");

  const Account now = t.account();
  const Price oracle = t.oracle(now), money_price = now.spot_prices.at(0).current;
  const Rates rates = rates_of(t, now, bucket, money_price);
  const Size size = size_of(t, bucket, rates, oracle, money_price, most);
  if (size.coins == Value{}) return answer_of(t);
  const Json* limit = t.terms.find("limit_price");
  const bool takes_long = value(t.position(), "base_asset_amount") > Value{};
  if (limit != nullptr && limit->kind != Json::Kind::null &&
      !rules::within_limit(oracle, rates.fee, takes_long, price(t.terms, "limit_price"), cut_money)) {
    return refusal("LiquidationDoesntSatisfyLimitPrice");
  }
  exchange(t, rates, size.coins, oracle);
  count_freed(t, bucket, t.bucket());
  if (size.coins >= size.cover) t.exit();
  return answer_of(t);
}

}  // namespace lockstep::conform::drift
