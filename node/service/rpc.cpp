#include "node/service/rpc.h"

#include "node/json/json.h"

namespace lockstep::service {
namespace {

void write_head(Json& json, const Call& call) {
  json.field("jsonrpc", "2.0");
  if (call.has_id) json.raw_field("id", call.id);
}
void write_tail(Json& json, const Call& call, i64 out_us, bool testnet) {
  json.field("usIn", call.in_us).field("usOut", out_us).field("usDiff", out_us - call.in_us);
  json.field("testnet", testnet);
}

api::Error invalid_request(std::string reason) {
  return api::Error{api::code::invalid_request, "Invalid Request", std::move(reason), ""};
}

}  // namespace

Result<Call, api::Error> read_call(std::string_view text, i64 in_us, std::string& id) {
  id = "null";  // until one is known
  Result<JsonValue, std::string> value = parse_json(text);
  if (!value) return api::Error{api::code::parse_error, "Parse error", value.error(), ""};
  const JsonValue& object = value.value();
  if (object.kind != JsonValue::Kind::object) {
    return invalid_request("a request is one JSON object; arrays of requests are not taken");
  }
  Call call;
  call.in_us = in_us;
  const JsonValue* sent_id = object.find("id");
  if (sent_id == nullptr) id.clear();
  if (const JsonValue* sent = sent_id) {
    if (sent->kind == JsonValue::Kind::text) call.id = json_quoted(sent->text);
    if (sent->kind == JsonValue::Kind::number) call.id = sent->text;
    const bool is_id = sent->kind == JsonValue::Kind::text || sent->kind == JsonValue::Kind::number ||
                       sent->kind == JsonValue::Kind::null;
    if (!is_id) return invalid_request("id must be a number, a text or null");
    call.has_id = true;
    id = call.id;
  }
  const JsonValue* version = object.find("jsonrpc");
  if (version != nullptr && (version->kind != JsonValue::Kind::text || version->text != "2.0"))
    return invalid_request("jsonrpc must be \"2.0\"");
  const JsonValue* method = object.find("method");
  if (method == nullptr || method->kind != JsonValue::Kind::text) {
    return invalid_request("method must be a text such as \"public/test\"");
  }
  call.method = method->text;
  JsonValue params;
  params.kind = JsonValue::Kind::object;
  if (const JsonValue* sent = object.find("params"); sent != nullptr && sent->kind != JsonValue::Kind::null) {
    // Some clients send no parameters as an empty array.
    const bool is_none = sent->kind == JsonValue::Kind::array && sent->items.empty();
    if (sent->kind != JsonValue::Kind::object && !is_none) {
      return invalid_request("params must be an object: parameters have names");
    }
    if (!is_none) params = *sent;
  }
  call.params = api::Params(std::move(params));
  return call;
}

api::Error no_such_method(std::string_view name) {
  const std::string named = name.size() <= 100 ? "there is no method " + std::string(name)
                                               : std::string("there is no method of such a name");
  return api::Error{api::code::method_not_found, "Method not found", named + "; see docs/api", ""};
}

std::string result_text(const Call& call, std::string_view result, i64 out_us, bool testnet) {
  Json json;
  json.begin_object();
  write_head(json, call);
  json.raw_field("result", result);
  write_tail(json, call, out_us, testnet);
  json.end_object();
  return json.str();
}

std::string error_text(const Call& call, const api::Error& error, i64 out_us, bool testnet) {
  Json json;
  json.begin_object();
  write_head(json, call);
  json.raw_field("error", api::error_json(error));
  write_tail(json, call, out_us, testnet);
  json.end_object();
  return json.str();
}

std::string notification_text(std::string_view channel, std::string_view data) {
  Json json;
  json.begin_object().field("jsonrpc", "2.0").field("method", "subscription").key("params");
  json.begin_object().field("channel", channel).raw_field("data", data).end_object();
  json.end_object();
  return json.str();
}

}  // namespace lockstep::service
