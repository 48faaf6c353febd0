// What holds of every proposal, whatever the estimates: it passes the check that the engine makes, a ramp can
// lead to it, every number of the file is explained, and evaluations hour by hour go no faster than once a
// day.
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <set>

#include "core/base/prng.h"
#include "core/risk/check.h"
#include "core/risk/ramp.h"
#include "node/calibrate/parameters.h"
#include "node/io/linux_disk.h"
#include "node/rules/compile.h"
#include "node/rules/rulebook_text.h"
#include "node/rules/toml_tree.h"

namespace lockstep::calibrate {
namespace {

const Time moment = Time::from_raw(1'770'325'200'000'000);

std::vector<Rulebook> all_rulebooks() {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(LOCKSTEP_SOURCE_DIR "/rulebooks"))
    files.insert(entry.path().string());
  std::vector<Rulebook> rulebooks;
  LinuxDisk disk;
  for (const std::string& file : files) {
    Result<Rulebook, Fault> rules = compile_rulebook(disk, file);
    EXPECT_TRUE(rules) << file;
    if (rules) rulebooks.push_back(std::move(rules).value());
  }
  return rulebooks;
}

Rulebook own_rulebook() {
  LinuxDisk disk;
  return compile_rulebook(disk, LOCKSTEP_SOURCE_DIR "/rulebooks/lockstep.toml").value();
}

// Sensible, absurd, absent or no number at all.
std::optional<Estimate> some(Prng& random, double usual) {
  const u64 kind = random.next() % 10;
  const double share = static_cast<double>(random.next() % 1'000'000) / 500'000;
  double value = usual * share;
  if (kind == 0) return std::nullopt;
  if (kind == 1) value = std::numeric_limits<double>::quiet_NaN();
  if (kind == 2) value = std::numeric_limits<double>::infinity();
  if (kind == 3) value = usual * share * 1e9;
  if (kind == 4) value = usual * share * 1e-12;
  if (kind == 5) value = -value;
  if (kind == 6) value = 0;
  return Estimate{value, "random", "none", random.next() % 5'000};
}

AssetEstimates random_asset(Prng& random, const std::string& base) {
  AssetEstimates e;
  e.base = base;
  e.scan_range = some(random, 0.2), e.crash = some(random, 0.5), e.haircut = some(random, 0.15);
  e.deviation = some(random, 0.03), e.volatility_up = some(random, 0.4),
  e.volatility_down = some(random, 0.3);
  e.power_short = some(random, 0.3), e.power_long = some(random, 0.13), e.skew = some(random, 0.03);
  e.basis = some(random, 0.05), e.volume = some(random, 1e10), e.depth = some(random, 1e8);
  e.price = some(random, 1e4), e.recent_move = some(random, 0.1);
  e.recent_venues = static_cast<u32>(random.next() % 4);
  return e;
}

Estimates random_market(Prng& random, Time at) {
  Estimates market;
  market.at = at;
  for (const char* base : {"BTC", "ETH", "SOL", "XRP"}) {
    if (random.next() % 5 != 0) market.assets.push_back(random_asset(random, base));
  }
  if (random.next() % 4 != 0) {
    market.pairs.push_back({"BTC",
                            "ETH",
                            some(random, 0.8),
                            some(random, 0.7),
                            random.next() % 8 == 0,
                            random.next() % 8 == 0,
                            {}});
  }
  for (const char* asset : {"USDC", "USDT"})
    market.stable.push_back({asset, some(random, 1), some(random, 0.9)});
  return market;
}

void expect_sound(const Rulebook& in_force, const Proposal& proposal) {
  const RulebookDefect defect = check_rulebook(proposal.next);
  ASSERT_TRUE(defect.none()) << defect.path << ": " << defect.what;
  ASSERT_EQ(proposal.next.identity, rulebook_identity(proposal.next));
  if (!proposal.changed) return;
  for (const u32 step : {1u, 3u, 7u}) {
    Rulebook between_them;
    ASSERT_TRUE(between(in_force, proposal.next, step, 8, between_them)) << in_force.name << " step " << step;
  }
}

TEST(ParametersProperty, AnyEstimatesMakeASoundRulebook) {
  for (u64 seed = 1; seed <= 60; ++seed) {
    Prng random(seed);
    Rulebook in_force = own_rulebook();
    PublishState state{moment - day, {}};
    Time at = moment;
    for (int turn = 0; turn < 40; ++turn) {
      const Proposal proposal = derive(in_force, random_market(random, at), state, {});
      expect_sound(in_force, proposal);
      if (HasFatalFailure()) FAIL() << "seed " << seed << " turn " << turn;
      in_force = proposal.next;
      state = proposal.state;
      at = at + Duration::from_raw(static_cast<i64>(random.next() % 48 + 1) * hour.raw());
    }
  }
}

TEST(ParametersProperty, AnyRulebookStaysSound) {
  for (const Rulebook& rules : all_rulebooks()) {
    Prng random(7);
    Rulebook in_force = rules;
    PublishState state{moment - day, {}};
    for (int turn = 0; turn < 20; ++turn) {
      const Time at = moment + Duration::from_raw(turn * day.raw());
      const Proposal proposal = derive(in_force, random_market(random, at), state, {});
      expect_sound(in_force, proposal);
      if (HasFatalFailure()) FAIL() << rules.name << " turn " << turn;
      in_force = proposal.next;
      state = proposal.state;
    }
  }
}

// All targets are clamped to 100 % in the end, and rates still have to rise from bracket to bracket.
TEST(ParametersProperty, AnAbsurdMarketForMonthsEndsInOrder) {
  Estimates market;
  for (const char* base : {"BTC", "ETH"}) {
    AssetEstimates e;
    e.base = base;
    e.scan_range = Estimate{5, "absurd", "", 1};
    e.deviation = Estimate{9, "absurd", "", 1};
    e.volume = Estimate{1e9, "absurd", "", 1};
    e.price = Estimate{1'000, "absurd", "", 1};
    market.assets.push_back(e);
  }
  Rulebook rules = own_rulebook();
  PublishState state{moment, {}};
  for (int d = 1; d <= 90; ++d) {
    market.at = moment + Duration::from_raw(d * day.raw());
    const Proposal proposal = derive(rules, market, state, {});
    expect_sound(rules, proposal);
    if (HasFatalFailure()) FAIL() << "day " << d;
    rules = proposal.next;
    state = proposal.state;
  }
  const std::vector<Bracket>& brackets = rules.components[0].brackets[0].brackets;
  EXPECT_EQ(brackets.back().rate, Rate::from_raw(rate_one));
  EXPECT_EQ(brackets.front().rate, Rate::from_raw(rate_one - 3 * rate_one / 10'000));
}

// ---- every number is explained

// The columns of rows that are arrays.
const std::vector<std::string> columns = {".floors", ".rates", ".leverages", ".deductions"};

void fields_of(const TomlNode& node, const std::string& path, std::set<std::string>& fields) {
  const bool row = path.starts_with("component.") && path.find(".rows.") != std::string::npos;
  if (node.kind == TomlKind::array && row && path.find(".listed") == std::string::npos) {
    for (const std::string& column : columns) fields.insert(path + column);
    return;
  }
  if (node.kind != TomlKind::table) {
    if (path.find(".kind") == std::string::npos && path.find(".applies_to") == std::string::npos)
      fields.insert(path);
    return;
  }
  for (const TomlNode& child : node.children) {
    fields_of(child, path.empty() ? child.key : path + "." + child.key, fields);
  }
}

TEST(ParametersProperty, EveryFieldOfTheFileIsExplained) {
  const Rulebook rules = own_rulebook();
  const Result<TomlNode, Fault> file = parse_toml(rulebook_text(rules), "printed");
  ASSERT_TRUE(file) << file.error().what;
  std::set<std::string> fields;
  fields_of(file.value(), "", fields);
  EXPECT_GT(fields.size(), 150u);
  Estimates nothing;
  nothing.at = moment;
  std::set<std::string> told;
  for (const Explanation& explanation : derive(rules, nothing, {moment, {}}, {}).explanations) {
    EXPECT_TRUE(told.insert(explanation.field).second) << "twice: " << explanation.field;
    EXPECT_FALSE(explanation.rule.empty()) << explanation.field;
    EXPECT_FALSE(explanation.decision.empty()) << explanation.field;
  }
  const std::set<std::string> head = {"rulebook", "version", "source", "money"};
  for (const std::string& field : fields) {
    // Sections without a rule are told as a whole; words of rows are no numbers.
    const bool section = field.starts_with("scheme.") || field.starts_with("states.") ||
                         field.starts_with("epochs.") || field.starts_with("liquidation.") ||
                         field.starts_with("prices.") || field.starts_with("funding.");
    const std::string top = field.substr(0, field.find('.', field.starts_with("scheme.") ? 7 : 0));
    const bool word = field.ends_with(".paired") || field.ends_with(".other");
    if (head.contains(field) || word) continue;
    EXPECT_TRUE(told.contains(section ? top : field)) << field;
  }
}

// ---- speed

double range_of(const Rulebook& rules) {
  for (const Component& component : rules.components) {
    if (component.name != "moves") continue;
    return static_cast<double>(component.grids[0].moves.back().raw()) / static_cast<double>(rate_one);
  }
  return 0;
}

Estimates one_asset(double range) {
  Estimates market;
  AssetEstimates btc;
  btc.base = "BTC";
  btc.scan_range = Estimate{range, "made up", "", 1'000};
  market.assets = {btc};
  return market;
}

double after_hours(double range, int hours, Rulebook rules, int every) {
  PublishState state{moment, {}};
  Estimates market = one_asset(range);
  for (int h = every; h <= hours; h += every) {
    market.at = moment + Duration::from_raw(h * hour.raw());
    const Proposal proposal = derive(rules, market, state, {});
    rules = proposal.next;
    state = proposal.state;
  }
  return range_of(rules);
}

TEST(ParametersProperty, HourByHourIsNoFasterThanDayByDay) {
  EXPECT_NEAR(after_hours(0.3, 24, own_rulebook(), 24), 0.176, 1e-9);  // 16 % x 1.1
  EXPECT_NEAR(after_hours(0.3, 24, own_rulebook(), 1), 0.176, 1e-9);
  // 16 % x 0.98^10 = 13.07 %, up to a multiple of 0.4 %.
  EXPECT_NEAR(after_hours(0.08, 240, own_rulebook(), 24), 0.132, 1e-9);
  EXPECT_NEAR(after_hours(0.08, 240, own_rulebook(), 1), 0.132, 1e-9);
}

TEST(ParametersProperty, ASteadyMarketComesToRest) {
  Estimates market = one_asset(0.25);
  Rulebook rules = own_rulebook();
  PublishState state{moment, {}};
  int changes = 0;
  for (int d = 1; d <= 120; ++d) {
    market.at = moment + Duration::from_raw(d * day.raw());
    const Proposal proposal = derive(rules, market, state, {});
    if (d > 60) changes += proposal.changed ? 1 : 0;
    rules = proposal.next;
    state = proposal.state;
  }
  EXPECT_EQ(changes, 0);
  EXPECT_NEAR(range_of(rules), 0.252, 1e-9);  // 25 %, up to a multiple of 0.4 %
}

}  // namespace
}  // namespace lockstep::calibrate
