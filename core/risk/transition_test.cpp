#include "core/risk/transition.h"

#include <gtest/gtest.h>

#include "core/base/prng.h"

namespace lockstep {
namespace {

constexpr TransitionRule risk = TransitionRule::not_riskier;

Health health(i64 balance, i64 initial, i64 maintenance) {
  return {Value::from_raw(balance), Value::from_raw(initial), Value::from_raw(maintenance)};
}

TEST(CompareRisk, ByTheShareThatIsCovered) {
  EXPECT_EQ(compare_risk(health(100, 0, 50), health(100, 0, 100)), -1);
  EXPECT_EQ(compare_risk(health(-100, 0, 50), health(-100, 0, 100)), 1);    // -2 against -1
  EXPECT_EQ(compare_risk(health(-100, 0, 150), health(-100, 0, 100)), -1);  // -2/3 against -1
  EXPECT_EQ(compare_risk(health(100, 0, 50), health(200, 0, 100)), -1);     // the same share, less of it
  EXPECT_EQ(compare_risk(health(100, 0, 100), health(100, 0, 100)), 0);
  EXPECT_EQ(compare_risk(health(-2, 0, 0), health(-1, 0, 0)), 1);
}

TEST(CompareRisk, IsAnOrder) {
  Prng prng(5);
  const auto draw = [&prng] {
    return health(static_cast<i64>(prng.below(41)) - 20, 0, static_cast<i64>(prng.below(4)));
  };
  for (int i = 0; i < 5000; ++i) {
    const Health a = draw(), b = draw();
    EXPECT_EQ(compare_risk(a, b), -compare_risk(b, a));
    EXPECT_EQ(compare_risk(a, a), 0);
    if (a.maintenance > Value{} && b.maintenance > Value{}) {  // the twin, in fractions that doubles hold
      const double x = static_cast<double>(a.balance.raw()) / static_cast<double>(a.maintenance.raw());
      const double y = static_cast<double>(b.balance.raw()) / static_cast<double>(b.maintenance.raw());
      if (x < y) {
        EXPECT_EQ(compare_risk(a, b), 1);
      }
    }
  }
}

TEST(Transition, CoveredMayGoAnywhere) {
  EXPECT_EQ(judge_transition(risk, health(-5, 10, 5), health(20, 20, 19)), Transition::allowed);
}

TEST(Transition, AReductionIsAllowedHoweverBadTheAccount) {
  EXPECT_EQ(judge_transition(risk, health(-50, 100, 60), health(-25, 50, 30)), Transition::allowed);
  EXPECT_EQ(judge_transition(risk, health(-50, 100, 60), health(-26, 50, 30)), Transition::still_uncovered);
}

TEST(Transition, MaintenanceMayNotRiseEvenIfTheShareDoes) {
  EXPECT_EQ(judge_transition(risk, health(10, 100, 60), health(90, 110, 66)), Transition::still_uncovered);
}

TEST(Transition, WhoWasCoveredIsNewlyUncovered) {
  EXPECT_EQ(judge_transition(risk, health(100, 100, 60), health(99, 100, 60)), Transition::newly_uncovered);
}

TEST(Transition, WithoutMaintenanceTheBalanceMustRise) {
  EXPECT_EQ(judge_transition(risk, health(-2, 0, 0), health(-1, 0, 0)), Transition::allowed);
  EXPECT_EQ(judge_transition(risk, health(-1, 0, 0), health(-1, 0, 0)), Transition::still_uncovered);
  EXPECT_EQ(judge_transition(risk, health(-2, 1, 1), health(-1, 0, 0)), Transition::still_uncovered);
  EXPECT_EQ(judge_transition(risk, health(-1, 0, 0), health(-2, 1, 1)), Transition::still_uncovered);
}

TEST(Transition, NoWorseLooksAtWhatIsLeft) {
  constexpr TransitionRule rule = TransitionRule::no_worse;
  EXPECT_EQ(judge_transition(rule, health(10, 30, 0), health(90, 110, 66)), Transition::allowed);
  EXPECT_EQ(judge_transition(rule, health(10, 30, 0), health(89, 110, 66)), Transition::still_uncovered);
}

TEST(Transition, TheLargestBalancesDoNotOverflow) {
  const Value most = Value::from_raw(pow10(34));
  EXPECT_EQ(judge_transition(risk, {-most, most, most}, {-most, most, most}), Transition::allowed);
  EXPECT_EQ(compare_risk({most, {}, most}, {most, {}, most - Value::from_raw(1)}), 1);
}

}  // namespace
}  // namespace lockstep
