// `lockstep conform FILE...`: does this engine answer as the peers and venues whose vectors these are?
#include <algorithm>

#include "apps/lockstep/options.h"
#include "apps/lockstep/terminal.h"
#include "node/json/json.h"
#include "tests/conform/conform.h"

namespace lockstep {
namespace {

constexpr std::size_t failures_shown = 5;  // of one model

struct Totals {
  u32 passed = 0, failed = 0, skipped = 0;
};

Totals totals_of(const std::vector<conform::Tally>& tallies) {
  Totals totals;
  for (const conform::Tally& tally : tallies) {
    totals.passed += tally.passed;
    totals.failed += tally.failed;
    totals.skipped += tally.skipped;
  }
  return totals;
}

void print_json(const std::vector<conform::Tally>& tallies) {
  Json json;
  json.begin_object().key("models").begin_array();
  for (const conform::Tally& tally : tallies) {
    json.begin_object().field("peer", tally.peer).field("model", tally.model).field("passed", tally.passed);
    json.field("failed", tally.failed).field("skipped", tally.skipped).field("reason", tally.reason);
    json.key("failures").begin_array();
    for (const std::string& failure : tally.failures) json.text(failure);
    json.end_array().end_object();
  }
  const Totals totals = totals_of(tallies);
  json.end_array().field("passed", totals.passed).field("failed", totals.failed);
  json.field("skipped", totals.skipped).end_object();
  print_line(json.str());
}

void print_text(const std::vector<conform::Tally>& tallies) {
  Table table({false, false, true, true, true, false});
  for (const conform::Tally& tally : tallies) {
    table.row({tally.peer, tally.model, std::to_string(tally.passed) + " passed",
               std::to_string(tally.failed) + " failed", std::to_string(tally.skipped) + " skipped",
               tally.reason});
  }
  print(table.str());
  for (const conform::Tally& tally : tallies) {
    const std::size_t shown = std::min(tally.failures.size(), failures_shown);
    for (std::size_t i = 0; i < shown; ++i) print_line("  " + tally.failures[i]);
    if (shown < tally.failures.size()) {
      print_line("  and " + std::to_string(tally.failures.size() - shown) + " more of " + tally.model);
    }
  }
  const Totals totals = totals_of(tallies);
  print_line(std::to_string(totals.passed) + " passed, " + std::to_string(totals.failed) + " failed, " +
             std::to_string(totals.skipped) + " skipped");
}

}  // namespace

int conform_verb(const ConformOptions& options) {
  std::vector<conform::Tally> tallies;
  try {
    for (const std::string& file : options.files) conform::run(file, tallies);
  } catch (const conform::VectorError& error) {
    return unusable(error.text);
  }
  if (options.json) {
    print_json(tallies);
  } else {
    print_text(tallies);
  }
  return totals_of(tallies).failed == 0 ? exit_success : exit_negative;
}

}  // namespace lockstep
