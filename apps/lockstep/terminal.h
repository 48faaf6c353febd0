// What all verbs share in talking to a person: numbers with thousands separators, tables, a progress line,
// and the one line of a fault.  Answers go to standard output, progress and faults to standard error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/model/state.h"
#include "node/io/clock.h"
#include "node/io/fault.h"
#include "node/view/text.h"

namespace lockstep {

void print(std::string_view text);  // to standard output
void print_line(
    std::string_view text);  // the same and a newline, and flushed: a line at a time reaches a pipe

// "lockstep: <what>" as one line on standard error (line breaks become blanks), and exit_unusable.
int unusable(const Fault& fault);
int unusable(const std::string& what);

// 1234567.89 -> 1,234,567.89, exactly: the text of core/base's to_decimal with separators.
std::string grouped_decimal(i128 raw, int decimals, int min_decimals = 0);
// The value in the asset's ledger decimals, rounded to nearest for the eye; what is totalled is exact
// already.
std::string money(const State& state, AssetId asset, Value value);

// Columns as wide as their widest cell.  Cells of `right` columns stand at the right.
class Table {
 public:
  explicit Table(std::vector<bool> right) : right_(std::move(right)) {}
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  std::string str(std::string_view indent = "") const;

 private:
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

// One line that is rewritten in place, at most ten times a second, and only if standard error is a terminal.
class Progress {
 public:
  Progress();
  bool visible() const { return visible_; }
  // Whether it is time to draw again.
  bool due();
  // Share done in 0..1 and what has been counted so far: draws a bar, the rate per second and the time left.
  void draw(double share, u64 count, std::string_view unit);
  void clear();

 private:
  LinuxClock clock_;
  bool visible_;
  bool drawn_ = false;
  i64 started_us_;
  i64 drawn_us_ = 0;
};

}  // namespace lockstep
