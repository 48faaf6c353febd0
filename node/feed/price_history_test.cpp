#include "node/feed/price_history.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "node/feed/calendar.h"
#include "node/io/linux_disk.h"
#include "node/io/memory_disk.h"

namespace lockstep {
namespace {

Time at(const std::string& text) { return parse_time(text, "test").value(); }
std::string ms(const std::string& text) { return std::to_string(at(text).raw() / 1'000); }

struct Data {
  MemoryDisk disk;
  void put(const std::string& name, const std::string& text) {
    disk.set_content("data/" + name, Bytes(text.begin(), text.end()));
  }
  PriceHistory read(const std::vector<std::string>& bases = {}) {
    Result<PriceHistory, Fault> history = read_price_history(disk, "data", bases);
    EXPECT_TRUE(history) << history.error().what;
    return history ? std::move(history).value() : PriceHistory{};
  }
  std::string fault() {
    const Result<PriceHistory, Fault> history = read_price_history(disk, "data", {});
    return history ? "" : history.error().what;
  }
};

std::string daily_row(const std::string& coin, const std::string& moment, const std::string& price) {
  return coin + "," + moment + "," + price + ",1000,500\n";
}
const std::string daily_header = "coin,snapped_at_utc,price_usd,market_cap_usd,total_volume_usd\n";
const std::string long_header = "open_ms,symbol,open,high,low,close,volume_base\n";

TEST(PriceHistory, BarsAreStampedWithTheirCloseAndNamedByWhatTheyPrice) {
  Data data;
  data.put("perps/wide.csv", "open_ms,BTCUSDT,ETH-USDT-SWAP,HYPE,note\n" + ms("2026-02-05T00:00") +
                                 ",100,10,,x\n" + ms("2026-02-05T00:05") + ",101,11,7,x\n" +
                                 ms("2026-02-05T00:10") + ",102,12,8,x\n");
  const PriceHistory history = data.read();
  ASSERT_EQ(history.series.size(), 3u);
  EXPECT_EQ(history.series[0].base, "BTC");
  EXPECT_EQ(history.series[1].base, "ETH");
  EXPECT_EQ(history.series[1].symbol, "ETH-USDT-SWAP");
  EXPECT_EQ(history.series[2].base, "HYPE");
  EXPECT_EQ(history.series[2].closes.size(), 2u);
  EXPECT_EQ(history.series[0].interval.raw(), 5 * minute.raw());
  EXPECT_EQ(format_time(history.series[0].closes[0].at), "2026-02-05 00:05:00");
  EXPECT_EQ(history.series[0].closes[2].close, 102.0);
  EXPECT_EQ(history.series[0].closes[2].high, 0.0);
}

TEST(PriceHistory, BadRowsAreCountedByReasonAndSkipped) {
  Data data;
  std::string text = long_header;
  const auto row = [&](const std::string& moment, const std::string& rest) {
    text += (moment.empty() ? "17" : ms(moment)) + ",BTCUSDT," + rest + "\n";
  };
  row("2026-01-01T00:00", "100,110,90,105,3");
  row("2026-01-01T00:00", "100,110,90,106,3");  // repeated
  row("2025-12-31T00:00", "100,110,90,106,3");  // out of order
  row("2026-01-01T01:00", "100,110,90,NaN,3");
  row("2026-01-01T02:00", "100,110,90,0,3");
  row("2026-01-01T03:00", "100,110,90,-5,3");
  row("", "100,110,90,105,3");                  // no time
  row("2026-01-01T04:00", "100,110,90,120,3");  // above its high
  row("2026-01-01T05:00", "100,130,90,121,4");
  data.put("perps/long.csv", text);
  const PriceHistory history = data.read();
  ASSERT_EQ(history.series.size(), 1u);
  const PriceSeries& series = history.series[0];
  ASSERT_EQ(series.closes.size(), 3u);
  EXPECT_EQ(series.troubles[RowTrouble::repeated], 1u);
  EXPECT_EQ(series.troubles[RowTrouble::out_of_order], 1u);
  EXPECT_EQ(series.troubles[RowTrouble::no_number], 1u);
  EXPECT_EQ(series.troubles[RowTrouble::not_positive], 2u);
  EXPECT_EQ(series.troubles[RowTrouble::inconsistent], 1u);
  EXPECT_EQ(series.troubles[RowTrouble::missing], 3u);
  EXPECT_EQ(series.closes[0].close, 105.0);
  EXPECT_EQ(series.closes[1].close, 120.0);
  EXPECT_EQ(series.closes[1].high, 0.0);
  EXPECT_EQ(series.closes[2].high, 130.0);
  EXPECT_EQ(series.closes[2].volume, 4.0);
  ASSERT_EQ(history.notes.size(), 2u);
  EXPECT_EQ(history.notes[0], "perps/long.csv: 1 rows skipped, no time of 2009 to 2100");
  EXPECT_EQ(history.notes[1],
            "perps/long.csv: BTCUSDT: 1 no number, 2 not positive, 1 repeated, 1 out of "
            "order, 1 close outside high and low, 3 missing");
}

// A bar that is ahead of its time would hide all that follow it.
TEST(PriceHistory, OfTwoBarsInTheWrongOrderTheOneThatBelongsStays) {
  Data data;
  std::string text = long_header;
  const auto row = [&](const std::string& moment, const std::string& close) {
    text += ms(moment) + ",BTCUSDT,100,200,90," + close + ",3\n";
  };
  row("2026-01-01T00:00", "100");
  row("2026-01-01T01:00", "101");
  row("2026-01-09T02:00", "190");  // ahead
  row("2026-01-01T02:00", "NaN");
  row("2026-01-01T03:00", "103");
  row("2026-01-01T00:00", "190");  // behind
  row("2026-01-01T04:00", "104");
  data.put("perps/long.csv", text);
  const PriceHistory history = data.read();
  ASSERT_EQ(history.series.size(), 1u);
  std::vector<double> closes;
  for (const Close& close : history.series[0].closes) closes.push_back(close.close);
  EXPECT_EQ(closes, (std::vector<double>{100, 101, 103, 104}));
  EXPECT_EQ(history.series[0].troubles[RowTrouble::out_of_order], 2u);
  EXPECT_EQ(history.series[0].troubles[RowTrouble::no_number], 1u);
}

TEST(PriceHistory, ADailyPriceBelongsToTheMidnightItIsNearAndGapsAreCounted) {
  Data data;
  data.put("daily/a.csv", daily_header + daily_row("BTC", "2017-06-05T23:29:55Z", "100") +
                              daily_row("BTC", "2017-06-07T00:05:00Z", "101") +
                              daily_row("BTC", "2017-06-08T09:00:00Z", "90") +
                              daily_row("BTC", "2017-06-09T00:00:00Z", "103") +
                              daily_row("ETH", "2017-06-09T00:00:00Z", "50"));
  const DailyPrices daily = daily_prices(data.read(), "BTC");
  ASSERT_EQ(daily.closes.size(), 3u);
  EXPECT_EQ(daily.closes[0].at, at("2017-06-06"));
  EXPECT_EQ(daily.closes[1].at, at("2017-06-07"));
  EXPECT_EQ(daily.closes[2].at, at("2017-06-09"));
  EXPECT_EQ(daily.closes[1].close, 101.0);
  EXPECT_EQ(daily.closes[1].volume, 500.0 / 101.0);
  EXPECT_EQ(daily.off_the_day, 1u);
  EXPECT_EQ(daily.missing, 1u);
}

TEST(PriceHistory, BarsContinueADailySeriesWhereItEnds) {
  Data data;
  data.put("daily/a.csv", daily_header + daily_row("BTC", "2026-01-01T00:00:00Z", "100") +
                              daily_row("BTC", "2026-01-02T00:00:00Z", "101"));
  std::string bars = long_header;
  for (int i = 0; i < 24; ++i) {  // six-hour bars: those that open at 18:00 close at midnight
    const Time open = at("2026-01-01") + Duration::from_raw(i * 6 * hour.raw());
    const std::string close = std::to_string(200 + i);
    bars += std::to_string(open.raw() / 1'000) + ",BTCUSDT,1," + std::to_string(210 + i) + ",150," + close +
            ",2\n";
  }
  data.put("perps/b.csv", bars);
  const DailyPrices daily = daily_prices(data.read(), "BTC");
  ASSERT_EQ(daily.closes.size(), 7u);
  EXPECT_EQ(daily.closes[1].close, 101.0);  // the daily series, as far as it goes
  EXPECT_EQ(daily.closes[2].at, at("2026-01-03"));
  EXPECT_EQ(daily.closes[2].close, 207.0);  // the eighth bar
  EXPECT_EQ(daily.closes[2].high, 217.0);
  EXPECT_EQ(daily.closes[2].low, 150.0);
  EXPECT_EQ(daily.closes[2].volume, 8.0);
  EXPECT_EQ(daily.missing, 0u);
  ASSERT_EQ(daily.parts.size(), 2u);
  EXPECT_EQ(daily.parts[0], "daily/a.csv 2026-01-01 to 2026-01-02");
  EXPECT_EQ(daily.parts[1], "perps/b.csv 2026-01-03 to 2026-01-07");
}

TEST(PriceHistory, OnlyTheBasesAskedFor) {
  Data data;
  data.put("w.csv", "open_ms,BTCUSDT,ETHUSDT\n1767225600000,1,2\n1767229200000,3,4\n");
  const PriceHistory history = data.read({"ETH"});
  ASSERT_EQ(history.series.size(), 1u);
  EXPECT_EQ(history.series[0].closes[1].close, 4.0);
}

TEST(PriceHistory, WhatCannotBeReadIsOneLineOfFault) {
  Data data;
  LinuxDisk real;
  const Result<PriceHistory, Fault> absent = read_price_history(real, "no-such-folder", {});
  ASSERT_FALSE(absent);
  EXPECT_NE(absent.error().what.find("no-such-folder: there is no such folder; expected daily/"),
            std::string::npos);
  data.put("perps/x.csv", "a,b\n1,2\n");
  EXPECT_NE(data.fault().find("data: holds no prices; expected daily/"), std::string::npos);
  data.put("perps/y.csv", "open_ms,BTCUSDT\n1767225600000\n");
  EXPECT_NE(data.fault().find("perps/y.csv:2: the row has 1 fields"), std::string::npos);
}

TEST(PriceHistory, TheRecordedFolderGivesThirteenYearsOfBitcoin) {
  const char* given = std::getenv("LOCKSTEP_SHARED");
  const std::string folder = (given != nullptr ? given : "../shared") + std::string("/data/daily");
  if (!std::ifstream(folder + "/coingecko_daily_2013_2026.csv.zst")) {
    GTEST_SKIP() << "no recorded prices in " << folder << " (set LOCKSTEP_SHARED)";
  }
  LinuxDisk disk;
  const Result<PriceHistory, Fault> history = read_price_history(disk, folder, {"BTC"});
  ASSERT_TRUE(history) << history.error().what;
  const DailyPrices daily = daily_prices(history.value(), "BTC");
  EXPECT_EQ(daily.closes.front().at, at("2013-04-28"));
  EXPECT_EQ(daily.closes.back().at, at("2026-03-15"));
  EXPECT_EQ(daily.off_the_day, 0u);
  // 2013-06-04 and 2015-01-28, as the data's description says; and 2017-06-06 and 06-08, whose prices were
  // recorded half an hour before the next midnight, which has its own.
  EXPECT_EQ(daily.missing, 4u);
}

}  // namespace
}  // namespace lockstep
