#include "node/service/channels.h"

#include <tuple>

#include "node/book/words.h"
#include "node/json/json.h"
#include "node/service/state.h"

namespace lockstep::service {
namespace {

constexpr i64 own_interval_us = 50'000;  // between two texts of one of our channels that conflate

bool sees_all(const api::Caller& caller) { return caller.operate && caller.party.empty(); }

// What a method would answer this caller; "" if it refuses.
std::string answer_of(ServiceState& s, const api::Caller& caller, std::string_view name,
                      std::string_view query) {
  const api::Method* method = find_method(s, name);
  LS_ASSERT(method != nullptr);
  if (!caller.may(method->scope)) return {};
  api::Context context{s.engine, *s.past, caller, s.clock.wall_us()};
  Result<api::Params, std::string> params = api::Params::of_query(query);
  LS_ASSERT(params);
  const api::Reply reply = method->call(context, params.value());
  const api::Answer* answer = std::get_if<api::Answer>(&reply);
  return answer != nullptr && *answer ? answer->value() : std::string();
}

// {"type":..,"prev_position":.., and the members of `object`.
std::string with_type(std::string_view type, u64 previous, std::string_view object) {
  return "{\"type\":\"" + std::string(type) + "\",\"prev_position\":" + std::to_string(previous) + "," +
         std::string(object.substr(1));
}

std::string query_of(std::string_view name, std::string_view value) {
  std::string out = std::string(name) + "=";
  constexpr char digits[] = "0123456789abcdef";
  for (const char c : value) {
    out += '%', out += digits[static_cast<u8>(c) >> 4], out += digits[static_cast<u8>(c) & 15];
  }
  return out;
}

// ---- our own channels ----

std::optional<Channel> own_channel(ServiceState& s, const api::Caller& caller, std::string_view name) {
  Channel channel;
  channel.interval_us = own_interval_us;
  constexpr std::string_view account = "lockstep.account.";
  if (name == "lockstep.overview" && caller.read) {
    channel.kind = ChannelKind::overview;
  } else if (name == "lockstep.accounts" && caller.read) {
    channel.kind = ChannelKind::accounts;
  } else if (name == "lockstep.replicas" && caller.read) {
    channel.kind = ChannelKind::replicas;
  } else if (name == "lockstep.log" && sees_all(caller)) {
    channel.kind = ChannelKind::log;
  } else if (name.starts_with(account) && caller.read) {
    channel.kind = ChannelKind::account;
    channel.account = api::find_account(caller, s.engine, name.substr(account.size()));
    if (channel.account.is_none() || name.size() == account.size()) return std::nullopt;
  } else {
    return std::nullopt;
  }
  return channel;
}

// "" if the caller may see none of them.
std::string changes_json(const ServiceState& s, const api::Caller& caller) {
  bool any = false;
  Json json;
  json.begin_object().field("position", s.engine.state.position).key("accounts").begin_array();
  for (const StateChange& change : s.state_changes) {
    if (!api::may_see(caller, s.engine.state, change.account)) continue;
    any = true;
    json.begin_object().field("account", s.engine.state.account(change.account).name);
    json.field("from", change.from).field("to", change.to).end_object();
  }
  return any ? json.end_array().end_object().str() : std::string();
}

std::string log_query(u64 behind) { return "limit=500&descending=false&from=" + std::to_string(behind); }

// previous: position of the text before on the same connection; 0: this is the first.
std::string own_data(ServiceState& s, const Channel& channel, const api::Caller& caller, u64 previous) {
  const bool first = previous == 0;
  std::string object;
  switch (channel.kind) {
    case ChannelKind::overview: object = answer_of(s, caller, "lockstep/overview", ""); break;
    case ChannelKind::replicas: object = answer_of(s, caller, "lockstep/replicas", ""); break;
    case ChannelKind::account:
      object = answer_of(s, caller, "lockstep/account",
                         query_of("account", s.engine.state.account(channel.account).name));
      break;
    case ChannelKind::log:
      object = answer_of(s, caller, "lockstep/log", first ? "limit=50" : log_query(previous));
      break;
    case ChannelKind::accounts:
      if (first) {
        object = Json()
                     .begin_object()
                     .field("position", s.engine.state.position)
                     .key("accounts")
                     .begin_array()
                     .end_array()
                     .end_object()
                     .str();
      } else {
        object = changes_json(s, caller);
      }
      break;
    case ChannelKind::deribit: LS_ASSERT(false);
  }
  if (object.empty()) return object;
  const bool whole = channel.kind != ChannelKind::accounts && channel.kind != ChannelKind::log;
  return with_type(first || whole ? "snapshot" : "change", previous, object);
}

bool keeps_latest_only(ChannelKind kind) {
  return kind == ChannelKind::overview || kind == ChannelKind::replicas || kind == ChannelKind::account;
}

void send_own(ServiceState& s, const std::string& name, Channel& channel) {
  // What every caller of a party is sent who was sent the same before.
  std::map<std::tuple<std::string, bool, u64>, std::string> texts;
  for (const u64 id : channel.sessions) {
    const auto found = s.sessions.find(id);
    LS_ASSERT(found != s.sessions.end());
    const api::Caller& caller = found->second.caller;
    Taken& taken = found->second.channels.at(name);
    const auto [at, is_new] = texts.try_emplace({caller.party, caller.operate, taken.position});
    if (is_new) {
      const std::string data = own_data(s, channel, caller, taken.position);
      if (!data.empty()) at->second = notification_text(name, data);
    }
    if (at->second.empty()) continue;
    taken.position = s.engine.state.position;
    if (keeps_latest_only(channel.kind)) {
      found->second.socket->send_latest(name, at->second);
    } else {
      found->second.socket->send(at->second);
    }
  }
  channel.position = s.engine.state.position;
}

}  // namespace

bool take_channel(ServiceState& s, Session& session, const std::string& name) {
  if (session.channels.contains(name)) return true;
  if (session.channels.size() >= channels_per_session_max) return false;
  std::optional<Channel> channel = own_channel(s, session.caller, name);
  if (!channel) channel = deribit_channel(s, session.caller, name);
  if (!channel) return false;
  // A party's own: two callers may mean different accounts by one name.
  const std::string key =
      channel->of_caller ? name + '\n' + session.caller.party + '\n' + session.caller.account : name;
  channel->position = s.engine.state.position;
  Channel& open = s.channels.try_emplace(key, std::move(*channel)).first->second;
  open.name = name;
  open.sessions.insert(session.socket->peer().connection);
  session.channels.emplace(name, Taken{key});
  session.first.push_back(name);
  return true;
}

bool leave_channel(ServiceState& s, Session& session, const std::string& name) {
  const auto taken = session.channels.find(name);
  if (taken == session.channels.end()) return false;
  const auto open = s.channels.find(taken->second.key);
  LS_ASSERT(open != s.channels.end());
  open->second.sessions.erase(session.socket->peer().connection);
  if (open->second.sessions.empty()) s.channels.erase(open);
  session.channels.erase(taken);
  return true;
}

void leave_all_channels(ServiceState& s, Session& session) {
  while (!session.channels.empty()) leave_channel(s, session, std::string(session.channels.begin()->first));
}

void leave_private_channels(ServiceState& s, Session& session) {
  std::vector<std::string> names;
  for (const auto& [name, taken] : session.channels) {
    const Channel& channel = s.channels.at(taken.key);
    if (channel.kind != ChannelKind::deribit || channel.deribit.needs_login()) names.push_back(name);
  }
  for (const std::string& name : names) leave_channel(s, session, name);
}

void send_first(ServiceState& s, u64 connection) {
  const auto found = s.sessions.find(connection);
  if (found == s.sessions.end()) return;
  Session& session = found->second;
  const std::vector<std::string> first = std::move(session.first);
  session.first.clear();
  for (const std::string& name : first) {
    const auto taken = session.channels.find(name);
    if (taken == session.channels.end()) continue;
    const Channel& channel = s.channels.at(taken->second.key);
    if (channel.kind == ChannelKind::deribit) {
      send_deribit_first(s, channel, *session.socket);
      continue;
    }
    const std::string data = own_data(s, channel, session.caller, 0);
    taken->second.position = s.engine.state.position;
    if (!data.empty()) session.socket->send(notification_text(name, data));
  }
}

void note_command(ServiceState& s, u64 position, const Command& command, const Outcome& outcome) {
  for (const Event& event : outcome.events) {
    if (const MarginStateChanged* changed = std::get_if<MarginStateChanged>(&event)) {
      s.state_changes.push_back({changed->account, word(changed->from), word(changed->to)});
    }
  }
  note_deribit(s, position, command, outcome);
}

void send_news(ServiceState& s) {
  const i64 now_us = s.clock.monotonic_us();
  bool waits = false;
  for (auto& [key, channel] : s.channels) {
    if (channel.kind == ChannelKind::deribit) {
      waits |= send_deribit(s, channel, now_us);
      continue;
    }
    if (channel.position == s.engine.state.position) continue;
    if (channel.kind == ChannelKind::accounts && s.state_changes.empty()) continue;
    if (channel.kind == ChannelKind::replicas && s.desk.ticked == channel.count &&
        now_us - channel.sent_us < 1'000'000) {
      waits = true;
      continue;
    }
    const bool conflates = keeps_latest_only(channel.kind);
    if (conflates && now_us - channel.sent_us < channel.interval_us) {
      waits = true;
      continue;
    }
    channel.sent_us = now_us;
    channel.count = s.desk.ticked;
    send_own(s, channel.name, channel);
  }
  s.state_changes.clear();
  if (waits && !s.news_timer) {
    s.news_timer = true;
    s.server->after(10'000, [&s] {
      s.news_timer = false;
      send_news(s);
    });
  }
}

}  // namespace lockstep::service
