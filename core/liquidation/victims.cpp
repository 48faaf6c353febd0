#include "core/liquidation/victims.h"

#include <algorithm>

namespace lockstep {

bool comes_first(const Victim& a, const Victim& b) {
  const bool a_bare = a.maintenance == Value{}, b_bare = b.maintenance == Value{};
  if (a_bare != b_bare) return a_bare;
  if (!a_bare) {
    const int order =
        compare_products(a.health.raw(), b.maintenance.raw(), b.health.raw(), a.maintenance.raw());
    if (order != 0) return order < 0;
  }
  return a.account < b.account;
}

void put_in_order(std::vector<Victim>& victims) { std::sort(victims.begin(), victims.end(), comes_first); }

}  // namespace lockstep
