#include "node/deribit/channels.h"

#include <algorithm>

#include "core/ledger/ledger.h"
#include "core/wire/asked.h"
#include "node/deribit/account.h"
#include "node/deribit/asking.h"
#include "node/deribit/orders.h"
#include "node/json/json.h"

namespace lockstep::deribit {
namespace {

// Cuts "first." off; false if there is no dot.
bool cut_first(std::string_view& rest, std::string_view& first) {
  const std::size_t dot = rest.find('.');
  if (dot == std::string_view::npos) return false;
  first = rest.substr(0, dot);
  rest.remove_prefix(dot + 1);
  return true;
}
bool cut_last(std::string_view& rest, std::string_view& last) {
  const std::size_t dot = rest.rfind('.');
  if (dot == std::string_view::npos) return false;
  last = rest.substr(dot + 1);
  rest = rest.substr(0, dot);
  return true;
}
bool starts(std::string_view& text, std::string_view with) {
  if (!text.starts_with(with)) return false;
  text.remove_prefix(with.size());
  return true;
}

bool is_interval(std::string_view word) { return word == "raw" || word == "100ms" || word == "agg2"; }

// Names of instruments may have dots, so they are what is left when the known words are cut off.
bool read_instrument(const Engine& engine, std::string_view name, Channel& channel) {
  const auto found = engine.lookup.instruments.find(name);
  if (found == engine.lookup.instruments.end()) return false;
  channel.instrument = InstrumentId{found->second};
  return true;
}

bool read_currency(const Engine& engine, std::string_view name, Channel& channel) {
  const std::string wanted = lower(name);
  if (wanted == "any") return true;
  for (u32 i = 0; i < engine.state.assets.size(); ++i) {
    if (lower(engine.state.assets[i].name) == wanted) return channel.currency = AssetId{i}, true;
  }
  return false;
}

// "I.raw" or "KIND.CURRENCY.raw"
bool read_selection(const Engine& engine, std::string_view rest, Channel& channel) {
  std::string_view interval, kind;
  if (!cut_last(rest, interval) || !is_interval(interval)) return false;
  channel.interval = interval;
  if (read_instrument(engine, rest, channel)) return true;
  return cut_first(rest, kind) && kind_bits(kind, channel.kinds) && read_currency(engine, rest, channel);
}

bool read_timed(const Engine& engine, std::string_view rest, Channel& channel) {
  std::string_view interval;
  if (!cut_last(rest, interval) || !is_interval(interval)) return false;
  channel.interval = interval;
  return read_instrument(engine, rest, channel);
}

bool read_book(const Engine& engine, std::string_view rest, Channel& channel) {
  if (read_timed(engine, rest, channel)) return true;
  std::string_view interval, depth, group;
  channel.kind = ChannelKind::book_levels;
  if (!cut_last(rest, interval) || !cut_last(rest, depth) || !cut_last(rest, group)) return false;
  constexpr std::string_view depths[] = {"1", "10", "20"};
  if (!is_interval(interval) || std::find(std::begin(depths), std::end(depths), depth) == std::end(depths)) {
    return false;
  }
  channel.interval = interval;
  return !group.empty() && read_instrument(engine, rest, channel);
}

bool read_channel(const Engine& engine, std::string_view text, Channel& channel) {
  const auto is = [&](std::string_view prefix, ChannelKind kind) {
    channel.kind = kind;
    return starts(text, prefix);
  };
  if (text == "platform_state") return channel.kind = ChannelKind::platform_state, true;
  if (is("ticker.", ChannelKind::ticker)) return read_timed(engine, text, channel);
  if (is("quote.", ChannelKind::quote)) return read_instrument(engine, text, channel);
  if (is("book.", ChannelKind::book)) return read_book(engine, text, channel);
  if (is("trades.", ChannelKind::trades)) return read_selection(engine, text, channel);
  if (is("user.portfolio.", ChannelKind::portfolio)) return read_currency(engine, text, channel);
  if (is("user.orders.", ChannelKind::orders)) return read_selection(engine, text, channel);
  if (is("user.trades.", ChannelKind::user_trades)) return read_selection(engine, text, channel);
  if (is("user.changes.", ChannelKind::changes)) return read_selection(engine, text, channel);
  if (!is("deribit_price_index.", ChannelKind::index)) return false;
  channel.index = find_index(engine, text);
  return !channel.index.is_none();
}

}  // namespace

std::optional<Channel> parse_channel(const Engine& engine, std::string_view name) {
  Channel channel;
  channel.name = name;
  if (!read_channel(engine, name, channel)) return std::nullopt;
  return channel;
}

bool concerns(const Channel& channel, const State& state, InstrumentId instrument) {
  Filter filter;
  filter.instrument = channel.instrument, filter.currency = channel.currency, filter.kinds = channel.kinds;
  return filter.matches(state, instrument);
}

std::string ticker_data(Engine& engine, Memo& memo, InstrumentId instrument) {
  return ticker_json(engine, memo, instrument);
}

std::string quote_data(const Engine& engine, InstrumentId instrument) {
  Json json;
  json.begin_object().field("instrument_name", engine.state.instrument(instrument).name);
  json.field("timestamp", milliseconds(engine.state.time));
  json.raw_field("best_bid_price", "0").raw_field("best_bid_amount", "0");
  json.raw_field("best_ask_price", "0").raw_field("best_ask_amount", "0").end_object();
  return json.str();
}

namespace {

void put_book(Json& json, const Engine& engine, InstrumentId instrument) {
  json.field("instrument_name", engine.state.instrument(instrument).name);
  json.field("timestamp", milliseconds(engine.state.time)).field("change_id", engine.state.position);
  json.key("bids").begin_array().end_array().key("asks").begin_array().end_array();
}

}  // namespace

std::string book_data(const Engine& engine, InstrumentId instrument, u64 previous) {
  Json json;
  json.begin_object().field("type", previous == 0 ? "snapshot" : "change");
  if (previous != 0) json.field("prev_change_id", previous);
  put_book(json, engine, instrument);
  json.end_object();
  return json.str();
}

std::string book_levels_data(const Engine& engine, InstrumentId instrument) {
  Json json;
  json.begin_object();
  put_book(json, engine, instrument);
  json.end_object();
  return json.str();
}

std::string index_data(const Engine& engine, IndexId index) {
  const Price price = engine.state.index(index).price;
  Json json;
  json.begin_object().field("index_name", index_name(engine.state, index));
  json.field("timestamp", milliseconds(engine.state.time));
  json.raw_field("price", price == Price{} ? "null" : number(price)).end_object();
  return json.str();
}

std::string platform_state_data() { return R"({"maintenance":false})"; }

std::string portfolio_data(Engine& engine, AccountId account, AssetId currency) {
  const Assessment assessment = assess_account(engine, account);
  return summary_json(engine, Seen{account, engine.state.account(account), assessment}, currency, false);
}

namespace {

using history::Select;

// Everything of one command.
Select at(u64 position) {
  Select select;
  select.behind = position, select.before = position + 1;
  select.limit = 10'000;
  select.rising = select.labels = true;
  return select;
}

bool may_trade_or_end(const Command& command, const Outcome& outcome) {
  if (std::holds_alternative<Fill>(command)) return true;
  return std::any_of(outcome.events.begin(), outcome.events.end(), [](const Event& event) {
    return std::holds_alternative<OrderEnded>(event) || std::holds_alternative<HoldingChanged>(event);
  });
}

class Gather {
 public:
  Gather(const Engine& engine, const Memo& memo, const std::function<bool(AccountId)>& wanted)
      : engine_(engine), memo_(memo), wanted_(wanted) {}

