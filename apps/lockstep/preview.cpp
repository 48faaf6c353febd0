// `lockstep rulebook preview`: who crosses which level if these parameters came into force now.  Printed is
// what node/whatif answered.
#include <algorithm>

#include "apps/lockstep/options.h"
#include "apps/lockstep/rulebook_file.h"
#include "apps/lockstep/source.h"
#include "apps/lockstep/statement_text.h"
#include "apps/lockstep/terminal.h"
#include "node/book/words.h"
#include "node/runtime/summary.h"
#include "node/view/preview_json.h"

namespace lockstep {
namespace {

using whatif::AccountChange;
using whatif::LevelCount;
using whatif::Preview;
using whatif::UnderlyingTotal;

std::string state_text(const whatif::Reading& reading) {
  if (reading.obstacle >= Obstacle::price_missing) return std::string(word(reading.obstacle));
  std::string text(word(reading.state));
  for (const std::string& level : reading.below) {
    if (level != "call" && level != "liquidation" && level != "bankrupt") text += ", " + level;
  }
  return text;
}

std::string count(u64 n) { return grouped_decimal(i128{n}, 0); }

std::string signed_money(const State& state, AssetId asset, Value value) {
  return (value > Value{} ? "+" : "") + money(state, asset, value);
}

void print_levels(const Preview& preview) {
  Table table({false, true, true, true, true});
  table.row({"below", "before", "after", "enter", "leave"});
  for (const LevelCount& level : preview.levels) {
    table.row(
        {level.level, count(level.before), count(level.after), count(level.entered), count(level.left)});
  }
  print(table.str());
}

void print_accounts(const State& state, const Preview& preview, u32 limit) {
  const std::vector<const AccountChange*> rows = crossing(preview);
  if (rows.empty()) return print_line("no account crosses a level");
  const std::size_t shown = limit == 0 ? rows.size() : std::min<std::size_t>(rows.size(), limit);
  Table table({false, false, false, true, true, false});
  table.row({"account", "before", "after", "room before", "room after", ""});
  for (std::size_t i = 0; i < shown; ++i) {
    const AccountChange& c = *rows[i];
    const bool judged = c.after.obstacle < Obstacle::price_missing;
    const bool was_judged = c.before.obstacle < Obstacle::price_missing && !c.before.asset.is_none();
    table.row({state.account(c.account).name, state_text(c.before), state_text(c.after),
               was_judged ? money(state, c.before.asset, c.before.room) : "-",
               judged ? money(state, c.after.asset, c.after.room) : "-",
               judged ? state.asset(c.after.asset).name : ""});
  }
  print(table.str());
  if (shown < rows.size()) print_line(count(rows.size() - shown) + " more; --limit 0 prints all");
}

void print_underlyings(const State& state, const Preview& preview) {
  Table table({false, true, true, true, true, true, true, false});
  table.row({"underlying", "IM before", "IM after", "change", "MM before", "MM after", "change", ""});
  for (const UnderlyingTotal& t : preview.underlyings) {
    table.row({state.asset(t.base).name, money(state, t.asset, t.initial_before),
               money(state, t.asset, t.initial_after),
               signed_money(state, t.asset, t.initial_after - t.initial_before),
               money(state, t.asset, t.maintenance_before), money(state, t.asset, t.maintenance_after),
               signed_money(state, t.asset, t.maintenance_after - t.maintenance_before),
               state.asset(t.asset).name});
  }
  print(table.str());
}

void print_text(const Engine& engine, const Preview& preview, const Rulebook& proposed, u32 limit) {
  const State& state = engine.state;
  print_line("preview of " + proposed.name + " " + proposed.version + " as epoch " +
             std::to_string(preview.epoch) + "    position " + count(state.position) + "    " +
             time_text(state.time) + " UTC");
  print_line(count(preview.accounts.size()) + " accounts");
  print_line("");
  print_levels(preview);
  print_line("");
  print_accounts(state, preview, limit);
  print_line("");
  print_underlyings(state, preview);
}

}  // namespace

int rulebook_preview_verb(const PreviewOptions& options) {
  const Result<Rulebook, Fault> proposed = read_rulebook(options.file);
  if (!proposed) return unusable(proposed.error());
  const Result<std::unique_ptr<Engine>, Fault> opened = open_accounts(options.of);
  if (!opened) return unusable(opened.error());
  const Engine& engine = *opened.value();
  const Result<Preview, std::string> preview = whatif::preview(engine, proposed.value());
  if (!preview) return unusable(options.file + ": " + preview.error());
  if (options.of.json) {
    print_line(preview_json(engine.state, preview.value(), proposed.value()));
  } else {
    print_text(engine, preview.value(), proposed.value(), options.limit);
  }
  return exit_success;
}

}  // namespace lockstep
