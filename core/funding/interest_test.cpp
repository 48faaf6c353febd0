// Figures of two chains' own tests.
#include "core/funding/interest.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

const BentRate bent{6 * pow10(16), 6 * pow10(17), 2 * pow10(17), 4 * pow10(17)};

TEST(Interest, HalfInUseIs16PerCent) {
  EXPECT_TRUE(bent_rate(bent, share_in_use(5'000, 10'000)) == 16 * pow10(16));
  EXPECT_TRUE(share_in_use(3, 2) == pow10(18));
  EXPECT_TRUE(share_in_use(3, 0) == 0);
}

TEST(Interest, AWeekAt16PerCent) { EXPECT_TRUE(growth(16 * pow10(16), 604'800) == 3'073'205'794'798'734); }

TEST(Interest, AYearOfEverythingIsE) {
  EXPECT_TRUE(growth(pow10(18), 31'536'000) == 1'718'281'828'459'045'235);
}

TEST(Interest, FullUseCostsTheMost) {
  const StepRate steps{700'000, 100'000, 5'000'000, 0};
  EXPECT_TRUE(step_rate(steps, 1'000'000) == 5'000'000);
  EXPECT_TRUE(step_rate(steps, 700'000) == 99'999);  // the slope of the line is cut, too
  EXPECT_TRUE(step_rate({0, 0, 0, 50'000}, 10'000) == 50'000);
}

// 12 %, 5 % of the way to 212 %, and two thirds of the 10 % of the second segment, in which the optimum lies.
TEST(Interest, AnOptimumBeyondASegment) {
  EXPECT_TRUE(step_rate({870'000, 120'000, 2'120'000, 0}, 883'333) == 120'000 + 100'000 + 133'332);
}

TEST(Interest, DebtsGrowByAUnitMore) {
  const IndexGains gains = index_gains(pow10(10), pow10(10), 50'000, 10'000, 10'030);
  EXPECT_TRUE(gains.borrowed == 159'025 && gains.deposited == 1'590);
  EXPECT_TRUE(index_gains(pow10(10), pow10(10), 50'000, 0, 10'030).borrowed == 0);
  EXPECT_TRUE(use_ppm(1, 100) == 10'000 && use_ppm(1, 0) == 1'000'000 && use_ppm(0, 0) == 0);
}

}  // namespace
}  // namespace lockstep
