// An operator's command: into the mail, and back comes what the quorum made of it.
#pragma once

#include "core/model/commands.h"
#include "node/io/clock.h"
#include "node/sync/board.h"

namespace lockstep {

struct Answer {
  u64 position = 0;
  u16 refusal = 0;  // 0: accepted
  u64 first_output = 0;
  u32 outputs = 0;
};

// Sends the command as this request of this client, again if it is not answered, and waits for `wait_us`.
// Faults: unreachable: no answer in time; it may be executed yet, and sent again under the same numbers it is
// executed once.
Result<Answer, Fault> ask(const Board& board, u64 client, u64 sequence, const Command& command, Clock& clock,
                          i64 wait_us);

}  // namespace lockstep
