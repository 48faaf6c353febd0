// `lockstep rulebook show`: a rulebook as a file, for review.
#include "apps/lockstep/options.h"
#include "apps/lockstep/replay.h"
#include "apps/lockstep/rulebook_file.h"
#include "apps/lockstep/terminal.h"
#include "node/io/linux_disk.h"
#include "node/json/json.h"
#include "node/rules/rulebook_text.h"

namespace lockstep {
namespace {

struct Shown {
  Rulebook rules;
  u32 epoch = 0;  // 0: a file
  std::string status;
};

const char* status_text(EpochStatus status) {
  static constexpr const char* names[] = {"proposed", "scheduled", "in force", "retired", "cancelled"};
  return names[static_cast<std::size_t>(status)];
}

Result<const RulebookHistory*, Fault> named_rulebook(const State& state, const std::string& name) {
  std::string known;
  for (const RulebookHistory& entity : state.rulebooks) {
    if (entity.name == name || (name.empty() && state.rulebooks.size() == 1)) return &entity;
    known += (known.empty() ? "" : ", ") + entity.name;
  }
  if (known.empty()) return Fault{"the log has no rulebook", FaultKind::not_found};
  const std::string which = name.empty() ? "name one with --name: " : "no rulebook " + name + "; there are: ";
  return Fault{which + known, FaultKind::not_found};
}

Result<Shown, Fault> of_log(const RulebookShowOptions& options) {
  LinuxDisk disk;
  const Result<std::unique_ptr<Engine>, Fault> engine = engine_of(disk, options.log, options.at);
  if (!engine) return engine.error();
  const Result<const RulebookHistory*, Fault> found = named_rulebook(engine.value()->state, options.name);
  if (!found) return found.error();
  const RulebookHistory& entity = *found.value();
  const u32 number = options.epoch == 0 ? entity.active : options.epoch;
  if (number == 0)
    return Fault{"no epoch of " + entity.name + " is in force; name one with --epoch", FaultKind::not_found};
  if (number > entity.epochs.size()) {
    return Fault{entity.name + " has epochs 1 to " + std::to_string(entity.epochs.size()) + ", not " +
                     std::to_string(number),
                 FaultKind::not_found};
  }
  const Epoch& epoch = entity.epochs[number - 1];
  return Shown{epoch.rulebook, number, status_text(epoch.status)};
}

}  // namespace

int rulebook_show_verb(const RulebookShowOptions& options) {
  Shown shown;
  if (options.log.empty()) {
    Result<Rulebook, Fault> rules = read_rulebook(options.file);
    if (!rules) return unusable(rules.error());
    shown.rules = std::move(rules).value();
  } else {
    Result<Shown, Fault> found = of_log(options);
    if (!found) return unusable(found.error());
    shown = std::move(found).value();
  }
  const std::string text = rulebook_text(shown.rules);
  if (options.json) {
    Json json;
    json.begin_object().field("rulebook", shown.rules.name).field("version", shown.rules.version);
    json.field("identity", shown.rules.identity).field("epoch", shown.epoch).field("status", shown.status);
    json.field("text", text).end_object();
    print_line(json.str());
    return exit_success;
  }
  if (shown.epoch != 0) print_line("# epoch " + std::to_string(shown.epoch) + ", " + shown.status);
  print("# identity " + shown.rules.identity + "\n" + text);
  return exit_success;
}

}  // namespace lockstep
