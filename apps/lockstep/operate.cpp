// The commands of operators: `lockstep cluster register`, `propose`, `schedule` and so on.
#include <random>

#include "apps/lockstep/options_sync.h"
#include "apps/lockstep/rulebook_file.h"
#include "apps/lockstep/source.h"
#include "apps/lockstep/status.h"
#include "apps/lockstep/terminal.h"
#include "core/model/refusals.h"
#include "node/feed/calendar.h"
#include "node/io/clock.h"
#include "node/json/json.h"
#include "node/sync/operator.h"

namespace lockstep {
namespace {

// The place of a name in a list of the furthest replica's status.
Result<u32, Fault> find(const std::vector<std::string>& names, const std::string& name, const char* what) {
  for (std::size_t i = names.size(); i-- > 0;) {
    if (names[i] == name) return static_cast<u32>(i);
  }
  std::string all;
  for (const std::string& known : names) {
    if (!known.empty()) all += (all.empty() ? "" : ", ") + known;
  }
  return Fault{std::string("there is no ") + what + " \"" + name + "\"" +
               (all.empty() ? "" : "; there are " + all)};
}

Result<Command, Fault> schedule(const OperateOptions& o, RulebookId rulebook) {
  ScheduleEpoch command;
  command.rulebook = rulebook;
  command.epoch = o.number;
  command.at_position = o.at_position;
  command.emergency = o.emergency;
  if (!o.at_time.empty()) {
    const Result<Time, Fault> time = parse_time(o.at_time, "--at-time");
    if (!time) return time.error();
    command.at_time = time.value();
  }
  return Command(command);
}

Result<Command, Fault> command_of(const OperateOptions& o, const Board& board) {
  if (o.what == "register") return Command(RegisterReplica{o.subject, o.key, !o.mirror});
  if (o.what == "upgrade") return Command(PlanUpgrade{o.number, o.at_position, o.deadline});
  if (o.what == "cancel-upgrade") return Command(CancelUpgrade{});
  if (o.what == "resume-rule") {
    return Command(SetResumeRule{{Duration::from_raw(i64{o.jump_ms} * 1'000), o.ticks}});
  }
  if (o.what == "propose") {
    Result<Rulebook, Fault> rules = read_rulebook(o.subject);
    if (!rules) return rules.error();
    return Command(ProposeRulebook{std::move(rules).value(), o.by, o.note});
  }
  const Result<std::vector<ReplicaStatus>, Fault> statuses = read_statuses(board);
  if (!statuses) return statuses.error();
  const ReplicaStatus* status = furthest(statuses.value());
  if (status == nullptr)
    return Fault{o.etcd.address + ": no replica has said anything here; is the prefix right?"};
  if (o.what == "retire") {
    const Result<u32, Fault> id = find(status->replicas, o.subject, "replica");
    if (!id) return id.error();
    return Command(RetireReplica{ReplicaId{id.value()}});
  }
  const Result<u32, Fault> id = find(status->rulebooks, o.subject, "rulebook");
  if (!id) return id.error();
  if (o.what == "approve") return Command(ApproveEpoch{RulebookId{id.value()}, o.number, o.by, o.note});
  if (o.what == "schedule") return schedule(o, RulebookId{id.value()});
  return Command(CancelEpoch{RulebookId{id.value()}, o.number});
}

}  // namespace

int operate_verb(const OperateOptions& options) {
  const Result<EtcdPlace, Fault> place = etcd_place(options.etcd);
  if (!place) return unusable(place.error());
  Result<std::unique_ptr<KeyStore>, Fault> store = open_etcd(place.value().options);
  if (!store) return unusable(store.error());
  const Board board{store.value().get(), place.value().prefix + "/0/"};
  const Result<Command, Fault> command = command_of(options, board);
  if (!command) return unusable(command.error());
  std::random_device random;  // an operator is a client of its own each time
  const u64 client = u64{1} << 63 | u64{random()} << 31 | random();
  LinuxClock clock;
  const Result<Answer, Fault> answer =
      ask(board, client, 1, command.value(), clock, i64{options.wait} * 1'000'000);
  if (!answer) return unusable(answer.error());
  const Refusal refusal = static_cast<Refusal>(answer.value().refusal);
  const bool accepted = refusal == Refusal::none;
  if (options.json) {
    Json json;
    json.begin_object()
        .field("command", command_name(command.value()))
        .field("position", answer.value().position);
    json.field("accepted", accepted).field("refusal", u32{answer.value().refusal});
    json.field("reason", accepted ? "" : refusal_name(refusal)).end_object();
    print_line(json.str());
  } else if (accepted) {
    print_line("accepted at position " + std::to_string(answer.value().position));
  } else {
    print_line("refused " + std::to_string(answer.value().refusal) + " " +
               std::string(refusal_name(refusal)));
  }
  return accepted ? exit_success : exit_negative;
}

}  // namespace lockstep
