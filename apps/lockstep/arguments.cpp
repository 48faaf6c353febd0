#include "apps/lockstep/arguments.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>
#include <sstream>

#include "apps/lockstep/arguments_parts.h"
#include "apps/lockstep/documents.h"
#include "apps/lockstep/options.h"
#include "apps/lockstep/terminal.h"

namespace lockstep {
namespace {

constexpr char about[] =
    "Lockstep: a margin engine that gives every part of a derivatives platform the same answer.";
constexpr char examples[] =
    "Exit codes: 0 success; 1 a negative answer; 2 unusable input, with one line on standard error.\n"
    "Every verb takes --json; amounts in JSON are strings.\n"
    "\n"
    "  lockstep run --once                       a crash on built-in prices, 10,000 accounts\n"
    "  lockstep run --once --data DIR            the same on recorded market data\n"
    "  lockstep verify DIR                       replay the log that a run wrote, and prove it\n"
    "  lockstep accounts --log DIR --state call  who has been called\n"
    "  lockstep stress --log DIR                 what a shock would do to all of them\n"
    "  lockstep margin --rulebook rulebooks/deribit.toml --book books/deribit-strangle.toml --explain";

// Everything that a command line can say.
struct Arguments {
  RunOptions run;
  VerifyOptions verify;
  MarginOptions margin;
  WhatIfOptions what_if;
  AccountsOptions accounts;
  RulebookArguments rulebook;
  StressOptions stress;
  BacktestOptions backtest;
  CalibrateOptions calibrate;
  SurfaceOptions surface;
  ServeOptions serve;
  CompareOptions compare;
  SnapshotOptions snapshot;
  DiffOptions diff;
  ConformOptions conform;
  RefusalsOptions refusals;
  ConstantsOptions constants;
  DoctorOptions doctor;
  DocsOptions docs;
  SyncArguments sync;
  int result = exit_success;
};

constexpr char run_more[] =
    "Without --data the built-in preset is used. A folder given with --log that holds a log is continued\n"
    "from wherever it was cut off. With --etcd the log lies on an etcd cluster, this node is its sequencer,\n"
    "and the folder has the snapshots. The last line is `state HASH at POSITION`; the same arguments give "
    "the\n"
    "same line, on every machine.\n"
    "\n"
    "  lockstep run --once --accounts 1000\n"
    "  lockstep run --once --data DIR --from 2026-02-04 --to 2026-02-07 --log DIR2";

void add_run(CLI::App& app, Arguments& a) {
  RunOptions& o = a.run;
  CLI::App* verb = add_verb(app, "run", "the main job: a node on the embedded log, fed with market data",
                            run_more, o.json);
  add_feed(*verb, o);
  verb->add_flag("--once", o.once, "no service: run to the end as fast as it goes, and stop");
  verb->add_option("--listen", o.listen, "ADDRESS:PORT of the service (127.0.0.1:8087); port 0: a free one");
  verb->add_option("--pace", o.pace, "steps of the data a second; 0: as fast as it goes (20)");
  verb->add_option("--log", o.log, "folder of the log; a fresh one for temporary files if absent");
  add_etcd(*verb, o.etcd);
  verb->callback([&a] { a.result = run_verb(a.run); });
}

constexpr char verify_more[] =
    "Checked are checksums, the hash chain, the state of every snapshot, and that money sums to zero.\n"
    "Nothing is changed. Exit code 1: something disagrees, one line each. 2: there is no readable log.\n"
    "\n"
    "  lockstep verify DIR";
constexpr char snapshot_more[] =
    "No other process may be writing the log.\n"
    "\n"
    "  lockstep snapshot DIR";
constexpr char diff_more[] =
    "Exit code 1: they differ. Printed are the fields of the first entity that differs, and how many\n"
    "entities differ in each table.\n"
    "\n"
    "  lockstep diff DIR1 DIR2\n"
    "  lockstep diff DIR/snapshots/snapshot-....snap DIR2";

void add_log_verbs(CLI::App& app, Arguments& a) {
  CLI::App* verify = add_verb(app, "verify", "replay a log from its beginning and check everything",
                              verify_more, a.verify.json);
  verify->add_option("DIR", a.verify.folder, "the folder of a node; with --etcd: of its snapshots");
  add_etcd(*verify, a.verify.etcd);
  verify->callback([&a] { a.result = verify_verb(a.verify); });

  CLI::App* snapshot =
      add_verb(app, "snapshot", "write the state beside its log, so that the next start is quick",
               snapshot_more, a.snapshot.json);
  snapshot->add_option("DIR", a.snapshot.folder, "the folder of a node")->required();
  snapshot->callback([&a] { a.result = snapshot_verb(a.snapshot); });

  CLI::App* diff =
      add_verb(app, "diff", "name the first entity in which two states differ", diff_more, a.diff.json);
  diff->add_option("FIRST", a.diff.first, "a snapshot file, or the folder of a node")->required();
  diff->add_option("SECOND", a.diff.other, "the other one")->required();
  diff->callback([&a] { a.result = diff_verb(a.diff); });
}

constexpr char margin_more[] =
    "Of an account in a book file, or of one in a log. --explain prints the computation itself, line by\n"
    "line, with the log position of every price. Exit code 1: the account cannot be judged, and why (a\n"
    "missing price, a rule that the venue does not publish).\n"
    "\n"
    "  lockstep margin --rulebook rulebooks/deribit.toml --book books/deribit-strangle.toml --explain\n"
    "  lockstep margin --log DIR --account deribit-00017 --explain --at 120000";

void add_margin(CLI::App& app, Arguments& a) {
  MarginOptions& o = a.margin;
  CLI::App* verb = add_verb(app, "margin", "equity, initial and maintenance margin of an account, and why",
                            margin_more, o.json);
  CLI::Option* rulebook = verb->add_option("--rulebook", o.rulebook, "rulebook file");
  CLI::Option* book = verb->add_option("--book", o.book, "book file: market, accounts, holdings, orders");
  CLI::Option* log = verb->add_option("--log", o.log, "the folder of a node, instead of the two files");
  CLI::Option* account =
      verb->add_option("--account", o.account, "its name; all accounts of a book if absent");
  CLI::Option* at = verb->add_option("--at", o.at, "log position: after so many commands; the end if absent");
  verb->add_flag("--explain", o.explain, "print the statement");
  rulebook->needs(book)->excludes(log);
  book->needs(rulebook)->excludes(log);
  log->needs(account);
  at->needs(log);
  verb->callback([&a] { a.result = margin_verb(a.margin); });
}

constexpr char what_if_more[] =
    "CHANGE is one of\n"
    "  trade INSTRUMENT SIZE [@ PRICE]         at the mark, if no price is said\n"
    "  order buy|sell SIZE INSTRUMENT @ PRICE\n"
    "  cancel ID | cancel all\n"
    "  transfer ASSET AMOUNT                   signed\n"
    "  price BASE MOVE %                       all prices of the underlying by one ratio\n"
    "  volatility BASE MOVE %\n"
    "  time SPAN                               such as 12 h or 7 d\n"
    "  rulebook FILE                           other parameters, or another venue's\n"
    "What moves the market comes first, then what the account does. A file has one JSON object a line:\n"
    "  {\"name\": \"crash\", \"account\": \"longs\", \"if\": [\"price BTC -30 %\"]}\n"
    "\n"
    "  lockstep what-if --rulebook rulebooks/binance-usdm.toml --book books/binance-cross.toml \\\n"
    "      --account longs --if \"price BTC -20 %\" --if \"trade BTCUSDT-PERP -2\"";

void add_what_if(CLI::App& app, Arguments& a) {
  WhatIfOptions& o = a.what_if;
  CLI::App* verb =
      add_verb(app, "what-if", "an account before and after trades, transfers and moves of the market",
               what_if_more, o.of.json);
  CLI::Option* rulebook = verb->add_option("--rulebook", o.of.rulebook, "rulebook file");
  CLI::Option* book = verb->add_option("--book", o.of.book, "book file: market, accounts, holdings, orders");
  CLI::Option* log = verb->add_option("--log", o.of.log, "the folder of a node, instead of the two files");
  verb->add_option("--account", o.of.account, "its name; may be left out where there is only one");
  CLI::Option* at =
      verb->add_option("--at", o.of.at, "log position: after so many commands; the end if absent");
  CLI::Option* changes = verb->add_option("--if", o.changes, "a change; may be given many times");
  CLI::Option* batch = verb->add_option("--batch", o.batch, "file of questions, each by itself");
  CLI::Option* path =
      verb->add_option("--path", o.path, "file of questions, each after the one before: a path");
  verb->add_flag("--liquidation-prices", o.prices, "also for files of questions");
  verb->add_flag("--explain", o.of.explain, "print the statement of what would be");
  rulebook->needs(book)->excludes(log);
  book->needs(rulebook)->excludes(log);
  at->needs(log);
  changes->excludes(batch)->excludes(path);
  batch->excludes(path);
  verb->callback([&a] { a.result = what_if_verb(a.what_if); });
}

constexpr char accounts_more[] =
    "Amounts are whole dollars at the index; --json has the exact ones. Room is margin balance less\n"
    "maintenance margin, in the pool where that is least.\n"
    "\n"
    "  lockstep accounts --log DIR --state call --limit 50";

void add_accounts(CLI::App& app, Arguments& a) {
  AccountsOptions& o = a.accounts;
  CLI::App* verb =
      add_verb(app, "accounts", "the accounts of a log, the most pressed first", accounts_more, o.json);
  verb->add_option("--log", o.log, "the folder of a node")->required();
  verb->add_option("--at", o.at, "log position; the end if absent");
  verb->add_option("--state", o.state, "only those in this state")
      ->check(CLI::IsMember({"normal", "warning", "call", "reduce_only", "liquidation", "bankrupt"}));
  verb->add_option("--sort", o.sort, "order (room)")->check(CLI::IsMember({"room", "equity", "name"}));
  verb->add_option("--limit", o.limit, "how many, 0 for all (20)");
  verb->callback([&a] { a.result = accounts_verb(a.accounts); });
}

constexpr char stress_more[] =
    "Of all accounts of a log, at its end or at a position, or of a book: for each step of each "
    "underlying's\n"
    "price who is in liquidation and how much would have to be closed; what accounts leave unpaid after "
    "named\n"
    "shocks, against the insurance fund; concentration; leverage. --history replays the log and adds how "
    "the\n"
    "margin rate moved. Dollars at the index; --json has all steps of all underlyings. Nothing is changed.\n"
    "docs/stress.md says how each figure is computed.\n"
    "\n"
    "  lockstep stress --log DIR --svg ladder.svg\n"
    "  lockstep stress --log DIR --steps \"5 10 20 40 %\" --together 0.8 --history";

void add_stress(CLI::App& app, Arguments& a) {
  StressOptions& o = a.stress;
  CLI::App* verb =
      add_verb(app, "stress", "the whole book after shocks: liquidations, the fund, concentration",
               stress_more, o.of.json);
  CLI::Option* log = verb->add_option("--log", o.of.log, "the folder of a node, or a snapshot file");
  CLI::Option* at = verb->add_option("--at", o.of.at, "log position; the end if absent");
  CLI::Option* rulebook = verb->add_option("--rulebook", o.of.rulebook, "rulebook file, of a book");
  CLI::Option* book = verb->add_option("--book", o.of.book, "book file, instead of a log");
  verb->add_option("--steps", o.steps, "sizes of the steps (1 2 3 5 7.5 10 15 20 30 50 %), each up and down");
  verb->add_option(
      "--together", o.together,
      "everything else moves by this times the step (it stays; \"all together\" is always shown)");
  CLI::Option* history =
      verb->add_flag("--history", o.history, "replay the log for the margin rate over time");
  verb->add_option("--every", o.every, "between two samples of it (1 h)")->needs(history);
  verb->add_option("--svg", o.svg, "write a picture of the ladders to this file");
  verb->add_option("--limit", o.limit, "underlyings whose ladder is printed and drawn, 0 for all (3)");
  at->needs(log);
  history->needs(log);
  rulebook->needs(book)->excludes(log);
  book->needs(rulebook)->excludes(log);
  verb->callback([&a] {
    if (a.stress.of.log.empty() && a.stress.of.book.empty()) {
      throw CLI::RequiredError("--log, or --rulebook and --book");
    }
    a.result = stress_verb(a.stress);
  });
}

constexpr char compare_more[] =
    "Without --rulebook: every rulebook of the project, in every mode that takes a whole portfolio; what\n"
    "cannot hold it is listed with the reason. The driver is the rule that asks for most.\n"
    "With --report FILE: a venue's figures against ours under one rulebook. Its prices, holdings and\n"
    "parameters take the place of ours one by one; what each moves is its part, and what is left is the\n"
    "rule. Exit code 1: something is left, or no rulebook can hold the book.\n"
    "\n"
    "  lockstep compare --book books/binance-cross.toml --account longs\n"
    "  lockstep compare --book books/binance-cross.toml --rulebook rulebooks/binance-usdm.toml --report "
    "venue.toml";

void add_compare(CLI::App& app, Arguments& a) {
  CompareOptions& o = a.compare;
  CLI::App* verb =
      add_verb(app, "compare", "one portfolio under many rulebooks, or against a venue's figures",
               compare_more, o.json);
  verb->add_option("--book", o.book, "book file: market, accounts, holdings, orders")->required();
  CLI::Option* account = verb->add_option("--account", o.account, "its name; all accounts if absent");
  verb->add_option("--rulebook", o.rulebooks, "rulebook file; may be given many times");
  verb->add_option("--report", o.report, "what a venue says of an account (docs/rulebooks.md)")
      ->excludes(account);
  verb->callback([&a] { a.result = compare_verb(a.compare); });
}

constexpr char conform_more[] =
    "A vector has what a peer or a venue put into its own engine and what came out; a file has one JSON\n"
    "object a line. Each is computed by the functions that compute margin here, and every expected field\n"
    "is compared within the vector's own tolerance. The first failures of a model are printed, all of them\n"
    "with --json; the last line is `N passed, N failed, N skipped`. Exit code 1: some failed, or are of a\n"
    "model that is not known here. 2: a file cannot be read, or a line is no vector.\n"
    "\n"
    "  lockstep conform vectors/*.jsonl";

void add_conform(CLI::App& app, Arguments& a) {
  CLI::App* verb = add_verb(app, "conform", "run the vectors of peers and venues, and compare", conform_more,
                            a.conform.json);
  verb->add_option("FILE", a.conform.files, "files of vectors, JSON lines")->required();
  verb->callback([&a] { a.result = conform_verb(a.conform); });
}

constexpr char doctor_more[] =
    "Exit code 1: this build on this machine does not compute the bits that every other replica computes,\n"
    "and must not run as one.\n"
    "\n"
    "  lockstep doctor --folder DIR";

void add_program_verbs(CLI::App& app, Arguments& a) {
  CLI::App* doctor = add_verb(app, "doctor", "this machine, this build, and a self-test of determinism",
                              doctor_more, a.doctor.json);
  doctor->add_option("--folder", a.doctor.folder, "also measure a durable write in this folder");
  doctor->callback([&a] { a.result = doctor_verb(a.doctor); });

  CLI::App* refusals =
      add_verb(app, "refusals", "every reason why a command can be refused", "", a.refusals.json);
  refusals->add_flag("--markdown", a.refusals.markdown, "as docs/refusals.md has it");
  refusals->callback([&a] { a.result = refusals_verb(a.refusals); });

  CLI::App* constants =
      add_verb(app, "constants", "limits, scales and layouts that logs and state hashes rest on", "",
               a.constants.json);
  constants->callback([&a] { a.result = constants_verb(a.constants); });

  CLI::App* docs =
      add_verb(app, "docs", "write the documents that are made from the program", "", a.docs.json);
  docs->add_option("--folder", a.docs.folder, "where they are (docs)");
  docs->add_flag("--check", a.docs.check, "write nothing; exit code 1 if one is out of date");
  docs->callback([&a] { a.result = docs_verb(a.docs); });
}

// CLI11 keeps what an option needs and excludes in the order of addresses, which differs from build to build.
class SortedFormatter : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    std::string text = CLI::Formatter::make_option_opts(option);
    for (const char* label : {" Needs:", " Excludes:"}) {
      const std::size_t at = text.find(label);
      if (at == std::string::npos) continue;
      const std::size_t begin = at + std::string_view(label).size();
      const std::size_t end = std::min(text.find(" Excludes:", begin), text.size());
      std::istringstream words(text.substr(begin, end - begin));
      std::set<std::string> sorted{std::istream_iterator<std::string>(words), {}};
      std::string list;
      for (const std::string& name : sorted) list += " " + name;
      text.replace(begin, end - begin, list);
    }
    return text;
  }
};

