#include "node/rest/problem.h"

#include <algorithm>

#include "node/json/json.h"

namespace lockstep::rest {
namespace {

struct Kind {
  int code;
  u16 status;
  const char* name;
  const char* title;
};
constexpr Kind kinds[] = {
    {api::code::parse_error, 400, "parse-error", "The body is not JSON"},
    {api::code::invalid_request, 400, "invalid-request", "The request cannot be understood"},
    {api::code::invalid_params, 400, "invalid-parameters", "A parameter is missing or wrong"},
    {api::code::authorization_required, 401, "unauthorized", "Credentials are required"},
    {api::code::invalid_credentials, 401, "invalid-credentials", "The credentials are not valid"},
    {api::code::unauthorized, 401, "unauthorized", "Credentials are required"},
    {api::code::forbidden, 403, "forbidden", "The key may not do this"},
    {api::code::too_many_requests, 429, "too-many-requests", "The key has used up its rate"},
    {api::code::internal_error, 500, "internal-error", "The service failed"},
    {api::code::not_implemented, 501, "not-implemented", "This service does not do this"},
    {api::code::retry, 503, "busy", "The service is busy"},
    {api::code::system_maintenance, 503, "maintenance", "The service is being maintained"},
};

std::string kebab(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '_', '-');
  std::replace(out.begin(), out.end(), ' ', '-');
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c; });
  return out;
}

void begin(Json& json, const Problem& problem, const std::string& request_id) {
  json.begin_object()
      .field("type", "urn:lockstep:problem:" + problem.name)
      .field("title", problem.title)
      .field("status", u32{problem.status});
  if (!problem.detail.empty()) json.field("detail", problem.detail);
  if (!request_id.empty()) json.field("instance", "urn:lockstep:request:" + request_id);
}

net::Response response_of(const Problem& problem, std::string body) {
  net::Response response{problem.status, "application/problem+json", std::move(body), {}};
  response.headers.emplace_back("Cache-Control", "no-store");
  if (problem.status == 401) {
    response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"lockstep\"");
    // No challenge for Basic: a browser would ask for a secret, and then send it by itself.
    response.headers.emplace_back("WWW-Authenticate", "deri-hmac-sha256");
  }
  if (problem.status == 429 || problem.status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace

Problem problem_of(const api::Error& error, std::string_view resource) {
  if (error.refusal != Refusal::none) {
    return {422, kebab(refusal_name(error.refusal)), std::string(refusal_text(error.refusal)), error.reason};
  }
  const bool is_missing = error.code == api::code::not_found || error.code == api::code::order_not_found ||
                          error.code == api::code::method_not_found;
  if (is_missing) {
    const std::string what(error.code == api::code::order_not_found ? "order" : resource);
    return {404, what.empty() ? "not-found" : what + "-not-found",
            "There is no such " + (what.empty() ? "resource" : what), error.reason};
  }
  for (const Kind& kind : kinds) {
    if (kind.code == error.code) return {kind.status, kind.name, kind.title, error.reason};
  }
  return {422, kebab(error.message), "The service does not do this", error.reason};
}

net::Response problem_response(const api::Error& error, std::string_view resource,
                               const std::string& request_id, std::string_view more) {
  const Problem problem = problem_of(error, resource);
  Json json;
  begin(json, problem, request_id);
  json.field("code", i64{error.code});
  if (!error.param.empty()) json.field("param", error.param);
  if (error.refusal != Refusal::none) {
    json.field("refusal", u32{static_cast<u16>(error.refusal)}).field("rule", refusal_name(error.refusal));
  }
  json.end_object();
  std::string body = json.str();
  body.insert(body.size() - 1, more);
  return response_of(problem, std::move(body));
}

net::Response problem_response(const Problem& problem, const std::string& request_id) {
  Json json;
  begin(json, problem, request_id);
  json.end_object();
  return response_of(problem, json.str());
}

}  // namespace lockstep::rest
