#include "node/api/error.h"

#include "node/json/json.h"

namespace lockstep::api {

Error invalid_params(std::string param, std::string reason) {
  return Error{code::invalid_params, "Invalid params", std::move(reason), std::move(param)};
}
Error forbidden(std::string reason) { return Error{code::forbidden, "forbidden", std::move(reason), ""}; }
Error unauthorized() {
  return Error{code::unauthorized, "unauthorized", "sign in first: public/auth, or an Authorization header",
               ""};
}
Error not_found(std::string reason) { return Error{code::not_found, "not_found", std::move(reason), ""}; }
Error busy(std::string reason) { return Error{code::retry, "retry", std::move(reason), ""}; }
Error too_many_requests(std::string reason, i64 wait_ms) {
  Error error{code::too_many_requests, "too_many_requests", std::move(reason), ""};
  error.wait_ms = wait_ms;
  return error;
}

std::string error_json(const Error& error) {
  Json json;
  json.begin_object().field("code", i64{error.code}).field("message", error.message);
  const bool has_data =
      !error.reason.empty() || !error.param.empty() || error.refusal != Refusal::none || error.wait_ms > 0;
  if (has_data) {
    json.key("data").begin_object();
    if (!error.reason.empty()) json.field("reason", error.reason);
    if (!error.param.empty()) json.field("param", error.param);
    if (error.refusal != Refusal::none) {
      json.field("refusal", u32{static_cast<u16>(error.refusal)}).field("rule", refusal_name(error.refusal));
    }
    if (error.wait_ms > 0) json.field("wait_ms", error.wait_ms);
    json.end_object();
  }
  json.end_object();
  return json.str();
}

}  // namespace lockstep::api
