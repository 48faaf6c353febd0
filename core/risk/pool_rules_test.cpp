#include "core/risk/pool_rules.h"

#include <gtest/gtest.h>

#include "core/risk/testing_market.h"

namespace lockstep {
namespace {

using testing::percent;
using testing::value;

TEST(Borrow, ChargesDebtsAtBothLevels) {
  BorrowRow row;
  row.initial = percent("10");
  row.maintenance = percent("2");
  EXPECT_EQ(borrow_margin(row, value("78553")).initial, value("7855.3"));
  EXPECT_EQ(borrow_margin(row, value("78553")).maintenance, value("1571.06"));
}

OffsetRow half() {
  OffsetRow row;
  row.credit = percent("50");
  return row;
}

// 1000 against 600 in the other direction: half of 600 comes back.
TEST(Offset, GivesBackAShareOfTheLesserRequirement) {
  const OffsetSide longer{{value("1000"), value("800")}, value("3")};
  const OffsetSide shorter{{value("600"), value("500")}, value("-40")};
  EXPECT_EQ(offset_credit(half(), longer, shorter).initial, value("300"));
  EXPECT_EQ(offset_credit(half(), shorter, longer).maintenance, value("250"));
}

TEST(Offset, GivesNothingInTheSameDirectionOrWithoutOne) {
  const OffsetSide a{{value("1000"), value("800")}, value("3")};
  const OffsetSide b{{value("600"), value("500")}, value("40")};
  EXPECT_EQ(offset_credit(half(), a, b).initial, Value{});
  EXPECT_EQ(offset_credit(half(), a, OffsetSide{b.margin, {}}).initial, Value{});
  OffsetRow against = half();
  against.same_direction = true;
  EXPECT_EQ(offset_credit(against, a, b).initial, value("300"));
}

}  // namespace
}  // namespace lockstep
