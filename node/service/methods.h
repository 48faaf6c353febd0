// Every method that the service has, by which it answers and by which docs/api/methods.md is written.
#pragma once

#include <vector>

#include "node/api/api.h"
#include "node/deribit/methods.h"
#include "node/view/desk.h"

namespace lockstep::service {

// The table, whichever door is used.  The desk must outlive it.  market_moves: prices may be made up.
std::vector<api::Method> methods(view::Desk& desk, bool market_moves,
                                 const deribit::KeepLabel& keep_label = {});

// What is about a connection or a sign-in and so is not in the table (sockets.cpp, http.cpp): names, scopes
// and texts, nothing to call.
std::vector<api::Method> connection_methods();

}  // namespace lockstep::service
