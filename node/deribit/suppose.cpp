// The private methods that suppose: margin of an order, a portfolio with other positions.  Nothing is changed
// and nothing submitted.
#include <algorithm>

#include "core/ledger/ledger.h"
#include "core/ledger/valuation.h"
#include "core/units/limits.h"
#include "node/deribit/account.h"
#include "node/deribit/asking.h"
#include "node/deribit/errors.h"
#include "node/json/json.h"

namespace lockstep::deribit {
namespace {

// What the pool of the instrument needs more with this order; in the settlement asset.  Nothing: not known.
std::optional<Value> margin_of_order(Engine& engine, const Account& account, const Order& order) {
  const State& state = engine.state;
  Account with = account;
  Order added = order;
  added.id = with.orders.empty() ? 1 : with.orders.back().id + 1;
  with.orders.push_back(added);
  const Assessment before = assess(state, engine.risk, account);
  const Assessment after = assess(state, engine.risk, with);
  if (std::max(before.obstacle, after.obstacle) >= Obstacle::price_missing) return std::nullopt;
  const AssetId settle = state.instrument(order.instrument).settle;
  const auto initial_of = [&](const Assessment& assessment, AssetId& asset) {
    const PoolTotals* pool =
        account.pooled && !assessment.pools.empty() ? &assessment.pools.front() : assessment.find(settle);
    if (pool == nullptr) return Value{};
    asset = pool->asset;
    return pool->initial;
  };
  AssetId asset = settle;
  const Value more = initial_of(after, asset) - initial_of(before, asset);
  return in_asset(state, max(more, Value{}), asset, settle, Round::up);
}

Reply get_margins(Context& c, Params& params) {
  const Named named = read_instrument(c, params);
  if (named.error) return api::failed(*named.error);
  const Instrument& instrument = c.engine.state.instrument(named.id);
  const i128 size = params.decimal("amount", lot_decimals);
  const i128 price = params.decimal("price", price_decimals);
  const AccountId id = read_account(c, params);
  if (params.error()) return api::failed(*params.error());
  if (size <= 0 || size % instrument.lot != 0 || size / instrument.lot > instrument.lots_max.raw()) {
    return api::failed(invalid_amount("the amount must be a multiple of " +
                                      to_decimal(instrument.lot, lot_decimals) + ", above 0 and at most " +
                                      amount_of(instrument, instrument.lots_max)));
  }
  if (price <= 0 || price > instrument.price_max.raw()) {
    return api::failed(
        api::invalid_params("price", "price: must be above 0 and at most " + number(instrument.price_max)));
  }
  const Account& account = c.engine.state.account(id);
  if (instrument.rulebook != account.rulebook) {
    return api::failed(api::invalid_params(
        "instrument_name", "instrument_name: the account's rulebook does not list " + instrument.name));
  }
  Order order;
  order.instrument = named.id;
  order.lots = Lots::from_raw(static_cast<i64>(size / instrument.lot));
  order.price = Price::from_raw(static_cast<i64>(price));
  const auto margin = [&](Side side) {
    order.side = side;
    const bool hedged = account.hedge && instrument.kind != InstrumentKind::spot;
    order.leg = !hedged ? Leg::net : side == Side::buy ? Leg::long_leg : Leg::short_leg;
    return number(margin_of_order(c.engine, account, order));
  };
  Json json;
  json.begin_object().raw_field("buy", margin(Side::buy)).raw_field("sell", margin(Side::sell));
  json.raw_field("min_price", number(instrument.tick)).raw_field("max_price", number(instrument.price_max));
  json.end_object();
  return api::answered(json.str());
}

// {"BTC-PERPETUAL": 1000, ...} as an object or, in a query string, as its text.  In order of instrument.
using Simulated = std::map<InstrumentId, Lots>;
std::string read_simulated(const Engine& engine, const JsonValue& object, Simulated& out) {
  if (object.kind != JsonValue::Kind::object) return "must be an object of instrument names and sizes";
  for (const auto& [name, value] : object.members) {
    const auto found = engine.lookup.instruments.find(name);
    if (found == engine.lookup.instruments.end()) return "there is no instrument " + json_shown(name);
    const Instrument& instrument = engine.state.instruments[found->second];
    i128 size = 0;
    const bool scalar = value.kind == JsonValue::Kind::number || value.kind == JsonValue::Kind::text;
    if (!scalar || !parse_decimal(plain_digits(value), lot_decimals, size))
      return "the size of " + name + " is no number";
    if (size % instrument.lot != 0 || abs(size / instrument.lot) > instrument.lots_max.raw()) {
      return "the size of " + name + " must be a multiple of " + to_decimal(instrument.lot, lot_decimals) +
             " of at most " + amount_of(instrument, instrument.lots_max);
    }
    out[InstrumentId{found->second}] += Lots::from_raw(static_cast<i64>(size / instrument.lot));
  }
  return "";
}

Simulated parse_simulated(Context& c, Params& params) {
  Simulated out;
  const JsonValue* value = params.find("simulated_positions");
  if (value == nullptr) return out;
  std::string wrong;
  if (value->kind == JsonValue::Kind::text) {
    const Result<JsonValue, std::string> parsed = parse_json(value->text);
    wrong = parsed ? read_simulated(c.engine, parsed.value(), out) : parsed.error();
  } else {
    wrong = read_simulated(c.engine, *value, out);
  }
  if (!wrong.empty()) params.fail("simulated_positions", wrong);
  return out;
}

// Trades at the mark.  The error is the instrument of which none is known.
std::optional<InstrumentId> trade_at_mark(Engine& engine, Account& account, InstrumentId id, Leg leg,
                                          Lots lots) {
  const State& state = engine.state;
  const Instrument& instrument = state.instrument(id);
  if (lots == Lots{} || instrument.kind == InstrumentKind::spot) return std::nullopt;
  const Price received = state.market(id).mark;
  Value value;
  if (received != Price{}) {
    value = value_per_lot(instrument, received);
  } else if (const RiskRow& row = risk_row(state, engine.risk, id); row.mark_known == Known::yes) {
    value = row.mark;
  } else {
    return id;
  }
  const Rate leverage = leverage_of(account, id, state.rulebook(account.rulebook).rules().leverage_default);
  Change change;
  const Side side = lots < Lots{} ? Side::sell : Side::buy;
  trade_at(state, account, id, side, leg, value, abs(lots), leverage, change);
  return std::nullopt;
}

// Without add_positions what is held is closed first.
std::optional<InstrumentId> trade_all(Engine& engine, Account& account, const Simulated& simulated,
                                      bool add_positions) {
  const std::vector<Holding> held = account.holdings;
  for (const Holding& holding : held) {
    if (add_positions) break;
    const auto failed = trade_at_mark(engine, account, holding.instrument, holding.leg, -holding.lots);
    if (failed) return failed;
  }
  for (const auto& [id, lots] : simulated) {
    const Leg leg = !account.hedge ? Leg::net : lots < Lots{} ? Leg::short_leg : Leg::long_leg;
    if (const auto failed = trade_at_mark(engine, account, id, leg, lots)) return failed;
  }
  return std::nullopt;
}

Reply simulate_portfolio(Context& c, Params& params) {
  const AssetId currency = read_currency(c, params, Currency::required);
  if (!params.error() && currency.is_none()) params.fail("currency", "must be one currency");
  const bool add_positions = params.flag("add_positions", true);
  const Simulated simulated = parse_simulated(c, params);
  const AccountId id = read_account(c, params);
  if (params.error()) return api::failed(*params.error());
  const State& state = c.engine.state;
  for (const auto& [instrument, lots] : simulated) {
    if (state.instrument(instrument).rulebook == state.account(id).rulebook) continue;
    return api::failed(api::invalid_params(
        "simulated_positions",
        "simulated_positions: the account's rulebook does not list " + state.instrument(instrument).name));
  }
  Account account = state.account(id);
  const bool isolated = account.mode == MarginMode::isolated;
  const auto is_option = [&](const auto& row) {
    return state.instrument(row.first).kind == InstrumentKind::option;
  };
  if (isolated && std::any_of(simulated.begin(), simulated.end(), is_option)) {
    return api::failed(api::invalid_params(
        "simulated_positions", "simulated_positions: an account in isolated mode holds no options"));
  }
  if (const auto missing = trade_all(c.engine, account, simulated, add_positions)) {
    return api::failed({api::code::retry, "retry",
                        "no price of " + state.instrument(*missing).name + " is known", "simulated_positions",
                        Refusal::none});
  }
  const Assessment assessment = assess(state, c.engine.risk, account);
  return api::answered(summary_json(c.engine, Seen{id, account, assessment}, currency, false));
}

}  // namespace

void add_what_if(std::vector<Method>& table, const SharedMemo&) {
  table.push_back(
      {"private/get_margins", Scope::read, "what an order would need, bought or sold", get_margins});
  table.push_back({"private/simulate_portfolio", Scope::simulate,
                   "the account's summary with other positions, traded at the mark", simulate_portfolio});
}

}  // namespace lockstep::deribit
