// How many elements each kind of list may have on the wire, so that a count that cannot be true is refused
// before it costs memory; private to core/wire/codec.cpp.
#pragma once

#include "core/units/limits.h"
#include "core/wire/codec.h"

namespace lockstep::wire {

// The most elements that a vector of T may have.
template <class T>
constexpr std::size_t count_max = limits::rows_per_command_max;
template <>
inline constexpr std::size_t count_max<Asset> = limits::assets_max;
template <>
inline constexpr std::size_t count_max<House> = limits::assets_max;
template <>
inline constexpr std::size_t count_max<Balance> = limits::assets_max;
template <>
inline constexpr std::size_t count_max<Index> = limits::indexes_max;
template <>
inline constexpr std::size_t count_max<Instrument> = limits::instruments_max;
template <>
inline constexpr std::size_t count_max<Market> = limits::instruments_max;
template <>
inline constexpr std::size_t count_max<Series> = limits::instruments_max;
template <>
inline constexpr std::size_t count_max<Leverage> = limits::instruments_max;
template <>
inline constexpr std::size_t count_max<Party> = limits::parties_max;
template <>
inline constexpr std::size_t count_max<Account> = limits::accounts_max;
template <>
inline constexpr std::size_t count_max<Holding> = limits::holdings_per_account_max;
template <>
inline constexpr std::size_t count_max<Order> = limits::orders_per_account_max;
template <>
inline constexpr std::size_t count_max<Grace> = limits::graces_per_account_max;
template <>
inline constexpr std::size_t count_max<Approval> = limits::approvals_max;
template <>
inline constexpr std::size_t count_max<RulebookHistory> = limits::rulebooks_max;
template <>
inline constexpr std::size_t count_max<Epoch> = limits::epochs_max;
template <>
inline constexpr std::size_t count_max<PriceSource> = 65'536;
template <>
inline constexpr std::size_t count_max<Replica> = limits::replicas_max;
template <>
inline constexpr std::size_t count_max<ReplicaId> = limits::replicas_max;
template <>
inline constexpr std::size_t count_max<ClientSession> = limits::sessions_max;
template <>
inline constexpr std::size_t count_max<StoredReply> = replies_kept;
template <>
inline constexpr std::size_t count_max<Event> = ~u32{0};  // of one command

}  // namespace lockstep::wire
