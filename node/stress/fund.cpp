#include "node/stress/fund.h"

#include <algorithm>
#include <map>

#include "node/runtime/summary.h"

namespace lockstep::stress {
namespace {

constexpr Rate percent(i64 n) { return Rate::from_raw(rate_one / 100 * n); }

Shock shock(const State& state, std::string name, Rate price, Rate volatility) {
  Shock out{std::move(name), {}};
  for (const AssetId base : movable_bases(state)) out.moves.push_back({base, price, volatility});
  return out;
}

using Unpaid = std::map<std::pair<RulebookId, AssetId>, Value>;

std::vector<FundRow> rows_of(const Unpaid& unpaid) {
  std::vector<FundRow> rows;
  for (const auto& [key, value] : unpaid) rows.push_back({key.first, key.second, value, {}, {}});
  return rows;
}

Value missing_dollars(const State& moved, const std::vector<FundRow>& rows) {
  Value sum;
  for (const FundRow& row : rows) sum += in_dollars(row.missing(), dollars_of(moved, row.asset));
  return sum;
}

struct Loss {
  AccountId account;
  std::vector<Debt> debts;
  Value dollars;
};

void add_account(const State& moved, AccountId id, const Fate& fate, std::vector<Loss>& losses,
                 ShockResult& out) {
  out.unjudged += !fate.judged;
  out.liquidated += fate.state >= MarginState::liquidation;
  out.bankrupt += fate.state >= MarginState::bankrupt;
  if (fate.debts.empty()) return;
  Loss loss{id, fate.debts, {}};
  for (const Debt& debt : fate.debts) {
    const Price price = dollars_of(moved, debt.asset);
    out.at_price += in_dollars(debt.at_price, price);
    loss.dollars += in_dollars(debt.after_closing, price);
  }
  out.after_closing += loss.dollars;
  losses.push_back(std::move(loss));
}

Unpaid unpaid_of(const State& state, const std::vector<Loss>& losses, std::size_t first) {
  Unpaid unpaid;
  for (std::size_t i = 0; i < std::min(first, losses.size()); ++i) {
    const RulebookId rulebook = state.account(losses[i].account).rulebook;
    for (const Debt& debt : losses[i].debts) unpaid[{rulebook, debt.asset}] += debt.after_closing;
  }
  return unpaid;
}

ShockResult result_of(Fates& fates, const Shock& shock) {
  const State &state = fates.live(), &moved = fates.moved();
  ShockResult out;
  out.name = shock.name;
  std::vector<Loss> losses;
  const auto concerns = [](const Account& account) {
    return !account.holdings.empty() || !account.balances.empty() || !account.orders.empty();
  };
  fates.sweep(shock.moves, concerns,
              [&](AccountId id, const Fate& fate) { add_account(moved, id, fate, losses, out); });
  std::stable_sort(losses.begin(), losses.end(),
                   [](const Loss& a, const Loss& b) { return a.dollars > b.dollars; });
  for (std::size_t i = 0; i < std::min<std::size_t>(2, losses.size()); ++i) {
    out.largest.push_back({losses[i].account, losses[i].dollars});
    out.largest_two += losses[i].dollars;
  }
  for (u32 i = 0; i < state.house.size(); ++i) {
    const Value held = to_value(state.house[i].fund, state.assets[i].decimals);
    out.fund += in_dollars(max(held, Value{}), dollars_of(moved, AssetId{i}));
  }
  out.of_all = ratio(out.fund, out.after_closing);
  out.of_two = ratio(out.fund, out.largest_two);
  out.rows = rows_of(unpaid_of(state, losses, losses.size()));
  pay_from_fund(state, out.rows);
  out.missing = missing_dollars(moved, out.rows);
  std::vector<FundRow> two = rows_of(unpaid_of(state, losses, 2));
  pay_from_fund(state, two);
  out.missing_of_two = missing_dollars(moved, two);
  return out;
}

// What the fund may still pay today before anything of this is paid (methodology 10.8): at the daily limit.
Value daily_left(const State& state, const FundRow& row) {
  const House& house = state.house[row.asset.index];
  const int decimals = state.asset(row.asset).decimals;
  const Rate daily = state.rulebook(row.rulebook).rules().liquidation.fund_daily;
  if (daily == Rate{}) return to_value(house.fund, decimals);
  const bool today = house.day == Time::from_raw(state.time.raw() - state.time.raw() % day.raw());
  const Amount began = today ? house.fund_at_day : house.fund;
  const Amount paid = today ? house.paid_today : Amount{};
  return scale(to_value(std::max(began, Amount{}), decimals), daily, Round::down) - to_value(paid, decimals);
}

}  // namespace

std::vector<Shock> usual_shocks(const State& state) {
  std::vector<Shock> shocks;
  for (const i64 move : {-15, -30, 15, 30}) {
    shocks.push_back(shock(state, "all " + std::string(move > 0 ? "+" : "") + std::to_string(move) + " %",
                           percent(move), {}));
  }
  const Exposure exposure = exposure_of(state);
  std::vector<AssetId> large;
  for (const Underlying& on : exposure.underlyings) {
    if (large.size() < 2) large.push_back(on.base);
  }
  Shock two{"two largest -30 %", {}}, others{"all others -50 %", {}};
  for (const AssetId base : movable_bases(state)) {
    const bool is_large = std::find(large.begin(), large.end(), base) != large.end();
    (is_large ? two : others).moves.push_back({base, percent(is_large ? -30 : -50), {}});
  }
  shocks.push_back(std::move(two));
  if (!others.moves.empty()) shocks.push_back(std::move(others));
  shocks.push_back(shock(state, "volatility +50 %", {}, percent(50)));
  shocks.push_back(shock(state, "volatility -25 %", {}, percent(-25)));
  shocks.push_back(shock(state, "all -30 %, volatility +50 %", percent(-30), percent(50)));
  shocks.push_back(shock(state, "all +30 %, volatility +50 %", percent(30), percent(50)));
  return shocks;
}

void pay_from_fund(const State& state, std::vector<FundRow>& rows) {
  std::map<AssetId, Value> paid;
  for (FundRow& row : rows) {
    row.fund = to_value(state.house[row.asset.index].fund, state.asset(row.asset).decimals);
    const Value left = min(row.fund, daily_left(state, row)) - paid[row.asset];
    row.payable = max(min(row.unpaid, left), Value{});
    paid[row.asset] += row.payable;
  }
}

std::vector<ShockResult> fund_results(Fates& fates, const std::vector<Shock>& shocks) {
  std::vector<ShockResult> results;
  for (const Shock& one : shocks) results.push_back(result_of(fates, one));
  return results;
}

std::vector<ShockResult> fund_results(const State& state, const std::vector<Shock>& shocks) {
  Fates fates(state);
  return fund_results(fates, shocks);
}

}  // namespace lockstep::stress
