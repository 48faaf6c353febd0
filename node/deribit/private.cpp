// The private methods that look at accounts.
#include <algorithm>

#include "core/ledger/ledger.h"
#include "node/deribit/account.h"
#include "node/deribit/asking.h"
#include "node/deribit/orders.h"
#include "node/json/json.h"

namespace lockstep::deribit {
namespace {

using history::Payment;
using history::Select;

template <class Make>
Reply of_account(Context& c, AccountId id, const Make& make) {
  const Assessment assessment = assess_account(c.engine, id);
  return api::answered(make(Seen{id, c.engine.state.account(id), assessment}));
}

Reply get_account_summary(Context& c, Params& params) {
  const AssetId currency = read_currency(c, params, Currency::required);
  const bool extended = params.flag("extended", false);
  if (!params.error() && currency.is_none()) params.fail("currency", "must be one currency");
  const AccountId id = read_account(c, params);
  if (params.error()) return api::failed(*params.error());
  return of_account(c, id,
                    [&](const Seen& seen) { return summary_json(c.engine, seen, currency, extended); });
}

Reply get_account_summaries(Context& c, Params& params) {
  const bool extended = params.flag("extended", false);
  const AccountId id = read_account(c, params);
  if (params.error()) return api::failed(*params.error());
  return of_account(c, id, [&](const Seen& seen) { return summaries_json(c.engine, seen, extended); });
}

std::vector<std::string> positions_of(Context& c, Memo& memo, AccountId id, const Filter& filter) {
  const Account& account = c.engine.state.account(id);
  const std::vector<Boundary> boundaries = boundaries_of(c.engine, memo, account);
  std::vector<std::string> out;
  for (const Holding& holding : account.holdings) {
    if (holding.lots == Lots{} || !filter.matches(c.engine.state, holding.instrument)) continue;
    out.push_back(position_json(c.engine, account, holding, boundaries));
  }
  return out;
}

Reply get_positions(Context& c, Params& params, Memo& memo) {
  const Filter filter = read_filter(c, params, Currency::optional);
  const AccountId id = read_account(c, params);
  if (params.error()) return api::failed(*params.error());
  return api::answered(array_of(positions_of(c, memo, id, filter)));
}

// In hedge mode of the first leg that is held.
Reply get_position(Context& c, Params& params, Memo& memo) {
  const Named named = read_instrument(c, params);
  if (named.error) return api::failed(*named.error);
  const AccountId id = read_account(c, params);
  if (params.error()) return api::failed(*params.error());
  Filter filter;
  filter.instrument = named.id;
  const std::vector<std::string> found = positions_of(c, memo, id, filter);
  return api::answered(found.empty() ? flat_position_json(c.engine, named.id) : found.front());
}

std::string open_orders_of(Context& c, Memo& memo, AccountId id, const Filter& filter) {
  std::vector<std::string> out;
  for (const Order& order : c.engine.state.account(id).orders) {
    if (!filter.matches(c.engine.state, order.instrument)) continue;
    out.push_back(order_json(c.engine.state, open_order(memo, id, order)));
  }
  return array_of(out);
}

std::vector<AccountId> accounts_of(const Context& c) {
  std::vector<AccountId> out;
  for (u32 i = 0; i < c.engine.state.accounts.size(); ++i) {
    if (api::may_see(c.caller, c.engine.state, AccountId{i})) out.push_back(AccountId{i});
  }
  return out;
}

constexpr std::size_t subaccounts_max = 1'000;

// The accounts of the caller's party; a caller who sees everybody's gets the first thousand.
Reply get_subaccounts(Context& c, Params& params) {
  const bool portfolio = params.flag("with_portfolio", false);
  if (params.error()) return api::failed(*params.error());
  std::vector<AccountId> ids = accounts_of(c);
  ids.resize(std::min(ids.size(), subaccounts_max));
  std::vector<std::string> out;
  for (const AccountId id : ids) {
    const State& state = c.engine.state;
    const Account& account = state.account(id);
    Json json;
    json.begin_object().field("id", id.index + 1).field("username", account.name);
    json.field("system_name", account.name).field("email", "").field("is_password", false);
    json.field("type", id == ids.front() ? "main" : "subaccount").field("receive_notifications", false);
    json.field("login_enabled", false).field("security_keys_enabled", false);
    if (portfolio) {
      const Assessment assessment = assess_account(c.engine, id);
      json.key("portfolio").begin_object();
      for (const AssetId currency : currencies_of(state, account)) {
        json.raw_field(lower(state.asset(currency).name),
                       summary_json(c.engine, Seen{id, account, assessment}, currency, false));
      }
      json.end_object();
    }
    json.end_object();
    out.push_back(json.str());
  }
  return api::answered(array_of(out));
}

Reply get_subaccounts_details(Context& c, Params& params, Memo& memo) {
  const Filter filter = read_filter(c, params, Currency::required);
  const bool orders = params.flag("with_open_orders", false);
  if (params.error()) return api::failed(*params.error());
  std::vector<AccountId> ids = accounts_of(c);
  ids.resize(std::min(ids.size(), subaccounts_max));
  std::vector<std::string> out;
  for (const AccountId id : ids) {
    Json json;
    json.begin_object().field("uid", id.index + 1);
    json.field("system_name", c.engine.state.account(id).name);
    json.raw_field("positions", array_of(positions_of(c, memo, id, filter)));
    if (orders) json.raw_field("open_orders", open_orders_of(c, memo, id, filter));
    json.end_object();
    out.push_back(json.str());
  }
  return api::answered(array_of(out));
}

// Pages go backwards in time; `continuation` is the number of the last row that was sent.
Reply get_transaction_log(Context& c, Params& params) {
  const AssetId currency = read_currency(c, params, Currency::required);
  Select select;
  read_times(params, select, Times::required);
  const std::size_t count = static_cast<std::size_t>(params.integer("count", 100, 1, 1'000));
  const i64 continuation = params.integer("continuation", 0, 0, i64{1} << 53);
  if (const auto error = refused_by_name(params, {"query"})) return api::failed(*error);
  const AccountId id = read_account(c, params);
  if (params.error()) return api::failed(*params.error());
  select.account = id;
  if (!currency.is_none()) select.asset = currency;
  const u64 after = static_cast<u64>(continuation);
  if (after != 0) select.before = after / parts_max, select.before_part = static_cast<u32>(after % parts_max);
  auto [rows, more] = collect<Payment>([&](const Select& s) { return c.past.payments(s); }, select, count + 1,
                                       [](const Payment&) { return true; });
  if (rows.size() > count) rows.pop_back(), more = true;
  Json json;
  json.begin_object().key("logs").begin_array();
  for (const Payment& row : rows) json.raw(payment_json(c.engine.state, row));
  json.end_array().key("continuation");
  if (more && !rows.empty()) {
    json.number(payment_number(rows.back()));
  } else {
    json.null();
  }
  json.end_object();
  return api::answered(json.str());
}

}  // namespace

void add_account(std::vector<Method>& table, const SharedMemo& memo) {
  const auto add = [&](const char* name, const char* text, auto call) {
    table.push_back({std::string("private/") + name, Scope::read, text, call});
  };
  const auto with = [&](auto call) {
    return [memo, call](Context& c, Params& params) { return call(c, params, of_call(memo, c)); };
  };
  add("get_account_summary", "equity, margin and funds in one currency", get_account_summary);
  add("get_account_summaries", "the same in every currency", get_account_summaries);
  add("get_positions", "positions, of all currencies and kinds or of one", with(get_positions));
  add("get_position", "the position in one instrument", with(get_position));
  add("get_subaccounts", "the accounts of the caller's party", get_subaccounts);
  add("get_subaccounts_details", "their positions and open orders", with(get_subaccounts_details));
  add("get_transaction_log", "what moved the balance, newest first", get_transaction_log);
}

}  // namespace lockstep::deribit
