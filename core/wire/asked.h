// What a command comes down to: behind a Request (executed once) and an Instruction (in a name) stands what
// was asked for.
#pragma once

#include "core/wire/codec.h"

namespace lockstep {

struct Asked {
  std::string by;  // empty: in nobody's name
  std::string trace;
  u64 client = 0;  // of a request
  u64 sequence = 0;
  Command command;  // neither a Request nor an Instruction
};

// False: what is inside is not a command; `out` is then unspecified.
bool unwrap(const Command& command, Asked& out);

// The command in a name.
Command instruct(std::string by, std::string trace, const Command& command);

}  // namespace lockstep
