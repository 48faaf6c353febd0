// HTTP: the same methods by GET and POST, REST, metrics, health, and the page.
#include "node/json/json.h"
#include "node/metrics/trace.h"
#include "node/service/files.h"
#include "node/service/state.h"

namespace lockstep::service {
namespace {

constexpr std::string_view rpc_path = "/api/v2";

// What a call fails with is in its body; clients look there first.  The status says the same in kind.
u16 status_of(const api::Error& error) {
  switch (error.code) {
    case api::code::invalid_credentials:
    case api::code::unauthorized:
    case api::code::authorization_required: return 401;
    case api::code::forbidden: return 403;
    case api::code::too_many_requests: return 429;
    case api::code::system_maintenance: return 503;
    default: return 400;
  }
}

net::Response text_response(u16 status, std::string type, std::string body) {
  net::Response response;
  response.status = status;
  response.type = std::move(type);
  response.body = std::move(body);
  return response;
}

struct RpcDoor {
  ServiceState& s;
  const net::Request& request;
  net::Respond respond;
  Call call;

  void send(u16 status, std::string text) {
    net::Response response = text_response(status, "application/json", std::move(text));
    response.headers.emplace_back("Cache-Control", "no-store");
    respond(std::move(response));
  }
  void fail(const api::Error& error) {
    const i64 out_us = s.clock.wall_us();
    const bool known = find_method(s, call.method) != nullptr;
    note_request(s, "http", known ? std::string_view(call.method) : "other", error.code, out_us - call.in_us,
                 request.peer.address, trace_of(request));
    send(status_of(error), error_text(call, error, out_us, s.testnet));
  }
  // What is no call of a method of the table is counted all the same, as of the address.
  Result<Done, api::Error> count() {
    return s.access->admit(api::Caller{}, request.peer.address, api::Scope::open, 1, call.in_us);
  }
  void fail_counted(const api::Error& error) {
    const Result<Done, api::Error> admitted = count();
    fail(admitted ? error : admitted.error());
  }
  // A body that is nothing but the parameters of the method that the path names.
  bool read_plain() {
    Result<JsonValue, std::string> body = parse_json(request.body);
    if (!body || body.value().kind != JsonValue::Kind::object) return false;
    for (const char* name : {"jsonrpc", "method", "params", "id"}) {
      if (body.value().find(name) != nullptr) return false;
    }
    call.params = api::Params(std::move(body).value());
    return true;
  }
  // False: answered already.
  bool read() {
    std::string_view named = std::string_view(request.path).substr(rpc_path.size());
    if (named.starts_with('/')) named.remove_prefix(1);
    call.method = named;
    if (request.method == "GET") {
      Result<api::Params, std::string> params = api::Params::of_query(request.query);
      if (params) {
        call.params = std::move(params).value();
        return true;
      }
      fail_counted(api::Error{api::code::invalid_params, "Invalid params", params.error(), ""});
      return false;
    }
    std::string id;
    if (!named.empty() && read_plain()) return true;
    Result<Call, api::Error> read = read_call(request.body, call.in_us, id);
    if (!read) {
      call.has_id = !id.empty();
      call.id = id;
      fail_counted(read.error());
      return false;
    }
    if (!named.empty() && read.value().method != named) {
      fail_counted(api::Error{
          api::code::invalid_request, "Invalid Request",
          "the path asks for " + std::string(named) + ", the body for " + read.value().method, ""});
      return false;
    }
    call = std::move(read).value();
    return true;
  }
};

// A token among the parameters says who calls, as Deribit takes it and as over a WebSocket, whatever the
// header says.
Result<api::Caller, api::Error> caller_of_call(ServiceState& s, const net::Request& request,
                                               api::Params& params, bool changes) {
  const std::string token = params.take_text("access_token");
  if (token.empty()) return caller_of(s, request, changes);
  const std::string& peer = request.peer.address;
  Result<api::Caller, api::Error> caller = s.access->by_token(token, peer, s.clock.wall_us());
  if (!caller) note_refused(s, peer, "", "", caller.error());
  return caller;
}

void answer_rpc(ServiceState& s, const net::Request& request, net::Respond respond) {
  RpcDoor door{s, request, std::move(respond), {}};
  door.call.in_us = s.clock.wall_us();
  if (request.method != "GET" && request.method != "POST") {
    net::Response response = text_response(405, "application/json", "{}");
    response.headers.emplace_back("Allow", "GET, POST");
    return door.respond(std::move(response));
  }
  if (!door.read()) return;
  const api::Method* method = find_method(s, door.call.method);
  const bool auth = door.call.method == "public/auth";
  if (method == nullptr && !auth) {
    return door.fail_counted(no_such_method(door.call.method));
  }
  if (auth) {
    if (const Result<Done, api::Error> admitted = door.count(); !admitted) return door.fail(admitted.error());
    const Result<access::Grant, api::Error> grant =
        s.access->auth(door.call.params, request.peer.address, door.call.in_us);
    if (!grant) {
      note_refused(s, request.peer.address, "", door.call.params.text("client_id", ""), grant.error());
      return door.fail(grant.error());
    }
    return door.send(200,
                     result_text(door.call, access::grant_json(grant.value()), s.clock.wall_us(), s.testnet));
  }
  const bool changes = method->scope == api::Scope::trade || method->scope == api::Scope::operate;
  Result<api::Caller, api::Error> caller = caller_of_call(s, request, door.call.params, changes);
  if (!caller) return door.fail(caller.error());
  Call head;
  head.id = door.call.id, head.has_id = door.call.has_id, head.in_us = door.call.in_us;
  head.method = door.call.method;
  const std::string trace = trace_of(request);
  call(s, *method, caller.value(), request.peer.address, trace, door.call.params,
       [&s, head, peer = request.peer.address, trace, send = door.respond](api::Answer answer) {
         const i64 out_us = s.clock.wall_us();
         const u16 status = answer ? u16{200} : status_of(answer.error());
         note_request(s, "http", head.method, answer ? 0 : answer.error().code, out_us - head.in_us, peer,
                      trace);
         net::Response response = text_response(status, "application/json",
                                                answer ? result_text(head, answer.value(), out_us, s.testnet)
                                                       : error_text(head, answer.error(), out_us, s.testnet));
         response.headers.emplace_back("Cache-Control", "no-store");
         send(std::move(response));
       });
}

}  // namespace

Result<api::Caller, api::Error> caller_of(ServiceState& s, const net::Request& request, bool changes) {
  if (is_from_elsewhere(request)) return api::forbidden(std::string(from_elsewhere));
  const access::Call signed_call{request.method, request.target, request.body, changes};
  const std::string_view authorization = request.header("authorization");
  const std::string& peer = request.peer.address;
  Result<api::Caller, api::Error> caller =
      s.access->by_header(authorization, signed_call, peer, s.clock.wall_us());
  if (!caller) note_refused(s, peer, authorization, "", caller.error());
  return caller;
}

namespace {

// A response by which the client's tracing goes on, and whose type a browser does not guess anew.
net::Respond traced(const net::Request& request, net::Respond respond) {
  const metrics::Trace trace = metrics::child_of(metrics::trace_of(request.header("traceparent")));
  return [text = metrics::traceparent(trace), send = std::move(respond)](net::Response response) {
    response.headers.emplace_back("traceparent", text);
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    send(std::move(response));
  };
}

// What is seen of a request from outside, counted and logged once it is answered.
net::Respond counted(ServiceState& s, std::string door, std::string name, const net::Request& request,
                     net::Respond respond) {
  const i64 began_us = s.clock.monotonic_us();
  return [&s, door = std::move(door), name = std::move(name), began_us, trace = trace_of(request),
          peer = request.peer.address, send = std::move(respond)](net::Response response) {
    note_request(s, door, name, response.status, s.clock.monotonic_us() - began_us, peer, trace);
    send(std::move(response));
  };
}

void answer_rest(ServiceState& s, const net::Request& request, rest::Routed routed, net::Respond respond) {
  if (routed.response) return respond(std::move(*routed.response));
  const bool changes =
      routed.method->scope == api::Scope::trade || routed.method->scope == api::Scope::operate;
  const u64 position = s.engine.state.position;
  const Result<api::Caller, api::Error> caller = caller_of(s, request, changes);
  if (!caller) return respond(rest::present(routed, caller.error(), position));
  const bool may = caller.value().may(routed.method->scope) &&
                   (routed.method->scope == api::Scope::open || !caller.value().by.empty());
  if (may) {
    std::optional<net::Response> before =
        s.idempotency.begin(caller.value().by, routed, request, s.clock.monotonic_us());
    if (before) return respond(std::move(*before));
  }
  const auto shared = std::make_shared<rest::Routed>(std::move(routed));
  call(s, *shared->method, caller.value(), request.peer.address, trace_of(request), shared->params,
       [&s, shared, may, by = caller.value().by, send = std::move(respond)](api::Answer answer) {
         net::Response response = rest::present(*shared, answer, s.engine.state.position);
         // Only of what there is can the client have the same already.
         if (std::optional<net::Response> same = rest::not_modified(*shared, s.engine.state.position);
             same && response.status == 200) {
           response = std::move(*same);
         }
         if (may) s.idempotency.finish(by, *shared, response);
         send(std::move(response));
       });
}

net::Response plain(u16 status, std::string body) {
  net::Response response = text_response(status, "text/plain; charset=utf-8", std::move(body));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

// Alive: this thread answers.  Ready: it stands where the log stands, and the log takes commands.
net::Response health(const ServiceState& s) {
  (void)s;
  return plain(200, "ok\n");
}
net::Response readiness(const ServiceState& s) {
  if (const std::optional<Fault> failure = s.line->failure())
    return plain(503, "the log takes nothing: " + failure->what + "\n");
  if (s.line->is_stopping()) return plain(503, "stopping\n");
  if (s.mismatch) return plain(503, "the writer and this service do not have the same state\n");
  return plain(200, "ready at " + std::to_string(s.engine.state.position) + "\n");
}

}  // namespace

std::string trace_of(const net::Request& request) {
  return metrics::trace_of(request.header("traceparent")).trace_id;
}

bool is_from_elsewhere(const net::Request& request) {
  std::string_view authorization = request.header("authorization");
  const bool is_basic =
      authorization.size() >= 5 && (authorization[0] | 0x20) == 'b' && (authorization[1] | 0x20) == 'a';
  if (!is_basic) return false;
  const std::string_view site = request.header("sec-fetch-site");
  if (site == "cross-site" || site == "same-site") return true;
  std::string_view origin = request.header("origin");
  if (origin.empty()) return false;
  const std::size_t scheme = origin.find("://");
  if (scheme != std::string_view::npos) origin.remove_prefix(scheme + 3);
  return origin != request.header("host");
}

void http_request(ServiceState& s, const net::Request& request, net::Respond respond) {
  const std::string& path = request.path;
  if (!s.access->may_come(request.peer.address)) {
    return respond(plain(403, "this address is not on the server's list\n"));
  }
  respond = traced(request, std::move(respond));
  if (path == rpc_path || path.starts_with(std::string(rpc_path) + "/")) {
    return answer_rpc(s, request, std::move(respond));
  }
  if (path == "/health") return respond(health(s));
  if (path == "/ready") return respond(readiness(s));
  if (path == "/metrics") {
    const Result<Done, api::Error> admitted =
        s.access->admit(api::Caller{}, request.peer.address, api::Scope::open, 1, s.clock.wall_us());
    return respond(admitted ? metrics_page(s) : plain(429, "too many calls from this address\n"));
  }
  const auto find = [&s](std::string_view name) { return find_method(s, name); };
  if (std::optional<rest::Routed> routed = rest::route(request, find, trace_of(request))) {
    const std::string name = routed->method == nullptr ? std::string("other") : routed->method->name;
    respond = counted(s, "rest", name, request, std::move(respond));
    return answer_rest(s, request, std::move(*routed), std::move(respond));
  }
  respond(file_response(request));
}

}  // namespace lockstep::service
