// A history keeps its bound, its marks and its span; the moves of the next day are those of its prices.
#include "node/calibrate/history.h"

#include <gtest/gtest.h>

#include "node/feed/calendar.h"

namespace lockstep::calibrate {
namespace {

const Time start = time_of_date(2024, 1, 1);
Time at_hour(i64 n) { return start + Duration::from_raw(n * hour.raw()); }

TEST(History, AMoveIsThatOfTheNextTwentyFourHours) {
  History history{.base = "BTC", .points = {}};
  for (int n = 0; n <= 30; ++n) {
    HistoryPoint point{.at = at_hour(n), .price = 100.0, .target = {}};
    if (n == 24) point.price = 80.0;
    if (n == 25) point.price = 150.0;
    if (n == 26) point.price.reset();
    if (n != 27) add_point(history, point);
  }
  const std::vector<std::optional<double>> moves = moves_of_next_day(history);
  ASSERT_EQ(moves.size(), 30u);
  EXPECT_NEAR(moves[0].value(), 0.2, 1e-12);
  EXPECT_NEAR(moves[1].value(), 0.5, 1e-12);
  EXPECT_FALSE(moves[2]);  // no price then
  EXPECT_FALSE(moves[3]);  // no such hour
  EXPECT_NEAR(moves[4].value(), 0.0, 1e-12);
  EXPECT_FALSE(moves[7]);  // beyond the end
}

TEST(History, AWalkOfTenYearsStaysInItsRoomAndLosesNoMark) {
  History history{.base = "BTC", .points = {}};
  constexpr i64 hours = 10 * 8760;
  std::size_t marks = 0;
  for (i64 n = 0; n < hours; ++n) {
    HistoryPoint point{.at = at_hour(n), .price = 100.0 + static_cast<double>(n), .target = {}};
    point.urgent = n % 1'001 == 1'000;
    marks += point.urgent ? 1 : 0;
    add_point(history, point);
  }
  // 87,600 hours in less than 16,384 points: every eighth.
  EXPECT_EQ(history.step, Duration::from_raw(8 * hour.raw()));
  ASSERT_EQ(history.points.size(), 10'950u);
  EXPECT_EQ(history.points.front().at, start);
  EXPECT_EQ(history.points.back().at, at_hour(hours - 8));
  std::size_t found = 0;
  for (const HistoryPoint& point : history.points) found += point.urgent ? 1 : 0;
  EXPECT_EQ(found, marks);
  EXPECT_NEAR(moves_of_next_day(history)[0].value(), 0.24, 1e-12);
}

}  // namespace
}  // namespace lockstep::calibrate
