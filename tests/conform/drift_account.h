// Drift v2: a whole account at chosen levels of margin.  Every isolated perp is a bucket of its own;
// everything else is one.
#pragma once

#include <map>

#include "tests/conform/drift.h"

namespace lockstep::conform::drift {

struct Bucket {
  Value requirement, collateral;
  Value requirement_with_buffer, collateral_with_buffer;

  bool holds() const;
  Value shortage() const { return max(requirement_with_buffer - collateral_with_buffer, Value{}); }
};

struct Context {
  WeightLevel cross = WeightLevel::initial;
  WeightLevel isolated = WeightLevel::initial;
  std::map<int, WeightLevel> isolated_of;
  bool strict = false;
  Rate buffer;
  Rate override_ratio;

  WeightLevel of(int market) const;
};

struct Account {
  Context context;
  std::map<int, SpotMarket> spot;
  std::map<int, PerpMarket> perps;
  std::map<int, Prices> spot_prices;
  std::map<int, Price> perp_prices;
  Bucket cross;
  std::map<int, Bucket> isolated;
  std::map<int, Value> perp_requirements;
  Value equity;
  bool high_leverage = false, high_at_maintenance = false;
  bool perp_isolated_tier = false, spot_isolated_tier = false;
  bool has_liability = false;

  Value buffered(Value liability) const;
};

Account account_of(const Json& params, const Json& prices, const Json& portfolio, const Context& context);

}  // namespace lockstep::conform::drift
