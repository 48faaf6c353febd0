// The table of resources.
#include "node/rest/rest.h"

namespace lockstep::rest {
namespace {

constexpr std::string_view margin_members =
    "position,time,time_ms,account,rulebook,version,epoch,mode,pooled,hedge,state,obstacle,obstacle_text,"
    "call_until_ms,pools,liquidation_prices,waterfall";
constexpr std::string_view status_members = "position,time,time_ms,state_hash,source";

// Of the rows without `by_position`, the result says something of this moment, too.
constexpr Route table[] = {
    {"GET", "/v1/overview", "lockstep/overview", Shape::whole, false},
    {"GET", "/v1/history", "lockstep/history"},
    {"GET", "/v1/accounts", "lockstep/accounts", Shape::by_offset, false, "states"},
    {"GET", "/v1/accounts/{account}", "lockstep/account"},
    {"GET", "/v1/accounts/{account}/margin", "lockstep/account", Shape::members, true, margin_members},
    {"GET", "/v1/accounts/{account}/statement", "lockstep/statement"},
    {"GET", "/v1/accounts/{account}/heat-map", "lockstep/heat_map", Shape::whole, true,
     "prices,volatilities"},
    {"POST", "/v1/accounts/{account}/what-if", "lockstep/what_if"},
    {"POST", "/v1/accounts/{account}/reconciliation", "lockstep/reconcile"},
    {"POST", "/v1/what-if", "lockstep/what_if_batch"},
    {"GET", "/v1/stress", "lockstep/stress"},
    {"GET", "/v1/ladders", "lockstep/ladder"},
    {"GET", "/v1/stability", "lockstep/stability"},
    {"GET", "/v1/surfaces", "lockstep/surface"},
    {"GET", "/v1/surfaces/{index}", "lockstep/surface"},
    {"POST", "/v1/commands", "lockstep/command", Shape::command, false},
    {"GET", "/v1/commands/{position}", "lockstep/log", Shape::log_row},
    {"POST", "/v1/market-moves", "lockstep/move_market"},
    {"GET", "/v1/epochs", "lockstep/epochs"},
    {"POST", "/v1/epochs", "lockstep/propose", Shape::proposal, false},
    {"GET", "/v1/epochs/{rulebook}/{epoch}", "lockstep/epochs", Shape::epoch},
    {"DELETE", "/v1/epochs/{rulebook}/{epoch}", "lockstep/cancel_epoch", Shape::command, false},
    {"POST", "/v1/epochs/{rulebook}/{epoch}/preview", "lockstep/preview"},
    {"POST", "/v1/epochs/{rulebook}/{epoch}/approvals", "lockstep/approve", Shape::command, false},
    {"POST", "/v1/epochs/{rulebook}/{epoch}/schedule", "lockstep/schedule", Shape::command, false},
    {"POST", "/v1/rulebooks/preview", "lockstep/preview"},
    {"GET", "/v1/log", "lockstep/log", Shape::by_position},
    {"GET", "/v1/log/status", "lockstep/overview", Shape::members, false, status_members},
    {"GET", "/v1/replicas", "lockstep/replicas", Shape::whole, false},
};

}  // namespace

std::span<const Route> routes() { return table; }

}  // namespace lockstep::rest
