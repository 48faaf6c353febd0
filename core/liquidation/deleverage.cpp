#include "core/liquidation/deleverage.h"

#include "core/liquidation/bankruptcy_price.h"

namespace lockstep::liquidation {

DeleveragePrice deleverage_price(Value balance, bool settling) {
  if (balance < Value{}) return DeleveragePrice::bankruptcy;
  return settling ? DeleveragePrice::mark : DeleveragePrice::none;
}

i128 deleverage_size(i128 remaining, i128 counterparty) {
  const bool same_sign = (remaining > 0 && counterparty > 0) || (remaining < 0 && counterparty < 0);
  if (!same_sign) return 0;
  return abs(remaining) > abs(counterparty) ? counterparty : remaining;
}

bool may_deleverage(i128 closed, i128 counterparty, i128 change) {
  return closes(closed, change) && closes(counterparty, -change);
}

}  // namespace lockstep::liquidation
