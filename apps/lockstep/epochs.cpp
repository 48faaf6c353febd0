// `lockstep rulebook epochs`: what the log says of every epoch: who proposed it and why, who approved it, and
// when it came or comes into force.
#include "apps/lockstep/options.h"
#include "apps/lockstep/source.h"
#include "apps/lockstep/terminal.h"
#include "node/book/words.h"
#include "node/json/json.h"
#include "node/runtime/summary.h"

namespace lockstep {
namespace {

// The first line of a note, cut where a line of the table would not hold it.
std::string first_line(const std::string& note) {
  constexpr std::size_t most = 60;
  const std::string line = note.substr(0, note.find('\n'));
  return line.size() <= most ? line : line.substr(0, most) + "...";
}

std::string status_text(const Epoch& epoch) {
  std::string text(word(epoch.status));
  if (epoch.ramp_to != 0) text += ", step to " + std::to_string(epoch.ramp_to);
  return text + (epoch.emergency ? ", emergency" : "");
}

std::string moment(const Epoch& epoch) {
  const bool came = epoch.status == EpochStatus::active || epoch.status == EpochStatus::retired;
  if (epoch.status == EpochStatus::proposed || epoch.status == EpochStatus::cancelled) return "-";
  if (came) return "position " + grouped_decimal(epoch.at_position, 0) + ", " + time_text(epoch.at_time);
  if (epoch.at_time != Time{}) return time_text(epoch.at_time);
  return "position " + grouped_decimal(epoch.at_position, 0);
}

std::string approvers(const Epoch& epoch) {
  std::string text;
  for (const Approval& approval : epoch.approvals) text += (text.empty() ? "" : ", ") + approval.by;
  return text.empty() ? "-" : text;
}

void print_text(const RulebookHistory& history) {
  print_line(history.name);
  Table table({true, false, false, false, false, false, false});
  table.row({"epoch", "version", "status", "proposed by", "approved by", "in force from", "note"});
  for (std::size_t i = 0; i < history.epochs.size(); ++i) {
    const Epoch& epoch = history.epochs[i];
    table.row({std::to_string(i + 1), epoch.rulebook.version, status_text(epoch), epoch.proposer,
               approvers(epoch), moment(epoch), first_line(epoch.note)});
  }
  print(table.str());
}

void print_json(const RulebookHistory& history) {
  for (std::size_t i = 0; i < history.epochs.size(); ++i) {
    const Epoch& epoch = history.epochs[i];
    Json json;
    json.begin_object().field("rulebook", history.name).field("epoch", u64{i + 1});
    json.field("version", epoch.rulebook.version).field("identity", epoch.rulebook.identity);
    json.field("status", word(epoch.status)).field("step_to", epoch.ramp_to);
    json.field("emergency", epoch.emergency).field("at_position", epoch.at_position);
    json.field("at_time", epoch.at_time == Time{} ? std::string() : time_text(epoch.at_time));
    json.field("proposed_by", epoch.proposer).field("note", epoch.note).key("approvals").begin_array();
    for (const Approval& approval : epoch.approvals) {
      json.begin_object().field("by", approval.by).field("at", time_text(approval.at));
      json.field("note", approval.note).end_object();
    }
    json.end_array().end_object();
    print_line(json.str());
  }
}

}  // namespace

int rulebook_epochs_verb(const EpochsOptions& options) {
  const Result<std::unique_ptr<Engine>, Fault> opened = open_accounts(options.of);
  if (!opened) return unusable(opened.error());
  const Engine& engine = *opened.value();
  bool any = false;
  for (const RulebookHistory& history : engine.state.rulebooks) {
    if (!options.rulebook.empty() && history.name != options.rulebook) continue;
    any = true;
    if (options.of.json) {
      print_json(history);
    } else {
      print_text(history);
    }
  }
  if (!any && !options.rulebook.empty()) return unusable("there is no rulebook \"" + options.rulebook + "\"");
  return exit_success;
}

}  // namespace lockstep
