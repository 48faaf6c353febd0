// From the result of a method to a resource.
#include <algorithm>

#include "core/base/wide.h"
#include "node/json/json.h"
#include "node/json/value.h"
#include "node/rest/problem.h"
#include "node/rest/rest.h"

namespace lockstep::rest {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void write(Json& json, const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::null: json.null(); break;
    case JsonValue::Kind::boolean: json.boolean(value.flag); break;
    case JsonValue::Kind::number: json.raw(value.text); break;
    case JsonValue::Kind::text: json.text(value.text); break;
    case JsonValue::Kind::array:
      json.begin_array();
      for (const JsonValue& item : value.items) write(json, item);
      json.end_array();
      break;
    case JsonValue::Kind::object:
      json.begin_object();
      for (const auto& [name, member] : value.members) write(json.key(name), member);
      json.end_object();
      break;
  }
}

std::string text_of(const JsonValue& value) {
  Json json;
  write(json, value);
  return json.str();
}

u64 number_of(const JsonValue* value) {
  i128 raw = 0;
  const bool fits = value != nullptr && parse_decimal(value->text, 0, raw) && raw >= 0 && raw <= UINT64_MAX;
  return fits ? static_cast<u64>(raw) : 0;
}

bool is_listed(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    if (list.substr(0, end) == name) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

std::string chosen_members(JsonValue result, std::string_view list) {
  std::erase_if(result.members, [&](const auto& member) { return !is_listed(list, member.first); });
  return text_of(result);
}

// The page with the cursor of the one behind it; null: it is the last.
std::string page(const Routed& routed, const std::string& text, const JsonValue& result) {
  const JsonValue* rows = result.find("rows");
  const std::size_t count = rows == nullptr ? 0 : rows->items.size();
  std::string next = "null";
  if (routed.route->shape == Shape::by_offset) {
    const u64 end = routed.from + count;
    if (count > 0 && end < number_of(result.find("total"))) next = json_quoted(cursor_text("offset", end));
  } else if (count >= routed.limit) {
    const u64 last = number_of(rows->items.back().find("position"));
    if (routed.rising) {
      if (last < number_of(result.find("last"))) next = json_quoted(cursor_text("from", last + 1));
    } else if (last > number_of(result.find("first"))) {
      next = json_quoted(cursor_text("from", last - 1));
    }
  }
  std::string out = text;
  out.insert(out.size() - 1, std::string(result.members.empty() ? "" : ",") + "\"next\":" + next);
  return out;
}

const JsonValue* find_row(const JsonValue& list, const char* name, u64 number) {
  for (const JsonValue& row : list.items) {
    const JsonValue* value = row.find(name);
    if (value != nullptr && value->text == std::to_string(number)) return &row;
  }
  return nullptr;
}

// The epoch with the members of its rulebook that are not a list; empty: there is none.
std::string one_epoch(const Routed& routed, const JsonValue& result) {
  const JsonValue* rulebooks = result.find("rulebooks");
  if (rulebooks == nullptr) return "";
  for (const JsonValue& rulebook : rulebooks->items) {
    const JsonValue* name = rulebook.find("rulebook");
    const JsonValue* epochs = rulebook.find("epochs");
    if (name == nullptr || name->text != routed.rulebook || epochs == nullptr) continue;
    const JsonValue* epoch = find_row(*epochs, "epoch", routed.number);
    if (epoch == nullptr) return "";
    JsonValue out;
    out.kind = JsonValue::Kind::object;
    if (const JsonValue* position = result.find("position")) out.members.emplace_back("position", *position);
    for (const auto& member : rulebook.members) {
      if (member.first != "epochs") out.members.push_back(member);
    }
    for (const auto& member : epoch->members) {
      if (out.find(member.first) == nullptr) out.members.push_back(member);
    }
    return text_of(out);
  }
  return "";
}

std::string one_log_row(const Routed& routed, const JsonValue& result) {
  const JsonValue* rows = result.find("rows");
  const JsonValue* row = rows == nullptr ? nullptr : find_row(*rows, "position", routed.number);
  return row == nullptr ? "" : text_of(*row);
}

Refusal refusal_of(const JsonValue& result) {
  const JsonValue* number = result.find("refusal");
  if (number == nullptr) return Refusal::none;
  for (const RefusalText& row : all_refusals()) {
    if (std::to_string(static_cast<u16>(row.refusal)) == number->text) return row.refusal;
  }
  return Refusal::none;
}

std::string path_name(std::string name) {
  std::replace(name.begin(), name.end(), '/', '~');
  return name;
}

net::Response created(const Routed& routed, const std::string& text, const JsonValue& result) {
  const u64 position = number_of(result.find("position"));
  const JsonValue* repeated = result.find("repeated");
  net::Response response;
  if (const Refusal refusal = refusal_of(result); refusal != Refusal::none) {
    const JsonValue* reason = result.find("reason");
    const api::Error error{api::code::error, "refused", reason == nullptr ? "" : reason->text, "", refusal};
    response = problem_response(error, "", routed.request_id, ",\"position\":" + std::to_string(position));
  } else {
    response.status = 201;
    response.body = text;
    response.headers.emplace_back("Cache-Control", "no-store");
  }
  std::string location = "/v1/commands/" + std::to_string(position);
  const JsonValue* rulebook = result.find("rulebook");
  if (routed.route->shape == Shape::proposal && rulebook != nullptr) {
    location =
        "/v1/epochs/" + path_name(rulebook->text) + "/" + std::to_string(number_of(result.find("epoch")));
  }
  response.headers.emplace_back("Location", std::move(location));
  if (repeated != nullptr && repeated->flag) response.headers.emplace_back("Idempotent-Replayed", "true");
  return response;
}

// What the {parameter} at the end of the path names; else nothing.
std::string_view resource_of(const Route& route) {
  const std::size_t open = route.path.rfind('{');
  if (open == std::string_view::npos) return "";
  if (route.shape == Shape::log_row) return "command";
  return route.path.substr(open + 1, route.path.find('}', open) - open - 1);
}

std::string etag(u64 position) { return "\"" + std::to_string(position) + "\""; }

void add_caching(const Routed& routed, u64 position, net::Response& response) {
  response.headers.emplace_back("ETag", etag(position));
  response.headers.emplace_back("Cache-Control",
                                routed.route->by_position ? "private, no-cache" : "no-store");
  response.headers.emplace_back("Vary", "Authorization, Accept");
}

net::Response found(const Routed& routed, const std::string& text, u64 position) {
  net::Response response;
  const Shape shape = routed.route->shape;
  if (shape == Shape::whole) {
    response.body = text;
  } else {
    const Result<JsonValue, std::string> result = parse_json(text);
    LS_ASSERT(result);  // we wrote it
    switch (shape) {
      case Shape::members: response.body = chosen_members(result.value(), routed.route->detail); break;
      case Shape::log_row: response.body = one_log_row(routed, result.value()); break;
      case Shape::epoch: response.body = one_epoch(routed, result.value()); break;
      case Shape::command:
      case Shape::proposal: return created(routed, text, result.value());
      default: response.body = page(routed, text, result.value());
    }
    if (response.body.empty()) {
      const std::string_view what = resource_of(*routed.route);
      return problem_response(
          api::not_found("there is no " + std::string(what) + " " +
                         (routed.rulebook.empty() ? "at " : "of " + routed.rulebook + ", ") +
                         std::to_string(routed.number)),
          what, routed.request_id);
    }
  }
  if (routed.route->verb == "GET") {
    add_caching(routed, position, response);
  } else {
    response.headers.emplace_back("Cache-Control", "no-store");
  }
  return response;
}

}  // namespace

