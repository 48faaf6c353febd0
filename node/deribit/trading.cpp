// The private methods that trade.  Each becomes commands for the log and is answered from what became of
// them.  Nothing is matched here: an order that is accepted rests until the venue reports a fill of it.
#include <algorithm>

#include "core/ledger/ledger.h"
#include "core/units/limits.h"
#include "node/deribit/asking.h"
#include "node/deribit/errors.h"
#include "node/deribit/orders.h"
#include "node/json/json.h"

namespace lockstep::deribit {
namespace {

using api::Submission;
using api::Submitted;
using history::Select;

// Above every number that the account has used, as far as anybody remembers.  The log's position rises with
// every command, refused ones too, so numbers from there are new again after a restart.
OrderId next_order(const Context& c, Memo& memo, AccountId id) {
  OrderId highest = c.engine.state.position;
  constexpr OrderId clients_below = OrderId{1} << 63;
  const auto note = [&](OrderId order) {
    if (order < clients_below) highest = std::max(highest, order);
  };
  for (const Order& order : c.engine.state.account(id).orders) note(order.id);
  auto [issued, is_new] = memo.issued.try_emplace(id, 0);
  if (is_new) {
    Select select;
    select.account = id, select.limit = 1'000;
    for (const history::EndedOrder& ended : c.past.orders(select)) note(ended.order.id);
  }
  return issued->second = std::max(highest, issued->second) + 1;
}

// amount, or contracts, in lots; 0 if neither is there.  Both must say the same.
std::optional<Error> read_lots(Params& params, const Instrument& instrument, Lots& lots) {
  i128 size = params.decimal("amount", lot_decimals, 0);
  const i128 contracts = params.decimal("contracts", lot_decimals, 0);
  if (params.error()) return std::nullopt;
  const i128 most = i128{limits::lots_raw_max} * instrument.lot;
  if (size < 0 || size > most) return invalid_amount("the amount is out of range");
  if (params.has("contracts")) {
    if (contracts < 0 || contracts > most) return invalid_amount("contracts is out of range", "contracts");
    const i128 said = mul_div(contracts, contract_size(instrument), price_one, Round::zero);
    if (params.has("amount") && said != size) {
      return invalid_amount("contracts say " + to_decimal(said, lot_decimals) + " and amount says " +
                                to_decimal(size, lot_decimals) + "; one of them is enough",
                            "contracts");
    }
    size = said;
  }
  if (size % instrument.lot != 0) {
    return invalid_amount("the amount " + to_decimal(size, lot_decimals) + " is not a multiple of " +
                          to_decimal(instrument.lot, lot_decimals));
  }
  if (size > most) return invalid_amount("the amount is out of range");
  lots = Lots::from_raw(static_cast<i64>(size / instrument.lot));
  return std::nullopt;
}

std::optional<Error> read_price(Params& params, const char* name, Price& price) {
  const i128 raw = params.decimal(name, price_decimals, 0);
  if (params.error() || !params.has(name)) return std::nullopt;
  if (raw <= 0) {
    return Error{api::code::price_too_low, "price_too_low", std::string(name) + " must be above 0", name,
                 Refusal::none};
  }
  if (raw > limits::price_raw_max) {
    return Error{api::code::price_too_high, "price_too_high", std::string(name) + " is above every limit",
                 name, Refusal::none};
  }
  price = Price::from_raw(static_cast<i64>(raw));
  return std::nullopt;
}

bool read_type(std::string_view word, OrderType& type) {
  if (word == "limit") return type = OrderType::limit, true;
  if (word == "market") return type = OrderType::market, true;
  if (word == "stop_limit") return type = OrderType::stop_limit, true;
  if (word == "stop_market") return type = OrderType::stop, true;
  if (word == "trailing_stop") return type = OrderType::trailing, true;
  return false;
}

void read_words(Params& params, PlaceOrder& order) {
  if (!read_type(params.text("type", "limit"), order.type)) {
    params.fail("type", "must be one of limit, market, stop_limit, stop_market, trailing_stop");
  }
  const std::string time = params.text("time_in_force", "good_til_cancelled");
  if (time == "immediate_or_cancel") {
    order.time_in_force = TimeInForce::immediate_or_cancel;
  } else if (time == "fill_or_kill") {
    order.time_in_force = TimeInForce::fill_or_kill;
  } else if (time != "good_til_cancelled") {
    params.fail("time_in_force", "must be one of good_til_cancelled, immediate_or_cancel, fill_or_kill");
  }
  const std::string trigger = params.text("trigger", "mark_price");
  if (trigger != "mark_price" && trigger != "index_price") {
    params.fail("trigger", "must be mark_price or index_price: no venue's last price is known here");
  }
  order.trigger_by = trigger == "index_price" ? TriggerBy::index : TriggerBy::mark;
  order.post_only = params.flag("post_only", false);
  order.reduce_only = params.flag("reduce_only", false);
  order.protected_quote = params.flag("mmp", false);
}

// In hedge mode an order opens its own side's leg, and a reduce-only one closes the other's.
Leg leg_of(const Account& account, const Instrument& instrument, Side side, bool reduce_only) {
  if (!account.hedge || instrument.kind == InstrumentKind::spot) return Leg::net;
  return (side == Side::buy) != reduce_only ? Leg::long_leg : Leg::short_leg;
}

std::optional<Error> unsupported(Params& params) {
  return refused_by_name(params, {"advanced", "linked_order_type", "otoco_config", "valid_until"});
}

std::optional<Error> read_placing(Params& params, const State& state, PlaceOrder& order) {
  const Instrument& instrument = state.instrument(order.instrument);
  read_words(params, order);
  if (const std::optional<Error> error = unsupported(params)) return error;
  if (const std::optional<Error> error = read_lots(params, instrument, order.lots)) return error;
  if (params.error()) return params.error();
  if (order.lots == Lots{}) {
    params.fail("amount", "is required, and above 0");
    return params.error();
  }
  const bool limited = order.type == OrderType::limit || order.type == OrderType::stop_limit;
  const bool stopped = order.type == OrderType::stop || order.type == OrderType::stop_limit;
  struct Asked {
    const char* name;
    Price* into;
    bool wanted;
  };
  for (const Asked& asked :
       {Asked{"price", &order.price, limited}, Asked{"trigger_price", &order.trigger, stopped},
        Asked{"trigger_offset", &order.trail, order.type == OrderType::trailing}}) {
    if (!asked.wanted) continue;  // clients send a price with market orders, too
    if (!params.has(asked.name)) params.fail(asked.name, "is required for this type of order");
    if (const std::optional<Error> error = read_price(params, asked.name, *asked.into)) return error;
  }
  if (params.has("display_amount")) {
    const i128 size = params.decimal("display_amount", lot_decimals);
    if (params.error()) return params.error();
    if (size < 0 || size % instrument.lot != 0 || size / instrument.lot > order.lots.raw()) {
      return invalid_amount("display_amount must be a multiple of " +
                                to_decimal(instrument.lot, lot_decimals) + " and at most the amount",
                            "display_amount");
    }
    const bool rests =
        order.type == OrderType::limit && order.time_in_force == TimeInForce::good_till_cancelled;
    if (size != 0 && !rests) params.fail("display_amount", "is of limit orders that rest");
    order.display = Lots::from_raw(static_cast<i64>(size / instrument.lot));
  }
  return params.error();
}

// The order as it is now, wherever: open, or ended since.
std::string order_now(Context& c, Memo& memo, AccountId account, const Order& as_it_was,
                      std::string_view otherwise) {
  const State& state = c.engine.state;
  if (const Order* open = find_order(state.account(account), as_it_was.id)) {
    return order_json(state, open_order(memo, account, *open));
  }
  Select select;
  select.account = account, select.order = as_it_was.id, select.limit = 1, select.labels = true;
  const std::vector<history::EndedOrder> ended = c.past.orders(select);
  if (!ended.empty()) return order_json(state, ended_order(ended.front()));
  const std::string label = c.past.label(account, as_it_was.id, as_it_was.placed_at);
  return order_json(state, OrderView{account, as_it_was, {}, state.time, otherwise, label});
}

// With the trades that followed from this command, which is at `position`.
std::string placed_json(Context& c, Memo& memo, AccountId account, const Order& order, u64 position) {
  Select select;
  select.account = account, select.order = order.id, select.limit = 1'000, select.rising = true;
  select.behind = position, select.labels = true;
  std::vector<std::string> trades;
  for (const history::Trade& trade : c.past.trades(select)) {
    trades.push_back(user_trade_json(c.engine.state, trade));
  }
  Json json;
  json.begin_object().raw_field("order", order_now(c, memo, account, order, "open"));
  json.raw_field("trades", array_of(trades)).end_object();
  return json.str();
}

Order order_of(const PlaceOrder& r, Time now) {
  Order order;
  order.id = r.order, order.instrument = r.instrument, order.side = r.side, order.leg = r.leg;
  order.type = r.type, order.time_in_force = r.time_in_force;
  order.post_only = r.post_only, order.reduce_only = r.reduce_only;
  order.protected_quote = r.protected_quote, order.trigger_by = r.trigger_by;
  order.price = r.price, order.trigger = r.trigger, order.trail = r.trail;
  order.lots = r.lots, order.display = r.display, order.placed_at = now;
  return order;
}

struct Placing {
  SharedMemo memo;
  KeepLabel keep_label;
};

Reply submit_order(const Placing& placing, const PlaceOrder& order, const std::string& label) {
  Submission submission;
  submission.commands.push_back(order);
  submission.then = [placing, order, label](Context& c, const std::vector<Submitted>& done) -> Answer {
    const Outcome& outcome = done.front().outcome;
    if (!outcome.accepted()) return of_refusal(outcome, c.engine.state);
    const SharedMemo& memo = placing.memo;
    if (!label.empty() && placing.keep_label)
      placing.keep_label(order.account, order.order, c.engine.state.time, label);
    return placed_json(c, of_call(memo, c), order.account, order_of(order, c.engine.state.time),
                       done.front().position);
  };
  return submission;
}

Reply place(Context& c, Params& params, const Placing& placing, Side side) {
  const Named named = read_instrument(c, params);
  if (named.error) return api::failed(*named.error);
  PlaceOrder order;
  order.instrument = named.id, order.side = side;
  order.account = read_trading_account(c, params);
  const std::string label = read_label(params, false);
  if (const std::optional<Error> error = read_placing(params, c.engine.state, order)) {
    return api::failed(*error);
  }
  const Account& account = c.engine.state.account(order.account);
  order.leg = leg_of(account, c.engine.state.instrument(named.id), side, order.reduce_only);
  order.order = next_order(c, of_call(placing.memo, c), order.account);
  return submit_order(placing, order, label);
}

// The whole holding, by a reduce-only order.
Reply close_position(Context& c, Params& params, const Placing& placing) {
  const Named named = read_instrument(c, params);
  if (named.error) return api::failed(*named.error);
  PlaceOrder order;
  order.instrument = named.id, order.reduce_only = true;
  order.account = read_trading_account(c, params);
  const std::string type = params.text("type");
  if (type != "limit" && type != "market") params.fail("type", "must be limit or market");
  if (params.error()) return api::failed(*params.error());
  order.type = type == "limit" ? OrderType::limit : OrderType::market;
  if (order.type == OrderType::limit) {
    if (!params.has("price")) params.fail("price", "is required for this type of order");
    if (const std::optional<Error> error = read_price(params, "price", order.price))
      return api::failed(*error);
    if (params.error()) return api::failed(*params.error());
  }
  const Account& account = c.engine.state.account(order.account);
  const auto held = std::find_if(account.holdings.begin(), account.holdings.end(), [&](const Holding& h) {
    return h.instrument == named.id && h.lots != Lots{};
  });
  if (held == account.holdings.end()) {
    return api::failed({api::code::already_closed, "already_closed", "there is no position to close",
                        "instrument_name", Refusal::none});
  }
  order.side = held->lots < Lots{} ? Side::buy : Side::sell;
  order.leg = held->leg, order.lots = abs(held->lots);
  order.order = next_order(c, of_call(placing.memo, c), order.account);
  return submit_order(placing, order, "");
}

struct Open {
  AccountId account;
  Order order;
  std::optional<Error> error;
};
// An open order of an account that the caller may see.
Open read_open_order(Context& c, Params& params) {
  Open open;
  const std::string name = params.text("order_id");
  open.error = params.error();
  if (open.error) return open;
  OrderId id = 0;
  const State& state = c.engine.state;
  if (!parse_order_name(name, open.account, id) || open.account.index >= state.accounts.size() ||
      !api::may_see(c.caller, state, open.account)) {
    open.error = order_not_found(name);
    return open;
  }
  if (const Order* order = find_order(state.account(open.account), id)) {
    open.order = *order;
    if (id >> 63 != 0) {
      open.error = Error{10045, "can_not_cancel_liquidation_order", "a liquidation ends by itself",
                         "order_id", Refusal::none};
    }
    return open;
  }
  Select select;
  select.account = open.account, select.order = id, select.limit = 1;
  open.error = c.past.orders(select).empty() ? order_not_found(name) : not_open_order(name);
  return open;
}

Reply edit(Context& c, Params& params, const SharedMemo& memo, const Open& open) {
  if (open.error) return api::failed(*open.error);
  AmendOrder amend;
  amend.account = open.account, amend.order = open.order.id;
  const Instrument& instrument = c.engine.state.instrument(open.order.instrument);
  if (const std::optional<Error> error = unsupported(params)) return api::failed(*error);
  if (const std::optional<Error> error = read_lots(params, instrument, amend.lots))
    return api::failed(*error);
  if (const std::optional<Error> error = read_price(params, "price", amend.price)) return api::failed(*error);
  if (const std::optional<Error> error = read_price(params, "trigger_price", amend.trigger)) {
    return api::failed(*error);
  }
  const bool post_only = params.flag("post_only", open.order.post_only);
  const bool reduce_only = params.flag("reduce_only", open.order.reduce_only);
  if (post_only != open.order.post_only || reduce_only != open.order.reduce_only) {
    return api::failed(not_implemented("post_only and reduce_only of an order cannot be changed"));
  }
  if (!params.error() && amend.lots == Lots{} && amend.price == Price{} && amend.trigger == Price{}) {
    params.fail("amount", "amount, price or trigger_price is required");
  }
  if (params.error()) return api::failed(*params.error());
  Submission submission;
  submission.commands.push_back(amend);
  submission.then = [memo, open](Context& c2, const std::vector<Submitted>& done) -> Answer {
    const Outcome& outcome = done.front().outcome;
    if (!outcome.accepted()) return of_refusal(outcome, c2.engine.state);
    return placed_json(c2, of_call(memo, c2), open.account, open.order, done.front().position);
  };
  return submission;
}

// By the label that one open order has, and no other.
Reply edit_by_label(Context& c, Params& params, const SharedMemo& memo) {
  const std::string label = read_label(params, true);
  const Named named = read_instrument(c, params);
  if (named.error) return api::failed(*named.error);
  Open open;
  open.account = read_trading_account(c, params);
  if (params.error()) return api::failed(*params.error());
  std::size_t found = 0;
  for (const Order& order : open_orders_labelled(c, open.account, label)) {
    if (order.instrument == named.id) open.order = order, ++found;
  }
  if (found == 1) return edit(c, params, memo, open);
  if (found != 0) {
    return api::failed(
        {11030, "other_reject", "several open orders have this label", "label", Refusal::none});
  }
  return api::failed({api::code::order_not_found, "order_not_found",
                      "no open order on this instrument has this label", "label", Refusal::none});
}

Reply cancel(Context& c, Params& params, const SharedMemo& memo) {
  const Open open = read_open_order(c, params);
  if (open.error) return api::failed(*open.error);
  Submission submission;
  submission.commands.push_back(CancelOrder{open.account, open.order.id});
  submission.then = [memo, open](Context& c2, const std::vector<Submitted>& done) -> Answer {
    const Outcome& outcome = done.front().outcome;
    if (!outcome.accepted()) return of_refusal(outcome, c2.engine.state);
    return order_now(c2, of_call(memo, c2), open.account, open.order, "cancelled");
  };
  return submission;
}

using Picks = std::function<bool(AccountId, const Order&)>;

// How many were cancelled: one that is filled on the way is none.
Reply cancel_matching(Context& c, Params& params, const Filter& filter, const Picks& picks = {}) {
  const std::string type = params.text("type", "all");
  if (type != "all" && type != "limit" && type != "trigger_all" && type != "stop") {
    params.fail("type", "must be one of all, limit, trigger_all, stop");
  }
  const AccountId id = read_trading_account(c, params);
  if (params.error()) return api::failed(*params.error());
  Submission submission;
  for (const Order& order : c.engine.state.account(id).orders) {
    const bool simple = order.type == OrderType::limit || order.type == OrderType::market;
    if (type != "all" && (type == "limit") != simple) continue;
    if (order.id >> 63 != 0 || !filter.matches(c.engine.state, order.instrument)) continue;
    if (picks && !picks(id, order)) continue;
    submission.commands.push_back(CancelOrder{id, order.id});
  }
  if (submission.commands.empty()) return api::answered("0");
  submission.then = [](Context&, const std::vector<Submitted>& done) -> Answer {
    const auto cancelled = [](const Submitted& one) { return one.outcome.accepted(); };
    return std::to_string(std::count_if(done.begin(), done.end(), cancelled));
  };
  return submission;
}

Reply cancel_by_instrument(Context& c, Params& params) {
  const Named named = read_instrument(c, params);
  if (named.error) return api::failed(*named.error);
  Filter filter;
  filter.instrument = named.id;
  return cancel_matching(c, params, filter);
}

Reply cancel_by_currency(Context& c, Params& params) {
  const Filter filter = read_filter(c, params, Currency::required);
  if (params.error()) return api::failed(*params.error());
  return cancel_matching(c, params, filter);
}

Reply cancel_by_label(Context& c, Params& params) {
  const std::string label = read_label(params, true);
  const Filter filter = read_filter(c, params, Currency::optional);
  if (params.error()) return api::failed(*params.error());
  return cancel_matching(c, params, filter, [&](AccountId account, const Order& order) {
    return c.past.label(account, order.id, order.placed_at) == label;
  });
}

}  // namespace

void add_trading(std::vector<Method>& table, const SharedMemo& memo, const KeepLabel& keep_label) {
  const Placing placing{memo, keep_label};
  const auto add = [&](const char* name, const char* text, auto call) {
    table.push_back({std::string("private/") + name, Scope::trade, text, call});
  };
  add("buy", "places an order to buy",
      [placing](Context& c, Params& params) { return place(c, params, placing, Side::buy); });
  add("sell", "places an order to sell",
      [placing](Context& c, Params& params) { return place(c, params, placing, Side::sell); });
  add("edit", "changes amount, price or trigger of an open order",
      [memo](Context& c, Params& params) { return edit(c, params, memo, read_open_order(c, params)); });
  add("edit_by_label", "changes the one open order on an instrument that has a label",
      [memo](Context& c, Params& params) { return edit_by_label(c, params, memo); });
  add("close_position", "places a reduce-only order for the whole position",
      [placing](Context& c, Params& params) { return close_position(c, params, placing); });
  add("cancel", "cancels an order", [memo](Context& c, Params& params) { return cancel(c, params, memo); });
  add("cancel_all", "cancels all orders of the account",
      [](Context& c, Params& params) { return cancel_matching(c, params, Filter{}); });
  add("cancel_all_by_instrument", "cancels the account's orders on an instrument", cancel_by_instrument);
  add("cancel_all_by_currency", "cancels the account's orders in a currency", cancel_by_currency);
  add("cancel_by_label", "cancels the account's orders that have a label", cancel_by_label);
}

}  // namespace lockstep::deribit
