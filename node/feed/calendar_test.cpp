#include "node/feed/calendar.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

std::string problem(std::string_view text) {
  const Result<Time, Fault> time = parse_time(text, "--from");
  return time ? "" : time.error().what;
}

TEST(Calendar, KnownMomentsHaveTheirEpochTimes) {
  EXPECT_EQ(time_of_date(1970, 1, 1).raw(), 0);
  EXPECT_EQ(time_of_date(2000, 3, 1).raw(), 951'868'800'000'000);
  EXPECT_EQ(parse_time("2026-01-28T04:00:47Z", "x").value().raw(), 1'769'572'847'000'000);
  EXPECT_EQ(parse_time("2026-01-28 04:00", "x").value().raw(), 1'769'572'800'000'000);
  EXPECT_EQ(parse_time("2024-02-29", "x").value().raw(), 1'709'164'800'000'000);
}

TEST(Calendar, TextAndTimeAreInverseOnEveryDayOfTheirRange) {
  Time time = time_of_date(2009, 1, 1);
  std::string previous;
  while (time < time_of_date(2099, 12, 31)) {
    const std::string text = format_time(time);
    ASSERT_EQ(parse_time(text, "x").value(), time);
    ASSERT_LT(previous, text);
    previous = text;
    time = time + day;
  }
}

TEST(Calendar, ImpossibleDatesAreRefusedWithTheReason) {
  EXPECT_EQ(problem("2026-02-30"), "--from: \"2026-02-30\" is no date: February 2026 has 28 days");
  EXPECT_EQ(problem("2025-06-31"), "--from: \"2025-06-31\" is no date: June 2025 has 30 days");
  EXPECT_EQ(problem("2026-13-01"), "--from: \"2026-13-01\" has no such month; expected 01 to 12");
  EXPECT_NE(problem("2026-02-05T24:00"), "");
  EXPECT_NE(problem("1999-02-05"), "");
  for (const char* text :
       {"", "2026", "2026-2-5", "05.02.2026", "2026-02-05x", "2026-02-05T", "2026-02-05T1:00"}) {
    EXPECT_NE(problem(text).find("is no UTC date or time; expected e.g."), std::string::npos) << text;
  }
}

TEST(Calendar, OptionExpiriesAreAtEightInTheMorning) {
  Time expiry;
  ASSERT_TRUE(parse_expiry("28JAN26", expiry));
  EXPECT_EQ(format_time(expiry), "2026-01-28 08:00:00");
  ASSERT_TRUE(parse_expiry("6FEB26", expiry));
  EXPECT_EQ(format_time(expiry), "2026-02-06 08:00:00");
  EXPECT_EQ(format_expiry(expiry), "6FEB26");
  for (const char* text : {"30FEB26", "0JAN26", "1JAN2026", "1Jan26", "JAN26", "", "PERPETUAL"}) {
    EXPECT_FALSE(parse_expiry(text, expiry)) << text;
  }
}

}  // namespace
}  // namespace lockstep
