#include "node/deribit/position.h"
#include "node/view/holding.h"

#include <algorithm>

#include "core/ledger/ledger.h"
#include "core/ledger/valuation.h"
#include "node/deribit/account.h"
#include "node/json/json.h"

namespace lockstep::deribit {
namespace {

bool in_quote(const Instrument& instrument) { return instrument.inverse && is_future(instrument.kind); }
double real(Value value) { return static_cast<double>(value.raw()) / static_cast<double>(value_one); }

// One lot at the mark, as the engine values it.
std::optional<Value> value_of_lot(Engine& engine, InstrumentId id) {
  const State& state = engine.state;
  const Instrument& instrument = state.instrument(id);
  if (state.market(id).mark != Price{}) return value_per_lot(instrument, state.market(id).mark);
  if (state.rulebook(instrument.rulebook).active == 0) return std::nullopt;
  const RiskRow& row = risk_row(state, engine.risk, id);
  return row.mark_known == Known::yes ? std::optional(row.mark) : std::nullopt;
}

}  // namespace

Value coins_of(const Instrument& instrument, Lots lots, Price price) {
  const i128 size = i128{lots.raw()} * instrument.lot;
  if (!in_quote(instrument)) return Value::from_raw(size * price_one);
  return Value::from_raw(mul_div(size, value_one, price.raw(), Round::nearest));
}

std::optional<Price> average_price(const Instrument& instrument, const Holding& holding) {
  const Price price = view::entry_price(instrument, holding);
  if (price == Price{}) return std::nullopt;
  return price;
}

Figures figures_of(Engine& engine, const Holding& holding) {
  const State& state = engine.state;
  const Instrument& instrument = state.instrument(holding.instrument);
  Figures f;
  f.mark = mark_price(engine, holding.instrument);
  if (const std::optional<Value> lot = value_of_lot(engine, holding.instrument)) {
    f.value = times(*lot, holding.lots);
    f.floating = *f.value - holding.cost;
    const Value all = unrealised(instrument, state.market(holding.instrument), holding, *lot);
    f.realised = instrument.kind == InstrumentKind::option ? all : all - *f.floating;
  }
  if (instrument.kind == InstrumentKind::option) {
    const std::optional<OptionQuote> quote = option_quote(state, holding.instrument);
    const double coins = real(coins_of(instrument, holding.lots, Price{}));
    if (quote) {
      f.delta = quote->delta * coins, f.gamma = quote->gamma * coins;
      f.vega = quote->vega * coins, f.theta = quote->theta * coins;
    }
  } else if (f.mark) {
    f.delta = real(coins_of(instrument, holding.lots, *f.mark));
  }
  return f;
}

std::vector<Boundary> boundaries_of(const Engine& engine, Memo& memo, const Account& account) {
  if (account.holdings.size() + account.orders.size() > boundary_holdings_max) return {};
  return find_boundaries(engine.state, account, memo.boundaries);
}

namespace {

// In the position's settlement asset.
struct Alone {
  std::optional<Value> initial, maintenance, orders;
};

std::optional<PoolTotals> pool_alone(Engine& engine, const Account& alone, const Holding& holding) {
  const Assessment assessment = assess(engine.state, engine.risk, alone);
  if (assessment.obstacle >= Obstacle::price_missing) return std::nullopt;
  PoolTotals sum;  // of an isolated account: its orders need the free pool
  bool found = false;
  const AssetId settle = engine.state.instrument(holding.instrument).settle;
  for (const PoolTotals& pool : assessment.pools) {
    if (!alone.pooled && pool.asset != settle) continue;
    sum.asset = pool.asset;
    sum.initial += pool.initial, sum.maintenance += pool.maintenance;
    found = true;
  }
  return found ? std::optional(sum) : std::nullopt;
}

Alone margins_alone(Engine& engine, const Account& account, const Holding& holding) {
  const State& state = engine.state;
  Account alone = account;
  alone.balances.clear();
  alone.orders.clear();
  alone.holdings = {holding};
  const std::optional<PoolTotals> without = pool_alone(engine, alone, holding);
  if (!without) return {};
  const AssetId settle = state.instrument(holding.instrument).settle;
  const auto converted = [&](Value value) {
    return in_asset(state, value, without->asset, settle, Round::up);
  };
  Alone out{converted(without->initial), converted(without->maintenance), Value{}};
  for (const Order& order : account.orders) {
    if (order.instrument == holding.instrument && order.leg == holding.leg) alone.orders.push_back(order);
  }
  if (alone.orders.empty()) return out;
  const std::optional<PoolTotals> with = pool_alone(engine, alone, holding);
  out.orders = with ? converted(with->initial - without->initial) : std::nullopt;
  return out;
}

// Of the pool that the holding is in, for its underlying: below for who is long, above for who is short.
std::optional<Price> liquidation_price_of(const State& state, const Account& account, const Holding& holding,
                                          const std::vector<Boundary>& boundaries) {
  const Instrument& instrument = state.instrument(holding.instrument);
  for (const Boundary& boundary : boundaries) {
    if (account.mode == MarginMode::isolated &&
        (boundary.isolated != holding.instrument || boundary.leg != holding.leg)) {
      continue;
    }
    if (!account.pooled && boundary.asset != instrument.settle) continue;
    if (state.index(boundary.index).base != state.index(instrument.index).base) continue;
    const Crossing& crossing = holding.lots < Lots{} ? boundary.above : boundary.below;
    if (crossing.kind == Crossing::Kind::at) return crossing.price;
  }
  return std::nullopt;
}

// The account's own setting, else what the margin allows: value over initial margin.
std::string leverage_text(const Account& account, const Holding& holding, const Figures& f,
                          std::optional<Value> initial) {
  for (const Leverage& row : account.leverages) {
    if (row.instrument == holding.instrument) return to_decimal(row.leverage.raw(), rate_decimals);
  }
  if (!f.value || !initial || *initial <= Value{}) return "null";
  return to_decimal(mul_div(abs(*f.value).raw(), 1, initial->raw(), Round::nearest), 0);
}

void put_prices(Json& json, Engine& engine, InstrumentId id) {
  const State& state = engine.state;
  const Price index = state.index(state.instrument(id).index).price;
  json.raw_field("mark_price", number(mark_price(engine, id)));
  json.raw_field("index_price", index == Price{} ? "null" : number(index));
}

void put_option(Json& json, const State& state, const Holding& holding, const Figures& f) {
  const Instrument& instrument = state.instrument(holding.instrument);
  json.raw_field("delta", statistic(f.delta, 8)).raw_field("gamma", statistic(f.gamma, 8));
  json.raw_field("vega", statistic(f.vega, 8)).raw_field("theta", statistic(f.theta, 8));
  if (!instrument.inverse) return;
  const IndexId index = instrument.index;
  const auto dollars = [&](std::optional<Value> value) {
    if (!value || state.index(index).price == Price{}) return std::string("null");
    const i128 raw = mul_div(value->raw(), state.index(index).price.raw(), price_one, Round::nearest);
    return to_decimal(div(raw, pow10(value_decimals - 8), Round::nearest), 8);
  };
  json.raw_field("floating_profit_loss_usd", dollars(f.floating));
  const std::optional<Price> average = average_price(instrument, holding);
  json.raw_field("average_price_usd",
                 average ? dollars(Value::from_raw(i128{average->raw()} * price_one)) : "null");
}

void put_future(Json& json, const State& state, const Account& account, const Holding& holding,
                const Figures& f, std::optional<Value> initial, const std::vector<Boundary>& boundaries) {
  const Instrument& instrument = state.instrument(holding.instrument);
  std::optional<Value> coins;
  if (f.mark) coins = coins_of(instrument, holding.lots, *f.mark);
  // Whole units of 10^-8: a quotient has no last digit.
  json.raw_field("size_currency",
                 coins ? to_decimal(div(coins->raw(), pow10(8), Round::nearest), 8) : "null");
  json.raw_field("delta", coins ? to_decimal(div(coins->raw(), pow10(8), Round::nearest), 8) : "null");
  json.raw_field("leverage", leverage_text(account, holding, f, initial));
  json.raw_field("estimated_liquidation_price",
                 number(liquidation_price_of(state, account, holding, boundaries)));
  if (instrument.kind != InstrumentKind::perpetual) return;
  const Value owed = times(state.market(holding.instrument).funding - holding.funding, holding.lots);
  json.raw_field("realized_funding", number(-owed));
}

}  // namespace

std::string position_json(Engine& engine, const Account& account, const Holding& holding,
                          const std::vector<Boundary>& boundaries) {
  const State& state = engine.state;
  const Instrument& instrument = state.instrument(holding.instrument);
  const Figures f = figures_of(engine, holding);
  const Alone margin = margins_alone(engine, account, holding);
  Json json;
  json.begin_object().field("instrument_name", instrument.name).field("kind", kind_word(instrument.kind));
  json.field("direction", holding.lots < Lots{} ? "sell" : holding.lots == Lots{} ? "zero" : "buy");
  if (holding.leg != Leg::net) json.field("leg", holding.leg == Leg::long_leg ? "long" : "short");
  json.raw_field("size", amount_of(instrument, holding.lots));
  json.raw_field("average_price", number(average_price(instrument, holding)));
  put_prices(json, engine, holding.instrument);
  json.raw_field("initial_margin", number(margin.initial));
  json.raw_field("maintenance_margin", number(margin.maintenance));
  json.raw_field("open_orders_margin", number(margin.orders));
  json.raw_field("floating_profit_loss", number(f.floating));
  json.raw_field("total_profit_loss", number(f.floating));
  json.raw_field("realized_profit_loss", number(f.realised));
  if (instrument.kind == InstrumentKind::option) {
    put_option(json, state, holding, f);
  } else {
    put_future(json, state, account, holding, f, margin.initial, boundaries);
  }
  json.end_object();
  return json.str();
}

std::string flat_position_json(Engine& engine, InstrumentId id) {
  const Instrument& instrument = engine.state.instrument(id);
  Json json;
  json.begin_object().field("instrument_name", instrument.name).field("kind", kind_word(instrument.kind));
  json.field("direction", "zero").raw_field("size", "0").raw_field("average_price", "0");
  put_prices(json, engine, id);
  for (const char* name : {"initial_margin", "maintenance_margin", "open_orders_margin",
                           "floating_profit_loss", "total_profit_loss", "realized_profit_loss", "delta"}) {
    json.raw_field(name, "0");
  }
  if (is_future(instrument.kind)) {
    json.raw_field("size_currency", "0").raw_field("leverage", "null");
    json.raw_field("estimated_liquidation_price", "null");
  }
  json.end_object();
  return json.str();
}

}  // namespace lockstep::deribit
