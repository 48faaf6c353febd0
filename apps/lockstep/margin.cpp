// `lockstep margin`: what an account needs and why, from a book file or from a log.  Printed is what
// core/risk answered; nothing is computed here.
#include "apps/lockstep/boundary_text.h"
#include "apps/lockstep/options.h"
#include "apps/lockstep/source.h"
#include "apps/lockstep/statement_text.h"
#include "apps/lockstep/terminal.h"

namespace lockstep {
namespace {

// True if the account could be judged.
bool print_account(Engine& engine, AccountId account, const MarginOptions& options, BoundaryBook& book,
                   bool first) {
  Statement statement;
  const Assessment assessment = assess_account(engine, account, options.explain ? &statement : nullptr);
  const std::vector<Boundary> boundaries = find_boundaries(engine.state, engine.state.account(account), book);
  if (options.json) {
    Json json;
    write_account(json, engine.state, account, assessment, options.explain ? &statement : nullptr,
                  &boundaries);
    print_line(json.str());
    return judged(assessment);
  }
  if (!first) print("\n");
  print(account_heading(engine.state, account, assessment));
  if (options.explain) print(statement_text(engine.state, statement));
  print(pools_text(engine.state, assessment));
  print(levels_text(engine.state, engine.state.account(account), assessment));
  print(boundaries_text(engine.state, boundaries));
  return judged(assessment);
}

}  // namespace

int margin_verb(const MarginOptions& options) {
  if (options.book.empty() && options.log.empty()) {
    return unusable(std::string("margin needs --rulebook FILE --book FILE, or --log DIR --account NAME"));
  }
  Result<std::unique_ptr<Engine>, Fault> opened = open_accounts(options);
  if (!opened) return unusable(opened.error());
  Engine& engine = *opened.value();
  BoundaryBook boundaries;
  if (!options.account.empty()) {
    const Result<AccountId, Fault> account = named_account(engine, options);
    if (!account) return unusable(account.error());
    return print_account(engine, account.value(), options, boundaries, true) ? exit_success : exit_negative;
  }
  bool all = true;
  for (u32 i = 0; i < engine.state.accounts.size(); ++i) {
    all = print_account(engine, AccountId{i}, options, boundaries, i == 0) && all;
  }
  return all ? exit_success : exit_negative;
}

}  // namespace lockstep
