// WebSockets: calls in any order, sign-in that lasts as long as its token, heartbeats, and channels.
#include "node/json/json.h"
#include "node/service/channels.h"
#include "node/service/state.h"

namespace lockstep::service {
namespace {

constexpr i64 heartbeat_min_s = 10;

std::string texts_json(const std::vector<std::string>& texts) {
  Json json;
  json.begin_array();
  for (const std::string& text : texts) json.text(text);
  return json.end_array().str();
}

api::Answer authenticate(ServiceState& s, Session& session, api::Params& params) {
  const std::string& peer = session.socket->peer().address;
  const std::string client_id = params.text("client_id", "");
  Result<access::Grant, api::Error> grant = s.access->auth(params, peer, s.clock.wall_us());
  if (!grant) {
    note_refused(s, peer, "", client_id, grant.error());
    return grant.error();
  }
  // Channels were taken as somebody; whoever is somebody else now, or less, takes them anew.
  const api::Caller& before = session.caller;
  const api::Caller& after = grant.value().caller;
  const bool is_same = before.by == after.by && before.read == after.read && before.operate == after.operate;
  if (!is_same) leave_private_channels(s, session);
  session.caller = grant.value().caller;
  session.token = grant.value().tokens.access_token;
  session.authorised_until_us = grant.value().tokens.access_until_us;
  return access::grant_json(grant.value());
}

// Unknown channels are left out of the answer instead of failing it, as Deribit does: a client asks for four
// currencies at once and means those that there are.
api::Answer subscribe(ServiceState& s, Session& session, api::Params& params, bool is_private) {
  const std::vector<std::string> wanted = params.texts("channels");
  if (!params.error() && wanted.empty()) params.fail("channels", "is required: an array of names");
  if (params.error()) return *params.error();
  if (is_private && session.caller.by.empty()) return api::unauthorized();
  std::vector<std::string> taken;
  for (const std::string& channel : wanted) {
    if (take_channel(s, session, channel)) taken.push_back(channel);
  }
  return texts_json(taken);
}

api::Answer unsubscribe(ServiceState& s, Session& session, api::Params& params) {
  const std::vector<std::string> named = params.texts("channels");
  if (params.error()) return *params.error();
  std::vector<std::string> left;
  for (const std::string& channel : named) {
    if (leave_channel(s, session, channel)) left.push_back(channel);
  }
  return texts_json(left);
}

api::Answer set_heartbeat(Session& session, api::Params& params, i64 now_us) {
  const i64 interval = params.integer("interval", heartbeat_min_s, 3'600);
  if (params.error()) return *params.error();
  session.heartbeat_us = interval * 1'000'000;
  session.heard_us = now_us;
  session.tested = false;
  return std::string("\"ok\"");
}

// The token ends, and with it whatever came by it.
void sign_out(ServiceState& s, Session& session) {
  const std::string token = session.token;
  session.socket->close(1000, "signed out");
  if (token.empty()) return;
  s.access->revoke(token);
  for (auto& [id, other] : s.sessions) {
    if (other.token == token) other.socket->close(1008, "the access token was signed out");
  }
}

bool has_run_out(const Session& session, i64 wall_us) {
  return session.authorised_until_us != 0 && wall_us > session.authorised_until_us;
}
constexpr std::string_view run_out = "the access token has run out: sign in again";

// What only a connection can be asked; none: it is for the table of methods.
std::optional<api::Answer> of_connection(ServiceState& s, Session& session, Call& call) {
  const std::string& name = call.method;
  if (name == "public/auth") return authenticate(s, session, call.params);
  if (name == "public/subscribe") return subscribe(s, session, call.params, false);
  if (name == "private/subscribe") return subscribe(s, session, call.params, true);
  if (name == "public/unsubscribe" || name == "private/unsubscribe")
    return unsubscribe(s, session, call.params);
  if (name == "public/unsubscribe_all" || name == "private/unsubscribe_all") {
    leave_all_channels(s, session);
    return api::Answer(std::string("\"ok\""));
  }
  if (name == "public/set_heartbeat") return set_heartbeat(session, call.params, s.clock.monotonic_us());
  if (name == "public/disable_heartbeat") {
    session.heartbeat_us = 0;
    return api::Answer(std::string("\"ok\""));
  }
  if (name == "private/logout") return api::Answer(std::string("\"ok\""));
  return std::nullopt;
}

}  // namespace

void socket_opened(ServiceState& s, std::shared_ptr<net::Socket> socket, const net::Request& request) {
  Session session;
  const u64 id = socket->peer().connection;
  session.socket = std::move(socket);
  session.heard_us = s.clock.monotonic_us();
  if (!s.access->may_come(request.peer.address)) {
    return session.socket->close(1008, "this address is not on the server's list");
  }
  if (is_from_elsewhere(request)) return session.socket->close(1008, from_elsewhere);
  const std::string_view authorization = request.header("authorization");
  if (!authorization.empty()) {
    const access::Call signed_call{request.method, request.target, request.body, true};
    Result<api::Caller, api::Error> caller =
        s.access->by_header(authorization, signed_call, request.peer.address, s.clock.wall_us());
    if (!caller) {
      note_refused(s, request.peer.address, authorization, "", caller.error());
      return session.socket->close(1008, "the Authorization header does not prove a key");
    }
    session.caller = caller.value();
    // By a token, as long as the token; by another proof, as long as a token would be good.
    const std::string_view token = authorization.substr(authorization.find_last_of(' ') + 1);
    session.authorised_until_us = s.access->until_us(token, s.clock.wall_us());
    if (session.authorised_until_us != 0) {
      session.token = token;
    } else {
      session.authorised_until_us = s.clock.wall_us() + s.options.access.access_token_us;
    }
  }
  s.sessions.emplace(id, std::move(session));
}

void socket_closed(ServiceState& s, net::Socket& socket) {
  const auto found = s.sessions.find(socket.peer().connection);
  if (found == s.sessions.end()) return;
  leave_all_channels(s, found->second);
  s.sessions.erase(found);
}

void socket_message(ServiceState& s, net::Socket& socket, std::string_view text) {
  const auto found = s.sessions.find(socket.peer().connection);
  if (found == s.sessions.end()) return;
  Session& session = found->second;
  const i64 in_us = s.clock.wall_us();
  session.heard_us = s.clock.monotonic_us();
  session.tested = false;
  Call call;
  call.in_us = in_us;
  std::string id;
  Result<Call, api::Error> read = read_call(text, in_us, id);
  if (!read) {
    call.has_id = !id.empty();
    call.id = id;
    if (!s.access->admit(session.caller, socket.peer().address, api::Scope::open, 1, in_us))
      return socket.close(1008, "too many messages that are no calls");
    return socket.send(error_text(call, read.error(), s.clock.wall_us(), s.testnet));
  }
  call = std::move(read).value();
  if (has_run_out(session, in_us) && call.method != "public/auth") return socket.close(1008, run_out);
  const auto reply = [&s, weak = std::weak_ptr(session.socket)](const Call& to, const api::Answer& answer) {
    const std::shared_ptr<net::Socket> open = weak.lock();
    if (open == nullptr) return;
    const i64 out_us = s.clock.wall_us();
    note_request(s, "ws", find_method(s, to.method) != nullptr ? to.method : "connection",
                 answer ? 0 : answer.error().code, out_us - to.in_us, open->peer().address, "");
    open->send(answer ? result_text(to, answer.value(), out_us, s.testnet)
                      : error_text(to, answer.error(), out_us, s.testnet));
  };
  // Who signed in is signed in for as long as the token; a later call may bring a token of its own.
  api::Caller caller = session.caller;
  std::string token;
  if (call.method != "public/auth") token = call.params.take_text("access_token");
  if (!token.empty()) {
    Result<api::Caller, api::Error> by_token = s.access->by_token(token, socket.peer().address, in_us);
    if (!by_token) {
      note_refused(s, socket.peer().address, "", "", by_token.error());
      return reply(call, by_token.error());
    }
    caller = by_token.value();
  }
  const api::Method* method = find_method(s, call.method);
  if (method == nullptr) {  // one from the table is counted where it is called
    const Result<Done, api::Error> admitted =
        s.access->admit(caller, socket.peer().address, api::Scope::open, 1, in_us);
    if (!admitted) return reply(call, admitted.error());
  }
  if (method == nullptr && (call.method.starts_with("public/") || call.method.starts_with("private/"))) {
    if (std::optional<api::Answer> answer = of_connection(s, session, call)) {
      reply(call, *answer);
      if (call.method == "private/logout") return sign_out(s, session);  // behind the answer
      return send_first(s, socket.peer().connection);
    }
  }
  if (method == nullptr) {
    return reply(call, no_such_method(call.method));
  }
  Call head;  // without the parameters, which the method is reading
  head.id = call.id, head.has_id = call.has_id, head.method = call.method, head.in_us = call.in_us;
  service::call(s, *method, caller, socket.peer().address, "", call.params,
                [reply, head](api::Answer answer) { reply(head, answer); });
}

// Once a second: heartbeats that are due, and sign-ins that have run out.  A socket whose token has run out
// is closed: its streams would stop without a word otherwise.
void look_after_sockets(ServiceState& s) {
  const i64 now_us = s.clock.monotonic_us();
  const i64 wall_us = s.clock.wall_us();
  std::vector<std::shared_ptr<net::Socket>> expired, silent;
  for (auto& [id, session] : s.sessions) {
    if (has_run_out(session, wall_us)) expired.push_back(session.socket);
    if (session.heartbeat_us == 0) continue;
    const i64 quiet_us = now_us - session.heard_us;
    if (session.tested && quiet_us > 2 * session.heartbeat_us) {
      silent.push_back(session.socket);
    } else if (quiet_us >= session.heartbeat_us && !session.tested) {
      session.tested = true;
      session.socket->send(R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}})");
    }
  }
  for (const auto& socket : expired) socket->close(1008, run_out);
  for (const auto& socket : silent) socket->close(1008, "a test_request was not answered by public/test");
  s.server->after(1'000'000, [&s] { look_after_sockets(s); });
}

}  // namespace lockstep::service
