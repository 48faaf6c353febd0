#include "core/liquidation/bankruptcy_price.h"

namespace lockstep::liquidation {

bool closes(i128 size, i128 change) {
  const bool opposite = (size > 0 && change < 0) || (size < 0 && change > 0);
  return opposite && abs(change) <= abs(size);
}

std::optional<Value> bankruptcy_proceeds(const Closing& closing, Health account) {
  if (account.maintenance <= Value{}) return std::nullopt;
  const Value freed = abs(closing.maintenance_after - closing.maintenance_before);
  const Value share =
      Value::from_raw(mul_div(account.balance.raw(), freed.raw(), account.maintenance.raw(), Round::down));
  return closing.worth_before - closing.worth_after - share;
}

}  // namespace lockstep::liquidation
