#include "core/liquidation/pace.h"

#include <gtest/gtest.h>

#include "core/liquidation/victims.h"

namespace lockstep {
namespace {

constexpr Value units(i64 n) { return Value::from_raw(value_one * n); }

TEST(Deadline, ThreeDeviations) {
  // 20,000 of equity behind 1,000,000; one deviation of a second is 0.01 %, three are 300: (20,000 / 300)^2 =
  // 4,444.4 s.
  const Duration until = deadline(units(20'000), units(1'000'000), Rate::from_raw(rate_one / 10'000),
                                  Rate::from_raw(3 * rate_one));
  EXPECT_EQ(until.raw() / 100'000, 44'444);
  EXPECT_EQ(deadline(Value{}, units(1), Rate::from_raw(1), Rate::from_raw(rate_one)).raw(), 0);
}

TEST(Paced, TheLeastOfThree) {
  const Duration ten = Duration::from_raw(10 * second.raw()),
                 hundred = Duration::from_raw(100 * second.raw());
  EXPECT_EQ(paced(units(500), units(1'000), units(700), ten, Duration{}), units(500));
  EXPECT_EQ(paced(units(500), units(1'000), units(300), ten, Duration{}), units(300));
  EXPECT_EQ(paced(units(500), units(1'000), units(300), ten, hundred), units(100));
}

TEST(Victims, LowestRatioFirstThenLowestId) {
  const auto victim = [](u32 id, i64 health, i64 maintenance) {
    return Victim{AccountId{id}, units(health), units(maintenance)};
  };
  std::vector<Victim> all = {victim(4, -1, 10), victim(3, -30, 100), victim(2, -10, 100), victim(1, 5, 0)};
  put_in_order(all);
  EXPECT_EQ(all[0].account.index, 1u);  // holds nothing any more
  EXPECT_EQ(all[1].account.index, 3u);  // -30 %
  EXPECT_EQ(all[2].account.index, 2u);  // -10 %, as the next
  EXPECT_EQ(all[3].account.index, 4u);
}

}  // namespace
}  // namespace lockstep
