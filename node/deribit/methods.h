// Deribit's methods on our state, so that clients written for Deribit work against this server.  Names,
// fields, units and errors are those of docs.deribit.com; docs/deribit.md says what is different here, and
// why.
// public/auth and everything about connections and subscriptions is the service's.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "node/api/api.h"

namespace lockstep::deribit {

// Keeps the label of an order that was placed at that time of the log, where the past finds it again.
using KeepLabel = std::function<void(AccountId, OrderId, Time, const std::string&)>;

// Numbers of new orders are chosen so that no two calls get the same, as long as one table serves an engine.
// The table belongs to one thread and one engine.
std::vector<api::Method> methods(const KeepLabel& keep_label = {});

}  // namespace lockstep::deribit
