// The same methods as resources over HTTP: a request is a call of one method of the service, and its answer a
// resource or a problem (RFC 9457).  REST adds no numbers of its own.  The service
//
//   std::optional<Routed> routed = route(request, find, id);   none: the path is not one of ours
//   if (routed->response) ...                                  answered already
//   not_modified(*routed, position)                            the client has it already
//   keys.begin(...)                                            the client has asked for it already
//   ... calls routed->method with routed->params, or says that the caller may not ...
//   present(*routed, answer, position)
//
// Paths, parameters and bodies are described in docs/api/openapi.yaml, and a test holds the two together.
// In a path a name's "/" is written "~", which no name has.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "node/api/api.h"
#include "node/net/server.h"

namespace lockstep::rest {

// How a result becomes a resource.
enum class Shape : u8 {
  whole,    // as it is
  members,  // some of its members
  by_offset,
  by_position,  // a page of rows, with the cursor of the next
  log_row,      // the one row at a position
  epoch,        // one epoch of one rulebook
  command,      // created, at /v1/commands/POSITION; refused: a problem
  proposal,     // created, at /v1/epochs/RULEBOOK/EPOCH
};

struct Route {
  std::string_view verb;    // "GET"
  std::string_view path;    // "/v1/accounts/{account}"; what is in braces is a parameter of the method
  std::string_view method;  // "lockstep/account"
  Shape shape = Shape::whole;
  // Whether the result is a function of the log's position (and of who asks): then a client that has it for
  // this position is not sent it again.
  bool by_position = true;
  std::string_view detail = "";  // members: which; otherwise parameters that are lists, "states,prices"
};
std::span<const Route> routes();

using Find = std::function<const api::Method*(std::string_view name)>;

struct Routed {
  std::optional<net::Response> response;
  const api::Method* method = nullptr;
  api::Params params;
  std::string key;  // Idempotency-Key, of what takes one; it is among the parameters, too

  const Route* route = nullptr;
  std::string request_id;
  std::string if_none_match;
  u64 from = 0, limit = 0;  // of a page: offset or position, and how many were asked for
  std::string rulebook;     // of an epoch
  bool rising = false;      // of a page by position
  u64 number = 0;           // the epoch, or the position of a log row
};

// request_id: by which the request is found in this service's log.
std::optional<Routed> route(const net::Request& request, const Find& find, const std::string& request_id);

// 304 if the client has what there is at this position.
std::optional<net::Response> not_modified(const Routed& routed, u64 position);

// position: that the answer was computed at.
// To HEAD as to GET: the server sends no body then.
net::Response present(const Routed& routed, const api::Answer& answer, u64 position);

// The opaque text of a cursor: base64url, without padding.
std::string cursor_text(std::string_view what, u64 number);
bool read_cursor(std::string_view text, std::string_view what, u64& number);

}  // namespace lockstep::rest
