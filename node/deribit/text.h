// Numbers, times and names as Deribit writes them.  Numbers are JSON numbers, written digit by digit from our
// integers: no double on the way, except for what is a statistic itself (greeks).  A number of these texts
// never has an exponent, and ids are texts, because a client that meets an integer above 2^53 reads every
// number of the answer as a text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/engine/engine.h"

namespace lockstep::deribit {

std::string number(Price price);
std::string number(Value value);
std::string number(Amount amount, int decimals);
std::string number(std::optional<Price> price);  // "null" where there is none
std::string number(std::optional<Value> value);
// A statistic, with so many decimals or as many fewer as a double can tell apart; what is none is "null".
std::string statistic(double value, int decimals);

constexpr i64 milliseconds(Time time) { return time.raw() / 1000; }

// What clients call amount: coins, of inverse perpetuals and futures quote units.
std::string amount_of(const Instrument& instrument, Lots lots);
// Amounts of one contract, at 10^-8: of options one coin, of everything else one lot.
i64 contract_size(const Instrument& instrument);
std::string contracts_of(const Instrument& instrument, Lots lots);

std::string lower(std::string_view text);
// "btc_usd"
std::string index_name(const State& state, IndexId index);
// By that name, or by ours; none: there is no such index.
IndexId find_index(const Engine& engine, std::string_view name);

constexpr bool is_future(InstrumentKind kind) {
  return kind == InstrumentKind::perpetual || kind == InstrumentKind::future;
}
// "future", "option", "spot": a perpetual is a future without expiry.
std::string_view kind_word(InstrumentKind kind);
std::string_view direction_word(Side side);
// "27MAR26" and, of a perpetual, "PERPETUAL".
std::string expiry_word(Time expiry);
bool is_open(const State& state, const Instrument& instrument);

// "12-345": account number and the account's own number of the order, so that it is unique among all.
std::string order_name(AccountId account, OrderId order);
bool parse_order_name(std::string_view name, AccountId& account, OrderId& order);

// What one unit of `from` is in `to`, at the indexes, over at most one asset between; nothing: no index says.
std::optional<Value> in_asset(const State& state, Value value, AssetId from, AssetId to, Round round);

}  // namespace lockstep::deribit