void build(CLI::App& app, Arguments& a) {
  app.name("lockstep");
  app.footer(examples);
  app.require_subcommand(1);
  app.formatter(std::make_shared<SortedFormatter>());
  app.get_formatter()->column_width(28);
  add_run(app, a);
  add_serve(app, a.serve, a.result);
  add_log_verbs(app, a);
  add_margin(app, a);
  add_what_if(app, a);
  add_accounts(app, a);
  add_rulebook_verbs(app, a.rulebook, a.result);
  add_stress(app, a);
  add_backtest(app, a.backtest, a.result);
  add_calibrate(app, a.calibrate, a.result);
  add_surface(app, a.surface, a.result);
  add_compare(app, a);
  add_conform(app, a);
  add_sync_verbs(app, a.sync, a.result);
  add_program_verbs(app, a);
}

bool is_verb(const CLI::App& app, const std::string& name) {
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (verb->check_name(name)) return true;
  }
  return false;
}

// The verb that a command line names, for the pointer to its help.
std::string verb_of(int argc, const char* const* argv, const CLI::App& app) {
  return argc > 1 && is_verb(app, argv[1]) ? std::string("lockstep ") + argv[1] : "lockstep";
}

// parent: the words before this one on a command line, empty or ending in a blank.
void add_help(const CLI::App& app, const std::string& parent, std::string& text) {
  const std::string name = parent + app.get_name();
  text += "\n## " + name + "\n\n```text\n";
  std::string help = app.help(parent.substr(0, parent.find_last_not_of(' ') + 1), CLI::AppFormatMode::Normal);
  while (help.ends_with('\n')) help.pop_back();
  for (std::size_t at; (at = help.find(" \n")) != std::string::npos;) help.erase(at, 1);
  text += help + "\n```\n";
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    add_help(*verb, name + " ", text);
  }
}

}  // namespace

