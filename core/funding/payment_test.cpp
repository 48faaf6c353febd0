// Figures of two chains' own tests.
#include "core/funding/payment.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(FundingPayment, IndexesAreCutTowardZero) {
  EXPECT_TRUE(index_gain(-1'001'999, 14'400, 100'000 * pow10(2), 1, 28'800) == -5'009'995'000'000);
  EXPECT_TRUE(index_gain(-1'001'999, 28'800, 1'000, pow10(6), 28'800) == -1'001);
}

// Impact prices of 1,494 against 1,500, to converge in eight hours: -0.05 % an hour.
TEST(FundingPayment, HourlyRates) {
  const auto rate = [](i64 impact, i64 most) {
    return hourly_rate(impact * pow10(18), impact * pow10(18), 1'500 * pow10(18), 8 * pow10(18), 0,
                       most * pow10(14));
  };
  EXPECT_TRUE(rate(1'494, 75) == -5 * pow10(14));
  EXPECT_TRUE(rate(1'506, 3) == 3 * pow10(14));
}

TEST(FundingPayment, ALongPaysWhatTheIndexGained) {
  EXPECT_TRUE(since_index(123'456'789'123, 100'000'000'000, 1'000'000) == -23'456'789'123'000'000);
  EXPECT_TRUE(since_index(-50, 100, -5'000'000) == -750'000'000);
  EXPECT_TRUE(cash_flow(10, -10, 1) == 100);
}

TEST(FundingPayment, AHouseThatEarnsChangesNothing) {
  const TwoSides sides{12'295'081'967, 24'590'163'934, -12'295'081'967, 0, 500'000};
  const TwoRates rates = rates_of_sides(sides, 41'666'666);
  EXPECT_TRUE(rates.long_rate == 41'666'666 && rates.short_rate == 41'666'666);
  EXPECT_TRUE(rates.house_balance == 1'012'295);
}

// The house faces 1,000 units short and may spend 300.  Longs pay 1 a unit on 1,000 units; the shorts' 2,000
// get that and a third of the pool: 1,100 / 2,000.
TEST(FundingPayment, AHouseThatPaysSpendsAThirdOfItsPool) {
  const i128 thousand = 1'000 * pow10(9);
  const TwoSides sides{-thousand, thousand, -2 * thousand, 300 * pow10(6), 500 * pow10(6)};
  const TwoRates rates = rates_of_sides(sides, pow10(9));
  EXPECT_TRUE(rates.long_rate == pow10(9));
  EXPECT_TRUE(rates.short_rate == 549'999'999);  // less one unit of money, which the house keeps
  EXPECT_TRUE(rates.house_balance == 400 * pow10(6));
}

}  // namespace
}  // namespace lockstep
