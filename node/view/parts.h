// What the methods of this module share.  Private to node/view.
#pragma once

#include "node/json/json.h"
#include "node/view/desk.h"
#include "node/view/text.h"
#include "node/whatif/what_if.h"

namespace lockstep::view {

// The account that the parameter `account` names; the caller's own where it names none.  That of another
// party is not found, as one that does not exist.
Result<AccountId, api::Error> account_of(api::Context& context, api::Params& params);
Result<AccountId, api::Error> account_named(api::Context& context, const std::string& name);

// Whether the caller may see all accounts, and the answer to one who may not.
bool sees_all(const api::Caller& caller);
api::Error only_for_all();
// The party of a caller who sees its accounts only; none: it has none, or there is no such party.
PartyId party_of(const api::Caller& caller, const Engine& engine);

// {position, time, time_ms: the beginning of every result.
void begin_result(Json& json, const State& state);

api::Reply overview(Desk& desk, api::Context& context, api::Params& params);
api::Reply history(Desk& desk, api::Context& context, api::Params& params);
api::Reply accounts(Desk& desk, api::Context& context, api::Params& params);
api::Reply account(api::Context& context, api::Params& params);
api::Reply statement(api::Context& context, api::Params& params);
api::Reply heat_map(whatif::Workspace& workspace, api::Context& context, api::Params& params);
api::Reply ladder(api::Context& context, api::Params& params);
api::Reply stress_report(api::Context& context, api::Params& params);
api::Reply surface(api::Context& context, api::Params& params);
api::Reply what_if(whatif::Workspace& workspace, api::Context& context, api::Params& params);
api::Reply what_if_batch(whatif::Workspace& workspace, api::Context& context, api::Params& params);
api::Reply preview(api::Context& context, api::Params& params);
api::Reply epochs(api::Context& context, api::Params& params);
api::Reply replicas(Desk& desk, api::Context& context, api::Params& params);
api::Reply stability(Desk& desk, api::Context& context, api::Params& params);
api::Reply reconcile(api::Context& context, api::Params& params);

}  // namespace lockstep::view
