// `lockstep refusals`: the numbered list of core/model/refusals.def, for people, programs and
// docs/refusals.md.
#include "core/model/refusals.h"

#include "apps/lockstep/documents.h"
#include "apps/lockstep/options.h"
#include "apps/lockstep/terminal.h"
#include "node/json/json.h"

namespace lockstep {
namespace {

std::string number(Refusal refusal) { return std::to_string(static_cast<unsigned>(refusal)); }

// One heading for each thousand, as in the list.
std::string_view subject(Refusal refusal) {
  constexpr std::string_view subjects[] = {"",
                                           "the command itself",
                                           "things that do not exist, or not in this state",
                                           "instruments, orders and fills",
                                           "prices and time",
                                           "money and margin",
                                           "rulebooks"};
  const std::size_t thousand = static_cast<std::size_t>(refusal) / 1000;
  return thousand < std::size(subjects) ? subjects[thousand] : "";
}

}  // namespace

std::string refusals_markdown() {
  std::string text =
      "# Refusals\n\n"
      "Why a command was not accepted. A refusal is a replicated result like any other: every replica gives "
      "the same\n"
      "number, and nothing but the log position and time has changed. Numbers are never reused. The order in "
      "which\n"
      "the checks of one command are made is part of the specification.\n\n"
      "This page is written by `./dev docs` from `core/model/refusals.def`.\n";
  std::size_t thousand = 0;
  for (const RefusalText& entry : all_refusals()) {
    const std::size_t next = static_cast<std::size_t>(entry.refusal) / 1000;
    if (next != thousand) {
      thousand = next;
      text += "\n## " + std::to_string(thousand) + "xxx: " + std::string(subject(entry.refusal)) +
              "\n\n| number | name | meaning |\n|---|---|---|\n";
    }
    text += "| " + number(entry.refusal) + " | `" + std::string(entry.name) + "` | " +
            std::string(entry.text) + " |\n";
  }
  return text;
}

int refusals_verb(const RefusalsOptions& options) {
  if (options.markdown) {
    print(refusals_markdown());
    return exit_success;
  }
  Table table({false, false, false});
  for (const RefusalText& entry : all_refusals()) {
    if (options.json) {
      Json json;
      json.begin_object().field("number", u64{static_cast<u16>(entry.refusal)}).field("name", entry.name);
      json.field("text", entry.text).end_object();
      print_line(json.str());
    }
    table.row({number(entry.refusal), std::string(entry.name), std::string(entry.text)});
  }
  if (!options.json) print(table.str());
  return exit_success;
}

}  // namespace lockstep
