// Deribit's channels, as this service sends them: tickers when prices have moved and their interval is over,
// orders and trades with the command that changed them.
#include "node/json/json.h"
#include "node/service/state.h"

namespace lockstep::service {
namespace {

using Kind = deribit::ChannelKind;

bool is_stream(Kind kind) {
  return kind == Kind::orders || kind == Kind::user_trades || kind == Kind::changes || kind == Kind::trades;
}

i64 interval_of(const deribit::Channel& channel) {
  if (channel.interval == "raw") return 0;
  return channel.interval == "agg2" ? 1'000'000 : 100'000;
}

std::string joined(const std::vector<std::string>& items) {
  std::string text = "[";
  for (const std::string& item : items) text += (text.size() == 1 ? "" : ",") + item;
  return text + "]";
}

// Of channels of one currency or of several: `any` is sent once for each that the account has.
std::vector<AssetId> portfolio_currencies(const ServiceState& s, const Channel& channel) {
  if (!channel.deribit.currency.is_none()) return {channel.deribit.currency};
  std::vector<AssetId> currencies;
  for (const Balance& balance : s.engine.state.account(channel.account).balances)
    currencies.push_back(balance.asset);
  return currencies;
}

void send_all(ServiceState& s, const Channel& channel, const std::string& data, bool latest) {
  const std::string text = notification_text(channel.name, data);
  for (const u64 id : channel.sessions) {
    net::Socket& socket = *s.sessions.at(id).socket;
    latest ? socket.send_latest(channel.name, text) : socket.send(text);
  }
}

// What the channel says now; "" if it is a stream.
std::string present(ServiceState& s, const Channel& channel) {
  deribit::Memo& memo = s.memo;
  switch (channel.deribit.kind) {
    case Kind::ticker: return deribit::ticker_data(s.engine, memo, channel.deribit.instrument);
    case Kind::quote: return deribit::quote_data(s.engine, channel.deribit.instrument);
    case Kind::book: return deribit::book_data(s.engine, channel.deribit.instrument, 0);
    case Kind::book_levels: return deribit::book_levels_data(s.engine, channel.deribit.instrument);
    case Kind::index: return deribit::index_data(s.engine, channel.deribit.index);
    case Kind::platform_state: return deribit::platform_state_data();
    default: return {};
  }
}

void send_portfolio(ServiceState& s, const Channel& channel) {
  const std::vector<AssetId> currencies = portfolio_currencies(s, channel);
  for (const AssetId currency : currencies) {
    // Of several, each is a text of its own, and none replaces another.
    send_all(s, channel, deribit::portfolio_data(s.engine, channel.account, currency),
             currencies.size() == 1);
  }
}

// Position at which what the channel shows has last changed.
u64 changed_at(const ServiceState& s, const Channel& channel) {
  const deribit::Channel& about = channel.deribit;
  const State& state = s.engine.state;
  switch (about.kind) {
    case Kind::index: return state.index(about.index).stamp.position + 1;
    case Kind::quote:
    case Kind::ticker: {
      const Instrument& instrument = state.instrument(about.instrument);
      return std::max(state.market(about.instrument).stamp.position,
                      state.index(instrument.index).stamp.position) +
             1;
    }
    case Kind::portfolio: return state.position;
    default: return 0;  // books are empty and the platform's state is what it was
  }
}

void send_changes(ServiceState& s, const Channel& channel, const deribit::Changed& changed) {
  if (channel.account != changed.account ||
      !deribit::concerns(channel.deribit, s.engine.state, changed.instrument)) {
    return;
  }
  switch (channel.deribit.kind) {
    case Kind::orders:
      // One instrument's channel has the order itself, others an array, as at Deribit.
      for (const std::string& order : changed.orders) send_all(s, channel, order, false);
      return;
    case Kind::user_trades:
      if (!changed.trades.empty()) send_all(s, channel, joined(changed.trades), false);
      return;
    case Kind::changes: return send_all(s, channel, deribit::changes_data(s.engine, changed), false);
    default: return;
  }
}

}  // namespace

std::optional<Channel> deribit_channel(ServiceState& s, const api::Caller& caller, std::string_view name) {
  std::optional<deribit::Channel> parsed = deribit::parse_channel(s.engine, name);
  if (!parsed || (parsed->needs_login() && !caller.read)) return std::nullopt;
  Channel channel;
  channel.kind = ChannelKind::deribit;
  if (parsed->of_user()) {
    channel.account = api::find_account(caller, s.engine, "");
    if (channel.account.is_none()) return std::nullopt;
    channel.of_caller = true;
  }
  channel.interval_us = interval_of(*parsed);
  channel.deribit = std::move(*parsed);
  return channel;
}

void send_deribit_first(ServiceState& s, const Channel& channel, net::Socket& socket) {
  if (channel.deribit.kind == Kind::portfolio) {
    for (const AssetId currency : portfolio_currencies(s, channel)) {
      socket.send(
          notification_text(channel.name, deribit::portfolio_data(s.engine, channel.account, currency)));
    }
    return;
  }
  const std::string data = present(s, channel);
  if (!data.empty()) socket.send(notification_text(channel.name, data));
}

void note_deribit(ServiceState& s, u64 position, const Command& command, const Outcome& outcome) {
  if (!outcome.accepted() && outcome.events.empty()) return;
  std::set<AccountId> accounts;
  bool anybody = false;
  for (const auto& [key, channel] : s.channels) {
    if (channel.kind != ChannelKind::deribit || !is_stream(channel.deribit.kind)) continue;
    if (channel.deribit.of_user()) accounts.insert(channel.account);
    anybody = true;
  }
  if (!anybody) return;
  const Result<Done, Fault> kept = s.past->commit();
  if (!kept) return note_past_failure(s, kept.error());
  deribit::Memo& memo = s.memo;
  const auto wanted = [&](AccountId account) { return accounts.contains(account); };
  for (const deribit::Changed& changed :
       deribit::changes_of(s.engine, memo, position, command, outcome, wanted)) {
    for (const auto& [key, channel] : s.channels) {
      if (channel.kind == ChannelKind::deribit) send_changes(s, channel, changed);
    }
  }
  for (const deribit::Traded& traded : deribit::trades_of(s.engine, memo, position, outcome)) {
    for (const auto& [key, channel] : s.channels) {
      const bool concerned = channel.kind == ChannelKind::deribit && channel.deribit.kind == Kind::trades &&
                             deribit::concerns(channel.deribit, s.engine.state, traded.instrument);
      if (concerned) send_all(s, channel, joined(traded.trades), false);
    }
  }
}

bool send_deribit(ServiceState& s, Channel& channel, i64 now_us) {
  if (is_stream(channel.deribit.kind) || changed_at(s, channel) <= channel.position) return false;
  if (now_us - channel.sent_us < channel.interval_us) return true;
  channel.sent_us = now_us;
  channel.position = s.engine.state.position;
  if (channel.deribit.kind == Kind::portfolio) {
    send_portfolio(s, channel);
  } else {
    send_all(s, channel, present(s, channel), true);
  }
  return false;
}

}  // namespace lockstep::service
