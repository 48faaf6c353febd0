// Why a venue's figure is another than ours: the prices, the holdings and the parameters that the venue used
// are put in the place of ours, one after the other, and what each moves is its part.  What is left when all
// are the same is the rule.  Methodology 8.4.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/engine/engine.h"

namespace lockstep::whatif {

// What the venue says of one account.  Nothing: not said.
struct Report {
  AssetId asset;  // of the pool that the figures are of
  std::optional<Value> equity, initial, maintenance;
  std::vector<std::pair<IndexId, Price>> indexes;
  std::vector<std::pair<InstrumentId, Price>> marks;
  std::vector<std::pair<InstrumentId, Lots>> holdings;  // signed; the entry stays
  std::optional<Rulebook> rules;                        // the parameters that it used, if they are not ours
};

enum class Cause : u8 { ours, price, holding, epoch, rule };
struct Part {
  Cause cause = Cause::ours;
  std::string what;                    // "mark of BTCUSDT-PERP 107012.4 instead of 107100"
  Value equity, initial, maintenance;  // ours: the figures; else what they move by
};

// First ours, then a part for each thing that differs, in the order of Cause; the last is the rule: what no
// difference of inputs explains, 0 where the venue said nothing of a figure.  The parts add up to the
// report.  The engine is not changed.  The error is one line: a price or size that cannot be, parameters
// that do not fit.
Result<std::vector<Part>, std::string> attribute(const Engine& engine, AccountId account,
                                                 const Report& report);

}  // namespace lockstep::whatif
