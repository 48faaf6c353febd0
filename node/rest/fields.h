// What reading and writing of commands as JSON have in common: which kinds of field there are, and what the
// meaning of one takes from its neighbours.
#pragma once

#include <string_view>
#include <type_traits>
#include <vector>

#include "core/model/events.h"
#include "core/model/state.h"

namespace lockstep::rest {

template <class T>
constexpr bool is_vector = false;
template <class T>
constexpr bool is_vector<std::vector<T>> = true;

template <class T>
concept HasFields = requires(const T& x) {
  T::each_field(x, [](std::string_view, const auto&) {});
};
template <class T>
concept IsId = requires(const T& x) {
  x.is_none();
};
template <class T>
concept IsDecimal = std::is_same_v<T, Price> || std::is_same_v<T, Rate> || std::is_same_v<T, Value> ||
    std::is_same_v<T, Amount>;

// What a client or a replica says of itself, and is not for others to say.
template <class T>
constexpr bool may_be_asked =
    T::name_of != "request" && T::name_of != "instruction" && T::name_of != "register_replica" &&
    T::name_of != "retire_replica" && T::name_of != "epoch_ready" && T::name_of != "upgrade_ready";

template <class T>
constexpr int decimals_of = std::is_same_v<T, Price> ? price_decimals : rate_decimals;
template <>
inline constexpr int decimals_of<Value> = value_decimals;

// How an id's table is called, and the table.
#define LS_TABLE(ID, NAME, TABLE, REFUSAL)                                    \
  inline std::string_view table_name(ID) { return NAME; }                     \
  inline const auto& table_of(const State& state, ID) { return state.TABLE; } \
  inline Refusal unknown(ID) { return Refusal::REFUSAL; }
LS_TABLE(AssetId, "asset", assets, unknown_asset)
LS_TABLE(IndexId, "index", indexes, unknown_index)
LS_TABLE(InstrumentId, "instrument", instruments, unknown_instrument)
LS_TABLE(PartyId, "party", parties, unknown_party)
LS_TABLE(AccountId, "account", accounts, unknown_account)
LS_TABLE(ReplicaId, "replica", replicas, unknown_replica)
LS_TABLE(RulebookId, "rulebook", rulebooks, unknown_rulebook)
#undef LS_TABLE

template <class Id>
bool in_table(const State& state, Id id) {
  return id.index < table_of(state, id).size();
}

// The asset of a command's or an event's amounts: its own, or that in which its instrument is settled.
template <class T>
AssetId asset_of(const State& state, const T& x) {
  if constexpr (requires { AssetId{x.asset}; }) {
    return x.asset;
  } else if constexpr (requires { InstrumentId{x.instrument}; }) {
    return in_table(state, x.instrument) ? state.instrument(x.instrument).settle : AssetId{};
  } else {
    return AssetId{};
  }
}

// The instrument whose lots are counted.
template <class T>
InstrumentId instrument_of(const State& state, const T& x) {
  if constexpr (requires { InstrumentId{x.instrument}; }) {
    return x.instrument;
  } else if constexpr (std::is_same_v<T, AmendOrder>) {
    if (!in_table(state, x.account)) return {};
    for (const Order& order : state.account(x.account).orders) {
      if (order.id == x.order) return order.instrument;
    }
  }
  return {};
}

}  // namespace lockstep::rest