CLI::App* add_verb(CLI::App& app, const char* name, const char* what, const char* more, bool& json) {
  CLI::App* verb = app.add_subcommand(name, what);
  verb->footer(more);
  verb->add_flag("--json", json, "write JSON, one object a line");
  return verb;
}

void add_etcd(CLI::App& verb, EtcdArguments& etcd) {
  CLI::Option* address =
      verb.add_option("--etcd", etcd.address, "where the log lies: etcd://HOST:PORT[,HOST:PORT...]/PREFIX");
  CLI::Option* ca =
      verb.add_option("--etcd-ca", etcd.ca, "PEM file of the authority that signed etcd's certificate");
  CLI::Option* certificate = verb.add_option("--etcd-cert", etcd.certificate, "PEM file of our certificate");
  CLI::Option* key = verb.add_option("--etcd-key", etcd.key, "PEM file of its key");
  CLI::Option* user =
      verb.add_option("--etcd-user", etcd.user, "user; the password is in LOCKSTEP_ETCD_PASSWORD");
  ca->needs(address);
  certificate->needs(ca)->needs(key);
  key->needs(certificate);
  user->needs(address);
}

void add_feed(CLI::App& verb, RunOptions& o) {
  verb.add_option("--data", o.data, "folder of recorded market data");
  verb.add_option("--preset", o.preset, "name of the built-in data (crash-2025-10-10)");
  verb.add_option("--from", o.from, "begin of the span, UTC: 2026-02-05 or 2026-02-05T21:29");
  verb.add_option("--to", o.to, "end of the span");
  verb.add_option("--accounts", o.accounts, "number of seeded accounts (10000)")
      ->check(CLI::Range(1u, 1'000'000u));
  verb.add_option("--seed", o.seed, "seed of the portfolios (1)");
  verb.add_option("--rulebooks", o.rulebooks, "folder with deribit.toml and binance-usdm.toml");
  verb.add_option("--rulebook-deribit", o.rulebook_deribit, "rulebook of options and inverse perpetuals");
  verb.add_option("--rulebook-binance", o.rulebook_binance, "rulebook of linear perpetuals");
  verb.add_flag("--calibrate", o.calibrate,
                "estimate parameters from the data and put them into force; under lockstep.toml");
}

std::string help_markdown() {
  Arguments arguments;
  CLI::App app{about};
  build(app, arguments);
  std::string text =
      "# Command line\n\n"
      "What `lockstep --help` and `lockstep VERB --help` print. This page is written by `./dev docs`.\n";
  add_help(app, "", text);
  return text;
}

int run_command_line(int argc, const char* const* argv) {
  Arguments arguments;
  CLI::App app{about};
  build(app, arguments);
  if (argc < 2) return unusable(std::string("a verb is missing; `lockstep --help` lists them"));
  if (argv[1][0] != '-' && !is_verb(app, argv[1])) {
    return unusable(std::string("there is no verb '") + argv[1] + "'; `lockstep --help` lists them");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForAllHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    return unusable(std::string(error.what()) + "; see `" + verb_of(argc, argv, app) + " --help`");
  }
  return arguments.result;
}

}  // namespace lockstep
