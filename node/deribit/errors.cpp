#include "node/deribit/errors.h"

#include "node/deribit/text.h"
#include "node/json/json.h"

namespace lockstep::deribit {
namespace {

using api::Error;
namespace code = api::code;

struct Words {
  int code;
  const char* message;
};

Words words_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::margin_insufficient:
    case Refusal::isolated_margin_insufficient:
    case Refusal::balance_insufficient: return {code::not_enough_funds, "not_enough_funds"};
    case Refusal::price_off_tick: return {code::price_wrong_tick, "price_wrong_tick"};
    case Refusal::price_out_of_range: return {code::price_too_high, "price_too_high"};
    case Refusal::lots_out_of_range: return {code::invalid_amount, "invalid_amount"};
    case Refusal::post_only_would_take: return {code::post_only_reject, "post_only_reject"};
    // It was open when the call came, and is not any more.
    case Refusal::unknown_order: return {code::not_open_order, "not_open_order"};
    case Refusal::instrument_expired: return {10012, "book_closed"};
    case Refusal::unknown_instrument: return {code::not_found, "not_found"};
    case Refusal::instrument_not_in_rulebook: return {10020, "invalid_or_unsupported_instrument"};
    case Refusal::protection_frozen:
    case Refusal::reduce_only_account: return {10019, "locked_by_admin"};
    // Two calls at once, or a price that is late: the same call may be right in a moment.
    case Refusal::order_exists:
    case Refusal::price_missing:
    case Refusal::price_stale:
    case Refusal::price_diverged: return {code::retry, "retry"};
    case Refusal::order_limit:
    case Refusal::holding_limit:
    case Refusal::reduce_only_would_increase:
    case Refusal::instrument_exclusive: return {11030, "other_reject"};
    default: return {code::bad_request, "bad_request"};
  }
}

std::string named(const State& state, const Outcome& outcome) {
  if (!outcome.instrument.is_none()) return " (" + state.instrument(outcome.instrument).name + ")";
  if (!outcome.index.is_none()) return " (" + state.index(outcome.index).name + ")";
  return "";
}

}  // namespace

Error of_refusal(const Outcome& outcome, const State& state) {
  const Words words = words_of(outcome.refusal);
  Error error{words.code, words.message, "", "", outcome.refusal};
  error.reason = std::string(refusal_name(outcome.refusal)) + ": " +
                 std::string(refusal_text(outcome.refusal)) + named(state, outcome);
  if (outcome.refusal == Refusal::margin_insufficient && !outcome.asset.is_none()) {
    error.reason += "; missing " + number(outcome.missing) + " " + state.asset(outcome.asset).name;
    if (!outcome.binds.empty()) error.reason += "; most is asked by " + outcome.binds;
  }
  return error;
}

Error order_not_found(std::string_view name) {
  return {code::order_not_found, "order_not_found", "there is no order " + json_shown(name), "order_id",
          Refusal::none};
}
Error not_open_order(std::string_view name) {
  return {code::not_open_order, "not_open_order", "order " + json_shown(name) + " has ended", "order_id",
          Refusal::none};
}
Error invalid_amount(std::string reason, std::string param) {
  return {code::invalid_amount, "invalid_amount", std::move(reason), std::move(param), Refusal::none};
}
Error not_implemented(std::string reason) {
  return {code::not_implemented, "not_implemented", std::move(reason), "", Refusal::none};
}

}  // namespace lockstep::deribit
