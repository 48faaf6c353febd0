#include "core/risk/order_cost.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

Value whole(i64 units) { return Value::from_raw(units * value_one); }
const Rate half = Rate::from_raw(rate_one / 2);
const Rounding to_whole{.direction = Round::zero, .decimals = 0};
const LimitOrder buys[] = {{whole(50), whole(10)}, {whole(40), whole(20)}, {whole(20), whole(30)}};
const LimitOrder sells[] = {{whole(20), whole(10)}, {whole(40), whole(20)}, {whole(50), whole(30)}};

// Buys 500 + 800 + 600 = 1900, sells 200 + 800 + 1500 = 2500.
TEST(OrderCost, IsThatOfTheLargerSide) {
  EXPECT_EQ(at_limit_cost(buys, sells, {}, {}, half, to_whole), whole(1250));
  EXPECT_EQ(at_limit_cost(buys, {}, {}, {}, half, to_whole), whole(950));
}

// Short 20: the first 20 bought close it, 10 at 50 and 10 at 40; 400 + 600 remain.
TEST(OrderCost, LetsWhatClosesTheHoldingGoFree) {
  EXPECT_EQ(at_limit_cost(buys, {}, whole(-20), {}, half, to_whole), whole(500));
  EXPECT_EQ(at_limit_cost(buys, {}, whole(-60), {}, half, to_whole), whole(0));
  EXPECT_EQ(at_limit_cost(buys, {}, whole(20), {}, half, to_whole), whole(950));
}

// Nothing is worth less than 42 in an auction: 500 + 840 + 1260 = 2600.
TEST(OrderCost, HasAFloorForThePrice) {
  EXPECT_EQ(at_limit_cost(buys, {}, {}, whole(42), half, to_whole), whole(1300));
}

// A market between 0 and 100: 5 sold at 20 can lose 400, 30 bought at 16 can lose 480 once 10 at 18 have
// closed the short.
TEST(OrderCost, CoversACappedMarketInFull) {
  const LimitOrder bought[] = {{whole(18), whole(10)}, {whole(16), whole(30)}};
  const LimitOrder sold[] = {{whole(20), whole(5)}};
  EXPECT_EQ(capped_cost(bought, sold, whole(-10), whole(100), to_whole), whole(480));
  EXPECT_EQ(capped_cost({}, sold, {}, whole(100), to_whole), whole(400));
}

TEST(IsolatedChange, MovesMarginInForWhatIsAdded) {
  const LimitOrder fills[] = {{whole(12), whole(5)}, {whole(10), whole(10)}};
  const IsolatedChange change = isolated_change(fills, {}, true, {}, whole(1000), half, to_whole);
  EXPECT_EQ(change.move, IsolatedMove::increase);
  EXPECT_EQ(change.amount, whole(80));
}

// 20 long, 25 sold: the last 5 at 12 need 30 of the 1000 that are there.
TEST(IsolatedChange, SettlesATurnAgainstTheBalance) {
  const LimitOrder fills[] = {{whole(11), whole(15)}, {whole(12), whole(10)}};
  const IsolatedChange change = isolated_change(fills, whole(20), false, {}, whole(1000), half, to_whole);
  EXPECT_EQ(change.move, IsolatedMove::flip);
  EXPECT_EQ(change.amount, whole(-970));
}

// 10 long with 50 set aside, 4 sold at 12 where the mark is 11: (12 - 11) x 10 + 50 = 60, and 4 tenths leave.
TEST(IsolatedChange, ReleasesAShareOfWhatIsLeft) {
  const LimitOrder fills[] = {{whole(12), whole(4)}};
  const IsolatedChange change =
      isolated_change(fills, whole(10), false, whole(11), whole(50), half, to_whole);
  EXPECT_EQ(change.move, IsolatedMove::decrease);
  EXPECT_EQ(change.amount, whole(-24));
}

}  // namespace
}  // namespace lockstep
