#include "core/risk/spread.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/prng.h"
#include "core/risk/testing_market.h"

namespace lockstep {
namespace {

using testing::percent;
using testing::price;
using testing::value;

UnitSum unit_of(std::vector<Value> deltas) {
  UnitSum unit;
  unit.index_price = price("100");
  for (std::size_t i = 0; i < deltas.size(); ++i) {
    unit.deltas.push_back({Time::from_raw(static_cast<i64>(i)), deltas[i]});
  }
  return unit;
}

SpreadRow row() {
  SpreadRow fresh;
  fresh.rate = percent("2");
  return fresh;
}

// 5 long against 3 and 1 short: 4 are matched; 4 x 100 x 2 %.
TEST(ExpirySpread, ChargesWhatIsMatchedBetweenExpiries) {
  EXPECT_EQ(expiry_spread_margin(row(), unit_of({value("5"), value("-3"), value("-1")})).initial, value("8"));
  EXPECT_EQ(expiry_spread_margin(row(), unit_of({value("5"), value("3")})).initial, Value{});
  EXPECT_EQ(expiry_spread_margin(row(), unit_of({})).maintenance, Value{});
}

// Against matching coin by coin, nearest expiries first.
TEST(ExpirySpread, AgreesWithMatchingCoinByCoin) {
  Prng prng(3);
  for (int i = 0; i < 300; ++i) {
    std::vector<i64> coins;
    std::vector<Value> deltas;
    for (int n = 0; n < 5; ++n) {
      coins.push_back(prng.between(-9, 9));
      deltas.push_back(Value::from_raw(coins.back() * value_one));
    }
    i64 matched = 0;
    for (std::size_t a = 0; a < coins.size(); ++a) {
      for (std::size_t b = a + 1; b < coins.size(); ++b) {
        while (coins[a] * coins[b] < 0) {
          coins[a] += coins[a] > 0 ? -1 : 1;
          coins[b] += coins[b] > 0 ? -1 : 1;
          ++matched;
        }
      }
    }
    EXPECT_EQ(expiry_spread_margin(row(), unit_of(deltas)).initial, Value::from_raw(matched * 2 * value_one));
  }
}

}  // namespace
}  // namespace lockstep
