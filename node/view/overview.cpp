// lockstep/overview, lockstep/history: the whole book at a glance, from sums that the table keeps.
#include "node/book/words.h"
#include "node/runtime/summary.h"
#include "node/stress/exposure.h"
#include "node/view/parts.h"

namespace lockstep::view {
namespace {

void write_counts(Json& json, const Sums& sums) {
  json.key("accounts").begin_object().field("total", sums.accounts);
  for (std::size_t i = 0; i < sums.by_state.size(); ++i) {
    json.field(word(static_cast<MarginState>(i)), sums.by_state[i]);
  }
  json.field("unjudged", sums.unjudged).end_object();
}

void write_liquidation(Json& json, const LiquidationCounts& counts) {
  json.key("liquidation").begin_object().field("accounts", counts.accounts).field("orders", counts.orders);
  json.field("crossed", counts.crossed).field("taken_over", counts.taken_over);
  json.field("deleveraged", counts.deleveraged).field("debts", counts.debts).end_object();
}

// What the venue earns is nobody's business but its own.
void write_funds(Json& json, const State& state, bool all) {
  json.key("funds").begin_array();
  for (u32 i = 0; i < state.house.size(); ++i) {
    const House& house = state.house[i];
    if (house.fund == Amount{} && house.fees == Amount{}) continue;
    json.begin_object().field("asset", state.assets[i].name);
    json.field("fund", exact(house.fund, state.assets[i]));
    if (all) json.field("fees", exact(house.fees, state.assets[i]));
    json.end_object();
  }
  json.end_array();
}

void write_scheduled(Json& json, const RulebookHistory& history) {
  json.key("scheduled").begin_array();
  for (std::size_t i = 0; i < history.epochs.size(); ++i) {
    const Epoch& epoch = history.epochs[i];
    if (epoch.status != EpochStatus::scheduled) continue;
    json.begin_object().field("epoch", u64{i + 1}).field("at_position", epoch.at_position);
    write_ms(json, "at_time", epoch.at_time);
    json.end_object();
  }
  json.end_array();
}

void write_rulebooks(Json& json, const State& state, const std::vector<u64>& accounts) {
  json.key("rulebooks").begin_array();
  for (std::size_t i = 0; i < state.rulebooks.size(); ++i) {
    const RulebookHistory& history = state.rulebooks[i];
    json.begin_object().field("name", history.name).field("epoch", history.active);
    json.field("identity", history.active == 0 ? std::string() : history.rules().identity);
    json.field("accounts", accounts[i]);
    write_scheduled(json, history);
    json.end_object();
  }
  json.end_array();
}

void write_indexes(Json& json, const State& state) {
  json.field("instruments", u64{state.instruments.size()}).key("indexes").begin_array();
  for (const Index& index : state.indexes) {
    json.begin_object().field("name", index.name).field("price", exact(index.price));
    write_ms(json, "time", index.stamp.at);
    json.field("position", index.stamp.position).end_object();
  }
  json.end_array();
}

void write_source(Json& json, const Source& source) {
  json.key("source").begin_object().field("kind", source.kind).field("name", source.name);
  json.field("running", source.running).field("pace", source.pace);
  json.field("allows_market_moves", source.allows_market_moves).end_object();
}

// Of one party, from its rows.
Sums sums_of(const AccountTable& table, const State& state, PartyId party, std::vector<u64>& by_rulebook) {
  Sums sums;
  if (party.is_none() || party.index >= table.of_party.size()) return sums;
  for (const AccountId id : table.of_party[party.index]) {
    sums.add(table.rows[id.index]);
    by_rulebook[state.account(id).rulebook.index] += 1;
  }
  return sums;
}

}  // namespace

api::Reply overview(Desk& desk, api::Context& context, api::Params& params) {
  params.nothing_else();
  if (params.error()) return api::failed(*params.error());
  const State& state = context.engine.state;
  desk.table.grow(state);
  const bool all = sees_all(context.caller);
  const PartyId party = party_of(context.caller, context.engine);
  std::vector<u64> by_rulebook(state.rulebooks.size());
  Sums sums;
  LiquidationCounts liquidations;
  if (all) {
    sums = desk.table.all;
    for (std::size_t i = 0; i < by_rulebook.size(); ++i) {
      by_rulebook[i] = desk.table.by_rulebook[i].accounts;
    }
    liquidations = desk.liquidations;
  } else {
    sums = sums_of(desk.table, state, party, by_rulebook);
    if (!party.is_none() && party.index < desk.of_party.size()) liquidations = desk.of_party[party.index];
  }
  Json json;
  begin_result(json, state);
  json.field("state_hash", to_hex(state_hash(context.engine))).key("lead").begin_object();
  json.field("index", state.indexes.empty() ? std::string() : state.indexes[0].name);
  json.field("price", state.indexes.empty() ? std::string() : exact(state.indexes[0].price)).end_object();
  write_counts(json, sums);
  json.field("equity_dollars", dollars_text(sums.equity));
  json.field("initial_dollars", dollars_text(sums.initial));
  json.field("maintenance_dollars", dollars_text(sums.maintenance));
  json.field("called_dollars", dollars_text(sums.called));
  json.field("rows_from", desk.table.oldest_position());
  write_liquidation(json, liquidations);
  write_funds(json, state, all);
  write_rulebooks(json, state, by_rulebook);
  write_indexes(json, state);
  write_source(json, desk.source);
  return api::answered(json.end_object().str());
}

namespace {

template <class Write>
void write_column(Json& json, const char* name, const std::vector<const BookSample*>& rows, Write write) {
  json.key(name).begin_array();
  for (const BookSample* row : rows) write(*row);
  json.end_array();
}

// So many of the samples, evenly, the last among them.
std::vector<const BookSample*> thinned(const std::vector<BookSample>& samples, std::size_t points) {
  std::vector<const BookSample*> out;
  const std::size_t step = (samples.size() + points - 1) / std::max<std::size_t>(points, 1);
  for (std::size_t i = samples.size(); i > 0; i -= std::min(i, std::max<std::size_t>(step, 1))) {
    out.push_back(&samples[i - 1]);
  }
  return {out.rbegin(), out.rend()};
}

}  // namespace

api::Reply history(Desk& desk, api::Context& context, api::Params& params) {
  const i64 points = params.integer("points", 500, 1, 2'000);
  params.nothing_else();
  if (params.error()) return api::failed(*params.error());
  if (!sees_all(context.caller)) return api::failed(only_for_all());
  const auto rows = thinned(desk.samples.rows, static_cast<std::size_t>(points));
  Json json;
  json.begin_object().field("position", context.engine.state.position);
  json.field("every_ms", desk.samples.every.raw() / 1'000).key("columns").begin_object();
  write_column(json, "time_ms", rows, [&](const BookSample& s) { json.number(milliseconds(s.at)); });
  write_column(json, "lead", rows, [&](const BookSample& s) { json.text(exact(s.lead)); });
  const struct {
    const char* name;
    Value BookSample::*field;
  } columns[] = {{"equity_dollars", &BookSample::equity},
                 {"initial_dollars", &BookSample::initial},
                 {"maintenance_dollars", &BookSample::maintenance},
                 {"fund_dollars", &BookSample::fund}};
  for (const auto& [name, field] : columns) {
    write_column(json, name, rows, [&, of = field](const BookSample& s) { json.text(dollars_text(s.*of)); });
  }
  write_column(json, "below", rows, [&](const BookSample& s) { json.number(s.below); });
  write_column(json, "called", rows, [&](const BookSample& s) { json.number(s.called); });
  return api::answered(json.end_object().end_object().str());
}

}  // namespace lockstep::view
