// The worst price a liquidation accepts: at the mark while the account is just below maintenance, and
// towards a spread of its maintenance from the mark the closer it is to bankruptcy.
// Source: dYdX v4, protocol/x/clob/keeper/liquidations.go, GetFillablePrice and
// ConvertFillablePriceToSubticks; Drift v2, programs/drift/src/controller/liquidation.rs, liquidate_perp
// (the liquidator's own limit).
#pragma once

#include <optional>

#include "core/liquidation/ratio.h"
#include "core/model/holding_rows.h"
#include "core/risk/transition.h"

namespace lockstep::liquidation {

struct LimitPricePolicy {
  Rate adjustment;  // how fast the spread opens: 1 and it is whole at bankruptcy, 2 and it is whole half-way
  Rate spread;      // of the holding's maintenance, at most
};

// (worth - clamp((1 - balance/maintenance) adjustment, 0, 1) x spread x maintenance of the holding) / size:
// money per unit of size, exact.  size and worth are signed and of one sign.  None: size 0, an account
// without maintenance, or beyond 128 bits.
std::optional<Ratio> limit_price(i128 size, Value worth, Value maintenance, Health account,
                                 LimitPricePolicy policy);

// The same for the whole holding, as money rounded as named: for figures whose exact quotient does not fit.
// An account that lacks nothing asks for the mark.
Value limit_proceeds(Value worth, Value maintenance, Health account, LimitPricePolicy policy, Round round);

// A price of at least 0 in whole ticks: price x 10^power rounded to a multiple of `tick` (> 0), then within
// [tick, the largest multiple that is not above `most`].  Up when a long is sold, down when a short is
// bought back.
i128 in_ticks(Ratio price, int power, i128 tick, i128 most, Round round);

// Whether a liquidator who takes a holding over at the mark and earns `fee` of it stays within his limit:
// he pays no more than it for a long, gets no less than it for a short.  The fee per unit is rounded as
// named.
bool within_limit(Price mark, Rate fee, bool takes_long, Price limit, Rounding rounding);

}  // namespace lockstep::liquidation
