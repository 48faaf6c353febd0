// The verbs about rulebook files, and about rulebooks in a log.
#include "apps/lockstep/arguments_parts.h"

namespace lockstep {
namespace {

constexpr char check_more[] =
    "A mistake is named with file, line and column, and what would be right. What can be computed but is\n"
    "probably not meant is a warning: initial below maintenance, scenarios in one direction only, a\n"
    "component that nothing asks for.\n"
    "\n"
    "  lockstep rulebook check rulebooks/deribit.toml";
constexpr char rulebook_diff_more[] =
    "Exit code 1: they differ.\n"
    "\n"
    "  lockstep rulebook diff rulebooks/deribit.toml new.toml";

constexpr char preview_more[] =
    "FILE is a new version of a rulebook under whose name accounts live: in a log at its end or at a\n"
    "position, or in a book. Printed are how many accounts are below each level now and then, who crosses\n"
    "one, and what is required by underlying. Nothing is changed.\n"
    "\n"
    "  lockstep rulebook preview --log DIR new.toml";

void add_preview(CLI::App& rulebook, RulebookArguments& a, int& result) {
  PreviewOptions& o = a.preview;
  CLI::App* verb = add_verb(rulebook, "preview", "which accounts would cross which level under a new version",
                            preview_more, o.of.json);
  verb->add_option("FILE", o.file, "the rulebook that is proposed")->required();
  CLI::Option* log = verb->add_option("--log", o.of.log, "the folder of a node, or a snapshot file");
  CLI::Option* at = verb->add_option("--at", o.of.at, "log position; the end if absent");
  CLI::Option* present = verb->add_option("--rulebook", o.of.rulebook, "rulebook file in force, of a book");
  CLI::Option* book = verb->add_option("--book", o.of.book, "book file, instead of a log");
  verb->add_option("--limit", o.limit, "accounts printed, 0 for all (20)");
  at->needs(log);
  present->needs(book)->excludes(log);
  book->needs(present)->excludes(log);
  verb->callback([&a, &result] {
    if (a.preview.of.log.empty() && a.preview.of.book.empty()) {
      throw CLI::RequiredError("--log, or --rulebook and --book");
    }
    result = rulebook_preview_verb(a.preview);
  });
}

constexpr char show_more[] =
    "Of a file, or of a log: the rulebook in force at its end, at a position, or one of its epochs. What is\n"
    "printed compiles to the same rulebook, with the same identity; comments are not part of it. Two "
    "epochs,\n"
    "or an epoch and a file, are compared with `lockstep rulebook diff`.\n"
    "\n"
    "  lockstep rulebook show --log DIR > in-force.toml\n"
    "  lockstep rulebook show --log DIR --name lockstep --epoch 3";

void add_show(CLI::App& rulebook, RulebookArguments& a, int& result) {
  RulebookShowOptions& o = a.show;
  CLI::App* verb =
      add_verb(rulebook, "show", "a rulebook as a file: from a log, or from another file", show_more, o.json);
  CLI::Option* file = verb->add_option("FILE", o.file, "rulebook file");
  CLI::Option* log = verb->add_option("--log", o.log, "the folder of a node, or a snapshot file");
  verb->add_option("--at", o.at, "log position; the end if absent")->needs(log);
  verb->add_option("--name", o.name, "the rulebook's name; may be left out where there is only one")
      ->needs(log);
  verb->add_option("--epoch", o.epoch, "number of the epoch; the one in force if absent")->needs(log);
  log->excludes(file);
  verb->callback([&o, &result] {
    if (o.log.empty() && o.file.empty()) throw CLI::RequiredError("FILE or --log");
    result = rulebook_show_verb(o);
  });
}

constexpr char epochs_more[] =
    "A line an epoch: what it is, who proposed and approved it, when it came or comes into force, and the\n"
    "note it was proposed with.\n"
    "\n"
    "  lockstep rulebook epochs --log DIR";

void add_epochs(CLI::App& rulebook, EpochsOptions& o, int& result) {
  CLI::App* verb = add_verb(rulebook, "epochs", "who proposed and approved what, and when it came into force",
                            epochs_more, o.of.json);
  verb->add_option("RULEBOOK", o.rulebook, "its name; all if absent");
  verb->add_option("--log", o.of.log, "the folder of a node, or a snapshot file")->required();
  verb->add_option("--at", o.of.at, "log position; the end if absent");
  verb->callback([&o, &result] { result = rulebook_epochs_verb(o); });
}

}  // namespace

void add_rulebook_verbs(CLI::App& app, RulebookArguments& a, int& result) {
  RulebookOptions& o = a.rulebook;
  CLI::App* verb = app.add_subcommand("rulebook", "rulebooks: check, diff, preview, show, epochs");
  verb->require_subcommand(1);
  CLI::App* check = add_verb(*verb, "check", "compile a rulebook and say what is in it", check_more, o.json);
  check->add_option("FILE", o.first, "rulebook file")->required();
  check->callback([&o, &result] { result = rulebook_check_verb(o); });
  CLI::App* diff =
      add_verb(*verb, "diff", "what changed between two rulebooks, in words", rulebook_diff_more, o.json);
  diff->add_option("FIRST", o.first, "rulebook file")->required();
  diff->add_option("SECOND", o.other, "rulebook file")->required();
  diff->callback([&o, &result] { result = rulebook_diff_verb(o); });
  add_preview(*verb, a, result);
  add_show(*verb, a, result);
  add_epochs(*verb, a.epochs, result);
}

}  // namespace lockstep
