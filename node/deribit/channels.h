// The data of Deribit's channels, and what a channel's name means.  Who is subscribed, how often something is
// sent and where is the service's; these are functions of the engine's state.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "node/deribit/market.h"

namespace lockstep::deribit {

//   ticker          ticker.I.100ms|agg2|raw        quote   quote.I
//   book            book.I.100ms|agg2|raw          book_levels  book.I.GROUP.DEPTH.100ms|agg2|raw
//   trades          trades.I.100ms|agg2|raw        trades.KIND.CURRENCY.100ms|agg2|raw
//   index           deribit_price_index.btc_usd
//   portfolio       user.portfolio.CURRENCY|any
//   orders, user_trades, changes
//                   user.orders|trades|changes.I.100ms|agg2|raw, ...KIND.CURRENCY.100ms|agg2|raw
//   platform_state  platform_state
enum class ChannelKind : u8 {
  ticker,
  quote,
  book,
  book_levels,
  trades,
  index,
  portfolio,
  orders,
  user_trades,
  changes,
  platform_state
};
struct Channel {
  ChannelKind kind = ChannelKind::ticker;
  std::string name;         // byte for byte as it was asked for: clients compare it
  InstrumentId instrument;  // none: all that match kinds and currency
  IndexId index;
  AssetId currency;      // settlement asset; none: any
  u8 kinds = 7;          // KindBits of node/deribit/asking.h
  std::string interval;  // "raw", "100ms", "agg2"; empty where there is none
  bool of_user() const { return kind >= ChannelKind::portfolio && kind <= ChannelKind::changes; }
  bool needs_login() const { return of_user() || interval == "raw"; }
};
// Nothing: not a channel, or of an instrument, index or currency that does not exist.
std::optional<Channel> parse_channel(const Engine& engine, std::string_view name);
// Whether what happened in the instrument concerns the channel.
bool concerns(const Channel& channel, const State& state, InstrumentId instrument);

std::string ticker_data(Engine& engine, Memo& memo, InstrumentId instrument);
std::string quote_data(const Engine& engine, InstrumentId instrument);
// type: "snapshot" or "change", from change id `previous`; 0: a snapshot.  Books are empty here.
std::string book_data(const Engine& engine, InstrumentId instrument, u64 previous);
std::string book_levels_data(const Engine& engine, InstrumentId instrument);
std::string index_data(const Engine& engine, IndexId index);
std::string platform_state_data();
// Of one currency.
std::string portfolio_data(Engine& engine, AccountId account, AssetId currency);

// What one command did to orders and trades of one account in one instrument.  Items are JSON objects, in the
// order in which they happened; position: of user.changes.
struct Changed {
  AccountId account;
  InstrumentId instrument;
  std::vector<std::string> orders;
  std::vector<std::string> trades;
};
// Called when the engine and the past (memo.past) have the command at `position`, after commit() of the
// past; `command` as it is in the log, in whoever's name.  Only of accounts that `wanted` says somebody
// listens to.
std::vector<Changed> changes_of(const Engine& engine, const Memo& memo, u64 position, const Command& command,
                                const Outcome& outcome, const std::function<bool(AccountId)>& wanted);
// {"instrument_name","orders","trades","position"}: the data of user.changes.
std::string changes_data(Engine& engine, const Changed& changed);
// Trades that everybody sees, of one command: by instrument.
struct Traded {
  InstrumentId instrument;
  std::vector<std::string> trades;
};
std::vector<Traded> trades_of(const Engine& engine, const Memo& memo, u64 position, const Outcome& outcome);

}  // namespace lockstep::deribit
