// Channels: what is sent without being asked for again.  A channel begins with a snapshot where it has one,
// and goes on with changes; each says at which position it is and at which the one before on this socket
// was, so that a client sees a gap.  Texts of which only the latest matters replace each other while a slow
// reader does not read; the others are never dropped: a reader too slow for them is cut off (1013) and knows
// it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "node/api/api.h"
#include "node/deribit/channels.h"
#include "node/net/server.h"

namespace lockstep::service {

struct ServiceState;
struct Session;

constexpr std::size_t channels_per_session_max = 500;

enum class ChannelKind : u8 { overview, accounts, account, replicas, log, deribit };

struct Channel {
  std::string name;  // as it was asked for, byte for byte
  ChannelKind kind = ChannelKind::overview;
  AccountId account;         // of `account`; deribit: of the caller, in channels of its own
  bool of_caller = false;    // one name, and for every caller another account
  deribit::Channel deribit;  // what it is about
  i64 interval_us = 0;       // between two texts, at least
  std::set<u64> sessions;
  u64 position = 0;  // of the latest text
  i64 sent_us = 0;   // when that was
  u64 count = 0;     // of what it shows, then
};

// An account's margin state, in words.
struct StateChange {
  AccountId account;
  std::string_view from, to;
};

// False: there is no such channel, or this caller may not have it.
bool take_channel(ServiceState& s, Session& session, const std::string& name);
bool leave_channel(ServiceState& s, Session& session, const std::string& name);
void leave_all_channels(ServiceState& s, Session& session);
// Those that only somebody who signed in may have.
void leave_private_channels(ServiceState& s, Session& session);
// Sends the first texts of channels that were taken, behind the answer that says so.
void send_first(ServiceState& s, u64 connection);

// Behind every command.
void note_command(ServiceState& s, u64 position, const Command& command, const Outcome& outcome);
// Behind every slice, and when a channel's interval is over.
void send_news(ServiceState& s);

// ---- deribit_channels.cpp ----
std::optional<Channel> deribit_channel(ServiceState& s, const api::Caller& caller, std::string_view name);
void send_deribit_first(ServiceState& s, const Channel& channel, net::Socket& socket);
void note_deribit(ServiceState& s, u64 position, const Command& command, const Outcome& outcome);
// True: something waits for the channel's interval.
bool send_deribit(ServiceState& s, Channel& channel, i64 now_us);

}  // namespace lockstep::service
