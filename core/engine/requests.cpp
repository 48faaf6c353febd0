// Requests: a client's command is executed once, however often it arrives; and instructions, which say who
// asked.  docs/methodology.md 9.1, 9.7.
//
// Exactly once cannot be had from the transport: a client that was not answered does not know whether its
// command is in the log.  So it sends it again, under the same number, and the state says.
#include <algorithm>

#include "core/engine/context.h"
#include "core/wire/codec.h"

namespace lockstep {
namespace {

constexpr Duration idle_max = Duration::from_raw(i64{7} * 24 * 3600 * 1'000'000);

bool decode_text(const std::string& text, Command& command) {
  return decode(std::span<const u8>(reinterpret_cast<const u8*>(text.data()), text.size()), command);
}

Refusal repeat(Context& c, const StoredReply& reply) {
  c.outcome.repeated = true;
  c.outcome.reply = reply;
  c.outcome.account = reply.account;
  c.outcome.asset = reply.asset;
  c.outcome.missing = reply.missing;
  return static_cast<Refusal>(reply.refusal);
}

u32 open_session(Context& c, u64 client) {
  Lookup& lookup = c.engine.lookup;
  State& state = c.state();
  u32 place = static_cast<u32>(state.sessions.size());
  if (lookup.vacant_sessions.empty()) {
    state.sessions.emplace_back();
  } else {
    place = lookup.vacant_sessions.front();
    lookup.vacant_sessions.erase(lookup.vacant_sessions.begin());
  }
  state.sessions[place] = ClientSession{};
  state.sessions[place].client = client;
  lookup.sessions.emplace(client, place);
  return place;
}

void store_reply(Context& c, u32 place, const Request& r, Refusal refusal) {
  ClientSession& session = c.state().sessions[place];
  StoredReply& reply = c.outcome.reply;
  reply.sequence = r.sequence;
  reply.position = c.position;
  reply.refusal = static_cast<u16>(refusal);
  reply.account = c.outcome.account;
  reply.asset = c.outcome.asset;
  reply.missing = c.outcome.missing;
  reply.first_output = c.state().agreement.outputs + 1;
  reply.outputs = static_cast<u32>(c.outcome.events.size());
  if (session.replies.size() == replies_kept) session.replies.erase(session.replies.begin());
  session.replies.push_back(reply);
  session.answered = r.sequence;
  session.used = c.now;
  c.touch(Kind::session, place);
}

}  // namespace

Refusal handle(Context& c, const Request& r) {
  if (r.client == 0 || r.sequence == 0) return Refusal::number_out_of_range;
  Command command;
  if (!decode_text(r.command, command) || std::holds_alternative<Request>(command)) {
    return Refusal::request_unreadable;
  }
  const auto known_session = c.engine.lookup.sessions.find(r.client);
  const bool is_new = known_session == c.engine.lookup.sessions.end();
  if (!is_new) {
    const ClientSession& session = c.state().sessions[known_session->second];
    if (r.sequence <= session.answered) {
      for (const StoredReply& reply : session.replies) {
        if (reply.sequence == r.sequence) return repeat(c, reply);
      }
      return Refusal::request_forgotten;
    }
    if (r.sequence != session.answered + 1) return Refusal::request_out_of_order;
  }
  if (is_new && r.sequence != 1) return Refusal::request_out_of_order;
  if (is_new && c.engine.lookup.sessions.size() == limits::sessions_max) return Refusal::table_full;
  const u32 place = is_new ? open_session(c, r.client) : known_session->second;
  const Refusal refusal = std::visit([&c](const auto& inner) { return handle(c, inner); }, command);
  store_reply(c, place, r, refusal);
  return refusal;
}

Refusal handle(Context& c, const Instruction& r) {
  if (!valid_name(r.by) || (!r.trace.empty() && !valid_name(r.trace))) return Refusal::name_invalid;
  Command command;
  if (!decode_text(r.command, command) || std::holds_alternative<Request>(command) ||
      std::holds_alternative<Instruction>(command)) {
    return Refusal::request_unreadable;
  }
  return std::visit([&c](const auto& inner) { return handle(c, inner); }, command);
}

void end_idle_sessions(Context& c) {
  State& state = c.state();
  for (u32 i = 0; i < state.sessions.size(); ++i) {
    ClientSession& session = state.sessions[i];
    if (session.client == 0 || c.now - session.used <= idle_max) continue;
    c.engine.lookup.sessions.erase(session.client);
    std::vector<u32>& vacant = c.engine.lookup.vacant_sessions;
    vacant.insert(std::lower_bound(vacant.begin(), vacant.end(), i), i);
    session = ClientSession{};
    c.touch(Kind::session, i);
  }
}

}  // namespace lockstep
