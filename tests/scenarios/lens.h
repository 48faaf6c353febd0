// Lenses: ways to run the same scenario that must not make a difference (house rule R40).  Each run ends with
// a state hash and gives the outputs of all blocks; the test compares both with those of the plain run.
//
//   plain      one command at a time
//   batched    all commands up to the next question or change of time are one frame, encoded and decoded
//   encoded    every command goes through encode and decode
//   snapshot   after every command the engine is saved and a new one restored from the bytes
//   replayed   every command is a frame of an embedded log; at the end a new engine reads that log
//
// In every lens, silently and after every command: the ledger's sums are zero, and a refused command has
// changed no entity.
#pragma once

#include <string>
#include <vector>

#include "core/base/hash.h"
#include "core/model/refusals.h"
#include "tests/scenarios/scenario_file.h"

namespace lockstep::scenarios {

enum class Lens : u8 { plain, batched, encoded, snapshot, replayed };
constexpr Lens lenses[] = {Lens::plain, Lens::batched, Lens::encoded, Lens::snapshot, Lens::replayed};
const char* name_of(Lens lens);

struct Outputs {
  std::vector<std::string> outputs;  // one a block
  Hash128 hash;
  std::vector<Refusal> refusals;  // that occurred
  std::string broken;             // the first symmetry that failed; "" if none did
};

// Throws Malformed, with file and line.
Outputs run_scenario(const ScenarioFile& file, Lens lens);

}  // namespace lockstep::scenarios
