// Bars of several files on one clock.
#include "node/calibrate/hours.h"

#include <gtest/gtest.h>

namespace lockstep::calibrate {
namespace {

const Time noon = Time::from_raw(1'700'049'600 * i64{1'000'000});
Time after(int minutes) { return noon + Duration::from_raw(minutes * minute.raw()); }

PriceSeries series(const std::string& base, const std::string& file, Duration interval,
                   std::vector<Close> closes) {
  PriceSeries out;
  out.base = base;
  out.file = file;
  out.interval = interval;
  out.closes = std::move(closes);
  return out;
}

Hours of(std::vector<PriceSeries> all, std::size_t bases_max = 64) {
  PriceHistory history;
  history.series = std::move(all);
  std::vector<std::string> notes;
  return hours_of(history, bases_max, notes);
}

TEST(Hours, AVenueIsTheWordsBeforeTheInterval) {
  EXPECT_EQ(venue_of_file("perps/binance_um_5m_close_2025.csv.zst"), "binance_um");
  EXPECT_EQ(venue_of_file("binance_spot_5m_close.csv"), "binance_spot");
  EXPECT_EQ(venue_of_file("perps/okx_swap_4h_markclose.csv.zst"), "okx_swap");
  EXPECT_EQ(venue_of_file("daily/coingecko_daily_2013.csv"), "coingecko_daily_2013");
  EXPECT_EQ(venue_of_file("5m_x.csv"), "5m_x");
  EXPECT_EQ(venue_of_file(""), "");
}

TEST(Hours, TheLastCloseInAnHourCountsAndVolumesAddUp) {
  const Duration half = Duration::from_raw(30 * minute.raw());
  const Hours hours = of({series("BTC", "venue_30m.csv", half,
                                 {{after(0), 100, 0, 0, 5},
                                  {after(30), 101, 0, 0, 2},
                                  {after(60), 102, 0, 0, 3},
                                  {after(90), 103, 0, 0, 4}})});
  ASSERT_EQ(hours.closes.size(), 3u);
  EXPECT_EQ(hours.closes[0].at, noon);  // a close at the full hour belongs to the hour that ends
  EXPECT_EQ(hours.closes[0].price, 100);
  EXPECT_EQ(hours.closes[1].at, after(60));
  EXPECT_EQ(hours.closes[1].price, 102);
  EXPECT_EQ(hours.closes[1].volume, 5);
  EXPECT_EQ(hours.closes[1].closed, after(60));
  EXPECT_EQ(hours.closes[2].at, after(120));
  EXPECT_EQ(hours.closes[2].closed, after(90));
}

TEST(Hours, OfOneVenueTheFinerFileCountsAndTheOtherMayKnowTheVolume) {
  const Hours hours =
      of({series("BTC", "venue_1h_b.csv", hour, {{noon, 200, 0, 0, 7}}),
          series("BTC", "venue_5m_a.csv", Duration::from_raw(5 * minute.raw()), {{noon, 100}}),
          series("BTC", "other_1h.csv", hour, {{noon, 101}})});
  ASSERT_EQ(hours.venues, (std::vector<std::string>{"other", "venue"}));
  ASSERT_EQ(hours.closes.size(), 2u);
  EXPECT_EQ(hours.closes[0].price, 101);
  EXPECT_EQ(hours.closes[1].price, 100);
  EXPECT_EQ(hours.closes[1].volume, 7);
}

TEST(Hours, OfTooManyUnderlyingsTheLongestStay) {
  PriceHistory history;
  history.series = {series("AAA", "v_1h.csv", hour, {{noon, 1}}),
                    series("BBB", "v_1h.csv", hour, {{noon, 1}, {after(60), 1}}),
                    series("CCC", "v_1h.csv", hour, {{after(60), 3}})};
  std::vector<std::string> notes;
  const Hours hours = hours_of(history, 2, notes);
  EXPECT_EQ(hours.bases, (std::vector<std::string>{"AAA", "BBB"}));
  EXPECT_EQ(notes,
            (std::vector<std::string>{"left out CCC: more than 2 underlyings, and others have more closes"}));
  for (const HourClose& close : hours.closes) EXPECT_EQ(close.price, 1);
}

}  // namespace
}  // namespace lockstep::calibrate
