// From a request to the call of a method.
#include <algorithm>
#include <vector>

#include "core/base/wide.h"
#include "node/json/json.h"
#include "node/rest/methods.h"
#include "node/rest/problem.h"
#include "node/rest/rest.h"

namespace lockstep::rest {
namespace {

constexpr std::string_view prefix = "/v1/";
constexpr i128 number_max = i128{1} << 42;  // of an epoch or position
constexpr u64 limit_default = 100;
constexpr u64 limit_max = 500;

using Segments = std::vector<std::string>;

Problem path_invalid(std::string detail) {
  return {400, "path-invalid", "The path cannot be read", std::move(detail)};
}

// Decoded; none, with the problem, if a segment is not one name.
std::optional<Segments> segments_of(std::string_view path, Problem& problem) {
  Segments segments;
  path.remove_prefix(1);
  while (true) {
    const std::size_t end = std::min(path.find('/'), path.size());
    std::string raw, segment;
    for (const char c : path.substr(0, end)) raw += c == '+' ? std::string("%2B") : std::string(1, c);
    const bool decoded = api::decode_url(raw, segment);
    const bool control = std::any_of(segment.begin(), segment.end(),
                                     [](char c) { return static_cast<u8>(c) < 0x20 || c == 0x7f; });
    if (!decoded || control) {
      problem = path_invalid("a segment is not percent-encoded UTF-8 without control characters");
      return std::nullopt;
    }
    if (segment.find('/') != std::string::npos || segment == "." || segment == "..") {
      problem = path_invalid("a segment is \".\", \"..\" or has an encoded \"/\"; in a name it is written ~");
      return std::nullopt;
    }
    segments.push_back(std::move(segment));
    if (end == path.size()) return segments;
    path.remove_prefix(end + 1);
  }
}

Segments parts_of(std::string_view path) {
  Problem unused;
  return *segments_of(path, unused);
}

bool is_parameter(std::string_view part) { return part.starts_with('{'); }

bool matches(const Route& route, const Segments& segments) {
  const Segments parts = parts_of(route.path);
  if (parts.size() != segments.size()) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool fits = is_parameter(parts[i]) ? !segments[i].empty() : parts[i] == segments[i];
    if (!fits) return false;
  }
  return true;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool accepts_json(std::string_view accept) {
  if (trimmed(accept).empty()) return true;
  while (!accept.empty()) {
    const std::size_t end = std::min(accept.find(','), accept.size());
    const std::string_view range = accept.substr(0, end);
    accept.remove_prefix(std::min(end + 1, accept.size()));
    const std::string_view type = trimmed(range.substr(0, range.find(';')));
    const bool is_json = type == "*/*" || type == "application/*" || type == "application/json" ||
                         type == "application/problem+json";
    if (is_json && range.find("q=0") != std::string_view::npos &&
        range.find("q=0.") == std::string_view::npos)
      continue;
    if (is_json) return true;
  }
  return false;
}

bool is_json(std::string_view content_type) {
  std::string type(trimmed(content_type.substr(0, content_type.find(';'))));
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c; });
  return type == "application/json";
}

JsonValue text_value(std::string text) {
  JsonValue value;
  value.kind = JsonValue::Kind::text;
  value.text = std::move(text);
  return value;
}

// The parameters that were sent: the query of what only reads, otherwise the body.
Result<JsonValue, api::Error> sent_params(const net::Request& request, const Route& route) {
  if (route.verb == "GET") {
    Result<api::Params, std::string> query = api::Params::of_query(request.query);
    if (!query) return api::invalid_params("", query.error());
    if (!request.body.empty()) return api::invalid_params("", "a GET has its parameters in the query");
    return query.value().everything();
  }
  if (!request.query.empty()) {
    return api::invalid_params("", "the parameters of a " + std::string(route.verb) + " are in its body");
  }
  JsonValue object;
  object.kind = JsonValue::Kind::object;
  if (request.body.empty()) return object;
  Result<JsonValue, std::string> json = parse_json(request.body);
  if (!json) return api::Error{api::code::parse_error, "parse_error", json.error(), ""};
  if (json.value().kind != JsonValue::Kind::object) {
    return api::Error{api::code::parse_error, "parse_error", "the body must be a JSON object", ""};
  }
  return std::move(json.value());
}

