#include "node/calibrate/testing_venue.h"

#include <fstream>
#include <sstream>

#include "node/calibrate/testing_market.h"
#include "node/rules/compile.h"

namespace lockstep::calibrate {

const std::vector<std::pair<std::string, std::string>> low_range = {
    {"±0 4 8 12 16 %", "±0 2 4 6 8 %"}, {"extreme_range = \"16 %\"", "extreme_range = \"8 %\""}};

Rulebook testing_rulebook(const std::vector<std::pair<std::string, std::string>>& changes) {
  std::ostringstream file;
  file << std::ifstream("rulebooks/lockstep.toml").rdbuf();
  std::string text = file.str();
  for (const auto& [from, to] : changes) {
    const std::size_t at = text.find(from);
    LS_ASSERT(at != std::string::npos);
    text.replace(at, from.size(), to);
  }
  return compile_rulebook_text(text, "lockstep.toml").value();
}

FeedRequest testing_feed(const Rulebook& rules, u32 hours, u32 accounts) {
  FeedRequest request;
  request.data = "data";
  request.from =
      testing_market_end - Duration::from_raw(hours * hour.raw()) + Duration::from_raw(5 * minute.raw());
  request.to = testing_market_end;
  request.first_rulebook = rules;
  request.second_rulebook = rules;
  request.portfolios.accounts = accounts;
  return request;
}

TestingVenue::TestingVenue(Disk& disk, const FeedRequest& request, const CalibratorPolicy& policy)
    : disk_(disk),
      policy_(policy),
      rulebook_(request.first_rulebook.name),
      feed_(std::move(open_feed(disk, request)).value()) {
  start_calibrator();
}

void TestingVenue::start_calibrator() {
  follower = std::make_unique<Follower>(Follower::open(disk_, "data", rulebook_, policy_).value());
  follower->on_evaluation = [this](const Evaluation& evaluation) { evaluations.push_back(evaluation); };
}

Outcome TestingVenue::take(Time at, const Command& command, bool by_calibrator) {
  Outcome outcome = apply(engine, at, command);
  log.push_back({at, command, outcome, by_calibrator});
  return outcome;
}

void TestingVenue::listen() {
  for (bool behind = true; behind;) {
    const Said said = follower->after(engine).value();
    behind = said.behind;
    for (const Command& command : said.commands) {
      if (!loses_schedules || !std::holds_alternative<ScheduleEpoch>(command))
        take(engine.state.time, command, true);
    }
  }
}

bool TestingVenue::step() {
  if (!feed_.next(step_).value()) return false;
  for (const Command& command : step_.commands) take(step_.time, command, false);
  listen();
  return true;
}

void TestingVenue::run_to(Time until) {
  while (engine.state.time < until && step()) {
  }
}

Outcome TestingVenue::send(const Command& command) {
  Outcome outcome = take(engine.state.time, command, false);
  listen();
  return outcome;
}

std::vector<Logged> TestingVenue::said() const {
  std::vector<Logged> out;
  for (const Logged& logged : log) {
    if (logged.by_calibrator) out.push_back(logged);
  }
  return out;
}

Bytes stored(const Calibrator& calibrator) {
  Bytes bytes;
  Writer writer(bytes);
  calibrator.write(writer);
  return bytes;
}

}  // namespace lockstep::calibrate
