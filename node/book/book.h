// A book file: a market at one moment and accounts as they stand, under one rulebook, as a filled engine.
// For a margin question without a log: what does this portfolio need, and why?
//
//   at = "2026-02-05T21:29:00Z"     every price is of this moment
//   [assets]                        NAME = decimals of its ledger
//   [index.NAME]                    base quote price
//   [instrument.NAME]               kind index inverse lot tick [price_max lots_max]
//                                   [expiry averaging] [strike option] [mark] [volatility forward]
//   [[surface]]                     index expiry forward, and one of
//                                   svi = { a b rho m sigma }  essvi = { theta rho psi }
//   [[observation]]                 kind of value [expiry], as ObservationKind says (core/model/entities.h)
//   [[account]]                     name mode [pooled hedge]
//                                   balances = { ASSET = "1.5" }  leverage = { INSTRUMENT = "20" }
//   [[account.holding]]             instrument, size or contracts, entry, [leg margin]
//   [[account.order]]               id instrument side, size or contracts, [type price trigger trail
//                                   trigger_by leg display filled post_only reduce_only]
//
// Decimals are texts and read exactly.  size: signed, in coins (inverse perpetuals and futures: in quote
// units), a multiple of the lot; contracts: signed, in lots.  entry may lie between ticks, because it is an
// average; the price of an order may not.  Holdings are taken as they are, whatever they lack in margin: an
// account under water is what one asks about.  lots_max and price_max default to what core/units/limits.h
// allows.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/engine/engine.h"
#include "node/io/fault.h"

namespace lockstep {

// A fault names file, line and column, what is wrong and what would be right.  Also: whatever the engine
// refuses.
Result<std::unique_ptr<Engine>, Fault> open_book(std::string_view text, const std::string& file_name,
                                                 const Rulebook& rules);

// The same with every account in another mode than the file says: to ask what other rules would need.  A
// book is written for one venue, so what another lacks is filled in: leverage that it does not allow is left
// out; if the rulebook counts in an asset that the book does not have, it is added, dollar coins (USD, USDC,
// USDT) are one dollar each, and what is priced in one is priced in all.
struct BookMode {
  MarginMode mode = MarginMode::cross;
  bool pooled = false;
};
Result<std::unique_ptr<Engine>, Fault> open_book_as(std::string_view text, const std::string& file_name,
                                                    const Rulebook& rules, std::optional<BookMode> mode);

}  // namespace lockstep
