#include "node/deribit/account.h"

#include <algorithm>

#include "core/ledger/ledger.h"
#include "core/ledger/valuation.h"
#include "node/deribit/position.h"
#include "node/json/json.h"

namespace lockstep::deribit {
namespace {

// What one currency of an account consists of, before any margin rule.
struct Sums {
  Value balance, set_aside;  // set_aside: behind isolated holdings
  Value futures_floating, futures_realised;
  Value options_value, options_floating, options_realised;
  double delta = 0, options_delta = 0, gamma = 0, vega = 0, theta = 0;
  std::map<std::string, double> deltas;  // by index
  bool complete = true;                  // every holding has a mark
};

Sums sums_of(Engine& engine, const Account& account, AssetId currency) {
  const State& state = engine.state;
  const int decimals = state.asset(currency).decimals;
  Sums sums;
  sums.balance = to_value(balance(account, currency), decimals);
  for (const Holding& holding : account.holdings) {
    const Instrument& instrument = state.instrument(holding.instrument);
    if (instrument.settle != currency) continue;
    const Figures f = figures_of(engine, holding);
    sums.set_aside += to_value(holding.isolated, decimals);
    sums.complete = sums.complete && f.value.has_value();
    const Value value = f.value.value_or(Value{}), floating = f.floating.value_or(Value{});
    if (instrument.kind == InstrumentKind::option) {
      sums.options_value += value, sums.options_floating += floating;
      sums.options_realised += f.realised;
      sums.options_delta += f.delta;
      sums.gamma += f.gamma, sums.vega += f.vega, sums.theta += f.theta;
    } else {
      sums.futures_floating += floating, sums.futures_realised += f.realised;
    }
    sums.delta += f.delta;
    sums.deltas[index_name(state, instrument.index)] += f.delta;
  }
  return sums;
}

struct Margins {
  std::optional<Value> balance, initial, maintenance;
  std::optional<Value> available() const {
    return balance && initial ? std::optional(*balance - *initial) : std::nullopt;
  }
};

// As header: the difference between the two balances is part of initial_margin.
Margins of_pool(const PoolTotals& pool) {
  return {pool.margin_balance, pool.margin_balance - pool.available, pool.maintenance};
}

Margins margins_of(const State& state, const Seen& seen, AssetId currency) {
  if (seen.assessment.obstacle >= Obstacle::price_missing) return {};
  if (!seen.account.pooled) {
    const PoolTotals* pool = seen.assessment.find(currency);
    return pool == nullptr ? Margins{Value{}, Value{}, Value{}} : of_pool(*pool);
  }
  if (seen.assessment.pools.empty()) return {};
  const PoolTotals& pool = seen.assessment.pools.front();
  const Margins pot = of_pool(pool);
  const auto at_index = [&](std::optional<Value> value, Round round) {
    return value ? in_asset(state, *value, pool.asset, currency, round) : std::nullopt;
  };
  return {at_index(pot.balance, Round::down), at_index(pot.initial, Round::up),
          at_index(pot.maintenance, Round::up)};
}

Value equity_of(const Seen& seen, const Sums& sums, AssetId currency) {
  if (!seen.account.pooled && seen.assessment.obstacle < Obstacle::price_missing) {
    Value equity;
    for (const PoolTotals& pool : seen.assessment.pools) {
      if (pool.asset == currency) equity += pool.equity;
    }
    return equity;
  }
  return sums.balance + sums.set_aside + sums.futures_floating + sums.futures_realised + sums.options_value +
         sums.options_realised;
}

void put_pnl(Json& json, const Sums& sums) {
  const Value futures = sums.futures_floating, options = sums.options_floating;
  json.raw_field("total_pl", number(futures + options));
  json.raw_field("session_upl", number(futures)).raw_field("session_rpl", number(sums.futures_realised));
  json.raw_field("futures_pl", number(futures)).raw_field("futures_session_upl", number(futures));
  json.raw_field("futures_session_rpl", number(sums.futures_realised));
  json.raw_field("options_pl", number(options)).raw_field("options_value", number(sums.options_value));
  json.raw_field("options_session_upl", number(options));
  json.raw_field("options_session_rpl", number(sums.options_realised));
}

void put_greeks(Json& json, const Sums& sums) {
  json.raw_field("delta_total", statistic(sums.delta, 8));
  json.key("delta_total_map").begin_object();
  for (const auto& [name, delta] : sums.deltas) json.raw_field(name, statistic(delta, 8));
  json.end_object();
  json.raw_field("options_delta", statistic(sums.options_delta, 8));
  json.raw_field("options_gamma", statistic(sums.gamma, 8));
  json.raw_field("options_vega", statistic(sums.vega, 8));
  json.raw_field("options_theta", statistic(sums.theta, 8));
}

std::string_view margin_model(const Account& account) {
  const bool portfolio = account.mode == MarginMode::portfolio;
  if (account.pooled) return portfolio ? "cross_pm" : "cross_sm";
  return portfolio ? "segregated_pm" : "segregated_sm";
}

bool is_first_of_party(const State& state, AccountId id) {
  const PartyId party = state.account(id).party;
  for (u32 i = 0; i < id.index; ++i) {
    if (state.accounts[i].party == party) return false;
  }
  return true;
}

void put_identity(Json& json, const State& state, AccountId id) {
  const Account& account = state.account(id);
  json.field("id", id.index + 1).field("username", state.parties[account.party.index].name);
  json.field("system_name", account.name).field("email", "");
  json.field("type", is_first_of_party(state, id) ? "main" : "subaccount");
  json.field("mmp_enabled", account.protection.interval != Duration{});
}

}  // namespace

std::vector<AssetId> currencies_of(const State& state, const Account& account) {
  std::vector<bool> used(state.assets.size());
  for (const Instrument& instrument : state.instruments) {
    if (instrument.rulebook == account.rulebook) used[instrument.settle.index] = true;
  }
  for (const Balance& row : account.balances) used[row.asset.index] = true;
  std::vector<AssetId> out;
  for (u32 i = 0; i < used.size(); ++i) {
    if (used[i]) out.push_back(AssetId{i});
  }
  return out;
}

std::string summary_json(Engine& engine, const Seen& seen, AssetId currency, bool extended) {
  const State& state = engine.state;
  const Sums sums = sums_of(engine, seen.account, currency);
  const Margins m = margins_of(state, seen, currency);
  Json json;
  json.begin_object().field("currency", state.asset(currency).name);
  json.raw_field("balance", number(sums.balance));
  json.raw_field("equity", sums.complete ? number(equity_of(seen, sums, currency)) : "null");
  json.raw_field("margin_balance", number(m.balance));
  json.raw_field("initial_margin", number(m.initial));
  json.raw_field("maintenance_margin", number(m.maintenance));
  json.raw_field("available_funds", number(m.available()));
  if (seen.account.mode == MarginMode::isolated) json.raw_field("isolated_margin", number(sums.set_aside));
  const Amount withdrawable = available_for_withdrawal(state, engine.risk, seen.account, currency);
  json.raw_field("available_withdrawal_funds", number(withdrawable, state.asset(currency).decimals));
  put_pnl(json, sums);
  put_greeks(json, sums);
  json.field("margin_model", margin_model(seen.account));
  json.field("cross_collateral_enabled", seen.account.pooled);
  json.field("portfolio_margining_enabled", seen.account.mode == MarginMode::portfolio);
  if (extended) put_identity(json, state, seen.id);
  json.end_object();
  return json.str();
}

std::string summaries_json(Engine& engine, const Seen& seen, bool extended) {
  Json json;
  json.begin_object();
  if (extended) put_identity(json, engine.state, seen.id);
  json.key("summaries").begin_array();
  for (const AssetId currency : currencies_of(engine.state, seen.account)) {
    json.raw(summary_json(engine, seen, currency, false));
  }
  json.end_array().end_object();
  return json.str();
}

}  // namespace lockstep::deribit
