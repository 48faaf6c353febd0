// JSON-RPC 2.0 in Deribit's dialect: one object in, one object out, over whichever door it came.  Times are
// the machine's, in microseconds, and their difference is the time that the service spent.
#pragma once

#include <map>
#include <string>

#include "node/api/api.h"

namespace lockstep::service {

struct Call {
  std::string id = "null";  // as JSON, of the type in which it was sent; of a GET there is none
  bool has_id = false;
  std::string method;
  api::Params params;
  i64 in_us = 0;
};

// The error is what to answer, under `id`: null where it could not be read, empty where none was sent.
Result<Call, api::Error> read_call(std::string_view text, i64 in_us, std::string& id);

// Names it, unless it is longer than a name.
api::Error no_such_method(std::string_view name);

// {"jsonrpc":"2.0","id":..,"result":..,"usIn":..,"usOut":..,"usDiff":..,"testnet":..}; without an id that was
// sent, none.
std::string result_text(const Call& call, std::string_view result, i64 out_us, bool testnet);
std::string error_text(const Call& call, const api::Error& error, i64 out_us, bool testnet);

// {"jsonrpc":"2.0","method":"subscription","params":{"channel":..,"data":..}}
std::string notification_text(std::string_view channel, std::string_view data);

using MethodTable = std::map<std::string, api::Method, std::less<>>;

}  // namespace lockstep::service
