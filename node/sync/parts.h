// The parts of a replica's round, one file each; private to node/sync.
#pragma once

#include "node/sync/replica.h"

namespace lockstep {

using Stepped = Result<Done, Fault>;

// follow.cpp: looks for frames, journals and applies them; turns them into claims.
Stepped follow(ReplicaProcess& r);
Stepped take_frame(ReplicaProcess& r, const Frame& frame);  // the log's on_frame
Stepped settle_journal(ReplicaProcess& r);                  // makes the journal durable
Result<bool, Fault> apply_journaled(ReplicaProcess& r);     // what the journal has and the engine has not
KeyedLogOptions log_options(ReplicaProcess& r);
Claim make_claim(ReplicaProcess& r, const LogTail& tail);
// Of a state that was restored from a snapshot: these are taken at claim points, behind a command.
LogMoment beginning(const Engine& engine);

// lead.cpp: takes over, sequences, steps down.
Result<bool, Fault> lead(ReplicaProcess& r);
void step_down(ReplicaProcess& r, const std::string& why);
bool reduces_risk(const Command& command);

// compare.cpp: publishes claims, reads the others', releases outputs.
Stepped compare(ReplicaProcess& r);

// quarantine.cpp: when ours is not the quorum's.
Stepped quarantine(ReplicaProcess& r, const Claim& mine, const Claim& theirs);
Stepped inquire(ReplicaProcess& r);  // asks, and reads answers
Stepped answer(ReplicaProcess& r);   // the others' questions

// snapshots.cpp: taken at agreed positions, put on the store, installed from there.
void take_snapshot_at(ReplicaProcess& r, const LogTail& tail);
Stepped tend_snapshots(ReplicaProcess& r);
Stepped install_snapshot(ReplicaProcess& r);

// ready.cpp: what this build holds and computes, said to the sequencer.
Stepped say_ready(ReplicaProcess& r);
Result<std::vector<Command>, Fault> readiness(ReplicaProcess& r);

// A fault that passes by itself is remembered, any other is final.
Stepped passing(ReplicaProcess& r, const Fault& fault);
void news(ReplicaProcess& r, const std::string& line);

}  // namespace lockstep
