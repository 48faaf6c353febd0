// Deribit's methods on our state, so that clients written for Deribit work against this server.  Names,
// fields, units and errors are those of docs.deribit.com; docs/deribit.md says what is different here, and
// why.
// public/auth and everything about connections and subscriptions is the service's.
#pragma once

#include <vector>

#include "node/api/api.h"

namespace lockstep::deribit {

// Numbers of new orders are chosen so that no two calls get the same, as long as one table serves an engine.
// The table belongs to one thread and one engine.
std::vector<api::Method> methods();

}  // namespace lockstep::deribit
