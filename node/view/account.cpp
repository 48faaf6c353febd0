// lockstep/account, lockstep/statement: one account as it is now.
#include "node/book/words.h"
#include "node/runtime/summary.h"
#include "node/view/account_json.h"
#include "node/view/holding.h"
#include "node/view/parts.h"
#include "node/view/waterfall.h"

namespace lockstep::view {
namespace {

void write_head(Json& json, const State& state, const Account& account, const Assessment& assessment) {
  const RulebookHistory& history = state.rulebook(account.rulebook);
  begin_result(json, state);
  json.field("account", account.name).field("party", state.parties[account.party.index].name);
  json.field("rulebook", history.name).field("version", history.rules().version);
  json.field("epoch", history.active).field("mode", word(account.mode));
  json.field("pooled", account.pooled).field("hedge", account.hedge).key("state");
  if (judged(assessment)) {
    json.text(word(assessment.state));
  } else {
    json.null();
  }
  json.field("obstacle", word(assessment.obstacle));
  if (assessment.obstacle != Obstacle::none) {
    json.field("obstacle_text", obstacle_text(state, account, assessment));
  }
  write_ms(json, "call_until", account.call_until);
}

void write_pools(Json& json, const State& state, const Account& account, const Assessment& assessment) {
  json.key("pools").begin_array();
  for (const PoolTotals& pool : assessment.pools) {
    json.begin_object().field("pool", pool_name(state, pool.asset, pool.isolated, pool.leg));
    json.field("asset", state.asset(pool.asset).name).key("isolated");
    if (pool.isolated.is_none()) {
      json.null();
    } else {
      json.text(state.instrument(pool.isolated).name);
    }
    json.field("leg", word(pool.leg)).field("equity", exact(pool.equity));
    json.field("margin_balance", exact(pool.margin_balance));
    json.field("initial_balance", exact(pool.initial_balance)).field("initial", exact(pool.initial));
    json.field("maintenance", exact(pool.maintenance)).field("available", exact(pool.available));
    json.field("usage", usage_text(usage_of(pool))).key("levels").begin_array();
    for (std::size_t i = 0; i < level_count(state, account); ++i) {
      json.begin_object().field("name", scheme_of(state, account)->levels[i].name);
      json.field("amount", exact(pool.levels[i])).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
}

// Where the pool that the holding is in would be liquidated if the underlying went against the holding.
const Crossing* liquidation_price(const State& state, const Account& account, const Holding& holding,
                                  Value delta, const std::vector<Boundary>& boundaries) {
  const Instrument& instrument = state.instrument(holding.instrument);
  for (const Boundary& boundary : boundaries) {
    if (boundary.liquidated || state.index(boundary.index).base != state.index(instrument.index).base) {
      continue;
    }
    const bool alone = account.mode == MarginMode::isolated && !boundary.isolated.is_none();
    if (alone ? boundary.isolated != holding.instrument || boundary.leg != holding.leg
              : !boundary.isolated.is_none() || (!account.pooled && boundary.asset != instrument.settle)) {
      continue;
    }
    const Crossing& crossing = delta > Value{} ? boundary.below : boundary.above;
    if (crossing.kind == Crossing::Kind::at) return &crossing;
  }
  return nullptr;
}

void write_holding(Json& json, Engine& engine, const Account& account, const Holding& holding,
                   const std::vector<Boundary>* boundaries) {
  const State& state = engine.state;
  const Instrument& instrument = state.instrument(holding.instrument);
  const Index& index = state.index(instrument.index);
  const bool in_quote = instrument.inverse && (instrument.kind == InstrumentKind::perpetual ||
                                               instrument.kind == InstrumentKind::future);
  const HoldingView view = view_holding(engine, holding);
  const auto price_or_empty = [](Price price) { return price == Price{} ? std::string() : exact(price); };
  json.begin_object().field("instrument", instrument.name).field("kind", word(instrument.kind));
  json.field("leg", word(holding.leg)).field("size", size_text(instrument, holding.lots));
  json.field("lots", holding.lots.raw());
  json.field("size_unit", state.asset(in_quote ? index.quote : index.base).name);
  json.field("entry", price_or_empty(entry_price(instrument, holding)));
  json.field("mark", price_or_empty(view.mark)).field("value", exact(view.value));
  json.field("unrealised", exact(view.unrealised)).field("delta", exact(view.delta));
  json.field("asset", state.asset(instrument.settle).name);
  json.field("isolated", exact(holding.isolated, state.asset(instrument.settle)));
  if (boundaries != nullptr) {
    const Crossing* crossing = liquidation_price(state, account, holding, view.delta, *boundaries);
    json.key("liquidation_price");
    if (crossing == nullptr) {
      json.null();
    } else {
      json.text(exact(crossing->price));
    }
  }
  json.end_object();
}

void write_orders(Json& json, const State& state, const Account& account) {
  json.key("orders").begin_array();
  for (const Order& order : account.orders) {
    const Instrument& instrument = state.instrument(order.instrument);
    json.begin_object().key("order");
    // Beyond that a reader's binary floating point would name another order.
    order.id > u64{1} << 53 ? json.text(std::to_string(order.id)) : json.number(u64{order.id});
    json.field("instrument", instrument.name);
    json.field("side", word(order.side)).field("leg", word(order.leg)).field("type", word(order.type));
    json.field("price", order.price == Price{} ? std::string() : exact(order.price));
    json.field("trigger", order.trigger == Price{} ? std::string() : exact(order.trigger));
    json.field("size", size_text(instrument, order.lots));
    json.field("filled", size_text(instrument, order.filled)).field("reduce_only", order.reduce_only);
    json.field("post_only", order.post_only).field("waits", !order.triggered);
    write_ms(json, "placed", order.placed_at);
    json.end_object();
  }
  json.end_array();
}

void write_settings(Json& json, const State& state, const Account& account) {
  json.key("leverages").begin_array();
  for (const Leverage& leverage : account.leverages) {
    json.begin_object().field("instrument", state.instrument(leverage.instrument).name);
    json.field("leverage", exact(leverage.leverage)).end_object();
  }
  json.end_array().key("graces").begin_array();
  for (const Grace& grace : account.graces) {
    json.begin_object().field("pool", pool_name(state, grace.asset, grace.isolated, grace.leg));
    write_ms(json, "until", grace.until);
    json.field("relief", exact(grace.relief)).field("maintenance", exact(grace.maintenance)).end_object();
  }
  json.end_array();
}

void write_waterfalls(Json& json, const State& state, const Assessment& assessment,
                      const Statement& statement) {
  const std::vector<std::vector<WaterfallStep>> pools = waterfalls(statement);
  json.key("waterfall").begin_array();
  for (std::size_t i = 0; i < std::min(pools.size(), assessment.pools.size()); ++i) {
    const PoolTotals& pool = assessment.pools[i];
    json.begin_object().field("pool", pool_name(state, pool.asset, pool.isolated, pool.leg));
    json.key("steps").begin_array();
    for (const WaterfallStep& step : pools[i]) {
      json.begin_object().field("label", step.line->label).field("rule", step.line->rule);
      json.field("asset", state.asset(step.line->asset).name).field("amount", exact(step.line->amount));
      json.field("kind", word(step.kind)).field("binds", step.line->binds).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
}

}  // namespace

api::Reply account(api::Context& context, api::Params& params) {
  const Result<AccountId, api::Error> found = account_of(context, params);
  const bool prices = params.flag("prices", false);
  params.nothing_else();
  if (params.error()) return api::failed(*params.error());
  if (!found) return api::failed(found.error());
  Engine& engine = context.engine;
  const State& state = engine.state;
  const Account& account = state.account(found.value());
  Statement statement;
  const Assessment assessment = assess_account(engine, found.value(), &statement);
  std::vector<Boundary> boundaries;
  if (prices) {
    BoundaryBook book;
    boundaries = find_boundaries(state, account, book);
  }
  Json json;
  write_head(json, state, account, assessment);
  write_pools(json, state, account, assessment);
  json.key("balances").begin_array();
  for (const Balance& balance : account.balances) {
    json.begin_object().field("asset", state.asset(balance.asset).name);
    json.field("amount", exact(balance.amount, state.asset(balance.asset))).end_object();
  }
  json.end_array().key("holdings").begin_array();
  for (const Holding& holding : account.holdings) {
    write_holding(json, engine, account, holding, prices ? &boundaries : nullptr);
  }
  json.end_array();
  write_orders(json, state, account);
  write_settings(json, state, account);
  if (prices) write_boundaries(json, state, boundaries);
  write_waterfalls(json, state, assessment, statement);
  return api::answered(json.end_object().str());
}

api::Reply statement(api::Context& context, api::Params& params) {
  const Result<AccountId, api::Error> found = account_of(context, params);
  params.nothing_else();
  if (params.error()) return api::failed(*params.error());
  if (!found) return api::failed(found.error());
  Statement lines;
  const Assessment assessment = assess_account(context.engine, found.value(), &lines);
  const State& state = context.engine.state;
  BoundaryBook book;
  const std::vector<Boundary> boundaries = find_boundaries(state, state.account(found.value()), book);
  Json json;
  write_account(json, state, found.value(), assessment, &lines, &boundaries);
  return api::answered(json.str());
}

}  // namespace lockstep::view
