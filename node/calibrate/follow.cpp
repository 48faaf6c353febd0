#include "node/calibrate/follow.h"

#include <algorithm>
#include <utility>

#include "core/model/agreement.h"
#include "node/feed/calendar.h"
#include "node/feed/contracts.h"

namespace lockstep::calibrate {
namespace {

constexpr std::string_view urgent_mark = "urgent: ";
// Of one call, in hours that are only observed: microseconds each.
constexpr u32 work_per_call = 5'000, work_of_recall = 200, work_of_chain = 1'000;

bool is_mine(const Epoch& epoch) { return epoch.proposer == calibrator_name; }

// "2026-02-05T21:00Z 3/8" was derived at that time.
Time time_of_version(const std::string& version) {
  const Result<Time, Fault> time = parse_time(version.substr(0, version.find(' ')), "version");
  return time ? time.value() : Time{};
}

// The rules that were in force when the hour `at` was evaluated: an epoch that was derived then and activated
// at once came behind.
const Rulebook* in_force_at(const RulebookHistory& history, Time at) {
  const Epoch* found = nullptr;
  for (const Epoch& epoch : history.epochs) {
    const bool was = epoch.status == EpochStatus::active || epoch.status == EpochStatus::retired;
    if (!was || epoch.at_time > at) continue;
    if (is_mine(epoch) && time_of_version(epoch.rulebook.version) >= at) continue;
    if (found == nullptr || epoch.at_position >= found->at_position) found = &epoch;
  }
  return found == nullptr ? nullptr : &found->rulebook;
}

// Whether an epoch of ours was derived at this hour.
bool was_decided(const RulebookHistory& history, Time at) {
  return std::any_of(history.epochs.begin(), history.epochs.end(), [at](const Epoch& epoch) {
    return is_mine(epoch) && time_of_version(epoch.rulebook.version) == at;
  });
}

// The epoch of ours that was under way when the hour `at` was evaluated, or nullptr.  When one was cancelled
// is not kept: at the latest when patience ended or the next one came.
const Epoch* pending_at(const RulebookHistory& history, Time at, Duration patience) {
  const Epoch* pending = nullptr;
  for (const Epoch& epoch : history.epochs) {
    const Time derived = time_of_version(epoch.rulebook.version);
    if (!is_mine(epoch) || derived >= at) continue;
    bool open = true;
    if (epoch.status == EpochStatus::active || epoch.status == EpochStatus::retired)
      open = epoch.at_time > at;
    if (epoch.status == EpochStatus::cancelled) open = at - derived < patience;
    pending = open ? &epoch : nullptr;
  }
  return pending;
}

bool was_urgent(const Epoch& epoch) { return epoch.note.starts_with(urgent_mark); }

ScheduleEpoch schedule_of(const RulebookHistory& history, RulebookId rulebook, u32 epoch, bool urgent,
                          Time now) {
  ScheduleEpoch schedule;
  schedule.rulebook = rulebook;
  schedule.epoch = epoch;
  schedule.emergency = urgent;
  const Duration notice = history.active == 0 || urgent ? Duration{} : history.rules().epochs.notice;
  // Log time may go on before the command is there, and notice is counted from where it is.
  if (notice > Duration{}) schedule.at_time = now + notice + minute;
  return schedule;
}

u32 approvals_needed(const RulebookHistory& history, bool urgent) {
  if (history.active == 0) return 0;
  const EpochRules& rules = history.rules().epochs;
  return urgent ? rules.emergency_approvals : rules.approvals;
}

u64 last_sequence(const State& state) {
  for (const PriceSource& source : state.sources) {
    if (source.source == calibrator_source) return source.sequence;
  }
  return 0;
}

}  // namespace

u32 pending_epoch(const RulebookHistory& history) {
  for (u32 i = 0; i < history.epochs.size(); ++i) {
    const Epoch& epoch = history.epochs[i];
    const bool open = epoch.status == EpochStatus::proposed || epoch.status == EpochStatus::scheduled;
    if (open && is_mine(epoch)) return i + 1;
  }
  return 0;
}

std::optional<Command> next_of_pending(const State& state, RulebookId rulebook, Time now, Duration patience) {
  const RulebookHistory& history = state.rulebook(rulebook);
  const u32 number = pending_epoch(history);
  if (number == 0) return std::nullopt;
  const Epoch& epoch = history.epochs[number - 1];
  if (epoch.status != EpochStatus::proposed) return std::nullopt;
  const bool urgent = was_urgent(epoch);
  const bool waited = now - time_of_version(epoch.rulebook.version) >= patience;
  if (!waited && epoch.approvals.size() >= approvals_needed(history, urgent) &&
      epoch.ready.size() >= quorum_of(state)) {
    return schedule_of(history, rulebook, number, urgent, now);
  }
  if (!waited) return std::nullopt;
  CancelEpoch cancel;
  cancel.rulebook = rulebook;
  cancel.epoch = number;
  return cancel;
}

Companion companion_of(Follower& follower) {
  Companion companion;
  companion.after = [&follower](const Engine& engine) { return follower.after(engine); };
  companion.is_mine = &Follower::is_mine;
  return companion;
}

Follower::Follower(Replay replay, std::string rulebook, const CalibratorPolicy& policy)
    : replay_(std::move(replay)), rulebook_(std::move(rulebook)), calibrator_(replay_.bases(), policy) {}

Result<Follower, Fault> Follower::open(Disk& disk, const std::string& folder, std::string rulebook,
                                       const CalibratorPolicy& policy) {
  Result<Replay, Fault> replay = Replay::open(disk, folder);
  if (!replay) return replay.error();
  return Follower(std::move(replay).value(), std::move(rulebook), policy);
}

bool Follower::is_mine(const Command& command) {
  if (const auto* c = std::get_if<ProposeRulebook>(&command)) return c->by == calibrator_name;
  if (const auto* c = std::get_if<VolatilitySurface>(&command)) return c->source == calibrator_source;
  if (const auto* c = std::get_if<ForwardCurve>(&command)) return c->source == calibrator_source;
  if (const auto* c = std::get_if<ScheduleEpoch>(&command)) return c->epoch > 1;
  return std::holds_alternative<CancelEpoch>(command);
}

// What an evaluation at the present hour has left behind in the log.  False: nobody evaluated then.
bool Follower::recall(const RulebookHistory& history) {
  const Time now = calibrator_.estimator.now;
  const Rulebook* in_force = in_force_at(history, now);
  if (in_force == nullptr) return false;
  note_ranges(calibrator_, *in_force);
  const Proposal proposal = propose(calibrator_, *in_force);
  if (!acts_now(calibrator_, proposal)) return true;
  const Epoch* pending = pending_at(history, now, calibrator_.policy.patience);
  if (pending != nullptr && (was_urgent(*pending) || !is_urgent(proposal))) return true;
  const std::string version = version_text(now);
  Accepted accepted = proposal.changed ? Accepted::none : Accepted::whole;
  for (const Epoch& epoch : history.epochs) {
    if (!lockstep::calibrate::is_mine(epoch)) continue;
    if (epoch.rulebook.version == version) accepted = Accepted::whole;
    if (epoch.rulebook.version.starts_with(version + " ")) accepted = Accepted::part;
  }
  accept(calibrator_, proposal, accepted);
  return true;
}

// A schedule that was said and has changed nothing was refused, or lost with the sequencer that said it: it
// is said again, but not more than once an hour; patience ends it.
bool Follower::said_lately(const Command& command, Time now) {
  const auto* schedule = std::get_if<ScheduleEpoch>(&command);
  if (schedule == nullptr) return false;
  if (schedule->epoch == scheduled_ && now - scheduled_at_ < hour) return true;
  scheduled_ = schedule->epoch;
  scheduled_at_ = now;
  return false;
}

void Follower::say_surfaces(const Engine& engine, std::vector<Command>& out) {
  for (u8 coin = 0; coin < coins.size(); ++coin) {
    const std::optional<surface::Surface>& fitted = calibrator_.coins[coin].last;
    const auto index = engine.lookup.indexes.find(std::string(coins[coin].name) + "-USD");
    if (!fitted || !fitted->due || index == engine.lookup.indexes.end()) continue;
    const IndexId id{index->second};
    const u64 sequence = static_cast<u64>(fitted->at.raw()) + 2 * coin;
    if (sequence <= last_sequence(engine.state)) continue;  // said by who led before
    const auto unknown = [&](const auto& row) {
      return find_series(engine.state, id, row.expiry) == nullptr || row.expiry <= engine.state.time;
    };
    ForwardCurve curve = surface::forward_curve(*fitted, id, calibrator_source, sequence);
    std::erase_if(curve.rows, unknown);
    VolatilitySurface smiles = surface::volatility_surface(*fitted, id, calibrator_source, sequence + 1);
    std::erase_if(smiles.rows, unknown);
    if (curve.rows.empty() || smiles.rows.empty()) continue;
    out.emplace_back(std::move(curve));
    out.emplace_back(std::move(smiles));
  }
}

void Follower::say_proposal(const Engine& engine, RulebookId rulebook, std::vector<Command>& out) {
  const RulebookHistory& history = engine.state.rulebook(rulebook);
  const u32 pending = pending_epoch(history);
  note_ranges(calibrator_, history.rules());
  // Something urgent does not wait for what is under way, unless that is urgent itself.
  if (pending != 0 && was_urgent(history.epochs[pending - 1])) return;
  if (pending != 0 && !is_urgent(propose(calibrator_, history.rules()))) return;
  const Evaluation evaluation = evaluate(calibrator_, engine, rulebook);
  if (evaluation.action != Action::unchanged && on_evaluation) on_evaluation(evaluation);
  if (evaluation.action != Action::proposed && evaluation.action != Action::partly) return;
  if (pending != 0) {
    CancelEpoch cancel;
    cancel.rulebook = rulebook;
    cancel.epoch = pending;
    out.emplace_back(cancel);
  }
  const bool urgent = is_urgent(evaluation.proposal);
  ProposeRulebook proposal;
  proposal.image = evaluation.rules;
  proposal.by = calibrator_name;
  proposal.note = (urgent ? std::string(urgent_mark) : "") + note_of(evaluation);
  out.emplace_back(std::move(proposal));
  if (approvals_needed(history, urgent) > 0 || quorum_of(engine.state) > 0)
    return;  // next_of_pending goes on
  const u32 number = static_cast<u32>(history.epochs.size()) + 1;
  scheduled_ = number;
  scheduled_at_ = engine.state.time;
  out.emplace_back(schedule_of(history, rulebook, number, urgent, engine.state.time));
}

// An hour that was decided before a restart is not decided again.
void Follower::judge_hour(const Engine& engine, RulebookId rulebook, std::vector<Command>& out) {
  const RulebookHistory& history = engine.state.rulebook(rulebook);
  if (was_decided(history, calibrator_.estimator.now)) {
    recall(history);
  } else {
    say_proposal(engine, rulebook, out);
  }
}

Result<Said, Fault> Follower::after(const Engine& engine) {
  Said answer;
  const Time now = engine.state.time;
  const auto named = engine.lookup.rulebooks.find(rulebook_);
  const bool founded =
      named != engine.lookup.rulebooks.end() && engine.state.rulebooks[named->second].active != 0;
  const RulebookId rulebook{founded ? named->second : 0};
  Event event;
  for (u32 work = 0; work < work_per_call;) {
    const Result<bool, Fault> more = replay_.next(now, event);
    if (!more) return more.error();
    if (!more.value()) {
      if (!founded) return answer;
      if (std::exchange(chain_open_, false)) say_surfaces(engine, answer.commands);
      const auto next = next_of_pending(engine.state, rulebook, now, calibrator_.policy.patience);
      if (next && !said_lately(*next, now)) answer.commands.push_back(*next);
      if (!next && std::exchange(hour_open_, false)) judge_hour(engine, rulebook, answer.commands);
      return answer;
    }
    if (std::exchange(hour_open_, false) && founded && recall(engine.state.rulebook(rulebook)))
      work += work_of_recall;
    observe(calibrator_, event);
    work += event.is_hour ? 1 : work_of_chain;
    hour_open_ = event.is_hour;
    chain_open_ = chain_open_ || !event.is_hour;
  }
  answer.behind = true;
  return answer;
}

}  // namespace lockstep::calibrate
