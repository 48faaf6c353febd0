// The methods that change something: commands for the log, each in the name of who asks.
//
//   lockstep/command       any command of core/model/commands.h, as command_json.h reads it
//   lockstep/propose       {rulebook_text, note}            a new epoch of the rulebook that the text names
//   lockstep/approve       {rulebook, epoch, note}
//   lockstep/schedule      {rulebook, epoch, at_time_ms | at_time | at_position, steps, every, emergency}
//   lockstep/cancel_epoch  {rulebook, epoch}
//   lockstep/move_market   {base, percent, volatility_percent}
//
// All but the last take `key`: what comes again under the same key is not executed again.  The result is
// {position, command, outcome, refusal, reason, registered, events}: outcome is "accepted" or the name of the
// refusal, whose number and meaning are there only then.  A refused command stands in the log, too.
#pragma once

#include <string>
#include <vector>

#include "node/api/api.h"

namespace lockstep::rest {

constexpr std::size_t key_size_max = 128;
// Printable ASCII, as a header can carry it.
constexpr std::string_view key_form = "has 1 to 128 printable ASCII characters, no blanks";
bool fits_key(std::string_view key);

// market_moves: whether prices may be made up, as over a recorded market.
std::vector<api::Method> command_methods(bool market_moves);

// Why the engine refused, in one line: its text and what it turned on.
std::string refusal_reason(const Outcome& outcome, const State& state);
// {position, command, outcome, ...} of one command, with `more` members ("" or ",\"a\":1") behind.
std::string outcome_json(const api::Submitted& submitted, const State& state, std::string_view more = "");

// The market with one underlying, or all (none), moved by a ratio, as batches of prices behind what the
// source has sent; volatility: of its options, by a ratio.  Everything moves in proportion, as in
// core/risk/boundary.h, and time passes.  Empty: nothing has a price.
std::vector<Command> moved_market(const State& state, AssetId base, Rate price, Rate volatility);

}  // namespace lockstep::rest