// "a,b" of a query as an array.
void split_lists(JsonValue& params, std::string_view lists) {
  while (!lists.empty()) {
    const std::size_t end = std::min(lists.find(','), lists.size());
    const std::string_view name = lists.substr(0, end);
    lists.remove_prefix(std::min(end + 1, lists.size()));
    for (auto& [member, value] : params.members) {
      if (member != name || value.kind != JsonValue::Kind::text) continue;
      JsonValue list;
      list.kind = JsonValue::Kind::array;
      std::string_view text = value.text;
      while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        list.items.push_back(text_value(std::string(text.substr(0, comma))));
        text.remove_prefix(std::min(comma + 1, text.size()));
      }
      value = std::move(list);
    }
  }
}

std::optional<api::Error> read_page(Routed& routed, JsonValue& params) {
  const bool offset = routed.route->shape == Shape::by_offset;
  const std::string_view place = offset ? "offset" : "from";
  if (params.find(place) != nullptr) {
    return api::invalid_params(std::string(place), std::string(place) + ": follow `next`, with cursor=");
  }
  routed.limit = limit_default;
  i128 limit = 0;
  if (const JsonValue* text = params.find("limit")) {
    if (!parse_decimal(text->text, 0, limit) || limit < 1 || limit > limit_max) {
      return api::invalid_params("limit", "limit: must be a whole number from 1 to 500");
    }
    routed.limit = static_cast<u64>(limit);
  }
  if (const JsonValue* descending = params.find("descending")) routed.rising = descending->text == "false";
  if (const JsonValue* cursor = params.find("cursor")) {
    if (!read_cursor(cursor->text, place, routed.from)) {
      return api::invalid_params("cursor", "cursor: is none that this service gave as `next` of this list");
    }
    std::erase_if(params.members, [](const auto& member) { return member.first == "cursor"; });
    params.members.emplace_back(place, text_value(std::to_string(routed.from)));
  }
  return std::nullopt;
}

std::optional<api::Error> read_number(std::string_view name, const std::string& text, u64 min, u64& number) {
  i128 raw = 0;
  if (!parse_decimal(text, 0, raw) || raw < static_cast<i128>(min) || raw > number_max) {
    return api::not_found(std::string(name) + ": there is no " + json_shown(text));
  }
  number = static_cast<u64>(raw);
  return std::nullopt;
}

// The parameters in the path.
std::optional<api::Error> read_path(Routed& routed, const Segments& segments, JsonValue& params) {
  const Segments parts = parts_of(routed.route->path);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!is_parameter(parts[i])) continue;
    const std::string name = parts[i].substr(1, parts[i].size() - 2);
    std::string value = segments[i];
    if (params.find(name) != nullptr) return api::invalid_params(name, name + ": is in the path already");
    if (name == "epoch" || name == "position") {
      if (auto error = read_number(name, value, name == "epoch" ? 1 : 0, routed.number)) return error;
      value = std::to_string(routed.number);
    } else {
      std::replace(value.begin(), value.end(), '~', '/');
    }
    if (name == "rulebook") routed.rulebook = value;
    const bool chosen_here = routed.route->shape == Shape::epoch && name == "epoch";
    const bool is_row = routed.route->shape == Shape::log_row;
    if (!chosen_here) params.members.emplace_back(is_row ? "from" : name, text_value(std::move(value)));
  }
  if (routed.route->shape == Shape::log_row) params.members.emplace_back("limit", text_value("1"));
  return std::nullopt;
}

bool takes_key(Shape shape) { return shape == Shape::command || shape == Shape::proposal; }

