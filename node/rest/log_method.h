// lockstep/log: what is in the log, from where down or up, and what became of it.
//
//   {from: position (the newest), limit: 100 (at most 500), descending: true, command, account, by}
//   {position, time, time_ms, first, last, rows: [{position, time, time_ms, command, by, account, outcome,
//     refusal, text, trace, fields}]}
//
// first and last: positions of the oldest and the newest row there is.  outcome: "accepted" or the name of
// the refusal, whose number is there only then.  trace: only where it came with one.  fields: the command as
// lockstep/command takes it (command_json.h), without its name; null where it is longer than 4 kB (a batch
// of many prices) and more than one row was asked for.
#pragma once

#include "node/api/api.h"

namespace lockstep::rest {

api::Method log_method();

}  // namespace lockstep::rest
