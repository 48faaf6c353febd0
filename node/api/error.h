// Why a call was not done, with the numbers of JSON-RPC and of Deribit, by which existing clients tell kinds
// of errors apart.  REST says the same as a problem (RFC 9457).
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/model/refusals.h"

namespace lockstep::api {

struct Error {
  int code = 0;
  std::string message;              // Deribit's word, "invalid_credentials"
  std::string reason;               // one line for a person: what, where, and what would be right
  std::string param;                // the parameter concerned, if one is
  Refusal refusal = Refusal::none;  // of the engine, if that is why
  i64 wait_ms = 0;                  // too_many_requests: when to come again
};

namespace code {
constexpr int parse_error = -32700;
constexpr int invalid_request = -32600;
constexpr int method_not_found = -32601;
constexpr int invalid_params = -32602;
constexpr int internal_error = -32603;
constexpr int authorization_required = 10000;
constexpr int error = 10001;
constexpr int qty_too_low = 10002;
constexpr int order_not_found = 10004;
constexpr int price_too_low = 10005;
constexpr int price_too_high = 10007;
constexpr int not_enough_funds = 10009;
constexpr int already_closed = 10010;
constexpr int invalid_amount = 10021;
constexpr int retry = 10040;
constexpr int too_many_requests = 10028;
constexpr int not_implemented = 10033;
constexpr int price_wrong_tick = 10043;
constexpr int bad_request = 11050;
constexpr int not_open_order = 11044;
constexpr int system_maintenance = 11051;
constexpr int post_only_reject = 11054;
constexpr int invalid_credentials = 13004;
constexpr int unauthorized = 13009;
constexpr int not_found = 13020;
constexpr int forbidden = 13021;
}  // namespace code

Error invalid_params(std::string param, std::string reason);
Error forbidden(std::string reason);
Error unauthorized();
Error not_found(std::string reason);
Error busy(std::string reason);
Error too_many_requests(std::string reason, i64 wait_ms);

// {"code":..,"message":..,"data":{"reason":..,"param":..}}
std::string error_json(const Error& error);

}  // namespace lockstep::api
