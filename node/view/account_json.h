// An account's margin as JSON, and the words in it: one writer for the command line and the service, so that
// both show the same digits.  Nothing is computed here.
#pragma once

#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "core/risk/boundary.h"
#include "node/json/json.h"

namespace lockstep {

// "price_missing: BTC-PERPETUAL has no price", "gap delta_charge_table: <its text>".
std::string obstacle_text(const State& state, const Account& account, const Assessment& assessment);
std::string_view word(Obstacle obstacle);
// Whether the totals may be used: nothing worse than old or divergent prices stands in the way.
bool judged(const Assessment& assessment);

// "USDT"; of an isolated holding "BTCUSDT-PERP long".
std::string pool_name(const State& state, AssetId asset, InstrumentId isolated, Leg leg);

// The scheme that the account is margined by, or nullptr; its rulebook has an active epoch (asserted).
const Scheme* scheme_of(const State& state, const Account& account);
std::size_t level_count(const State& state, const Account& account);

// key and value: an array.
void write_boundaries(Json& json, const State& state, const std::vector<Boundary>& boundaries);

// One JSON object of account, totals and, where given, liquidation prices and the statement's lines.
void write_account(Json& json, const State& state, AccountId account, const Assessment& assessment,
                   const Statement* statement, const std::vector<Boundary>* boundaries = nullptr);
void write_account(Json& json, const State& state, const Account& account, const Assessment& assessment,
                   const Statement* statement, const std::vector<Boundary>* boundaries);

}  // namespace lockstep
