// The ladders as a picture: one panel an underlying, one bar a step of its price, as high as the share of
// what is open that would have to be closed, longs that are sold beside shorts that are bought.  Each panel
// has its own scale, written at its top.
#include <algorithm>

#include "apps/lockstep/stress_report.h"
#include "apps/lockstep/terminal.h"
#include "node/chart/svg.h"

namespace lockstep {
namespace {

using stress::Ladder;
using stress::LadderStep;

constexpr int width = 860, left = 56, right = 836, panel = 150, top = 64, plot = 96;

std::string text_at(int x, int y, const char* anchor, const char* style, const std::string& text) {
  return "<text x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" text-anchor=\"" + anchor +
         "\" class=\"" + style + "\">" + chart::escaped(text) + "</text>\n";
}

// Tenths of a pixel, so that small bars are seen.
std::string tenths(i64 n) { return to_decimal(n, 1); }

std::string bar(i64 x, i64 bottom, i64 bar_width, i64 height, const char* style) {
  if (height == 0) return {};
  return "<rect x=\"" + tenths(x) + "\" y=\"" + tenths(bottom - height) + "\" width=\"" + tenths(bar_width) +
         "\" height=\"" + tenths(height) + "\" class=\"" + style + "\"/>\n";
}

// share / most of the plot's height, in tenths; what is there at all is at least half a pixel.
i64 height_of(Value part, Value open, Rate most) {
  if (part == Value{} || open == Value{} || most == Rate{}) return 0;
  const i128 share = mul_div(part.raw(), rate_one, open.raw(), Round::nearest);
  return std::max<i64>(5, static_cast<i64>(mul_div(share, plot * 10, most.raw(), Round::nearest)));
}

std::string panel_of(const State& state, const Ladder& ladder, int y) {
  Rate most;
  for (const LadderStep& step : ladder.steps) most = std::max(most, step.share);
  const int base = y + 24 + plot;
  const i64 room = (right - left) * 10 / static_cast<i64>(std::max<std::size_t>(ladder.steps.size(), 1));
  const i128 open = div(ladder.open.raw(), value_one, Round::nearest);
  std::string out = text_at(left, y + 14, "start", "name",
                            ladder_name(state, ladder) + ", open " + grouped_decimal(open, 0) + " $");
  out += "<path d=\"M" + std::to_string(left) + " " + std::to_string(base) + " H" + std::to_string(right) +
         "\" class=\"axis\"/>\n";
  const std::string highest = to_decimal(div(most.raw(), rate_one / 1000, Round::nearest), 1) + " %";
  out += text_at(left - 6, base - plot + 4, "end", "label", highest);
  out += text_at(left - 6, base + 4, "end", "label", "0");
  for (std::size_t i = 0; i < ladder.steps.size(); ++i) {
    const LadderStep& step = ladder.steps[i];
    const i64 x = left * 10 + static_cast<i64>(i) * room;
    const i64 half = room * 2 / 5;
    out += bar(x + room / 10, base * 10, half, height_of(step.sold, ladder.open, most), "sold");
    out += bar(x + room / 2, base * 10, half, height_of(step.bought, ladder.open, most), "bought");
    std::string name = move_text(step.move);
    name.resize(name.size() - 2);
    out += text_at(static_cast<int>((x + room / 2) / 10), base + 14, "middle", "label", name);
  }
  return out;
}

}  // namespace

std::string stress_picture(const State& state, const StressReport& report, u32 limit) {
  std::vector<const Ladder*> shown;
  const std::size_t underlyings = report.ladders.size() - 1;
  const std::size_t count = limit == 0 ? underlyings : std::min<std::size_t>(limit, underlyings);
  for (std::size_t i = 0; i < count; ++i) shown.push_back(&report.ladders[i]);
  shown.push_back(&report.ladders.back());
  const int height = top + panel * static_cast<int>(shown.size()) + 8;
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(width) + " " +
                    std::to_string(height) + "\" font-family=\"sans-serif\" font-size=\"12\">\n";
  out +=
      "<style>\n"
      ".back{fill:#fff}.title{fill:#111827;font-size:15px;font-weight:bold}.name{fill:#111827}\n"
      ".label{fill:#374151;font-size:11px}.axis{stroke:#9ca3af;stroke-width:0.8}.sold{fill:#dc2626}"
      ".bought{fill:#1d4ed8}\n"
      "@media (prefers-color-scheme:dark){.back{fill:#111827}.title,.name{fill:#f3f4f6}.label{fill:#d1d5db}\n"
      ".sold{fill:#f87171}.bought{fill:#60a5fa}}\n"
      "</style>\n";
  out += "<rect width=\"" + std::to_string(width) + "\" height=\"" + std::to_string(height) +
         "\" class=\"back\"/>\n";
  out += text_at(left, 22, "start", "title", "What would have to be closed, by step of the price in %");
  out += "<rect x=\"" + std::to_string(left) + "\" y=\"36\" width=\"12\" height=\"12\" class=\"sold\"/>\n";
  out += text_at(left + 17, 46, "start", "label", "longs sold, share of what is open");
  out += "<rect x=\"300\" y=\"36\" width=\"12\" height=\"12\" class=\"bought\"/>\n";
  out += text_at(317, 46, "start", "label", "shorts bought");
  int y = top;
  for (const Ladder* ladder : shown) {
    out += panel_of(state, *ladder, y);
    y += panel;
  }
  return out + "</svg>\n";
}

}  // namespace lockstep
