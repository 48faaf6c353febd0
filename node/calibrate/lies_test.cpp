// Planted lies: what is published at the end is what is published without them, and every row that was
// dropped is counted by its reason.
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <sstream>

#include "node/calibrate/testing_market.h"
#include "node/calibrate/walk.h"
#include "node/rules/compile.h"

namespace lockstep::calibrate {
namespace {

const std::string chain_file = "deribit_options/chain.csv";
const std::string perpetual_file = "perps/binance_um_1h.csv", spot_file = "perps/binance_spot_1h.csv",
                  swap_file = "perps/okx_swap_1h.csv";

Rulebook our_rulebook() {
  std::ostringstream text;
  text << std::ifstream(std::string(LOCKSTEP_SOURCE_DIR) + "/rulebooks/lockstep.toml").rdbuf();
  return compile_rulebook_text(text.str(), "lockstep.toml").value();
}

Time before_end(i64 hours) { return testing_market_end - Duration::from_raw(hours * hour.raw()); }

const Recording& honest() {
  static const Recording recording = record(TestingMarket{});
  return recording;
}

// The last four days, with the crash in them.
WalkReport walked(const Recording& recording) {
  MemoryDisk disk;
  put(disk, "data", recording);
  WalkRequest request;
  request.folder = "data";
  request.from = before_end(4 * 24);
  request.rulebook = our_rulebook();
  Result<WalkReport, Fault> report = walk(disk, request, {});
  EXPECT_TRUE(report) << report.error().what;
  return report ? std::move(report).value() : WalkReport{};
}

const WalkReport& truth() {
  static const WalkReport report = walked(honest());
  return report;
}

WalkReport told(const std::function<void(Recording&)>& lie, const Recording& real, const WalkReport& truth) {
  Recording recording = real;
  lie(recording);
  WalkReport report = walked(recording);
  EXPECT_EQ(report.rules.identity, truth.rules.identity);
  EXPECT_EQ(report.counts.published, truth.counts.published);
  std::string moved;
  for (std::size_t i = 0; i < report.last.explanations.size(); ++i) {
    const Explanation& is = report.last.explanations[i];
    const Explanation& was = truth.last.explanations[i];
    if (is.published == was.published) continue;
    moved += is.field + " " + is.published + ", not " + was.published + "; target " + is.target + ", not " +
             was.target + "\n";
  }
  EXPECT_EQ(moved, "");
  return report;
}

WalkReport told(const std::function<void(Recording&)>& lie) { return told(lie, honest(), truth()); }

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
  return fields;
}
std::string joined(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) line += (line.empty() ? "" : ",") + field;
  return line;
}
std::string times(const std::string& number, double factor) {
  char text[64];
  std::snprintf(text, sizeof text, "%.8f", std::stod(number) * factor);
  return text;
}

// Columns of a chain and of bars.
enum : std::size_t {
  at_column,
  name_column,
  forward_column,
  index_column,
  mark_column,
  iv_column,
  interest_column,
  bid_column,
  ask_column
};
enum : std::size_t { close_column = 5, volume_column = 6 };

// Before each snapshot's last row one made of it, under another strike.
using Change = std::function<void(std::vector<std::string>&)>;
u64 plant_in_chains(Recording& recording, const std::string& strike, const Change& change) {
  std::vector<std::string>& lines = recording[chain_file];
  std::vector<std::string> planted = {lines[0]};
  u64 count = 0;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const bool last = i + 1 == lines.size() || lines[i + 1].substr(0, 13) != lines[i].substr(0, 13);
    if (!last) {
      planted.push_back(lines[i]);
      continue;
    }
    std::vector<std::string> fields = split(lines[i]);
    std::string& name = fields[name_column];
    const std::size_t dash = name.find('-', 4);
    name = name.substr(0, dash + 1) + strike + name.substr(name.rfind('-'));
    change(fields);
    planted.push_back(joined(fields));
    planted.push_back(lines[i]);
    ++count;
  }
  lines = std::move(planted);
  return count;
}

// The n-th row of every so many.
u64 change_bars(Recording& recording, const std::string& file, std::size_t every, const Change& change) {
  u64 count = 0;
  std::vector<std::string>& lines = recording[file];
  for (std::size_t i = 1; i < lines.size(); i += every, ++count) {
    std::vector<std::string> fields = split(lines[i]);
    change(fields);
    lines[i] = joined(fields);
  }
  return count;
}

u64 dropped(const WalkReport& report, surface::Drop drop) {
  return report.counts.dropped_quotes[static_cast<std::size_t>(drop)];
}
u64 dropped(const WalkReport& report, ChainTrouble trouble) {
  return report.counts.dropped_rows[static_cast<std::size_t>(trouble)];
}
u64 dropped(const WalkReport& report, BadPrice why) {
  return report.counts.dropped_prices[static_cast<std::size_t>(why)];
}
bool noted(const WalkReport& report, const std::string& text) {
  for (const std::string& note : report.notes) {
    if (note.find(text) != std::string::npos) return true;
  }
  return false;
}

// ETH is the last coin of a snapshot; 2,925 lies between its strikes, 150 apart.
constexpr const char* between_strikes = "2925";

