// Directives that move money, orders and holdings of one account.
#include <map>

#include "tests/scenarios/directives.h"
#include "tests/scenarios/scenario_file.h"

namespace lockstep::scenarios {
namespace {

// "ACCOUNT 1000 USDT"
template <class T>
std::vector<Command> amount(Words& words, Reading& reading) {
  T r;
  r.account = account_of(reading.names, words.take("an account"));
  const std::string amount = words.take("an amount");
  r.asset = asset_of(reading.names, words.take("an asset"));
  r.amount = amount_of(reading.names, r.asset, amount);
  return {r};
}

std::vector<Command> transfer(Words& words, Reading& reading) {
  Transfer r;
  r.from = account_of(reading.names, words.take("an account"));
  r.to = account_of(reading.names, words.take("another account"));
  const std::string amount = words.take("an amount");
  r.asset = asset_of(reading.names, words.take("an asset"));
  r.amount = amount_of(reading.names, r.asset, amount);
  return {r};
}

std::vector<Command> isolated(Words& words, Reading& reading) {
  AdjustIsolated r;
  r.account = account_of(reading.names, words.take("an account"));
  r.instrument = instrument_of(reading.names, words.take("an instrument"));
  r.leg = take_leg(words);
  r.amount = settle_amount(reading.names, r.instrument, words.take("an amount"));
  return {r};
}

void take_order_type(Words& words, PlaceOrder& r) {
  const std::string type = words.take("an order type");
  if (type == "limit") {
    r.type = OrderType::limit;
    r.price = price(words.take("a price"));
  } else if (type == "market") {
    r.type = OrderType::market;
  } else if (type == "stop") {
    r.type = OrderType::stop;
    r.trigger = price(words.take("a trigger"));
  } else if (type == "stop_limit") {
    r.type = OrderType::stop_limit;
    r.trigger = price(words.take("a trigger"));
    r.price = price(words.take("a price"));
  } else if (type == "trailing") {
    r.type = OrderType::trailing;
    r.trail = price(words.take("a distance"));
  } else {
    throw Malformed("limit, market, stop, stop_limit or trailing, not " + type);
  }
}

std::vector<Command> order(Words& words, Reading& reading) {
  PlaceOrder r;
  r.account = account_of(reading.names, words.take("an account"));
  r.order = static_cast<OrderId>(integer(words.take("a number")));
  r.side = take_side(words);
  const std::string size = words.take("a size");
  r.instrument = instrument_of(reading.names, words.take("an instrument"));
  r.lots = lots_of(reading.names, r.instrument, size);
  r.leg = take_leg(words);
  r.post_only = words.flag("post_only");
  r.reduce_only = words.flag("reduce_only");
  r.protected_quote = words.flag("quote");
  if (words.flag("by_index")) r.trigger_by = TriggerBy::index;
  if (words.flag("ioc")) r.time_in_force = TimeInForce::immediate_or_cancel;
  if (words.flag("fok")) r.time_in_force = TimeInForce::fill_or_kill;
  take_order_type(words, r);
  r.display = lots_of(reading.names, r.instrument, words.field("display", "0"));
  if (words.has("price")) r.price = price(words.field("price"));
  if (words.has("trigger")) r.trigger = price(words.field("trigger"));
  return {r};
}

// Sizes of an amendment are in the instrument named with of=, because the order is known to the engine only.
std::vector<Command> amend(Words& words, Reading& reading) {
  AmendOrder r;
  r.account = account_of(reading.names, words.take("an account"));
  r.order = static_cast<OrderId>(integer(words.take("a number")));
  if (words.has("price")) r.price = price(words.field("price"));
  if (words.has("trigger")) r.trigger = price(words.field("trigger"));
  if (words.has("size")) {
    r.lots = lots_of(reading.names, instrument_of(reading.names, words.field("of")), words.field("size"));
  }
  return {r};
}

// liquidation: the account's first order of that kind (in the instrument), from an earlier block.
OrderId order_named(const std::string& text, AccountId account, InstrumentId instrument,
                    const Reading& reading) {
  if (text != "liquidation") return static_cast<OrderId>(integer(text));
  for (const Order& order : reading.state->account(account).orders) {
    const bool its = instrument.is_none() || order.instrument == instrument;
    if (its && order.id >> 63 != 0) return order.id;
  }
  throw Malformed("the account has no such liquidation order");
}

std::vector<Command> cancel(Words& words, Reading& reading) {
  CancelOrder r;
  r.account = account_of(reading.names, words.take("an account"));
  r.order = order_named(words.take("a number"), r.account, {}, reading);
  return {r};
}

std::vector<Command> fill(Words& words, Reading& reading) {
  Fill r;
  r.account = account_of(reading.names, words.take("an account"));
  r.side = take_side(words);
  const std::string size = words.take("a size");
  r.instrument = instrument_of(reading.names, words.take("an instrument"));
  r.lots = lots_of(reading.names, r.instrument, size);
  r.leg = take_leg(words);
  if (words.take("@") != "@") throw Malformed("fill ... @ PRICE");
  r.price = price(words.take("a price"));
  r.order = order_named(words.field("order", "0"), r.account, r.instrument, reading);
  r.fee = settle_amount(reading.names, r.instrument, words.field("fee", "0"));
  r.taker = !words.flag("maker");
  return {r};
}

// "fund 1000 USDT"
std::vector<Command> fund(Words& words, Reading& reading) {
  AdjustFund r;
  const std::string amount = words.take("an amount");
  r.asset = asset_of(reading.names, words.take("an asset"));
  r.amount = amount_of(reading.names, r.asset, amount);
  return {r};
}

}  // namespace

Handler find_trading(const std::string& verb) {
  static const std::map<std::string, Handler> table = {{"deposit", amount<Deposit>},
                                                       {"withdraw", amount<Withdraw>},
                                                       {"transfer", transfer},
                                                       {"isolated", isolated},
                                                       {"order", order},
                                                       {"amend", amend},
                                                       {"cancel", cancel},
                                                       {"fill", fill},
                                                       {"fund", fund}};
  const auto it = table.find(verb);
  return it == table.end() ? nullptr : it->second;
}

}  // namespace lockstep::scenarios
