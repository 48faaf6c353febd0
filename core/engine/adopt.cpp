#include "core/engine/adopt.h"

#include <algorithm>

#include "core/engine/context.h"

namespace lockstep {
namespace {

// Handlers and what they share want a Context; nothing of it outlives the call.
struct Adoption {
  Outcome outcome;
  Context context;
  explicit Adoption(Engine& engine, Time now) : context{engine, outcome, now, engine.state.position} {}
  explicit Adoption(Engine& engine) : Adoption(engine, engine.state.time) {}
};

Refusal check_both(const State& state, AccountId account, InstrumentId instrument) {
  if (!known(state, account)) return Refusal::unknown_account;
  if (!known(state, instrument)) return Refusal::unknown_instrument;
  if (state.instrument(instrument).rulebook != state.account(account).rulebook) {
    return Refusal::instrument_not_in_rulebook;
  }
  return Refusal::none;
}

void assert_conserved(const State& state, AssetId asset) { LS_ASSERT(conservation(state, asset) == Value{}); }

}  // namespace

Refusal adopt_account(Engine& engine, const OpenAccount& account) {
  Adoption adoption(engine);
  const Refusal refusal = check_open(adoption.context, account);
  if (refusal != Refusal::none && refusal != Refusal::rulebook_gap) return refusal;
  add_account(adoption.context, account);
  return Refusal::none;
}

Refusal adopt_balance(Engine& engine, AccountId id, AssetId asset, Amount amount) {
  State& state = engine.state;
  if (!known(state, id)) return Refusal::unknown_account;
  if (!known(state, asset)) return Refusal::unknown_asset;
  const i128 most = limits::balance_max * pow10(state.asset(asset).decimals);
  if (abs(amount.raw()) > most) return Refusal::amount_invalid;
  Account& account = state.accounts[id.index];
  if (balance(account, asset) != Amount{}) return Refusal::row_duplicate;

  add_balance(account, asset, amount);
  state.house[asset.index].outside -= amount;
  assert_conserved(state, asset);
  mark_dirty(engine.digests, Kind::account, id.index);
  mark_dirty(engine.digests, Kind::house, asset.index);
  return Refusal::none;
}

Refusal adopt_leverage(Engine& engine, AccountId id, InstrumentId instrument, Rate leverage) {
  State& state = engine.state;
  if (const Refusal refusal = check_both(state, id, instrument); refusal != Refusal::none) return refusal;
  if (leverage.raw() < rate_one || leverage > leverage_max(state, instrument)) {
    return Refusal::leverage_out_of_range;
  }
  set_leverage(state.accounts[id.index], instrument, leverage);
  mark_dirty(engine.digests, Kind::account, id.index);
  return Refusal::none;
}

Refusal adopt_holding(Engine& engine, AccountId id, const Holding& holding) {
  State& state = engine.state;
  LS_ASSERT(holding.residue == Value{});
  if (const Refusal refusal = check_both(state, id, holding.instrument); refusal != Refusal::none)
    return refusal;
  Account& account = state.accounts[id.index];
  const Instrument& instrument = state.instrument(holding.instrument);
  if (instrument.kind == InstrumentKind::spot) return Refusal::mode_mismatch;  // that is a balance
  if (instrument.expired) return Refusal::instrument_expired;
  const bool isolated = account.mode == MarginMode::isolated;
  if (isolated && instrument.kind == InstrumentKind::option) return Refusal::mode_mismatch;
  if (!isolated && holding.isolated != Amount{}) return Refusal::mode_mismatch;
  if (!leg_fits(account, holding.leg)) return Refusal::leg_invalid;
  const bool wrong_side = holding.leg == Leg::long_leg ? holding.lots < Lots{} : holding.lots > Lots{};
  if (holding.leg != Leg::net && wrong_side) return Refusal::leg_invalid;
  if (holding.lots == Lots{}) return Refusal::lots_out_of_range;
  if (abs(holding.lots) > instrument.lots_max) return Refusal::holding_limit;
  if (holding.isolated < Amount{}) return Refusal::amount_invalid;
  if (find_holding(account, holding.instrument, holding.leg) != nullptr) return Refusal::row_duplicate;
  if (account.holdings.size() >= limits::holdings_per_account_max) return Refusal::holding_limit;

  const auto before = [](const Holding& a, const Holding& b) {
    return a.instrument != b.instrument ? a.instrument < b.instrument : a.leg < b.leg;
  };
  Holding& row = *account.holdings.insert(
      std::lower_bound(account.holdings.begin(), account.holdings.end(), holding, before), holding);
  row.funding = state.market(holding.instrument).funding;
  state.markets[holding.instrument.index].clearing -= holding.lots;
  state.house[instrument.settle.index].outside -= holding.isolated;
  assert_conserved(state, instrument.settle);
  LS_ASSERT(lots_conservation(state, holding.instrument) == Lots{});
  mark_dirty(engine.digests, Kind::account, id.index);
  mark_dirty(engine.digests, Kind::market, holding.instrument.index);
  mark_dirty(engine.digests, Kind::house, instrument.settle.index);
  return Refusal::none;
}

Refusal adopt_order(Engine& engine, Time now, const PlaceOrder& command, Lots filled) {
  Adoption adoption(engine, now);
  Context& c = adoption.context;
  if (command.time_in_force != TimeInForce::good_till_cancelled) return Refusal::order_fields_invalid;
  Order order;
  if (const Refusal refusal = check_new_order(c, command, order); refusal != Refusal::none) return refusal;
  if (filled < Lots{} || filled >= order.lots) return Refusal::lots_out_of_range;
  order.filled = filled;

  insert_order(engine.state.accounts[command.account.index], order);
  if (!order.triggered) add_waiting(engine.lookup, order.instrument, command.account, order.id);
  c.touch(Kind::account, command.account.index);
  return Refusal::none;
}

void adopt_states(Engine& engine) {
  Adoption adoption(engine);
  Context& c = adoption.context;
  value_options(c);
  for (u32 i = 0; i < engine.state.accounts.size(); ++i) renew_state(c, AccountId{i});
}

}  // namespace lockstep
