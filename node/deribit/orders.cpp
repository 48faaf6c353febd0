#include "node/deribit/orders.h"

#include <algorithm>

#include "node/json/json.h"

namespace lockstep::deribit {
namespace {

std::string_view type_word(OrderType type) {
  switch (type) {
    case OrderType::limit: return "limit";
    case OrderType::market: return "market";
    case OrderType::stop: return "stop_market";
    case OrderType::stop_limit: return "stop_limit";
    case OrderType::trailing: return "trailing_stop";
  }
  return "limit";
}

std::string_view time_in_force_word(TimeInForce time) {
  switch (time) {
    case TimeInForce::good_till_cancelled: return "good_til_cancelled";
    case TimeInForce::immediate_or_cancel: return "immediate_or_cancel";
    case TimeInForce::fill_or_kill: return "fill_or_kill";
  }
  return "good_til_cancelled";
}

bool waits(OrderType type) { return type != OrderType::limit && type != OrderType::market; }

constexpr OrderId engine_orders_from = OrderId{1} << 63;

void put_trigger(Json& json, const Order& order) {
  if (!waits(order.type)) return;
  json.field("trigger", order.trigger_by == TriggerBy::mark ? "mark_price" : "index_price");
  json.raw_field("trigger_price", number(order.trigger)).field("triggered", order.triggered);
  if (order.type == OrderType::trailing) json.raw_field("trigger_offset", number(order.trail));
}

}  // namespace

OrderView open_order(const Memo& memo, AccountId account, const Order& order) {
  OrderView view{account, order, {}, order.placed_at, order.triggered ? "open" : "untriggered", {}};
  if (memo.past == nullptr) return view;
  view.label = memo.past->label(account, order.id, order.placed_at);
  if (order.filled == Lots{}) return view;
  history::Select select;
  select.account = account, select.instrument = order.instrument, select.order = order.id;
  select.limit = 1'000;
  i128 sum = 0, lots = 0;
  for (const history::Trade& trade : memo.past->trades(select)) {
    sum += i128{trade.price.raw()} * trade.lots.raw(), lots += trade.lots.raw();
  }
  if (lots > 0) view.average = Price::from_raw(static_cast<i64>(div(sum, lots, Round::nearest)));
  return view;
}

OrderView ended_order(const history::EndedOrder& ended) {
  const bool filled = ended.reason == OrderEnd::filled;
  return {ended.account, ended.order, ended.average, ended.ended_at, filled ? "filled" : "cancelled",
          ended.label};
}

std::string order_json(const State& state, const OrderView& view) {
  const Order& order = view.order;
  const Instrument& instrument = state.instrument(order.instrument);
  Json json;
  json.begin_object().field("order_id", order_name(view.account, order.id));
  json.field("instrument_name", instrument.name).field("direction", direction_word(order.side));
  json.field("order_type", type_word(order.type)).field("order_state", view.state);
  if (order.price == Price{}) {
    json.field("price", "market_price");
  } else {
    json.raw_field("price", number(order.price));
  }
  json.raw_field("amount", amount_of(instrument, order.lots));
  json.raw_field("contracts", contracts_of(instrument, order.lots));
  json.raw_field("filled_amount", amount_of(instrument, order.filled));
  json.raw_field("average_price", number(view.average));
  json.field("time_in_force", time_in_force_word(order.time_in_force));
  json.field("post_only", order.post_only).field("reduce_only", order.reduce_only);
  json.field("creation_timestamp", milliseconds(order.placed_at));
  json.field("last_update_timestamp", milliseconds(view.updated));
  put_trigger(json, order);
  if (order.display != Lots{}) json.raw_field("display_amount", amount_of(instrument, order.display));
  json.field("label", view.label).field("api", true).field("web", false).field("replaced", false);
  json.field("mmp", order.protected_quote).field("is_liquidation", order.id >= engine_orders_from);
  json.end_object();
  return json.str();
}

std::string trade_name(const history::Trade& trade) {
  return std::to_string(trade.position) + "-" + std::to_string(trade.part);
}

namespace {

void put_trade(Json& json, const State& state, const history::Trade& trade) {
  const Instrument& instrument = state.instrument(trade.instrument);
  json.field("trade_id", trade_name(trade)).field("trade_seq", trade.position);
  json.field("instrument_name", instrument.name).field("timestamp", milliseconds(trade.time));
  json.field("direction", direction_word(trade.side)).raw_field("price", number(trade.price));
  json.raw_field("amount", amount_of(instrument, trade.lots));
  json.raw_field("contracts", contracts_of(instrument, trade.lots));
}

std::string_view asset_name(const State& state, AssetId id) {
  return id.is_none() ? std::string_view() : std::string_view(state.asset(id).name);
}

}  // namespace

std::string public_trade_json(const State& state, const history::Trade& trade) {
  Json json;
  json.begin_object();
  put_trade(json, state, trade);
  if (trade.liquidation) json.field("liquidation", trade.taker ? "T" : "M");
  json.end_object();
  return json.str();
}

std::string user_trade_json(const State& state, const history::Trade& trade) {
  const Instrument& instrument = state.instrument(trade.instrument);
  const Asset& settle = state.asset(instrument.settle);
  Json json;
  json.begin_object();
  put_trade(json, state, trade);
  if (trade.order == 0) {
    json.key("order_id").null();
  } else {
    json.field("order_id", order_name(trade.account, trade.order));
  }
  json.field("order_type", trade.liquidation ? "liquidation" : type_word(trade.type));
  json.field("liquidity", trade.taker ? "T" : "M").field("state", "filled");
  json.field("label", trade.label);
  json.raw_field("fee", number(trade.fee, settle.decimals)).field("fee_currency", settle.name);
  json.raw_field("profit_loss", number(trade.realised));
  if (trade.liquidation) json.field("liquidation", trade.taker ? "T" : "M");
  json.end_object();
  return json.str();
}

u64 payment_number(const history::Payment& payment) {
  return payment.position * parts_max + std::min<u64>(payment.part, parts_max - 1);
}

Collected<history::Trade> trade_page(const history::History& past, const history::Select& select,
                                     std::size_t count,
                                     const std::function<bool(const history::Trade&)>& matches) {
  const auto read = [&](const history::Select& s) { return past.trades(s); };
  Collected<history::Trade> page = collect<history::Trade>(read, select, count + 1, matches);
  std::vector<history::Trade>& rows = page.rows;
  if (rows.size() <= count) return page;
  page.cut = true;
  const u64 next = rows.back().position;
  rows.pop_back();
  if (rows.back().position != next) return page;
  history::Select rest = select;
  rest.behind = next, rest.before = next + 1, rest.behind_part = rest.before_part = 0;
  std::erase_if(rows, [&](const history::Trade& row) { return row.position == next; });
  constexpr std::size_t of_one_command = 20'000;
  for (history::Trade& row : collect<history::Trade>(read, rest, of_one_command, matches).rows) {
    rows.push_back(std::move(row));
  }
  return page;
}

namespace {

std::string_view payment_word(const State& state, const history::Payment& payment) {
  using history::PaymentKind;
  switch (payment.kind) {
    case PaymentKind::deposit: return "deposit";
    case PaymentKind::withdrawal: return "withdrawal";
    case PaymentKind::transfer: return "transfer";
    case PaymentKind::trade: return "trade";
    case PaymentKind::funding: return "settlement";
    case PaymentKind::settlement: return "settlement";
    case PaymentKind::delivery: {
      const bool option = !payment.instrument.is_none() &&
                          state.instrument(payment.instrument).kind == InstrumentKind::option;
      return option ? "options_settlement_summary" : "delivery";
    }
    case PaymentKind::liquidation: return "liquidation";
    case PaymentKind::fund: return "insurance_fund";
    case PaymentKind::other: return "correction";
  }
  return "correction";
}

}  // namespace

std::string payment_json(const State& state, const history::Payment& payment) {
  const Account& account = state.account(payment.account);
  const int decimals = state.asset(payment.asset).decimals;
  Json json;
  json.begin_object().field("id", payment_number(payment));
  json.field("user_id", payment.account.index + 1);
  json.field("username", state.parties[account.party.index].name);
  json.field("timestamp", milliseconds(payment.time)).field("type", payment_word(state, payment));
  json.field("currency", asset_name(state, payment.asset));
  json.raw_field("change", number(payment.change, decimals));
  json.raw_field("cashflow", number(payment.change, decimals));
  json.raw_field("balance", number(payment.balance, decimals));
  json.raw_field("commission", number(payment.fee, decimals));
  if (payment.instrument.is_none()) {
    json.end_object();
    return json.str();
  }
  const Instrument& instrument = state.instrument(payment.instrument);
  json.field("instrument_name", instrument.name).raw_field("price", number(payment.price));
  json.raw_field("amount", amount_of(instrument, payment.lots));
  json.field("side", direction_word(payment.side));
  if (payment.order != 0) json.field("order_id", order_name(payment.account, payment.order));
  json.end_object();
  return json.str();
}

}  // namespace lockstep::deribit
