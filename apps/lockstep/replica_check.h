// The self-test of determinism: a small market with every kind of derivative, moved a few hundred times by a
// seeded walk, and everything that the engine then knows and explains, as one hash.  Every build on every
// machine must get the same one; who does not, does not agree with the other replicas either.
#pragma once

#include "core/base/hash.h"
#include "core/base/result.h"
#include "node/io/fault.h"

namespace lockstep {

// A fault would be a text of replica_check.cpp that this build cannot read.
Result<Hash128, Fault> replica_check_hash();

// Any change of a rule, an encoding or a number moves it: then the changelog says why, under Results.
extern const Hash128 replica_check_expected;

}  // namespace lockstep