TEST(Lies, CrossedQuotes) {
  u64 planted = 0;
  const WalkReport report = told([&](Recording& r) {
    planted = plant_in_chains(r, between_strikes, [](auto& f) { std::swap(f[bid_column], f[ask_column]); });
  });
  EXPECT_EQ(planted, 80u);
  EXPECT_EQ(dropped(report, surface::Drop::crossed), planted);
  EXPECT_EQ(dropped(truth(), surface::Drop::crossed), 0u);
}

TEST(Lies, QuotesAHundredTimesTooHighAndTooLow) {
  u64 high = 0, low = 0;
  const WalkReport report = told([&](Recording& r) {
    high = plant_in_chains(r, between_strikes, [](auto& f) {
      f[bid_column] = times(f[bid_column], 100), f[ask_column] = times(f[ask_column], 100);
    });
    low = plant_in_chains(r, "2885", [](auto& f) {
      f[bid_column] = times(f[bid_column], 1e-4), f[ask_column] = times(f[ask_column], 1e-4);
    });
  });
  u64 all = 0, before = 0;
  for (const surface::Drop drop :
       {surface::Drop::below_intrinsic, surface::Drop::above_bound, surface::Drop::in_the_money,
        surface::Drop::far_out, surface::Drop::outlier, surface::Drop::wide}) {
    all += dropped(report, drop), before += dropped(truth(), drop);
  }
  all += dropped(report, ChainTrouble::out_of_range);  // above a hundred coins
  EXPECT_EQ(all - before, high + low);
  EXPECT_EQ(dropped(report, surface::Drop::none), dropped(truth(), surface::Drop::none)) << "used";
}

TEST(Lies, OneSidedQuotesOfImpossiblePrices) {
  u64 planted = 0;
  const WalkReport report = told([&](Recording& r) {
    planted = plant_in_chains(r, between_strikes,
                              [](auto& f) { f[bid_column] = times(f[bid_column], 100), f[ask_column] = ""; });
  });
  EXPECT_EQ(dropped(report, surface::Drop::one_sided) + dropped(report, ChainTrouble::out_of_range), planted);
}

TEST(Lies, RepeatedRows) {
  u64 planted = 0;
  const WalkReport report = told([&](Recording& r) {
    std::vector<std::string> lines;
    for (const std::string& line : r[chain_file]) {
      lines.push_back(line);
      if (lines.size() % 50 == 0) lines.push_back(line), ++planted;
    }
    r[chain_file] = lines;
  });
  EXPECT_EQ(dropped(report, surface::Drop::duplicate), planted);
}

TEST(Lies, ExpiredOptionsAndNamesThatAreNone) {
  u64 expired = 0, unknown = 0;
  const WalkReport report = told([&](Recording& r) {
    expired = plant_in_chains(r, between_strikes, [](auto& f) { f[name_column] = "ETH-7NOV25-3000-C"; });
    unknown = plant_in_chains(r, between_strikes, [](auto& f) { f[name_column] = "LUNA-27MAR26-0-C"; });
  });
  EXPECT_EQ(dropped(report, ChainTrouble::expired), expired);
  EXPECT_EQ(dropped(report, ChainTrouble::unknown), unknown);
}

TEST(Lies, NoNumbersInChains) {
  u64 none = 0, impossible = 0;
  const WalkReport report = told([&](Recording& r) {
    for (const std::size_t column :
         {forward_column, index_column, mark_column, iv_column, bid_column, ask_column})
      none += plant_in_chains(r, between_strikes, [column](auto& f) { f[column] = "NaN"; });
    for (const char* value : {"-1", "1e12", "inf"}) {
      u64& count = value[0] == 'i' ? none : impossible;
      count += plant_in_chains(r, between_strikes, [value](auto& f) { f[ask_column] = value; });
    }
    impossible += plant_in_chains(r, between_strikes, [](auto& f) { f[index_column] = "0"; });
  });
  EXPECT_EQ(dropped(report, ChainTrouble::no_number), none);
  EXPECT_EQ(dropped(report, ChainTrouble::out_of_range), impossible);
}

