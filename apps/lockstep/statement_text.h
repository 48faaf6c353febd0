// A statement on paper: its lines in their order, nothing computed, nothing left out.
#pragma once

#include <string>

#include "apps/lockstep/json.h"
#include "core/engine/engine.h"
#include "core/risk/boundary.h"

namespace lockstep {

// Who, under which rulebook and epoch, at which position and time, in which state; and what stands in the way
// of judging, if anything does.
std::string account_heading(const State& state, AccountId account, const Assessment& assessment);

// One line a pool: equity, margin balance, IM, MM, available.
std::string pools_text(const State& state, const Assessment& assessment);

// One line a level of the account's scheme and pool; empty without levels.
std::string levels_text(const State& state, const Account& account, const Assessment& assessment);

// The lines with rule number, label by depth, amount, what does not bind, inputs with their log positions.
std::string statement_text(const State& state, const Statement& statement);

// "price_missing: BTC-PERPETUAL has no price", "gap delta_charge_table: <its text>".
std::string obstacle_text(const State& state, const Account& account, const Assessment& assessment);
std::string_view word(Obstacle obstacle);
// Whether the totals may be used: nothing worse than old or divergent prices stands in the way.
bool judged(const Assessment& assessment);

// "USDT"; of an isolated holding "BTCUSDT-PERP long".
std::string pool_name(const State& state, AssetId asset, InstrumentId isolated, Leg leg);

// One JSON object of account, totals and, where given, liquidation prices and the statement's lines.
void write_account(Json& json, const State& state, AccountId account, const Assessment& assessment,
                   const Statement* statement, const std::vector<Boundary>* boundaries = nullptr);
void write_account(Json& json, const State& state, const Account& account, const Assessment& assessment,
                   const Statement* statement, const std::vector<Boundary>* boundaries);

}  // namespace lockstep
