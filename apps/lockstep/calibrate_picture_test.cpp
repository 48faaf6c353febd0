// The picture of a walk that is small enough to be known by hand: its panels, its marks, and what is escaped.
#include <gtest/gtest.h>

#include "apps/lockstep/calibrate_report.h"
#include "node/feed/calendar.h"

namespace lockstep {
namespace {

using calibrate::AssetEstimates;
using calibrate::Estimate;
using calibrate::HistoryPoint;
using calibrate::PairEstimates;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) found += 1;
  return found;
}

const Time start = time_of_date(2026, 2, 1);

// Thirty hours of one underlying at 100; from the 26th hour on it has fallen by 12 %.  The range is 10 %, and
// 13 % from the 27th hour on, urgently.  In the hours 0 to 5 the next day is known; in 2 to 5 it goes beyond.
calibrate::History history_of(const std::string& base) {
  calibrate::History history;
  history.base = base;
  for (int n = 0; n < 30; ++n) {
    HistoryPoint point{.at = start + Duration::from_raw(n * hour.raw()), .price = {}, .target = {}};
    point.price = n < 26 ? 100.0 : 88.0;
    if (n != 3) point.target = 0.09;
    point.range = n < 27 ? 0.10 : 0.13;
    point.urgent = n == 26;
    add_point(history, point);
  }
  return history;
}

AssetEstimates asset_of(const std::string& base, double volume) {
  AssetEstimates asset;
  asset.base = base;
  if (volume > 0) asset.volume = Estimate{volume, "", "", 1};
  return asset;
}

PairEstimates pair_of(const std::string& base, const std::string& other, std::optional<double> correlation) {
  PairEstimates pair;
  pair.base = base;
  pair.other = other;
  if (correlation) pair.correlation = Estimate{*correlation, "", "", 1};
  return pair;
}

calibrate::WalkReport walk_of(const std::string& base) {
  calibrate::WalkReport walk;
  walk.from = start;
  walk.to = start + day;
  walk.counts.evaluations = 30;
  walk.histories.push_back(history_of(base));
  walk.estimates.at = walk.to;
  for (const char* name : {"AA", "BB", "CC"}) walk.estimates.assets.push_back(asset_of(name, 1e6));
  walk.estimates.pairs = {pair_of("AA", "BB", 0.8125), pair_of("AA", "CC", {}), pair_of("BB", "CC", -0.25)};
  return walk;
}

TEST(CalibratePicture, HasPriceOverRangeAndTheMap) {
  const std::string svg = calibrate_picture({}, walk_of("BTC"));
  EXPECT_EQ(count(svg, ">BTC, dollars</text>"), 1u);
  EXPECT_EQ(count(svg, ">BTC scan range: 1 change, 1 urgent; 4 of 6 moves beyond</text>"), 1u) << svg;
  for (const char* label : {"price", "move of the next 24 hours", "beyond the range", "target",
                            "published range", "urgently published"}) {
    EXPECT_EQ(count(svg, ">" + std::string(label) + "</text>"), 1u) << label;
  }
  // Two inside, four beyond, one urgent, and three in the legend.
  EXPECT_EQ(count(svg, "h0"), 2u + 4u + 1u + 3u);
  // The hour without a target is a gap: price, two pieces of target, range.
  EXPECT_EQ(count(svg, "<polyline"), 4u);
  EXPECT_EQ(count(svg, ">Correlation of daily returns at 2026-02-02 00:00 UTC</text>"), 1u);
  EXPECT_EQ(count(svg, ">0.81</text>"), 1u);
  EXPECT_EQ(count(svg, ">-0.25</text>"), 1u);
  EXPECT_EQ(count(svg, "fill-opacity"), 2u);  // the pair that is not known has no cell
}

TEST(CalibratePicture, SaysHowItWasMadeWithoutTheFolder) {
  CalibrateOptions options;
  options.data = "/some/where";
  options.from = "2026-02-01";
  options.svg = "a.svg";
  const std::string svg = calibrate_picture(options, walk_of("BTC"));
  EXPECT_EQ(count(svg, "<desc>Made by: lockstep calibrate --data DIR --from 2026-02-01 --svg FILE."), 1u);
  EXPECT_EQ(count(svg, "/some/where"), 0u);
}

TEST(CalibratePicture, EscapesNamesAndIsTheSameTwice) {
  const std::string svg = calibrate_picture({}, walk_of("A<B>&\"C"));
  EXPECT_EQ(count(svg, ">A&lt;B&gt;&amp;&quot;C, dollars</text>"), 1u);
  EXPECT_EQ(count(svg, "A<B>"), 0u);
  EXPECT_EQ(svg, calibrate_picture({}, walk_of("A<B>&\"C")));
}

TEST(CalibratePicture, TheMapHoldsTheSixteenThatAreTradedMost) {
  calibrate::WalkReport walk = walk_of("BTC");
  walk.estimates.assets.clear();
  walk.estimates.pairs.clear();
  for (char c = 'a'; c < 'a' + 20; ++c) {
    const std::string name = std::string("coin-") + c;
    // The four without a volume come last.
    walk.estimates.assets.push_back(asset_of(name, c < 'e' ? 0 : 1e6 + c));
    for (char d = static_cast<char>(c + 1); d < 'a' + 20; ++d)
      walk.estimates.pairs.push_back(pair_of(name, std::string("coin-") + d, 0.5));
  }
  const std::string svg = calibrate_picture({}, walk);
  EXPECT_EQ(count(svg, "fill-opacity"), 16u * 15u / 2u);
  EXPECT_EQ(count(svg, ">coin-d</text>"), 0u);
  EXPECT_EQ(count(svg, ">coin-e</text>"), 1u);  // the first is a column only
  EXPECT_EQ(count(svg, ">coin-f</text>"), 2u);
}

TEST(CalibratePicture, OfNothingIsAnEmptyPage) {
  const std::string svg = calibrate_picture({}, calibrate::WalkReport{});
  EXPECT_TRUE(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
  EXPECT_EQ(count(svg, "<polyline"), 0u);
}

}  // namespace
}  // namespace lockstep
