// What can be computed once per instrument and used by every account: the value of a lot, its delta, the rows
// of the rulebook that apply to it, and its risk array.  A cache of State, never part of it: a row is rebuilt
// when it is looked at after it was declared out of date, and a rebuilt row equals the one before if nothing
// changed.
#pragma once

#include <array>
#include <vector>

#include "core/model/state.h"
#include "core/risk/scratch.h"

namespace lockstep {

// missing: never received.  over_limit: a scenario value beyond limits::array_raw_max, which has no
// parameters.
enum class Known : u8 { yes, missing, over_limit };

constexpr u16 no_row = 0xffff;  // the component applies, but has no parameters for this underlying
constexpr std::size_t row_components_max = 8;  // components that apply to one class of instrument

// One instrument under its rulebook's active epoch.
struct RiskRow {
  bool ready = false;
  u64 index_position = 0;  // log position of the index price that the row was built from
  bool diverged = false;   // mark and index too far apart
  Known mark_known = Known::missing;
  Known array_known = Known::missing;  // options: scenario values and delta
  AssetId base;                        // of the underlying index
  Price index;                         // 0: missing
  Price forward;                       // options: the forward or, where there is none, 0
  Price mark_price;                    // 0: options valued by the model
  Value mark;                          // one long lot
  Value model_value;  // options: one long lot by the model, whatever the mark; 0 if it cannot be computed
  Value delta;        // options: coins per lot, net of the premium if inverse; 10^-16
  Rate years;         // to expiry, at least 0; 0 without expiry
  Time fresh_until;   // log time up to which every price used here is fresh
  u16 profit_row = no_row;   // of Rulebook::profits
  u16 funding_row = no_row;  // of Rulebook::funding
  u64 applies = 0;           // components of the rulebook that apply to this class of instrument, as bits
  u8 component_count = 0;
  std::array<u8, row_components_max> components{};  // the same, ascending
  std::array<u16, row_components_max> rows{};       // and the row of each
  std::array<u32, row_components_max> array_at{};   // grids and basis: where theirs begin in `array`
  std::vector<i64>
      array;  // options: profit per lot in every scenario of each grid and basis that applies, 10^-12
};

// The component's row for an underlying, or no_row.  The most specific one wins: base and settlement asset
// named, then base alone, then settlement asset alone, then any.
u16 find_row(const Component& component, const std::string& base, const std::string& settle);

// Rows by instrument, and scratch memory for assess().
struct RiskBook {
  std::vector<RiskRow> rows;
  RiskScratch scratch;
};

// Time to expiry is counted from here: the latest news about an instrument that expires.  series: an
// option's.
Time latest_news(const Market& market, const Series* series);

// The engine calls these when a command changed what rows depend on: a market or instrument; a series (slice,
// forward, average); the active epoch of a rulebook.  A new index price needs no call.
void invalidate(RiskBook& book, InstrumentId instrument);
void invalidate(RiskBook& book, const State& state, IndexId index, Time expiry);
void invalidate(RiskBook& book, const State& state, RulebookId rulebook);
void invalidate_all(RiskBook& book);

// The row of an instrument, rebuilt if it is out of date.  Its rulebook must have an active epoch (asserted).
// The reference holds until the next call.
const RiskRow& risk_row(const State& state, RiskBook& book, InstrumentId instrument);

}  // namespace lockstep
