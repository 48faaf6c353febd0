// Commands that move money without a trade.
#include "core/engine/context.h"

namespace lockstep {
namespace {

i128 amount_raw_max(const State& state, AssetId asset) {
  return limits::amount_max * pow10(state.asset(asset).decimals);
}

bool valid_amount(const State& state, AssetId asset, Amount amount) {
  return amount > Amount{} && amount.raw() <= amount_raw_max(state, asset);
}

bool below_balance_max(const State& state, AssetId asset, Amount amount) {
  return amount.raw() <= limits::balance_max * pow10(state.asset(asset).decimals);
}

// Profit that is not cash yet covers requirements, but does not leave: what may leave is the balance or the
// margin balance, whichever is less, minus the initial margin.
Refusal check_withdrawable(Context& c, AccountId id, AssetId asset, Amount amount) {
  const Amount most = available_for_withdrawal(c.state(), c.engine.risk, c.state().account(id), asset);
  if (amount <= most) return Refusal::none;
  c.outcome.account = id;
  c.outcome.asset = asset;
  c.outcome.missing = to_value(amount - most, c.state().asset(asset).decimals);
  if (c.engine.explains) {
    Statement statement;
    const Assessment assessment = assess(c.state(), c.engine.risk, c.state().account(id), &statement);
    const PoolTotals* pool = c.state().account(id).pooled ? assessment.pools.data() : assessment.find(asset);
    if (pool != nullptr && !assessment.pools.empty()) {
      c.outcome.binds = binding_rule(statement, static_cast<std::size_t>(pool - assessment.pools.data()));
    }
  }
  return Refusal::margin_insufficient;
}

// After a debt that the fund could not pay nobody leaves before the others have seen it.
bool gated(const Context& c, AssetId asset) { return c.now < c.engine.state.house[asset.index].gated_until; }

}  // namespace

Refusal handle(Context& c, const AdjustFund& r) {
  State& state = c.state();
  if (!known(state, r.asset)) return Refusal::unknown_asset;
  House& house = state.house[r.asset.index];
  const bool takes_back = r.amount < Amount{};
  const bool in_range =
      takes_back ? r.amount.raw() >= -amount_raw_max(state, r.asset) : valid_amount(state, r.asset, r.amount);
  if (!in_range || !below_balance_max(state, r.asset, house.fund + r.amount)) return Refusal::amount_invalid;
  if (takes_back && house.fund + r.amount < Amount{}) return Refusal::balance_insufficient;
  house.fund += r.amount;
  house.fund_at_day += r.amount;  // what is given counts from today on
  house.outside -= r.amount;
  c.touch(Kind::house, r.asset.index);
  return Refusal::none;
}

Refusal handle(Context& c, const Deposit& r) {
  State& state = c.state();
  if (!known(state, r.account)) return Refusal::unknown_account;
  if (!known(state, r.asset)) return Refusal::unknown_asset;
  if (!valid_amount(state, r.asset, r.amount)) return Refusal::amount_invalid;
  if (!below_balance_max(state, r.asset, balance(state.account(r.account), r.asset) + r.amount)) {
    return Refusal::amount_invalid;
  }
  Change change;
  add_balance(try_on(c, r.account), r.asset, r.amount);
  change.of(r.asset).outside -= r.amount;
  commit(c, r.account, change);
  return Refusal::none;
}

Refusal handle(Context& c, const Withdraw& r) {
  State& state = c.state();
  if (!known(state, r.account)) return Refusal::unknown_account;
  if (!known(state, r.asset)) return Refusal::unknown_asset;
  if (!valid_amount(state, r.asset, r.amount)) return Refusal::amount_invalid;
  if (balance(state.account(r.account), r.asset) < r.amount) return Refusal::balance_insufficient;
  if (gated(c, r.asset)) return Refusal::withdrawals_gated;

  Change change;
  Account& trial = try_on(c, r.account);
  add_balance(trial, r.asset, -r.amount);
  change.of(r.asset).outside += r.amount;
  if (const Refusal refusal = judge(c, r.account, trial, Action::withdraw); refusal != Refusal::none)
    return refusal;
  if (const Refusal refusal = check_withdrawable(c, r.account, r.asset, r.amount); refusal != Refusal::none)
    return refusal;
  commit(c, r.account, change);
  return Refusal::none;
}

Refusal handle(Context& c, const Transfer& r) {
  State& state = c.state();
  if (!known(state, r.from) || !known(state, r.to)) return Refusal::unknown_account;
  if (r.from == r.to) return Refusal::same_account;
  if (!known(state, r.asset)) return Refusal::unknown_asset;
  if (!valid_amount(state, r.asset, r.amount)) return Refusal::amount_invalid;
  if (balance(state.account(r.from), r.asset) < r.amount) return Refusal::balance_insufficient;
  if (gated(c, r.asset)) return Refusal::withdrawals_gated;
  if (!below_balance_max(state, r.asset, balance(state.account(r.to), r.asset) + r.amount)) {
    return Refusal::amount_invalid;
  }
  Account& trial = try_on(c, r.from);
  add_balance(trial, r.asset, -r.amount);
  if (const Refusal refusal = judge(c, r.from, trial, Action::withdraw); refusal != Refusal::none)
    return refusal;
  if (const Refusal refusal = check_withdrawable(c, r.from, r.asset, r.amount); refusal != Refusal::none)
    return refusal;

  // Out to the world and in again: the two halves cancel.
  Change out;
  out.of(r.asset).outside += r.amount;
  commit(c, r.from, out);
  Change in;
  add_balance(try_on(c, r.to), r.asset, r.amount);
  in.of(r.asset).outside -= r.amount;
  commit(c, r.to, in);
  return Refusal::none;
}

Refusal handle(Context& c, const AdjustIsolated& r) {
  State& state = c.state();
  if (!known(state, r.account)) return Refusal::unknown_account;
  if (!known(state, r.instrument)) return Refusal::unknown_instrument;
  const Account& account = state.account(r.account);
  if (account.mode != MarginMode::isolated) return Refusal::mode_mismatch;
  const Holding* holding = find_holding(account, r.instrument, r.leg);
  if (holding == nullptr) return Refusal::unknown_holding;
  const AssetId asset = state.instrument(r.instrument).settle;
  const bool takes_back = r.amount < Amount{};
  const bool in_range =
      takes_back ? r.amount.raw() >= -amount_raw_max(state, asset) : valid_amount(state, asset, r.amount);
  if (!in_range) return Refusal::amount_invalid;
  if (r.amount > balance(account, asset)) return Refusal::balance_insufficient;
  if (holding->isolated + r.amount < Amount{}) return Refusal::isolated_margin_insufficient;

  Account& trial = try_on(c, r.account);
  find_holding(trial, r.instrument, r.leg)->isolated += r.amount;
  add_balance(trial, asset, -r.amount);
  if (const Refusal refusal = judge(c, r.account, trial, Action::withdraw); refusal != Refusal::none) {
    const bool too_much = takes_back && refusal == Refusal::margin_insufficient;
    return too_much ? Refusal::isolated_margin_insufficient : refusal;
  }
  Change change;
  change.of(asset);  // asserts conservation
  commit(c, r.account, change);
  return Refusal::none;
}

}  // namespace lockstep
