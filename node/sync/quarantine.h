// When a replica's state is not the quorum's, it finds out why before it does anything else: it computes the
// stretch since the last agreement again, from a snapshot and its journal.
//
//   the same as the quorum's now   something flipped here (memory, processor): it goes on with the new
//                                  state, on probation, and says which entity had been wrong.  A second
//                                  time within seven days of log time: it stays out.
//   again as before                this build computes otherwise: it stays out.  It asks a replica that
//                                  serves for the state behind every command of the stretch, finds the
//                                  first that differs, and asks how the entities which that command
//                                  touched stand there.
//
// A report lies in the replica's folder, quarantine-<position>.json; the damaged state as
// quarantine-<position> beside it, for `lockstep diff`.
#pragma once

#include "node/sync/replica.h"

namespace lockstep {

// "accounts 17 (alice)".
std::string entity_name(const State& state, Kind kind, u32 index);

// The first entity, in order of kind and index, whose digest differs; "" if none does.
std::string first_difference(Engine& a, Engine& b);

}  // namespace lockstep
