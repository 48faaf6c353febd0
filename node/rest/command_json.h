// Commands and events as JSON, both ways, by the names that people use: {"command":"deposit",
// "account":"alice","asset":"USDT","amount":"1500.25"}.  There is no list of fields here: it walks each_field
// of core/model, so a field cannot be forgotten.  By kind of field:
//
//   ids            the name of the account, asset, index, instrument, party or rulebook
//   Price, Rate    decimals, as text ("110000.5") or as a number, whose digits are read as they were sent;
//   Value          at most 8, 12 and 16 decimals, without exponent
//   Amount         likewise, in units of the asset that the command is about, at most its decimals
//   Lots           a whole number of lots; for `lots` also "size": coins (inverse: quote units), which must
//                  be a whole number of the instrument's lots.  Both may be given if they agree
//   Time           NAME_ms, milliseconds, or NAME, "2026-03-27T08:00:00" in UTC.  Both, if they agree
//   Duration       "30 s", "5 min", "8 h", "2 d", "500 ms", "7 us"
//   enums          the words of node/book/words.h
//   lot            of an instrument: decimal, coins (inverse: quote units)
//   subject        of an observation: the name of its instrument, index or asset
//   image          of a proposal: `rulebook_text`, a rulebook file (node/rules), at most 1 MB
//   rows, slice    arrays and objects of these
//
// What is left out has the default of the struct in core/model/commands.h; where that would guess (a side, an
// amount), it is required.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/engine/engine.h"
#include "node/api/error.h"
#include "node/json/value.h"

namespace lockstep::rest {

// by: who asks; it becomes the `by` of a proposal or approval, and a `by` that is sent must be the same.  The
// error names the field and says what would be right.  Not taken: requests of clients, and what replicas say
// of themselves.
Result<Command, api::Error> command_of(const JsonValue& json, const Engine& engine, std::string_view by);

// "deposit", ...: those that command_of takes, in the order of core/model/commands.h.
std::vector<std::string_view> command_names();

// What command_of reads as the same command; of a request or an instruction, what was asked for.  Ids that
// the State does not know (a refused command may have some) are "#57", and then an amount, whose decimals
// nobody knows, is AMOUNT_units.
std::string command_json(const Command& command, const State& state);
// {"event":"margin_called","account":"alice",...}
std::string event_json(const Event& event, const State& state);

}  // namespace lockstep::rest
