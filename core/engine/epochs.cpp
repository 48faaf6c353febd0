// Rulebook epochs: proposed, checked, approved, scheduled, and activated before the command at the agreed
// position or time, on every replica alike; who proposed and approved them stays with them.
// docs/methodology.md 6.
#include <algorithm>
#include <tuple>

#include "core/engine/context.h"
#include "core/risk/ramp.h"
#include "core/wire/codec.h"

namespace lockstep {

u128 image_hash(const Rulebook& image) { return hash_number(hash_bytes(encode(image))); }

namespace {

bool due(const Epoch& epoch, u64 position, Time now) {
  if (epoch.status != EpochStatus::scheduled) return false;
  return epoch.at_time == Time{} ? position >= epoch.at_position : now >= epoch.at_time;
}

void activate(Context& c, u32 rulebook, u32 number) {
  EpochActivated event{RulebookId{rulebook}, number};
  event.before = hash_number(entities_hash(c.engine));
  RulebookHistory& history = c.state().rulebooks[rulebook];
  const u32 previous = history.active;
  if (previous != 0) history.epochs[previous - 1].status = EpochStatus::retired;
  Epoch& epoch = history.epochs[number - 1];
  epoch.status = EpochStatus::active;
  epoch.at_position = c.position;
  epoch.at_time = c.now;
  history.active = number;
  list_scheduled(c.state(), c.engine.lookup);
  c.state().agreement.activations += 1;
  c.touch(Kind::agreement, 0);
  c.touch(Kind::rulebook, rulebook);
  event.after = hash_number(entities_hash(c.engine));
  c.emit(event);
  RiskBook before = std::exchange(c.engine.risk, RiskBook{});  // every row is looked up anew
  if (previous != 0) give_grace(c, RulebookId{rulebook}, previous, before);
}

// Every instrument that lives under the rulebook still has parameters.
Refusal check_covers(Context& c, const State& state, const Rulebook& rules, RulebookId id) {
  for (u32 i = 0; i < state.instruments.size(); ++i) {
    const Instrument& instrument = state.instruments[i];
    if (instrument.rulebook != id || instrument.expired || has_parameters(state, rules, instrument)) continue;
    c.outcome.instrument = InstrumentId{i};
    return Refusal::instrument_without_parameters;
  }
  return Refusal::none;
}

// The steps that are still to come on the way to this epoch.
void cancel_steps(RulebookHistory& history, u32 target) {
  for (Epoch& epoch : history.epochs) {
    if (epoch.ramp_to == target && epoch.status == EpochStatus::scheduled)
      epoch.status = EpochStatus::cancelled;
  }
}

constexpr u32 ramp_steps_max = 100;

// The steps of a ramp before its last, each checked as if it had been proposed; `steps` has them if none is
// refused.
Refusal make_steps(Context& c, const ScheduleEpoch& r, std::vector<Epoch>& steps) {
  const State& state = c.state();
  const RulebookHistory& history = state.rulebook(r.rulebook);
  if (r.steps > ramp_steps_max || r.every <= Duration{} || r.at_time == Time{}) {
    return Refusal::number_out_of_range;
  }
  if (r.every.raw() > (INT64_MAX - r.at_time.raw()) / ramp_steps_max) return Refusal::number_out_of_range;
  if (history.active == 0) return Refusal::rulebook_not_active;
  if (history.epochs.size() + r.steps > limits::epochs_max) return Refusal::table_full;
  const Rulebook& target = history.epochs[r.epoch - 1].rulebook;
  for (u32 step = 1; step < r.steps; ++step) {
    Epoch epoch;
    if (!between(history.rules(), target, step, r.steps, epoch.rulebook)) return Refusal::ramp_impossible;
    if (const Refusal refusal = check_image(state, epoch.rulebook); refusal != Refusal::none) return refusal;
    if (const Refusal refusal = check_covers(c, state, epoch.rulebook, r.rulebook);
        refusal != Refusal::none) {
      return refusal;
    }
    epoch.status = EpochStatus::scheduled;
    epoch.ramp_to = r.epoch;
    epoch.proposer = history.epochs[r.epoch - 1].proposer;
    epoch.emergency = r.emergency;
    epoch.at_time = r.at_time + Duration::from_raw(r.every.raw() * (step - 1));
    steps.push_back(std::move(epoch));
  }
  return Refusal::none;
}

// That there is this epoch, and it is not in force, over or cancelled.
Refusal check_open(const State& state, RulebookId rulebook, u32 epoch) {
  if (!known(state, rulebook)) return Refusal::unknown_rulebook;
  const std::vector<Epoch>& epochs = state.rulebooks[rulebook.index].epochs;
  if (epoch == 0 || epoch > epochs.size()) return Refusal::unknown_epoch;
  const EpochStatus status = epochs[epoch - 1].status;
  const bool open = status == EpochStatus::proposed || status == EpochStatus::scheduled;
  return open ? Refusal::none : Refusal::epoch_already_active;
}

// What the rulebook in force asks of an epoch that is to follow it.
Refusal check_policy(const Context& c, const RulebookHistory& history, const ScheduleEpoch& r) {
  if (history.active == 0) return Refusal::none;  // the founding epoch follows nothing
  const EpochRules& rules = history.rules().epochs;
  const std::size_t approvals = history.epochs[r.epoch - 1].approvals.size();
  if (approvals < (r.emergency ? rules.emergency_approvals : rules.approvals)) {
    return Refusal::epoch_not_approved;
  }
  const bool waits = !r.emergency && rules.notice > Duration{};
  if (waits && (r.at_time == Time{} || r.at_time < c.now + rules.notice)) return Refusal::notice_too_short;
  return Refusal::none;
}

Refusal check_author(const std::string& by, const std::string& note) {
  if (!valid_name(by)) return Refusal::name_invalid;
  return note.size() > limits::note_size_max ? Refusal::note_too_long : Refusal::none;
}

}  // namespace

// Of several that are due at once the latest moment comes last; a position is before every moment.
void activate_due_epochs(Context& c) {
  if (c.engine.lookup.scheduled.empty()) return;
  std::vector<std::tuple<Time, u32, u32>> now_due;
  for (const auto& [rulebook, number] : c.engine.lookup.scheduled) {
    const Epoch& epoch = c.state().rulebooks[rulebook.index].epochs[number - 1];
    if (due(epoch, c.position, c.now)) now_due.emplace_back(epoch.at_time, rulebook.index, number);
  }
  std::sort(now_due.begin(), now_due.end());
  for (const auto& [at, rulebook, number] : now_due) activate(c, rulebook, number);
}

Refusal handle(Context& c, const ProposeRulebook& r) {
  State& state = c.state();
  NameTable& names = c.engine.lookup.rulebooks;
  if (!valid_name(r.image.name)) return Refusal::name_invalid;
  if (const Refusal refusal = check_author(r.by, r.note); refusal != Refusal::none) return refusal;
  const auto known_name = names.find(r.image.name);
  const bool is_new = known_name == names.end();
  if (is_new && names.size() >= limits::rulebooks_max) return Refusal::table_full;
  if (!is_new && state.rulebooks[known_name->second].epochs.size() >= limits::epochs_max)
    return Refusal::table_full;
  if (const Refusal refusal = check_image(state, r.image); refusal != Refusal::none) return refusal;
  const u32 id = is_new ? static_cast<u32>(state.rulebooks.size()) : known_name->second;
  if (const Refusal refusal = check_covers(c, state, r.image, RulebookId{id}); refusal != Refusal::none) {
    return refusal;
  }
  if (is_new) {
    RulebookHistory history;
    history.name = r.image.name;
    state.rulebooks.push_back(std::move(history));
    names.emplace(r.image.name, id);
  }
  Epoch epoch;
  epoch.rulebook = r.image;
  epoch.proposer = r.by;
  epoch.note = r.note;
  state.rulebooks[id].epochs.push_back(std::move(epoch));
  c.touch(Kind::rulebook, id);
  invalidate_all(c.engine.risk);
  c.emit(Registered{id});
  return Refusal::none;
}

Refusal handle(Context& c, const ScheduleEpoch& r) {
  State& state = c.state();
  if (const Refusal refusal = check_open(state, r.rulebook, r.epoch); refusal != Refusal::none)
    return refusal;
  RulebookHistory& history = state.rulebooks[r.rulebook.index];
  Epoch& epoch = history.epochs[r.epoch - 1];
  if (r.at_position != 0 && r.at_time != Time{}) return Refusal::number_out_of_range;
  const bool at_once = r.at_position == 0 && r.at_time == Time{};
  if (!at_once && (r.at_time != Time{} ? r.at_time <= c.now : r.at_position <= c.position)) {
    return Refusal::activation_in_the_past;
  }
  if (const Refusal refusal = check_policy(c, history, r); refusal != Refusal::none) return refusal;
  if (epoch.ready.size() < quorum_of(state)) return Refusal::epoch_not_ready;
  if (const Refusal refusal = check_covers(c, state, epoch.rulebook, r.rulebook); refusal != Refusal::none) {
    return refusal;
  }
  std::vector<Epoch> steps;
  if (r.steps > 1) {
    if (const Refusal refusal = make_steps(c, r, steps); refusal != Refusal::none) return refusal;
  }
  cancel_steps(history, r.epoch);
  epoch.status = EpochStatus::scheduled;
  epoch.at_position = r.at_position;
  epoch.at_time = r.at_time;
  epoch.emergency = r.emergency;
  if (!steps.empty()) epoch.at_time = steps.back().at_time + r.every;
  for (Epoch& step : steps) history.epochs.push_back(std::move(step));
  list_scheduled(state, c.engine.lookup);
  c.touch(Kind::rulebook, r.rulebook.index);
  if (at_once) activate(c, r.rulebook.index, r.epoch);
  return Refusal::none;
}

Refusal handle(Context& c, const ApproveEpoch& r) {
  State& state = c.state();
  if (const Refusal refusal = check_open(state, r.rulebook, r.epoch); refusal != Refusal::none)
    return refusal;
  if (const Refusal refusal = check_author(r.by, r.note); refusal != Refusal::none) return refusal;
  Epoch& epoch = state.rulebooks[r.rulebook.index].epochs[r.epoch - 1];
  if (r.by == epoch.proposer) return Refusal::approved_by_proposer;
  for (const Approval& approval : epoch.approvals) {
    if (approval.by == r.by) return Refusal::approved_already;
  }
  if (epoch.approvals.size() >= limits::approvals_max) return Refusal::table_full;
  epoch.approvals.push_back({r.by, r.note, c.now});
  c.touch(Kind::rulebook, r.rulebook.index);
  c.emit(EpochApproved{r.rulebook, r.epoch, r.by, static_cast<u32>(epoch.approvals.size())});
  return Refusal::none;
}

Refusal handle(Context& c, const EpochReady& r) {
  State& state = c.state();
  if (!known(state, r.replica)) return Refusal::unknown_replica;
  if (const Refusal refusal = check_open(state, r.rulebook, r.epoch); refusal != Refusal::none)
    return refusal;
  Epoch& epoch = state.rulebooks[r.rulebook.index].epochs[r.epoch - 1];
  if (r.image != image_hash(epoch.rulebook)) return Refusal::epoch_image_differs;
  if (state.replica(r.replica).votes) add_ready(epoch.ready, r.replica);
  c.touch(Kind::rulebook, r.rulebook.index);
  return Refusal::none;
}

Refusal handle(Context& c, const CancelEpoch& r) {
  State& state = c.state();
  if (const Refusal refusal = check_open(state, r.rulebook, r.epoch); refusal != Refusal::none)
    return refusal;
  RulebookHistory& history = state.rulebooks[r.rulebook.index];
  Epoch& epoch = history.epochs[r.epoch - 1];
  epoch.status = EpochStatus::cancelled;
  cancel_steps(history, r.epoch);
  list_scheduled(state, c.engine.lookup);
  c.touch(Kind::rulebook, r.rulebook.index);
  return Refusal::none;
}

}  // namespace lockstep
