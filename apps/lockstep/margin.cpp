// `lockstep margin`: what an account needs and why, from a book file or from a log.  Printed is what
// core/risk answered; nothing is computed here.
#include "apps/lockstep/options.h"
#include "apps/lockstep/replay.h"
#include "apps/lockstep/rulebook_file.h"
#include "apps/lockstep/statement_text.h"
#include "apps/lockstep/terminal.h"
#include "node/book/book.h"
#include "node/io/linux_disk.h"

namespace lockstep {
namespace {

constexpr u64 book_size_max = u64{1} << 26;

Result<std::unique_ptr<Engine>, Fault> engine_of_book(Disk& disk, const MarginOptions& options) {
  const Result<Rulebook, Fault> rules = read_rulebook(options.rulebook);
  if (!rules) return rules.error();
  const Result<Bytes, Fault> bytes = read_file(disk, options.book, book_size_max);
  if (!bytes) return bytes.error();
  const std::string_view text(reinterpret_cast<const char*>(bytes.value().data()), bytes.value().size());
  return open_book(text, options.book, rules.value());
}

// True if the account could be judged.
bool print_account(Engine& engine, AccountId account, const MarginOptions& options, bool first) {
  Statement statement;
  const Assessment assessment = assess_account(engine, account, options.explain ? &statement : nullptr);
  if (options.json) {
    Json json;
    write_account(json, engine.state, account, assessment, options.explain ? &statement : nullptr);
    print_line(json.str());
    return judged(assessment);
  }
  if (!first) print("\n");
  print(account_heading(engine.state, account, assessment));
  if (options.explain) print(statement_text(engine.state, statement));
  print(pools_text(engine.state, assessment));
  return judged(assessment);
}

}  // namespace

int margin_verb(const MarginOptions& options) {
  if (options.book.empty() && options.log.empty()) {
    return unusable(std::string("margin needs --rulebook FILE --book FILE, or --log DIR --account NAME"));
  }
  LinuxDisk disk;
  Result<std::unique_ptr<Engine>, Fault> opened =
      options.log.empty() ? engine_of_book(disk, options) : engine_at(disk, options.log, options.at);
  if (!opened) return unusable(opened.error());
  Engine& engine = *opened.value();
  const std::string& source = options.log.empty() ? options.book : options.log;
  if (!options.account.empty()) {
    const auto it = engine.lookup.accounts.find(options.account);
    if (it == engine.lookup.accounts.end()) {
      return unusable(source + ": there is no account \"" + options.account + "\"" +
                      (options.log.empty() ? "" : "; `lockstep accounts` lists them"));
    }
    return print_account(engine, AccountId{it->second}, options, true) ? exit_success : exit_negative;
  }
  bool all = true;
  for (u32 i = 0; i < engine.state.accounts.size(); ++i) {
    all = print_account(engine, AccountId{i}, options, i == 0) && all;
  }
  return all ? exit_success : exit_negative;
}

}  // namespace lockstep