std::optional<net::Response> not_modified(const Routed& routed, u64 position) {
  if (routed.route == nullptr || !routed.route->by_position || routed.route->verb != "GET")
    return std::nullopt;
  std::string_view list = routed.if_none_match;
  bool has_it = list == "*";
  const std::string now = etag(position);
  while (!list.empty() && !has_it) {
    const std::size_t end = std::min(list.find(','), list.size());
    std::string_view tag = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    while (!tag.empty() && tag.front() == ' ') tag.remove_prefix(1);
    while (!tag.empty() && tag.back() == ' ') tag.remove_suffix(1);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    has_it = tag == now;
  }
  if (!has_it) return std::nullopt;
  net::Response response{304, "", "", {}};
  add_caching(routed, position, response);
  return response;
}

net::Response present(const Routed& routed, const api::Answer& answer, u64 position) {
  if (answer) return found(routed, answer.value(), position);
  return problem_response(answer.error(), resource_of(*routed.route), routed.request_id);
}

std::string cursor_text(std::string_view what, u64 number) {
  const std::string plain = std::string(what) + ":" + std::to_string(number);
  std::string out;
  u32 bits = 0;
  int count = 0;
  for (const char c : plain) {
    bits = (bits << 8) | static_cast<u8>(c);
    for (count += 8; count >= 6; count -= 6) out += alphabet[(bits >> (count - 6)) & 63u];
  }
  if (count > 0) out += alphabet[(bits << (6 - count)) & 63u];
  return out;
}

bool read_cursor(std::string_view text, std::string_view what, u64& number) {
  std::string plain;
  u32 bits = 0;
  int count = 0;
  for (const char c : text.substr(0, 64)) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return false;
    bits = (bits << 6) | static_cast<u32>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    plain += static_cast<char>((bits >> count) & 255u);
  }
  i128 raw = 0;
  const std::string head = std::string(what) + ":";
  const bool fits = plain.starts_with(head) &&
                    parse_decimal(std::string_view(plain).substr(head.size()), 0, raw) && raw >= 0 &&
                    raw <= INT64_MAX;
  if (fits) number = static_cast<u64>(raw);
  return fits && cursor_text(what, number) == text;
}

}  // namespace lockstep::rest
