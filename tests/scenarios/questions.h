// What the engine says, as the text of expected outputs: outcomes, and answers to questions.  Numbers are
// exact decimals of the unit that is named; the order of lines is that of the engine.
//
//   margin ACCOUNT         one line a pool: equity, margin balance, initial, maintenance, available;
//                          then the state
//   statement ACCOUNT      every line of the margin computation: rule, label, amount, inputs
//   balances ACCOUNT       holdings ACCOUNT       orders ACCOUNT
//   withdrawable ACCOUNT ASSET
//   house ASSET            the house's side of the ledger
//   market INSTRUMENT      mark, and what the clearing house holds
//   epochs RULEBOOK
//   conservation           the ledger's sum per asset, which is zero, and the lots per instrument, likewise
#pragma once

#include "core/engine/engine.h"
#include "tests/scenarios/words.h"

namespace lockstep::scenarios {

bool is_question(const std::string& verb);
std::string answer(Engine& engine, Words words);

// "refused 3004 price_off_tick", with what the outcome adds.
std::string refusal_line(const State& state, const Command& command, const Outcome& outcome);
// One line an event.  "" for the events that only say that a registration was accepted.
std::string event_line(const State& state, const Event& event);

// The number of an order; of the engine's own, which the log numbers, the word liquidation.
std::string order_text(OrderId order);
std::string lots_text(const Instrument& instrument, Lots lots);
std::string amount_text(const State& state, AssetId asset, Amount amount);
std::string value_text(const State& state, AssetId asset, Value value);

}  // namespace lockstep::scenarios
