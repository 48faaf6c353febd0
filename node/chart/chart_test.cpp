// Pictures: well-formed, small, without a lost spike, with round ticks, and unmoved by gaps.
#include "node/chart/chart.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/base/prng.h"
#include "node/chart/ticks.h"

namespace lockstep::chart {
namespace {

constexpr double gap = std::numeric_limits<double>::quiet_NaN();

// Empty if every tag is closed in order.
std::string broken(const std::string& svg) {
  std::vector<std::string> open;
  std::size_t at = 0;
  while ((at = svg.find('<', at)) != std::string::npos) {
    const std::size_t end = svg.find('>', at);
    if (end == std::string::npos) return "a tag without an end";
    const std::string tag = svg.substr(at + 1, end - at - 1);
    if (tag.find('<') != std::string::npos) return "a tag inside of " + tag;
    if (tag[0] == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return "</" + tag.substr(1) + "> closes nothing";
      open.pop_back();
    } else if (tag.back() != '/') {
      open.push_back(tag.substr(0, tag.find(' ')));
    }
    at = end;
  }
  return open.empty() ? "" : open.back() + " is not closed";
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) found += 1;
  return found;
}

std::string joined(const std::vector<Tick>& ticks) {
  std::string out;
  for (const Tick& tick : ticks) out += (out.empty() ? "" : " | ") + tick.text;
  return out;
}

Page page_of(Panel panel) {
  Page page{.title = "a page"};
  page.panels.push_back(std::move(panel));
  return page;
}

TEST(Ticks, AreRoundAndNotMoreThanAskedFor) {
  EXPECT_EQ(joined(number_ticks(-0.31, 0.42, 5)), "-0.2 | 0.0 | 0.2 | 0.4");
  EXPECT_EQ(joined(number_ticks(63'700, 89'015, 6)), "65,000 | 70,000 | 75,000 | 80,000 | 85,000");
  EXPECT_EQ(joined(number_ticks(0, 1, 3)), "0.0 | 0.5 | 1.0");
  EXPECT_EQ(joined(number_ticks(-1'234'567, 1, 2)), "-1,000,000 | 0");
  EXPECT_EQ(joined(number_ticks(0.1234567, 0.1234569, 4)), "0.1234567 | 0.1234568 | 0.1234569");
}

TEST(Ticks, OfTimeAreWholeMinutesToYears) {
  // 1770249600 is 2026-02-05 00:00 UTC, 1767225600 is 2026-01-01 00:00 UTC.
  EXPECT_EQ(joined(time_ticks(1'770'249'600, 1'770'249'600 + 7'200, 5)),
            "5 Feb | 00:30 | 01:00 | 01:30 | 02:00");
  EXPECT_EQ(joined(time_ticks(1'770'249'600 - 90, 1'770'249'600 + 3 * 86'400, 4)),
            "5 Feb | 6 Feb | 7 Feb | 8 Feb");
  EXPECT_EQ(joined(time_ticks(1'767'225'600, 1'767'225'600 + 120 * 86'400, 6)),
            "Jan 2026 | Feb 2026 | Mar 2026 | Apr 2026 | May 2026");
  EXPECT_EQ(joined(time_ticks(1'451'606'400, 1'767'225'600, 6)), "2016 | 2018 | 2020 | 2022 | 2024 | 2026");
}

TEST(Ticks, TextsAreRoundedHalfAwayFromZero) {
  EXPECT_EQ(number_text(1'234.5, 0), "1,235");
  EXPECT_EQ(number_text(-0.04, 1), "0.0");
  EXPECT_EQ(number_text(-1'234'567.25, 1), "-1,234,567.3");
}

TEST(Chart, IsWellFormedWithEveryShape) {
  Panel panel{.title = "all <shapes> & more", .y_unit = "%"};
  u8 colour = 0;
  for (const Shape shape :
       {Shape::line, Shape::dashed, Shape::steps, Shape::dots, Shape::columns, Shape::intervals}) {
    panel.series.push_back(
        {"s" + std::to_string(colour), shape, colour, {{0, 1, 0.5}, {1, 3, 2}, {2, 2, 1}}});
    ++colour;
  }
  const std::string svg = draw(page_of(panel));
  EXPECT_EQ(broken(svg), "");
  EXPECT_EQ(count(svg, "<polyline"), 3u);
  EXPECT_EQ(count(svg, "h0"), 3u + 1u);  // and the legend's
  EXPECT_EQ(count(svg, "&lt;shapes&gt; &amp; more"), 1u);
  EXPECT_EQ(svg, draw(page_of(panel)));
}

TEST(Chart, ADayOfSecondsKeepsItsOnlySpikeAndStaysSmall) {
  Series series{"price", Shape::line, 0, {}};
  Prng prng(1);
  for (int i = 0; i < 86'400; ++i) {
    series.points.push_back({static_cast<double>(i), 100.0 + static_cast<double>(prng.below(100)) / 100.0});
  }
  series.points[50'001].y = 0;
  Panel panel{.title = "a day", .x_axis = XAxis::time, .y_range = {0, 200}, .series = {series}};
  const std::string svg = draw(page_of(panel));
  EXPECT_LT(svg.size(), 60'000u);
  EXPECT_EQ(count(svg, ",262 "), 1u);  // the plot's bottom: 40 + 22 + 200
}

TEST(Chart, AValueThatIsNoNumberIsAGap) {
  Series series{"x", Shape::line, 0, {{0, 1}, {1, 2}, {2, gap}, {3, 2}, {4, 1}}};
  EXPECT_EQ(count(draw(page_of({.series = {series}})), "<polyline"), 2u);
  Series none{"x", Shape::dots, 0, {{0, gap}, {gap, 1}}};
  const std::string svg = draw(page_of({.series = {none}}));
  EXPECT_EQ(count(svg, "no data"), 1u);
  EXPECT_EQ(broken(svg), "");
}

TEST(Chart, AConstantAndASinglePointHaveAxes) {
  for (const double value : {0.0, 5.0, -1e9, 1e-12}) {
    const std::string svg = draw(page_of({.series = {{"x", Shape::dots, 0, {{value, value}}}}}));
    EXPECT_EQ(broken(svg), "");
    EXPECT_EQ(count(svg, "h0"), 2u) << value;
  }
}

TEST(Chart, PointsOutsideOfAGivenRangeAreCutOff) {
  Panel panel{.x_range = {0, 1},
              .y_range = {0, 1},
              .series = {{"x", Shape::dots, 0, {{0.5, 0.5}, {2, 0.5}, {0.5, 7}}}}};
  EXPECT_EQ(count(draw(page_of(panel)), "h0"), 2u);  // one, and the legend's
}

// Of 1,000 steps of which one changes: begin, up, and the last x.
TEST(Chart, StepsThatStayAreDrawnOnce) {
  Series series{"range", Shape::steps, 0, {}};
  for (int i = 0; i <= 1'000; ++i) series.points.push_back({static_cast<double>(i), i < 500 ? 0.0 : 1.0});
  Panel panel{.y_range = {0, 1}, .series = {series}};
  // The plot: 58 to 846 across, 62 to 262 down.
  EXPECT_EQ(count(draw(page_of(panel)), "points=\"58,262 452,262 452,62 846,62\""), 1u);
}

TEST(Chart, NamesStandInPlaceOfTicks) {
  Panel panel{.x_names = {"A&B", "C"},
              .x_range = {0.5, 2.5},
              .series = {{"x", Shape::columns, 0, {{1, 1, 0}, {2, 2, 0}}}}};
  const std::string svg = draw(page_of(panel));
  EXPECT_EQ(count(svg, ">A&amp;B</text>"), 1u);
  EXPECT_EQ(count(svg, ">C</text>"), 1u);
  EXPECT_EQ(count(svg, ">1.5</text>"), 1u);  // the upright axis' only
}

TEST(Chart, APageHoldsMapsAndSaysHowItWasMade) {
  Page page{.title = "a page", .description = "by <hand>"};
  page.maps.push_back({.title = "pairs", .columns = {"A"}, .rows = {"B"}, .cells = {0.25}});
  const std::string svg = draw(page);
  EXPECT_EQ(broken(svg), "");
  EXPECT_EQ(count(svg, "<desc>by &lt;hand&gt;</desc>"), 1u);
  EXPECT_EQ(count(svg, ">pairs</text>"), 1u);
  EXPECT_EQ(count(svg, ">0.25</text>"), 1u);
}

TEST(HeatMap, HasOneCellAValueAndColoursBySign) {
  const HeatMap map{.title = "correlation",
                    .columns = {"BTC", "ETH"},
                    .rows = {"BTC", "ETH"},
                    .cells = {1, -0.5, gap, 1},
                    .most = 1};
  const std::string svg = draw(map);
  EXPECT_EQ(broken(svg), "");
  EXPECT_EQ(count(svg, "class=\"f0\" fill-opacity=\"0.75\""), 2u);
  EXPECT_EQ(count(svg, "class=\"f1\" fill-opacity=\"0.38\""), 1u);
  EXPECT_EQ(count(svg, ">-0.50</text>"), 1u);
}

}  // namespace
}  // namespace lockstep::chart
