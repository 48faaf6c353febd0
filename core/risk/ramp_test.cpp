#include "core/risk/ramp.h"

#include <gtest/gtest.h>

#include "core/risk/check.h"
#include "core/risk/testing_rules.h"

namespace lockstep {
namespace {

constexpr i64 percent = rate_one / 100;

Value value(i64 whole) { return Value::from_raw(i128{whole} * value_one); }

// Two brackets: `low` up to the floor, 10 % from there on.
Rulebook book(i64 low, i64 floor) {
  Rulebook rules = testing::bracket_rules();
  std::vector<Bracket>& brackets = rules.components[0].brackets[0].brackets;
  brackets.resize(2);
  brackets[0] = {Value{}, Rate::from_raw(low * percent), Rate::from_raw(10 * rate_one), Value{}};
  brackets[1] = {value(floor), Rate::from_raw(10 * percent), Rate::from_raw(5 * rate_one),
                 Value::from_raw(value(floor).raw() / 100 * (10 - low))};
  return rules;
}

// Half of the way from 2 % to 4 % and from 100 to 300: 3 %, from 200 on less 14.
TEST(Ramp, LiesOnTheWayInEveryNumber) {
  Rulebook half;
  ASSERT_TRUE(between(book(2, 100), book(4, 300), 1, 2, half));
  const std::vector<Bracket>& brackets = half.components[0].brackets[0].brackets;
  EXPECT_EQ(brackets[0].rate, Rate::from_raw(3 * percent));
  EXPECT_EQ(brackets[1].floor, value(200));
  EXPECT_EQ(brackets[1].deduction, value(14));
  EXPECT_TRUE(check_rulebook(half).none());
}

TEST(Ramp, ComesCloserWithEveryStep) {
  i64 last = 2 * percent;
  for (u32 step = 1; step < 7; ++step) {
    Rulebook on_the_way;
    ASSERT_TRUE(between(book(2, 100), book(9, 100), step, 7, on_the_way));
    const i64 rate = on_the_way.components[0].brackets[0].brackets[0].rate.raw();
    EXPECT_EQ(rate, last + percent);
    last = rate;
  }
}

TEST(Ramp, HasNothingBetweenDifferentShapes) {
  Rulebook unused;
  Rulebook other = book(4, 100);
  other.components[0].brackets[0].brackets.resize(1);
  EXPECT_FALSE(between(book(2, 100), other, 1, 2, unused));
  other = book(4, 100);
  other.schemes[0].liquidate_at_equality = !other.schemes[0].liquidate_at_equality;
  EXPECT_FALSE(between(book(2, 100), other, 1, 2, unused));
  other = book(4, 100);
  other.version = "another";
  EXPECT_TRUE(between(book(2, 100), other, 1, 2, unused));
}

}  // namespace
}  // namespace lockstep
