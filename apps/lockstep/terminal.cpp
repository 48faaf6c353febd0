#include "apps/lockstep/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "apps/lockstep/options.h"

namespace lockstep {
namespace {

constexpr i64 draw_every_us = 100'000;
constexpr int bar_width = 30;

std::string with_separators(const std::string& text) {
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > first && i < point && (point - i) % 3 == 0) out += ',';
    out += text[i];
  }
  return out;
}

std::string clock_text(double seconds) {
  const i64 whole = static_cast<i64>(seconds);
  char text[64];
  std::snprintf(text, sizeof text, "%lld:%02lld", static_cast<long long>(whole / 60),
                static_cast<long long>(whole % 60));
  return text;
}

}  // namespace

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_line(std::string_view text) {
  print(text);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

int unusable(const std::string& what) {
  std::string line = "lockstep: " + what;
  std::replace(line.begin(), line.end(), '\n', ' ');
  while (line.ends_with(' ')) line.pop_back();
  std::fflush(stdout);
  std::fprintf(stderr, "%s\n", line.c_str());
  return exit_unusable;
}

int unusable(const Fault& fault) { return unusable(fault.what); }

std::string grouped_decimal(i128 raw, int decimals, int min_decimals) {
  return with_separators(to_decimal(raw, decimals, min_decimals));
}

std::string money(const State& state, AssetId asset, Value value) {
  const int decimals = state.asset(asset).decimals;
  return grouped_decimal(to_amount(value, decimals, Round::nearest).raw(), decimals, decimals);
}

std::string Table::str(std::string_view indent) const {
  std::vector<std::size_t> widths(right_.size());
  for (const auto& cells : rows_) {
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], cells[i].size());
  }
  std::string text;
  for (const auto& cells : rows_) {
    std::string line(indent);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string blanks(widths[i] - cells[i].size(), ' ');
      if (i != 0) line += "  ";
      line += right_[i] ? blanks + cells[i] : cells[i] + blanks;
    }
    while (line.ends_with(' ')) line.pop_back();
    text += line + "\n";
  }
  return text;
}

Progress::Progress() : visible_(::isatty(STDERR_FILENO) == 1), started_us_(clock_.monotonic_us()) {}

bool Progress::due() { return visible_ && clock_.monotonic_us() - drawn_us_ >= draw_every_us; }

void Progress::draw(double share, u64 count, std::string_view unit) {
  if (!visible_) return;
  drawn_us_ = clock_.monotonic_us();
  drawn_ = true;
  const double seconds = static_cast<double>(drawn_us_ - started_us_) / 1e6;
  share = std::clamp(share, 0.0, 1.0);
  const int full = static_cast<int>(share * bar_width);
  const std::string bar = std::string(static_cast<std::size_t>(full), '#') +
                          std::string(static_cast<std::size_t>(bar_width - full), '.');
  const std::string left = share > 0.01 ? clock_text(seconds * (1 - share) / share) : "-:--";
  std::fprintf(
      stderr, "\r\x1b[K[%s] %5.1f %%  %s %.*s/s  left %s", bar.c_str(), share * 100,
      seconds > 0 ? grouped_decimal(static_cast<i64>(static_cast<double>(count) / seconds), 0).c_str() : "0",
      static_cast<int>(unit.size()), unit.data(), left.c_str());
}

void Progress::clear() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
  drawn_ = false;
}

}  // namespace lockstep