std::optional<api::Error> read_key(Routed& routed, const net::Request& request, JsonValue& params) {
  if (!takes_key(routed.route->shape)) return std::nullopt;
  if (params.find("key") != nullptr) {
    return api::invalid_params("key", "key: is sent as the header Idempotency-Key");
  }
  const auto is_key = [](const auto& header) { return header.first == "idempotency-key"; };
  if (std::none_of(request.headers.begin(), request.headers.end(), is_key)) return std::nullopt;
  routed.key = request.header("idempotency-key");
  if (!fits_key(routed.key)) {
    return api::invalid_params("Idempotency-Key", "Idempotency-Key: " + std::string(key_form));
  }
  params.members.emplace_back("key", text_value(routed.key));
  return std::nullopt;
}

std::optional<api::Error> read_all(Routed& routed, const net::Request& request, const Segments& segments) {
  Result<JsonValue, api::Error> sent = sent_params(request, *routed.route);
  if (!sent) return sent.error();
  JsonValue params = std::move(sent.value());
  const Shape shape = routed.route->shape;
  if (shape != Shape::members) split_lists(params, routed.route->detail);
  if (shape == Shape::by_offset || shape == Shape::by_position) {
    if (auto error = read_page(routed, params)) return error;
  }
  if (auto error = read_path(routed, segments, params)) return error;
  if (auto error = read_key(routed, request, params)) return error;
  routed.params = api::Params(std::move(params));
  return std::nullopt;
}

net::Response only_allows(std::string_view verb, const std::string& allowed, const std::string& request_id) {
  net::Response response{204, "", "", {}};
  if (verb != "OPTIONS") {
    response = problem_response(
        Problem{405, "method-not-allowed", "The resource does not have this method", "it has " + allowed},
        request_id);
  }
  response.headers.emplace_back("Allow", allowed);
  return response;
}

std::optional<Problem> wrong_types(const net::Request& request) {
  if (!accepts_json(request.header("accept"))) {
    return Problem{406, "not-acceptable", "The answer is JSON", "Accept must allow application/json"};
  }
  if (!request.body.empty() && !is_json(request.header("content-type"))) {
    return Problem{415, "unsupported-media-type", "The body must be JSON", "Content-Type: application/json"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Routed> route(const net::Request& request, const Find& find, const std::string& request_id) {
  if (!request.path.starts_with(prefix) && request.path != "/v1") return std::nullopt;
  Routed routed;
  routed.request_id = request_id;
  routed.if_none_match = request.header("if-none-match");
  const auto answer = [&](net::Response response) {
    routed.response = std::move(response);
    return std::move(routed);
  };
  Problem problem;
  const std::optional<Segments> segments = segments_of(request.path, problem);
  if (!segments) return answer(problem_response(problem, request_id));

  const std::string_view verb =
      request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
  std::string allowed;
  for (const Route& one : routes()) {
    if (!matches(one, *segments)) continue;
    if (one.verb == verb) routed.route = &one;
    allowed += std::string(one.verb) + (one.verb == "GET" ? ", HEAD, " : ", ");
  }
  if (allowed.empty()) {
    return answer(problem_response(
        Problem{404, "not-found", "There is no such resource", "docs/api/openapi.yaml lists those there are"},
        request_id));
  }
  if (routed.route == nullptr) return answer(only_allows(verb, allowed + "OPTIONS", request_id));
  if (const auto wrong = wrong_types(request)) return answer(problem_response(*wrong, request_id));
  if (const auto error = read_all(routed, request, *segments)) {
    return answer(problem_response(*error, "", request_id));
  }
  routed.method = find(routed.route->method);
  if (routed.method == nullptr) {
    return answer(
        problem_response(api::Error{api::code::not_implemented, "not_implemented",
                                    "this service has no method " + std::string(routed.route->method), ""},
                         "", request_id));
  }
  return routed;
}

}  // namespace lockstep::rest
