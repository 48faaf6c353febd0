#include "node/calibrate/publish.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lockstep::calibrate {
namespace {

constexpr Time start = Time::from_raw(1'700'000'000'000'000);
constexpr Time after(i64 hours) { return start + Duration::from_raw(hours * hour.raw()); }
const IndexMove calm{};

Published at_20() { return {0.20, 0.20, start, std::nullopt}; }

Step step(double target, i64 hours, const IndexMove& move = calm, const Published& from = at_20()) {
  return publish_step(from, target, move, after(hours), {});
}

// Evaluated every hour.
Published hourly(double target, i64 hours, const IndexMove& move = calm) {
  Published now = at_20();
  for (i64 h = 1; h <= hours; ++h) now = publish_step(now, target, move, after(h), {}).next;
  return now;
}

TEST(Publish, TheFirstValueIsTheTargetRoundedUp) {
  const Step first = publish_step(std::nullopt, 0.16341, calm, start, {});
  EXPECT_EQ(first.decision, Decision::first);
  EXPECT_NEAR(first.next.value, 0.164, 1e-12);
  EXPECT_NEAR(publish_step(std::nullopt, 0.163, calm, start, {}).next.value, 0.163, 1e-12);
}

TEST(Publish, InsideTheDeadBandNothingChanges) {
  EXPECT_EQ(step(0.2039, 24).decision, Decision::keep);
  EXPECT_EQ(step(0.2041, 24).decision, Decision::up);
  EXPECT_EQ(step(0.1801, 24).decision, Decision::keep);
  EXPECT_EQ(step(0.1799, 24).decision, Decision::down_limited);
  EXPECT_EQ(step(0.2039, 24).next.value, 0.20);
  EXPECT_EQ(step(0.2039, 24).next.at, after(24));
  EXPECT_NEAR(step(0.2041, 24).next.value, 0.205, 1e-12);  // reached, and rounded up
  EXPECT_EQ(step(0.2039, 24).reason, "target 20.39 %, published 20.00 %: inside the dead band");
}

TEST(Publish, RisesBySharesOfTenPercentADay) {
  EXPECT_EQ(step(0.30, 24).decision, Decision::up_limited);
  EXPECT_NEAR(step(0.30, 24).next.exact, 0.22, 1e-12);
  EXPECT_NEAR(step(0.30, 24).next.value, 0.22, 1e-12);
  EXPECT_NEAR(step(0.30, 12).next.exact, 0.2097617696, 1e-9);  // 0.2 times the root of 1.1
  EXPECT_NEAR(step(0.30, 1).next.value, 0.201, 1e-12);
  EXPECT_NEAR(hourly(0.30, 24).exact, 0.22, 1e-12);  // no more by asking more often, rounding included
  EXPECT_NEAR(hourly(0.30, 24).value, 0.22, 1e-12);
  EXPECT_NEAR(hourly(0.30, 48).exact, 0.242, 1e-12);
  EXPECT_NEAR(step(0.30, 240).next.exact, 0.22, 1e-12);  // a pause is not saved up
}

TEST(Publish, FallsByTwoPercentADayAlsoWhenAnHourIsLessThanAUnit) {
  EXPECT_EQ(step(0.10, 24).decision, Decision::down_limited);
  EXPECT_NEAR(step(0.10, 24).next.value, 0.196, 1e-12);
  EXPECT_NEAR(hourly(0.10, 1).value, 0.20, 1e-12);  // 19.983 % rounds up
  EXPECT_NEAR(hourly(0.10, 24).value, 0.196, 1e-12);
  EXPECT_NEAR(hourly(0.10, 48).value, 0.193, 1e-12);  // 0.19208
  // Down to where the target is inside the dead band again: 0.17 / 0.9 = 0.18889.
  EXPECT_NEAR(hourly(0.17, 24 * 30).value, 0.188, 1e-12);
}

TEST(Publish, ARunOfTheIndexAllowsOneLargerRiseInSixHours) {
  const IndexMove run{0.121, 2};
  const Step first = step(0.40, 1, run);
  EXPECT_EQ(first.decision, Decision::emergency);
  EXPECT_NEAR(first.next.value, 0.25, 1e-12);
  EXPECT_EQ(first.next.emergency, after(1));
  EXPECT_EQ(first.reason,
            "target 40.00 %, published 20.00 %: emergency to 25.00 %, the index moved 12.10 % at 2 venues");

  const IndexMove further{0.20, 3};  // above 0.6 times 25 % as well
  const Step second = publish_step(first.next, 0.40, further, after(6), {});
  EXPECT_EQ(second.decision, Decision::up_limited);
  EXPECT_EQ(second.next.emergency, after(1));
  const Step third = publish_step(first.next, 0.40, further, after(7), {});
  EXPECT_EQ(third.decision, Decision::emergency);
  EXPECT_NEAR(third.next.value, 0.313, 1e-12);  // 31.25 % rounded up
}

TEST(Publish, OneVenueOrASmallMoveIsNoEmergency) {
  EXPECT_EQ(step(0.40, 1, {0.30, 1}).decision, Decision::up_limited);
  EXPECT_EQ(step(0.40, 1, {0.119, 5}).decision, Decision::up_limited);
  EXPECT_EQ(step(0.20, 1, {0.30, 2}).decision, Decision::keep);  // the target asks for nothing
  EXPECT_EQ(step(0.10, 1, {0.30, 2}).decision, Decision::down_limited);
  PublishPolicy without;
  without.emergency_rise = 0;
  EXPECT_EQ(publish_step(at_20(), 0.40, {0.30, 2}, after(1), without).decision, Decision::up_limited);
}

TEST(Publish, TheExceptionIsNotSpentWhereTheLimitSuffices) {
  const Step small = step(0.2005 * 1.03, 24, {0.30, 2});
  EXPECT_EQ(small.decision, Decision::up);
  EXPECT_FALSE(small.next.emergency.has_value());
}

TEST(Publish, WithoutATargetTheValueStays) {
  const Step none = publish_step(at_20(), std::nullopt, calm, after(5), {});
  EXPECT_EQ(none.decision, Decision::no_data);
  EXPECT_EQ(none.next.value, 0.20);
  EXPECT_EQ(none.next.at, after(5));
  EXPECT_EQ(none.reason, "no target: stays at 20.00 %");
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity(), -0.1}) {
    EXPECT_EQ(publish_step(at_20(), bad, calm, after(5), {}).decision, Decision::no_data);
  }
  const Step nothing = publish_step(std::nullopt, std::nullopt, calm, after(5), {});
  EXPECT_EQ(nothing.decision, Decision::no_data);
  EXPECT_EQ(nothing.reason, "no target and no value yet");
}

}  // namespace
}  // namespace lockstep::calibrate