TEST(Lies, RowsOfOtherTimes) {
  u64 early = 0, late = 0;
  const WalkReport report = told([&](Recording& r) {
    early = plant_in_chains(r, "3000", [](auto& f) { f[at_column] = milliseconds(before_end(90 * 24)); });
    late = plant_in_chains(r, "3000", [](auto& f) { f[at_column] = milliseconds(before_end(-9'000)); });
    late += plant_in_chains(r, "3000", [](auto& f) { f[at_column] = "soon"; });
  });
  EXPECT_EQ(dropped(report, ChainTrouble::out_of_order), early);
  EXPECT_EQ(dropped(report, ChainTrouble::bad_time), late);
}

// A snapshot without a single usable row, hours from any other.
TEST(Lies, AnEmptySnapshot) {
  const WalkReport report = told([&](Recording& r) {
    std::vector<std::string>& lines = r[chain_file];
    lines.push_back(milliseconds(before_end(1)) + ",ETH-27MAR26-3000-C,NaN,NaN,NaN,NaN,NaN,NaN,NaN");
  });
  EXPECT_EQ(dropped(report, ChainTrouble::no_number), 1u);
}

// All rows of one snapshot have an index a hundred times too high.
TEST(Lies, AnIndexAHundredTimesTooHigh) {
  const WalkReport report = told([&](Recording& r) {
    std::vector<std::string>& lines = r[chain_file];
    const std::string first = lines[lines.size() / 2].substr(0, 13);
    std::vector<std::string> copies;
    std::size_t end = 0;
    for (std::size_t i = 1; i < lines.size(); ++i) {
      if (lines[i].substr(0, 13) != first) continue;
      std::vector<std::string> fields = split(lines[i]);
      fields[at_column] = std::to_string(std::stoll(first) + 3 * 3'600'000);  // a snapshot of its own
      fields[index_column] = times(fields[index_column], 100);
      copies.push_back(joined(fields));
      end = i + 1;
    }
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(end), copies.begin(), copies.end());
  });
  EXPECT_EQ(report.counts.rejected_chains, 2u) << "one a coin";
  EXPECT_GT(dropped(report, BadPrice::outvoted), dropped(truth(), BadPrice::outvoted));
}

TEST(Lies, BarsThatAreNoPrices) {
  u64 planted = 0;
  const WalkReport report = told([&](Recording& r) {
    for (const char* value : {"NaN", "0", "-5", "", "1e30"})
      planted += change_bars(r, swap_file, 211 + planted, [value](auto& f) { f[close_column] = value; });
  });
  EXPECT_GT(planted, 20u);
  EXPECT_TRUE(noted(report, "no number")) << planted;
  EXPECT_TRUE(noted(report, "not positive"));
}

TEST(Lies, BarsOutOfOrderRepeatedAndStale) {
  const WalkReport report = told([&](Recording& r) {
    std::vector<std::string>& lines = r[spot_file];
    std::vector<std::string> planted;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      planted.push_back(lines[i]);
      if (i > 300 && i % 97 == 0) planted.push_back(lines[i]);                                 // again
      if (i > 300 && i % 101 == 0) planted.push_back(lines[i - 200]);                          // a week old
      if (i > 300 && i % 211 == 0 && i + 90 < lines.size()) planted.push_back(lines[i + 80]);  // too early
    }
    lines = planted;
  });
  EXPECT_TRUE(noted(report, "repeated"));
  EXPECT_TRUE(noted(report, "out of order"));
}

TEST(Lies, OneVenueOfThreeAHundredTimesOff) {
  const WalkReport up = told([&](Recording& r) {
    change_bars(r, swap_file, 1, [](auto& f) { f[close_column] = times(f[close_column], 100); });
  });
  EXPECT_GT(dropped(up, BadPrice::outvoted), 1'000u);
  const WalkReport down = told([&](Recording& r) {
    change_bars(r, perpetual_file, 1, [](auto& f) { f[close_column] = times(f[close_column], 0.01); });
    r.erase("perps/binance_um_5m.csv");
  });
  EXPECT_GT(dropped(down, BadPrice::outvoted), 1'000u);
  const WalkReport now_and_then = told([&](Recording& r) {
    change_bars(r, spot_file, 17, [](auto& f) { f[close_column] = times(f[close_column], 100); });
  });
  EXPECT_GT(dropped(now_and_then, BadPrice::outvoted), 100u);
}

TEST(Lies, OneVenueOfThreeFrozen) {
  const WalkReport repeats = told([&](Recording& r) {
    const std::string price = split(r[swap_file][1])[close_column],
                      other = split(r[swap_file][2])[close_column];
    change_bars(r, swap_file, 1, [&](auto& f) { f[close_column] = f[1][0] == 'B' ? price : other; });
  });
  EXPECT_GT(dropped(repeats, BadPrice::outvoted), 100u);
}

// What it traded is missed, so that one is looked at that does not say what it trades.
TEST(Lies, OneVenueOfThreeSilent) {
  Recording real = honest();
  change_bars(real, swap_file, 1, [](auto& f) { f[volume_column] = "0"; });
  const WalkReport before = walked(real);
  const auto lie = [](Recording& r) { r[swap_file].resize(r[swap_file].size() / 2); };
  const WalkReport report = told(lie, real, before);
  EXPECT_GT(dropped(report, BadPrice::stale), dropped(before, BadPrice::stale));
}

TEST(Lies, AllOfThemAtOnce) {
  told([&](Recording& r) {
    plant_in_chains(r, between_strikes, [](auto& f) { std::swap(f[bid_column], f[ask_column]); });
    plant_in_chains(r, "2885", [](auto& f) { f[ask_column] = times(f[ask_column], 100); });
    plant_in_chains(r, "3000", [](auto& f) { f[index_column] = "NaN"; });
    plant_in_chains(r, "3000", [](auto& f) { f[at_column] = "0"; });
    change_bars(r, swap_file, 3, [](auto& f) { f[close_column] = times(f[close_column], 100); });
    change_bars(r, swap_file, 5, [](auto& f) { f[close_column] = "NaN"; });
  });
}

}  // namespace
}  // namespace lockstep::calibrate
