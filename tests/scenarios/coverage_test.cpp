// The coverage matrix (house rule R41): every refusal of core/model/refusals.def is produced by a scenario,
// and every numbered rule of docs/methodology.md is covered by one.  What is exempt says why.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "core/model/refusals.h"
#include "tests/scenarios/lens.h"

namespace lockstep::scenarios {
namespace {

const std::string root = LOCKSTEP_SOURCE_DIR;

const std::map<std::string, std::string> exempt_refusals = {};
const std::map<std::string, std::string> exempt_rules = {
    {"8.1", "questions about an engine, not commands to it: core/risk/boundary_search_test.cpp, node/whatif"},
    {"8.3", "the same: node/whatif/preview_test.cpp"},
    {"8.4", "the same: node/whatif/preview_test.cpp"},
    {"8.2", "the same: node/whatif/what_if_test.cpp, tests/e2e"},
    {"11.1", "the same: node/stress/ladder_test.cpp"},
    {"11.2", "the same: node/stress/ladder_test.cpp, node/stress/fund_test.cpp"},
    {"11.3", "the same: node/stress/ladder_test.cpp"},
    {"11.4", "the same: node/stress/fund_test.cpp"},
    {"11.5", "the same: node/stress/concentration_test.cpp"},
    {"11.6", "the same: node/stress/leverage_test.cpp"},
    {"11.7", "the same: node/stress/leverage_test.cpp"},
    {"12.1",
     "estimation, before anything is a command: node/calibrate/price_filter_test.cpp, hours_test.cpp"},
    {"12.2", "the same: node/stats/ewma_test.cpp"},
    {"12.3", "the same: node/calibrate/scan_range_test.cpp"},
    {"12.4", "the same: node/stats/correlation_test.cpp, shrinkage_test.cpp, nearest_correlation_test.cpp"},
    {"12.5", "the same: node/surface/forward_test.cpp"},
    {"12.6", "the same: node/surface/vectors_test.cpp, recorded_test.cpp"},
    {"12.7", "the same: node/surface"},
    {"12.8", "the same: node/calibrate/option_moves_test.cpp"},
    {"12.9", "the same: node/calibrate/parameters_test.cpp, parameters_property_test.cpp"},
    {"12.10", "the same: node/calibrate/publish_test.cpp"},
    {"12.11", "questions about an engine: node/calibrate/gate_test.cpp"},
    {"12.12", "a process beside the engine: node/calibrate, tests/e2e/calibrate_test.cpp"},
    {"12.13", "statistics: node/stats/coverage_test.cpp"},
    {"12.14", "the same: node/backtest"}};

struct Covered {
  std::set<std::string> rules;
  std::map<std::string, std::string> first_scenario;  // of each refusal
};

Covered run_all() {
  Covered covered;
  for (const auto& entry : std::filesystem::directory_iterator(root + "/tests/scenarios")) {
    if (entry.path().extension() != ".txt") continue;
    const ScenarioFile file = read_scenario(entry.path().string());
    covered.rules.insert(file.covers.begin(), file.covers.end());
    for (const Refusal refusal : run_scenario(file, Lens::plain).refusals) {
      covered.first_scenario.emplace(std::string(refusal_name(refusal)), entry.path().stem().string());
    }
  }
  return covered;
}

// The numbers of headings like "### 4.2 Pools".
std::set<std::string> methodology_rules() {
  std::set<std::string> rules;
  std::istringstream lines(read_text(root + "/docs/methodology.md"));
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("### ", 0) != 0) continue;
    const std::string number = line.substr(4, line.find(' ', 4) - 4);
    if (number.find('.') != std::string::npos &&
        number.find_first_not_of("0123456789.") == std::string::npos) {
      rules.insert(number);
    }
  }
  return rules;
}

TEST(Coverage, EveryRefusalIsProducedByAScenario) {
  const Covered covered = run_all();
  for (const RefusalText& refusal : all_refusals()) {
    const std::string name(refusal.name);
    const bool produced = covered.first_scenario.count(name) != 0;
    const bool exempt = exempt_refusals.count(name) != 0;
    EXPECT_TRUE(produced || exempt) << name << " is produced by no scenario";
    EXPECT_FALSE(produced && exempt) << name << " is produced and need not be exempt";
  }
}

TEST(Coverage, EveryRuleOfTheMethodologyIsCoveredAndNoOtherIsCited) {
  const Covered covered = run_all();
  const std::set<std::string> rules = methodology_rules();
  EXPECT_FALSE(rules.empty());
  for (const std::string& rule : rules) {
    EXPECT_TRUE(covered.rules.count(rule) != 0 || exempt_rules.count(rule) != 0)
        << "methodology " << rule << " is covered by no scenario";
  }
  for (const std::string& rule : covered.rules) {
    EXPECT_TRUE(rules.count(rule) != 0) << "a scenario cites methodology " << rule << ", which is not there";
  }
}

}  // namespace
}  // namespace lockstep::scenarios
