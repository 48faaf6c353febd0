// The picture, in tenths of a pixel: integers all the way, so that one run gives one file.
#include "node/market/picture.h"

#include <algorithm>
#include <array>

#include "node/chart/svg.h"

namespace lockstep::market {
namespace {

// Tenths of a pixel.
constexpr i64 width = 8600, left = 700, right = 8360, legend_step = 1900;
struct Panel {
  i64 top, bottom;
};
constexpr Panel price_panel{560, 2300}, liquidated_panel{2620, 3700}, fund_panel{4020, 4700};
constexpr i64 height = 5320, axis_text = 4900, legend_top = 5060;

// By policy, in the order of the runs: on light ground, on dark ground.
constexpr std::array<std::array<std::string_view, 2>, picture_runs_max> colours = {{{"#dc2626", "#f87171"},
                                                                                    {"#d97706", "#fbbf24"},
                                                                                    {"#1d4ed8", "#60a5fa"},
                                                                                    {"#047857", "#34d399"},
                                                                                    {"#7e22ce", "#c084fc"},
                                                                                    {"#0e7490", "#22d3ee"}}};

struct Scale {
  Panel panel;
  i128 low, high;  // of the values
  i64 y(i128 value) const {
    const i128 span = high > low ? high - low : 1;
    return panel.bottom -
           static_cast<i64>(mul_div(value - low, panel.bottom - panel.top, span, Round::nearest));
  }
};

std::string tenths(i64 n) { return to_decimal(n, 1); }

// "p2": the class of a run's line; "b2": of its box in the legend.
std::string run_class(char kind, std::size_t run) { return std::string(1, kind) + std::to_string(run); }

// 1,234,567
std::string grouped(i128 n) {
  std::string digits = to_decimal(abs(n), 0);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return std::string(n < 0 ? "-" : "") + digits;
}

std::string price_text(Price price) {
  return price.raw() >= 1'000 * price_one
             ? grouped(div(price.raw(), price_one, Round::nearest))
             : to_decimal(div(price.raw(), price_one / 10'000, Round::nearest), 4);
}

// Three digits or more: 12.3 million, 950,000.
std::string money_text(i128 raw) {
  const i128 whole = div(raw, value_one, Round::nearest);
  if (abs(whole) < 1'000'000) return grouped(whole);
  const bool billions = abs(whole) >= 1'000'000'000;
  const i128 unit = billions ? 1'000'000'000 : 1'000'000;
  return to_decimal(div(whole * 100, unit, Round::nearest), 2) + (billions ? " bn" : " M");
}

std::string text(i64 x, i64 y, std::string_view anchor, std::string_view style, std::string_view content) {
  return "<text x=\"" + tenths(x) + "\" y=\"" + tenths(y) + "\" text-anchor=\"" + std::string(anchor) +
         "\" class=\"" + std::string(style) + "\">" + chart::escaped(content) + "</text>\n";
}

std::string rule(i64 y) {
  return "<path class=\"rule\" d=\"M" + tenths(left) + " " + tenths(y) + " H" + tenths(right) + "\"/>\n";
}

struct Point {
  i64 x, y;
};

std::string line(const std::vector<Point>& points, const std::string& style) {
  std::string result = "<polyline class=\"" + style + "\" points=\"";
  for (const Point& point : points) {
    if (&point != points.data()) result += ' ';
    result += tenths(point.x);
    result += ',';
    result += tenths(point.y);
  }
  return result + "\"/>\n";
}

struct Axis {
  std::size_t steps;
  std::size_t columns;
  i64 x(std::size_t step) const {
    const std::size_t last = std::max<std::size_t>(steps - 1, 1);
    return left + static_cast<i64>(div(i128{right - left} * static_cast<i64>(step), static_cast<i64>(last),
                                       Round::nearest));
  }
};

Axis axis_of(const Picture& picture) {
  const std::size_t steps = picture.runs[0].steps.size();
  return {steps, std::min(steps, std::clamp<std::size_t>(900 / (picture.runs.size() + 1), 100, 240))};
}

// The lowest and the highest value of every column, in the order in which they came.
template <class Get>
std::vector<Point> outline(std::span<const StepRecord> steps, const Axis& axis, const Scale& scale, Get get) {
  std::vector<Point> points;
  for (std::size_t column = 0; column < axis.columns; ++column) {
    const std::size_t begin = column * axis.steps / axis.columns;
    const std::size_t end = (column + 1) * axis.steps / axis.columns;
    std::size_t low = begin, high = begin;
    for (std::size_t i = begin; i < end; ++i) {
      if (get(steps[i]) < get(steps[low])) low = i;
      if (get(steps[i]) > get(steps[high])) high = i;
    }
    for (const std::size_t i : {std::min(low, high), std::max(low, high)}) {
      const Point point{axis.x(i), scale.y(get(steps[i]))};
      if (points.empty() || points.back().x != point.x || points.back().y != point.y) points.push_back(point);
    }
  }
  if (points.back().x != right) points.push_back({right, scale.y(get(steps.back()))});
  return points;
}

i128 fund_of(const StepRecord& step) { return step.fund.raw(); }
i128 price_of(const StepRecord& step) { return step.price.raw(); }
i128 fundamental_of(const StepRecord& step) { return step.fundamental.raw(); }

template <class Get>
void widen(Scale& scale, std::span<const StepRecord> steps, Get get) {
  for (const StepRecord& step : steps) {
    scale.low = std::min(scale.low, get(step));
    scale.high = std::max(scale.high, get(step));
  }
}

std::string style_sheet() {
  std::string light, dark;
  for (std::size_t i = 0; i < picture_runs_max; ++i) {
    const std::string name = std::to_string(i);
    for (const int scheme : {0, 1}) {
      const std::string colour(colours[i][static_cast<std::size_t>(scheme)]);
      (scheme == 0 ? light : dark) +=
          ".p" + name + "{stroke:" + colour + "}.b" + name + "{fill:" + colour + "}\n";
    }
  }
  return "<style>\n"
         ".ground{fill:#ffffff}.ink{fill:#374151}.head{fill:#111827;font-size:15px;font-weight:bold}\n"
         ".rule{stroke:#d1d5db;stroke-width:.6;fill:none}polyline{fill:none;stroke-width:1.6}\n"
         ".fundamental{stroke:#6b7280;stroke-dasharray:4 3}\n" +
         light +
         "@media (prefers-color-scheme: dark){\n"
         ".ground{fill:#0d1117}.ink{fill:#c9d1d9}.head{fill:#f0f6fc}.rule{stroke:#30363d}\n"
         ".fundamental{stroke:#9ca3af}\n" +
         dark + "}\n</style>\n";
}

std::string draw_prices(const Picture& picture, const Axis& axis) {
  const std::span<const StepRecord> first = picture.runs[0].steps;
  Scale scale{price_panel, first[0].price.raw(), first[0].price.raw()};
  widen(scale, first, fundamental_of);
  for (const PictureRun& run : picture.runs) widen(scale, run.steps, price_of);
  std::string out = text(left, price_panel.top - 100, "start", "ink", "last price");
  for (const i128 value : {scale.high, scale.low}) {
    out += rule(scale.y(value));
    out += text(left - 60, scale.y(value) + 40, "end", "ink",
                price_text(Price::from_raw(static_cast<i64>(value))));
  }
  for (std::size_t i = 0; i < picture.runs.size(); ++i) {
    out += line(outline(picture.runs[i].steps, axis, scale, price_of), run_class('p', i));
  }
  return out + line(outline(first, axis, scale, fundamental_of), "fundamental");
}

// Notional a minute: of a whole number of minutes each, so that long runs have few of them.
std::vector<i128> a_minute(std::span<const StepRecord> steps, std::size_t bucket, i64 minutes) {
  std::vector<i128> sums((steps.size() + bucket - 1) / bucket);
  for (std::size_t i = 0; i < steps.size(); ++i) sums[i / bucket] += steps[i].liquidated.raw();
  for (i128& sum : sums) sum = div(sum, minutes, Round::nearest);
  return sums;
}

std::string draw_liquidated(const Picture& picture, const Axis& axis) {
  const std::size_t steps_a_minute =
      static_cast<std::size_t>(std::max<i64>(1, minute.raw() / picture.step.raw()));
  const std::size_t all = (axis.steps + steps_a_minute - 1) / steps_a_minute;
  const std::size_t minutes = std::max<std::size_t>(1, (all + axis.columns - 1) / axis.columns);
  const std::size_t bucket = minutes * steps_a_minute;
  std::vector<std::vector<i128>> series;
  Scale scale{liquidated_panel, 0, 0};
  for (const PictureRun& run : picture.runs) {
    series.push_back(a_minute(run.steps, bucket, static_cast<i64>(minutes)));
    for (const i128 value : series.back()) scale.high = std::max(scale.high, value);
  }
  std::string out =
      text(left, liquidated_panel.top - 100, "start", "ink", "liquidated a minute, " + picture.quote);
  out += rule(scale.y(0)) + text(left - 60, scale.y(0) + 40, "end", "ink", "0");
  if (scale.high > 0) {
    out += rule(scale.y(scale.high)) +
           text(left - 60, scale.y(scale.high) + 40, "end", "ink", money_text(scale.high));
  }
  for (std::size_t i = 0; i < series.size(); ++i) {
    std::vector<Point> points;
    for (std::size_t at = 0; at < series[i].size(); ++at) {
      const i64 y = scale.y(series[i][at]);
      const i64 end = axis.x(std::min((at + 1) * bucket, axis.steps - 1));
      if (points.empty() || points.back().y != y) points.push_back({axis.x(at * bucket), y});
      if (points.size() > 1 && points[points.size() - 2].y == y) points.pop_back();
      points.push_back({end, y});
    }
    out += line(points, run_class('p', i));
  }
  return out;
}

std::string draw_fund(const Picture& picture, const Axis& axis) {
  const i128 start = picture.runs[0].steps[0].fund.raw();
  Scale scale{fund_panel, start, start};
  for (const PictureRun& run : picture.runs) widen(scale, run.steps, fund_of);
  std::string out = text(left, fund_panel.top - 100, "start", "ink", "fund, " + picture.quote);
  for (const i128 value : {scale.high, scale.low}) {
    out += rule(scale.y(value)) + text(left - 60, scale.y(value) + 40, "end", "ink", money_text(value));
    if (scale.low == scale.high) break;
  }
  for (std::size_t i = 0; i < picture.runs.size(); ++i) {
    out += line(outline(picture.runs[i].steps, axis, scale, fund_of), run_class('p', i));
  }
  return out;
}

// Minutes since the start: about six labels, at round ones.
std::string draw_times(const Picture& picture, const Axis& axis) {
  const i64 span = static_cast<i64>(
      div(i128{static_cast<i64>(axis.steps - 1)} * picture.step.raw(), minute.raw(), Round::down));
  i64 every = 1;
  for (const i64 candidate : {1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440}) {
    every = candidate;
    if (span / candidate <= 8) break;
  }
  std::string out;
  for (i64 at = 0; at <= span; at += every) {
    const i64 step = static_cast<i64>(div(i128{at} * minute.raw(), picture.step.raw(), Round::nearest));
    const i64 x = axis.x(static_cast<std::size_t>(step));
    out += text(x, axis_text, x > right - 200 ? "end" : "middle", "ink", std::to_string(at) + " min");
  }
  return out;
}

std::string draw_legend(const Picture& picture) {
  std::string out;
  for (std::size_t i = 0; i <= picture.runs.size(); ++i) {
    const i64 x = left + static_cast<i64>(i % 4) * legend_step;
    const i64 y = legend_top + static_cast<i64>(i / 4) * 180;
    if (i == 0) {
      out += line({{x, y + 60}, {x + 200, y + 60}}, "fundamental");
    } else {
      out += "<rect x=\"" + tenths(x + 40) + "\" y=\"" + tenths(y) +
             "\" width=\"12\" height=\"12\" class=\"" + run_class('b', i - 1) + "\"/>\n";
    }
    out +=
        text(x + 260, y + 100, "start", "ink", i == 0 ? "without liquidations" : picture.runs[i - 1].label);
  }
  return out;
}

}  // namespace

std::string draw(const Picture& picture) {
  LS_ASSERT(!picture.runs.empty() && picture.runs.size() <= picture_runs_max);
  for (const PictureRun& run : picture.runs) {
    LS_ASSERT(!run.steps.empty() && run.steps.size() == picture.runs[0].steps.size());
  }
  const Axis axis = axis_of(picture);
  const i64 rows = picture.runs.size() > 3 ? 1 : 0;  // a second one of the legend
  const std::string size = "width=\"" + tenths(width) + "\" height=\"" + tenths(height + rows * 180) + "\"";
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + tenths(width) + " " +
         tenths(height + rows * 180) + "\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\">\n" +
         "<title>" + chart::escaped(picture.title) + "</title>\n" + style_sheet() + "<rect " + size +
         " class=\"ground\"/>\n" + text(left, 240, "start", "head", picture.title) +
         draw_prices(picture, axis) + draw_liquidated(picture, axis) + draw_fund(picture, axis) +
         draw_times(picture, axis) + draw_legend(picture) + "</svg>\n";
}

}  // namespace lockstep::market
