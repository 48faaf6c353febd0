// The private methods that look at orders and trades.
#include <algorithm>

#include "core/ledger/ledger.h"
#include "node/deribit/asking.h"
#include "node/deribit/errors.h"
#include "node/deribit/orders.h"
#include "node/json/json.h"

namespace lockstep::deribit {
namespace {

using history::EndedOrder;
using history::Select;
using history::Trade;

// Deribit's; of those that take profit there are no orders here.
constexpr std::string_view order_types[] = {"all",         "limit",        "market",        "stop_all",
                                            "stop_limit",  "stop_market",  "take_all",      "take_limit",
                                            "take_market", "trailing_all", "trailing_stop", "trigger_all"};

// "all", or a type; "trigger_all" is every type that waits.
bool type_matches(std::string_view wanted, OrderType type) {
  if (wanted == "all") return true;
  const bool waits = type != OrderType::limit && type != OrderType::market;
  if (wanted == "limit" || wanted == "market") {
    return (wanted == "limit") == (type == OrderType::limit) && !waits;
  }
  if (wanted == "stop_limit") return type == OrderType::stop_limit;
  if (wanted == "stop_market") return type == OrderType::stop;
  if (wanted == "trailing_stop" || wanted == "trailing_all") return type == OrderType::trailing;
  if (wanted == "stop_all") return type == OrderType::stop || type == OrderType::stop_limit;
  return wanted == "trigger_all" && waits;
}

Reply open_orders(Context& c, Params& params, Memo& memo, const Filter& filter) {
  const std::string type = params.text("type", "all");
  if (std::find(std::begin(order_types), std::end(order_types), type) == std::end(order_types)) {
    std::string list;
    for (const std::string_view one : order_types) list += (list.empty() ? "" : ", ") + std::string(one);
    params.fail("type", "must be one of " + list);
  }
  const AccountId id = read_account(c, params);
  if (params.error()) return api::failed(*params.error());
  std::vector<std::string> out;
  for (const Order& order : c.engine.state.account(id).orders) {
    if (!filter.matches(c.engine.state, order.instrument) || !type_matches(type, order.type)) continue;
    out.push_back(order_json(c.engine.state, open_order(memo, id, order)));
  }
  return api::answered(array_of(out));
}

// Orders of which nothing was filled are left out unless include_unfilled says so, as at Deribit.
Reply order_history(Context& c, Params& params, Memo&, const Filter& filter) {
  const std::size_t count = static_cast<std::size_t>(params.integer("count", 20, 1, 1'000));
  const std::size_t offset = static_cast<std::size_t>(params.integer("offset", 0, 0, 10'000));
  const bool unfilled = params.flag("include_unfilled", false);
  const AccountId id = read_account(c, params);
  if (params.error()) return api::failed(*params.error());
  Select select;
  select.account = id, select.labels = true;
  if (!filter.instrument.is_none()) select.instrument = filter.instrument;
  const std::vector<EndedOrder> rows =
      collect<EndedOrder>([&](const Select& s) { return c.past.orders(s); }, select, offset + count,
                          [&](const EndedOrder& row) {
                            const bool shown = unfilled || row.order.filled != Lots{};
                            return shown && filter.matches(c.engine.state, row.order.instrument);
                          })
          .rows;
  std::vector<std::string> out;
  for (std::size_t i = offset; i < rows.size(); ++i) {
    out.push_back(order_json(c.engine.state, ended_order(rows[i])));
  }
  return api::answered(array_of(out));
}

Reply user_trades(Context& c, Params& params, Memo&, const Filter& filter) {
  Select select;
  read_times(params, select, Times::optional);
  const std::size_t count = static_cast<std::size_t>(params.integer("count", 10, 1, 1'000));
  const std::string sorting = params.text("sorting", "default");
  if (sorting != "default" && sorting != "asc" && sorting != "desc") {
    params.fail("sorting", "must be one of asc, desc, default");
  }
  if (const std::optional<Error> error = read_sequence(params, filter, select)) return api::failed(*error);
  const AccountId id = read_account(c, params);
  if (params.error()) return api::failed(*params.error());
  select.account = id, select.labels = true;
  if (!filter.instrument.is_none()) select.instrument = filter.instrument;
  const bool onward = select.from != Time{} || params.has("start_seq");
  select.rising = sorting == "asc" || (sorting == "default" && onward);
  const auto [trades, more] = trade_page(c.past, select, count, [&](const Trade& trade) {
    return filter.matches(c.engine.state, trade.instrument);
  });
  Json json;
  json.begin_object().key("trades").begin_array();
  for (const Trade& trade : trades) json.raw(user_trade_json(c.engine.state, trade));
  json.end_array().field("has_more", more).end_object();
  return api::answered(json.str());
}

struct OrderAsked {
  AccountId account;
  OrderId id = 0;
  std::optional<Error> error;
};
OrderAsked read_order(Context& c, Params& params) {
  OrderAsked asked;
  const std::string name = params.text("order_id");
  asked.error = params.error();
  if (asked.error) return asked;
  const bool known = parse_order_name(name, asked.account, asked.id) &&
                     asked.account.index < c.engine.state.accounts.size() &&
                     api::may_see(c.caller, c.engine.state, asked.account);
  if (!known) asked.error = order_not_found(name);
  return asked;
}

Reply get_order_state(Context& c, Params& params, Memo& memo) {
  const OrderAsked asked = read_order(c, params);
  if (asked.error) return api::failed(*asked.error);
  const State& state = c.engine.state;
  if (const Order* order = find_order(state.account(asked.account), asked.id)) {
    return api::answered(order_json(state, open_order(memo, asked.account, *order)));
  }
  Select select;
  select.account = asked.account, select.order = asked.id, select.limit = 1, select.labels = true;
  const std::vector<EndedOrder> ended = c.past.orders(select);
  if (ended.empty()) return api::failed(order_not_found(order_name(asked.account, asked.id)));
  return api::answered(order_json(state, ended_order(ended.front())));
}

// Open orders of the currency that have the label, and those of the latest 1,000 with it that ended.
Reply get_order_state_by_label(Context& c, Params& params, Memo& memo) {
  const std::string label = read_label(params, true);
  const Filter filter = read_filter(c, params, Currency::required);
  const AccountId id = read_account(c, params);
  if (params.error()) return api::failed(*params.error());
  std::vector<std::string> out;
  const State& state = c.engine.state;
  for (const Order& order : open_orders_labelled(c, id, label)) {
    if (filter.matches(state, order.instrument))
      out.push_back(order_json(state, open_order(memo, id, order)));
  }
  for (const EndedOrder& row : c.past.labelled(id, label, 1'000)) {
    if (filter.matches(state, row.order.instrument)) out.push_back(order_json(state, ended_order(row)));
  }
  return api::answered(array_of(out));
}

// A bare array, unlike the other methods of trades.
Reply get_user_trades_by_order(Context& c, Params& params, Memo&) {
  const OrderAsked asked = read_order(c, params);
  if (asked.error) return api::failed(*asked.error);
  Select select;
  select.account = asked.account, select.order = asked.id, select.limit = 1'000;
  select.rising = select.labels = true;
  std::vector<std::string> out;
  for (const Trade& trade : c.past.trades(select)) out.push_back(user_trade_json(c.engine.state, trade));
  return api::answered(array_of(out));
}

using Listing = Reply (*)(Context&, Params&, Memo&, const Filter&);

auto by_instrument(Listing listing) {
  return [listing](Context& c, Params& params, Memo& memo) -> Reply {
    const Named named = read_instrument(c, params);
    if (named.error) return api::failed(*named.error);
    Filter filter;
    filter.instrument = named.id;
    return listing(c, params, memo, filter);
  };
}

auto by_currency(Listing listing, Currency need) {
  return [listing, need](Context& c, Params& params, Memo& memo) -> Reply {
    const Filter filter = read_filter(c, params, need);
    if (params.error()) return api::failed(*params.error());
    return listing(c, params, memo, filter);
  };
}

}  // namespace

void add_orders(std::vector<Method>& table, const SharedMemo& memo) {
  const auto add = [&](const char* name, const char* text, auto call) {
    table.push_back({std::string("private/") + name, Scope::read, text,
                     [memo, call](Context& c, Params& params) { return call(c, params, of_call(memo, c)); }});
  };
  add("get_open_orders", "open orders of all currencies", by_currency(open_orders, Currency::optional));
  add("get_open_orders_by_currency", "open orders of a currency",
      by_currency(open_orders, Currency::required));
  add("get_open_orders_by_instrument", "open orders on an instrument", by_instrument(open_orders));
  add("get_order_history_by_currency", "orders that ended, newest first",
      by_currency(order_history, Currency::required));
  add("get_order_history_by_instrument", "orders on an instrument that ended, newest first",
      by_instrument(order_history));
  add("get_user_trades_by_currency", "own trades in a currency",
      by_currency(user_trades, Currency::required));
  add("get_user_trades_by_currency_and_time", "own trades in a currency, in a span of time",
      by_currency(user_trades, Currency::required));
  add("get_user_trades_by_instrument", "own trades in an instrument", by_instrument(user_trades));
  add("get_user_trades_by_instrument_and_time", "own trades in an instrument, in a span of time",
      by_instrument(user_trades));
  add("get_user_trades_by_order", "the trades of one order", get_user_trades_by_order);
  add("get_order_state", "an order, open or ended", get_order_state);
  add("get_order_state_by_label", "orders that have a label, open ones first", get_order_state_by_label);
}

}  // namespace lockstep::deribit
