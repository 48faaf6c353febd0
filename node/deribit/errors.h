// The engine's refusals by Deribit's numbers.  Whatever has no number of its own there is 11050 bad_request;
// the refusal itself is always in `data`.  Numbers and words: docs.deribit.com, RPC error codes.
#pragma once

#include "core/engine/engine.h"
#include "node/api/error.h"

namespace lockstep::deribit {

api::Error of_refusal(const Outcome& outcome, const State& state);

api::Error order_not_found(std::string_view name);
api::Error not_open_order(std::string_view name);
api::Error invalid_amount(std::string reason, std::string param = "amount");
api::Error not_implemented(std::string reason);

}  // namespace lockstep::deribit
