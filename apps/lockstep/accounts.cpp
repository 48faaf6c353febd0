// `lockstep accounts`: the accounts of a log, the most pressed first, so that a name for `margin` is found.
// Amounts are whole dollars at the index, for reading; exact ones are in --json, per pool.
#include <algorithm>

#include "apps/lockstep/options.h"
#include "apps/lockstep/replay.h"
#include "apps/lockstep/statement_text.h"
#include "apps/lockstep/terminal.h"
#include "node/book/words.h"
#include "node/io/linux_disk.h"
#include "node/runtime/summary.h"

namespace lockstep {
namespace {

struct AccountRow {
  AccountId id;
  i128 equity = 0;  // dollars x 10^16
  i128 initial = 0;
  i128 maintenance = 0;
  i128 room = 0;  // margin balance - maintenance margin, of the pool where it is smallest
};

i128 dollars(Value value, Price price) {
  return mul_div(value.raw(), price.raw(), price_one, Round::nearest);
}

AccountRow row_of(Engine& engine, AccountId id) {
  AccountRow row;
  row.id = id;
  bool first = true;
  for (const PoolTotals& pool : assess_account(engine, id).pools) {
    const Price price = dollars_of(engine.state, pool.asset);
    row.equity += dollars(pool.equity, price);
    row.initial += dollars(pool.initial, price);
    row.maintenance += dollars(pool.maintenance, price);
    const bool idle =
        !pool.isolated.is_none() ? false : pool.maintenance == Value{} && pool.margin_balance == Value{};
    if (idle) continue;
    const i128 room = dollars(pool.margin_balance - pool.maintenance, price);
    row.room = first ? room : std::min(row.room, room);
    first = false;
  }
  return row;
}

bool has_state(const Account& account, const std::string& wanted) {
  return wanted.empty() || word(account.state) == wanted;
}

std::string whole(i128 dollars_raw) {
  return grouped_decimal(div(dollars_raw, value_one, Round::nearest), 0);
}

void print_text(const State& state, const std::vector<AccountRow>& rows, std::size_t shown) {
  Table table({false, false, false, false, true, true, true, true});
  table.row({"account", "rulebook", "mode", "state", "equity $", "IM $", "MM $", "room $"});
  for (std::size_t i = 0; i < shown; ++i) {
    const Account& account = state.account(rows[i].id);
    table.row({account.name, state.rulebook(account.rulebook).name, mode_text(account),
               std::string(word(account.state)), whole(rows[i].equity), whole(rows[i].initial),
               whole(rows[i].maintenance), whole(rows[i].room)});
  }
  print(table.str());
  print_line(grouped_decimal(static_cast<i128>(shown), 0) + " of " +
             grouped_decimal(static_cast<i128>(rows.size()), 0) + " accounts at position " +
             grouped_decimal(i128{state.position}, 0) + ", " + time_text(state.time) + " UTC");
}

void print_json(Engine& engine, const std::vector<AccountRow>& rows, std::size_t shown) {
  for (std::size_t i = 0; i < shown; ++i) {
    Json json;
    write_account(json, engine.state, rows[i].id, assess_account(engine, rows[i].id), nullptr);
    print_line(json.str());
  }
}

}  // namespace

int accounts_verb(const AccountsOptions& options) {
  LinuxDisk disk;
  Result<std::unique_ptr<Engine>, Fault> opened = engine_at(disk, options.log, options.at);
  if (!opened) return unusable(opened.error());
  Engine& engine = *opened.value();
  const State& state = engine.state;
  std::vector<AccountRow> rows;
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    if (has_state(state.accounts[i], options.state)) rows.push_back(row_of(engine, AccountId{i}));
  }
  std::sort(rows.begin(), rows.end(), [&](const AccountRow& a, const AccountRow& b) {
    if (options.sort == "name") return state.account(a.id).name < state.account(b.id).name;
    if (options.sort == "equity" && a.equity != b.equity) return a.equity > b.equity;
    if (options.sort == "room" && a.room != b.room) return a.room < b.room;
    return a.id < b.id;
  });
  const std::size_t shown =
      options.limit == 0 ? rows.size() : std::min<std::size_t>(rows.size(), options.limit);
  if (options.json) {
    print_json(engine, rows, shown);
  } else {
    print_text(state, rows, shown);
  }
  return exit_success;
}

}  // namespace lockstep
