// A simulated client: sends numbered requests, sends them again when it hears nothing (to the mail, whoever
// is sequencer), and keeps what it was answered.
#pragma once

#include <string>
#include <vector>

#include "core/base/prng.h"
#include "core/model/commands.h"
#include "node/sync/board.h"

namespace lockstep::sim {

// The first commands, which make a venue: two assets, a rulebook, an index, a perpetual, accounts.
std::vector<Command> venue_commands(u32 accounts);
// The rulebook once more, with a maintenance rate of so many tenths of a per cent.
Command venue_rulebook(u32 permille);

struct Client {
  u64 number = 0;
  std::vector<Command> script;        // before anything is drawn
  bool draws = true;                  // when the script is over
  u64 sent = 0;                       // the latest request
  u64 answered = 0;                   // all up to here
  std::vector<std::string> commands;  // by number, from 1
  std::vector<std::string> replies;   // "POSITION REFUSAL FIRST_OUTPUT OUTPUTS"
  i64 asked_at = 0;
};

// One more request if the last is answered, looks for the answer of the one that is under way, and sends it
// again if that takes long.  False: the store did not answer.
bool turn(Client& client, const Board& board, i64 now_us, Prng& prng, u32 accounts, bool may_send);

}  // namespace lockstep::sim
