// Errors as problems (RFC 9457), with a type that stays: "urn:lockstep:problem:" and the name of the refusal,
// or of the kind of error.  docs/api/api.md lists them.
#pragma once

#include <string>
#include <string_view>

#include "node/api/error.h"
#include "node/net/server.h"

namespace lockstep::rest {

struct Problem {
  u16 status = 500;
  std::string name;    // "account-not-found"
  std::string title;   // of the kind, always the same
  std::string detail;  // of this case
};

// resource: what a not_found is about, "account"; empty: nothing special.
Problem problem_of(const api::Error& error, std::string_view resource = "");

// With what the error has besides: {type, title, status, detail, instance, code, param, refusal, rule}, and
// `more` members (",\"position\":7") behind.
net::Response problem_response(const api::Error& error, std::string_view resource,
                               const std::string& request_id, std::string_view more = "");
// What only HTTP knows.
net::Response problem_response(const Problem& problem, const std::string& request_id);

}  // namespace lockstep::rest
