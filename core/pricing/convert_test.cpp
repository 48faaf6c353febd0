#include "core/pricing/convert.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(Convert, ToUnitsRoundsToNearestAndAHalfUp) {
  EXPECT_EQ(to_units(1.25, 100), 125);
  EXPECT_EQ(to_units(0.5, 1), 1);
  EXPECT_EQ(to_units(-0.5, 1), 0);
  EXPECT_EQ(to_units(1.5, 1), 2);
  EXPECT_EQ(to_units(-1.5, 1), -1);
  EXPECT_EQ(to_units(-1.51, 1), -2);
  EXPECT_EQ(to_units(2.49, 1), 2);
  EXPECT_EQ(to_units(0.0, 1), 0);
  EXPECT_EQ(to_units(-0.0, 1'000'000), 0);
}

TEST(Convert, ToUnitsIsExactOnIntegersUpToItsLimit) {
  for (const double x : {0x1p51, 0x1p52 - 1, 0x1p52, 0x1p52 + 1, 0x1p53, 0x1.fffffffffffffp60}) {
    EXPECT_EQ(static_cast<double>(to_units(x, 1)), x);
    EXPECT_EQ(static_cast<double>(to_units(-x, 1)), -x);
  }
}

TEST(ConvertDeathTest, NumbersThatDoNotFitStopTheProcess) {
  EXPECT_DEATH(to_units(0x1p61, 1), "scaled");
  EXPECT_DEATH(to_units(-1e300, 1), "scaled");
  const volatile double zero = 0;
  EXPECT_DEATH(to_units(zero / zero, 1), "scaled");
  EXPECT_DEATH(to_units(1, 0), "units_per_one");
  EXPECT_DEATH(from_units((i64{1} << 53) + 1, 1), "units");
}

TEST(Convert, FromUnitsIsTheNearestDouble) {
  EXPECT_EQ(from_units(6'543'210, 100), 65432.10);
  EXPECT_EQ(from_units(1, 10), 0.1);
  EXPECT_EQ(from_units(-1, 3), -1.0 / 3);
}

TEST(Convert, YearsHave365Days) {
  EXPECT_EQ(years_of(year), 1.0);
  EXPECT_EQ(years_of(Duration::from_raw(0)), 0.0);
  EXPECT_EQ(years_of(hour), 1.0 / 8760);
  EXPECT_LT(years_of(-second), 0.0);
}

}  // namespace
}  // namespace lockstep