  void open(AccountId account, OrderId id) {
    if (account.index >= engine_.state.accounts.size() || !wanted_(account)) return;
    const Order* order = find_order(engine_.state.account(account), id);
    if (order == nullptr) return;
    std::vector<std::string>& orders = place(account, order->instrument).orders;
    std::string json = order_json(engine_.state, open_order(memo_, account, *order));
    if (std::find(orders.begin(), orders.end(), json) == orders.end()) orders.push_back(std::move(json));
  }
  void ended(const history::EndedOrder& row) {
    if (!wanted_(row.account)) return;
    place(row.account, row.order.instrument).orders.push_back(order_json(engine_.state, ended_order(row)));
  }
  void traded(const history::Trade& trade) {
    if (!wanted_(trade.account)) return;
    place(trade.account, trade.instrument).trades.push_back(user_trade_json(engine_.state, trade));
  }
  std::vector<Changed> take() { return std::move(out_); }

 private:
  Changed& place(AccountId account, InstrumentId instrument) {
    for (Changed& one : out_) {
      if (one.account == account && one.instrument == instrument) return one;
    }
    out_.push_back({account, instrument, {}, {}});
    return out_.back();
  }

  const Engine& engine_;
  const Memo& memo_;
  const std::function<bool(AccountId)>& wanted_;
  std::vector<Changed> out_;
};

}  // namespace

std::vector<Changed> changes_of(const Engine& engine, const Memo& memo, u64 position, const Command& written,
                                const Outcome& outcome, const std::function<bool(AccountId)>& wanted) {
  if (!outcome.accepted()) return {};
  Asked asked;
  if (!unwrap(written, asked)) return {};
  const Command& command = asked.command;
  Gather gather(engine, memo, wanted);
  if (const auto* placed = std::get_if<PlaceOrder>(&command)) gather.open(placed->account, placed->order);
  if (const auto* amended = std::get_if<AmendOrder>(&command)) gather.open(amended->account, amended->order);
  if (const auto* fill = std::get_if<Fill>(&command); fill != nullptr && fill->order != 0) {
    gather.open(fill->account, fill->order);
  }
  for (const Event& event : outcome.events) {
    if (const auto* e = std::get_if<OrderTriggered>(&event)) gather.open(e->account, e->order);
    if (const auto* e = std::get_if<LiquidationOrdered>(&event)) gather.open(e->account, e->order);
  }
  if (memo.past != nullptr && may_trade_or_end(command, outcome)) {
    for (const history::Trade& trade : memo.past->trades(at(position))) gather.traded(trade);
    for (const history::EndedOrder& row : memo.past->orders(at(position))) gather.ended(row);
  }
  return gather.take();
}

std::string changes_data(Engine& engine, const Changed& changed) {
  const State& state = engine.state;
  const Account& account = state.account(changed.account);
  std::vector<std::string> positions;
  for (const Holding& holding : account.holdings) {
    if (holding.instrument != changed.instrument) continue;
    positions.push_back(position_json(engine, account, holding, {}));
  }
  if (positions.empty() && !changed.trades.empty()) {
    positions.push_back(flat_position_json(engine, changed.instrument));
  }
  Json json;
  json.begin_object().field("instrument_name", state.instrument(changed.instrument).name);
  json.raw_field("orders", array_of(changed.orders)).raw_field("trades", array_of(changed.trades));
  json.raw_field("position", array_of(positions)).end_object();
  return json.str();
}

std::vector<Traded> trades_of(const Engine& engine, const Memo& memo, u64 position, const Outcome& outcome) {
  std::vector<Traded> out;
  const bool any = std::any_of(outcome.events.begin(), outcome.events.end(), [](const Event& event) {
    return std::holds_alternative<HoldingChanged>(event);
  });
  if (memo.past == nullptr || !outcome.accepted() || !any) return out;
  for (const history::Trade& trade : memo.past->trades(at(position))) {
    if (!trade.taker) continue;
    if (out.empty() || out.back().instrument != trade.instrument) out.push_back({trade.instrument, {}});
    out.back().trades.push_back(public_trade_json(engine.state, trade));
  }
  return out;
}

}  // namespace lockstep::deribit
