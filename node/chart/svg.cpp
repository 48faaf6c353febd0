#include "node/chart/svg.h"

#include <array>

#include "core/base/wide.h"
#include "node/chart/chart.h"

namespace lockstep::chart {
namespace {

// On light ground, on dark ground.
constexpr std::array<std::array<std::string_view, 2>, colours_max> palette = {{{"#1d4ed8", "#60a5fa"},
                                                                               {"#dc2626", "#f87171"},
                                                                               {"#047857", "#34d399"},
                                                                               {"#d97706", "#fbbf24"},
                                                                               {"#7e22ce", "#c084fc"},
                                                                               {"#0e7490", "#22d3ee"},
                                                                               {"#6b7280", "#9ca3af"},
                                                                               {"#be185d", "#f472b6"}}};

// Classes: sN strokes and fN fills with colour N; dM the same for a dashed stroke.
std::string style_sheet() {
  std::string by_scheme[2];
  for (std::size_t colour = 0; colour < colours_max; ++colour) {
    for (std::size_t scheme = 0; scheme < 2; ++scheme) {
      const std::string name = std::to_string(colour);
      const std::string value(palette[colour][scheme]);
      by_scheme[scheme] += ".s" + name + "{stroke:" + value + "}.f" + name + "{fill:" + value + "}\n";
    }
  }
  return "<style>\n"
         ".ground{fill:#ffffff}.ink{fill:#374151}.name{fill:#111827}\n"
         ".head{fill:#111827;font-size:15px;font-weight:bold}\n"
         ".rule{stroke:#e5e7eb;stroke-width:.8}.axis{stroke:#9ca3af;stroke-width:.8}\n"
         ".line{fill:none;stroke-width:1.6}.dashed{stroke-dasharray:4 3}.thin{stroke-width:1}\n"
         ".dots{fill:none;stroke-width:3.4;stroke-linecap:round}\n" +
         by_scheme[0] +
         "@media (prefers-color-scheme:dark){\n"
         ".ground{fill:#0d1117}.ink{fill:#c9d1d9}.name,.head{fill:#f0f6fc}\n"
         ".rule{stroke:#21262d}.axis{stroke:#6e7681}\n" +
         by_scheme[1] + "}\n</style>\n";
}

std::string attribute(std::string_view name, double pixels) {
  return " " + std::string(name) + "=\"" + tenths(pixels) + "\"";
}

std::string styled(std::string_view style) { return " class=\"" + std::string(style) + "\""; }

}  // namespace

std::string tenths(double pixels) {
  LS_ASSERT(pixels > -1e9 && pixels < 1e9);
  const double scaled = pixels * 10.0;
  return to_decimal(static_cast<i64>(scaled + (scaled < 0 ? -0.5 : 0.5)), 1);
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      default: result += c;
    }
  }
  return result;
}

std::string text_at(double x, double y, std::string_view anchor, std::string_view style,
                    std::string_view content) {
  return "<text" + attribute("x", x) + attribute("y", y) + " text-anchor=\"" + std::string(anchor) + "\"" +
         styled(style) + ">" + escaped(content) + "</text>\n";
}

std::string stroke(double x1, double y1, double x2, double y2, std::string_view style) {
  return "<path" + styled(style) + " d=\"M" + tenths(x1) + " " + tenths(y1) + " L" + tenths(x2) + " " +
         tenths(y2) + "\"/>\n";
}

std::string box(double x, double y, double width, double height, std::string_view style) {
  return "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width) +
         attribute("height", height) + styled(style) + "/>\n";
}

// A line of no length under a round cap.
std::string dot_piece(double x, double y) { return "M" + tenths(x) + " " + tenths(y) + "h0"; }

std::string upright_piece(double x, double y1, double y2) {
  return "M" + tenths(x) + " " + tenths(y1) + "V" + tenths(y2);
}

std::string path(std::string_view pieces, std::string_view style) {
  if (pieces.empty()) return {};
  return "<path" + styled(style) + " d=\"" + std::string(pieces) + "\"/>\n";
}

std::string document_start(double width, double height, std::string_view title,
                           std::string_view description) {
  const std::string described =
      description.empty() ? std::string() : "<desc>" + escaped(description) + "</desc>\n";
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + tenths(width) + " " + tenths(height) +
         "\" font-family=\"sans-serif\" font-size=\"11\" role=\"img\">\n<title>" + escaped(title) +
         "</title>\n" + described + style_sheet() + box(0, 0, width, height, "ground");
}

std::string document_end() { return "</svg>\n"; }

}  // namespace lockstep::chart
