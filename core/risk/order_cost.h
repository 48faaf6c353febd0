// What open orders cost where a venue charges them by their own limit price instead of by the risk of a fill,
// and what a fill moves into or out of the margin of an isolated holding.
#pragma once

#include <span>

#include "core/model/holding_rows.h"

namespace lockstep {

struct LimitOrder {
  Value price;  // settlement asset per coin, 10^-16
  Value coins;  // positive
};

// Methodology 5.7 (at limit).  Per side, best price first: what closes the holding is free, the rest costs
// coins x max(price, floor) x factor, rounded as named; the larger side counts.  buys: from the highest
// price, sells: from the lowest (asserted).  floor 0: none.  factor: 1 / leverage.
// Source: Vega specification 0019-MCAL, isolated margin.
Value at_limit_cost(std::span<const LimitOrder> buys, std::span<const LimitOrder> sells, Value held,
                    Value floor, Rate factor, Rounding rounding);

// The same for a market whose price lies between 0 and cap and whose holdings are covered in full: a buy can
// lose its price, a sell cap - price.
Value capped_cost(std::span<const LimitOrder> buys, std::span<const LimitOrder> sells, Value held, Value cap,
                  Rounding rounding);

// What a fill at `price` loses at once against the mark, per lot or coin; not negative.  Methodology 5.7
// (worst side).
Value opening_loss(Value price, Value mark, bool buys);

// What buying an option costs besides its premium, per coin: rate x index, at most cap x the option's
// price; up. All in the settlement asset.  Source: Bybit, trading fee of options.
Value option_fee(Value index, Value price, Rate rate, Rate cap);

// How the margin of an isolated holding changes with fills of one side.  held: before them.  positive: into
// the margin.  Beyond zero a holding needs price x coins x factor of what lies there (a turn settles the
// rest); towards zero the share of what is left after settling at the average price leaves.  balance:
// margin now.
enum class IsolatedMove : u8 { increase, decrease, flip };
struct IsolatedChange {
  IsolatedMove move = IsolatedMove::increase;
  Value amount;
};
IsolatedChange isolated_change(std::span<const LimitOrder> fills, Value held, bool buys, Value mark,
                               Value balance, Rate factor, Rounding rounding);

}  // namespace lockstep
