// lockstep/surface: what the engine holds of an index's options, by expiry and strike: the volatilities that
// it values them with, the market's own beside them, forwards, and how far these lie from spot.
#include <cmath>
#include <map>

#include "core/pricing/convert.h"
#include "core/pricing/implied.h"
#include "core/risk/arrays.h"
#include "node/book/words.h"
#include "node/runtime/summary.h"
#include "node/view/parts.h"

namespace lockstep::view {
namespace {

double real(Price price) { return static_cast<double>(price.raw()) / static_cast<double>(price_one); }

// With six decimals; empty: not known.
std::string statistic(std::optional<double> value) {
  constexpr int decimals = 6;
  if (!value || !std::isfinite(*value) || std::fabs(*value) > 1e6) return {};
  return to_decimal(to_units(*value, 1'000'000), decimals, decimals);
}

// One strike of an expiry: up to two instruments.
struct Strike {
  InstrumentId call, put;
};

struct ExpiryRow {
  Time expiry;
  const Series* series = nullptr;
  Price forward;  // 0: not known
  Time news;      // log time of the latest that was heard of any of its instruments; 0: nothing
  std::map<Price, Strike> strikes;
};

// Annual: (forward / spot - 1) / years.
std::optional<double> basis_year(const State& state, Price spot, Price forward, Time expiry) {
  const double years = years_of(expiry - state.time);
  if (spot == Price{} || forward == Price{} || years <= 0) return std::nullopt;
  return (real(forward) / real(spot) - 1) / years;
}

std::vector<ExpiryRow> expiries_of(const Engine& engine, IndexId index) {
  const State& state = engine.state;
  std::vector<ExpiryRow> rows;
  for (const auto& [key, instruments] : engine.lookup.options) {
    if (key.first != index) continue;
    ExpiryRow row;
    row.expiry = key.second;
    row.series = find_series(state, index, key.second);
    if (row.series != nullptr) row.forward = row.series->forward, row.news = row.series->stamp.at;
    for (const InstrumentId id : instruments) {
      const Instrument& instrument = state.instrument(id);
      if (instrument.expired) continue;
      const Market& market = state.market(id);
      if (row.forward == Price{}) row.forward = market.forward;
      row.news = std::max(row.news, market.stamp.at);
      Strike& strike = row.strikes[instrument.strike];
      (instrument.option == OptionType::call ? strike.call : strike.put) = id;
    }
    if (!row.strikes.empty()) rows.push_back(std::move(row));
  }
  return rows;
}

// What the engine values this option with; at: a strike to ask for instead of its own, if not 0.
std::optional<double> model_volatility(const State& state, const ExpiryRow& row, InstrumentId id, Price at) {
  Instrument instrument = state.instrument(id);
  if (at != Price{}) instrument.strike = at;
  const Market& market = state.market(id);
  OptionInputs inputs;
  if (!option_inputs(state, instrument, market, row.series, latest_news(market, row.series), inputs)) {
    return std::nullopt;
  }
  return inputs.volatility;
}

// As received or, where a price was, implied by it.
std::optional<double> market_volatility(const State& state, const ExpiryRow& row, InstrumentId id) {
  const Instrument& instrument = state.instrument(id);
  const Market& market = state.market(id);
  if (market.volatility != Rate{}) {
    return static_cast<double>(market.volatility.raw()) / static_cast<double>(rate_one);
  }
  const Price forward = market.forward != Price{} ? market.forward : row.forward;
  const double years = years_of(instrument.expiry - latest_news(market, row.series));
  if (market.mark == Price{} || forward == Price{} || instrument.strike == Price{} || years <= 0) {
    return std::nullopt;
  }
  const auto implied = instrument.inverse ? inverse_implied_volatility : implied_volatility;
  const Result<double, ImpliedReject> found =
      implied(real(forward), real(instrument.strike), years, real(market.mark), real(instrument.tick),
              instrument.option == OptionType::call);
  if (!found) return std::nullopt;
  return found.value();
}

// The side that is out of the money says most; the other where it is not listed.
InstrumentId speaks(const Strike& strike, Price at, Price forward) {
  const bool put_first = at < forward;
  const InstrumentId first = put_first ? strike.put : strike.call;
  return !first.is_none() ? first : put_first ? strike.call : strike.put;
}

// Of the smile at the forward, or of the strike nearest to it.
std::optional<double> at_the_money(const State& state, const ExpiryRow& row) {
  if (row.forward == Price{}) return std::nullopt;
  const auto distance = [&](const auto& strike) { return std::abs(strike.first.raw() - row.forward.raw()); };
  auto nearest = row.strikes.begin();
  for (auto it = row.strikes.begin(); it != row.strikes.end(); ++it) {
    if (distance(*it) < distance(*nearest)) nearest = it;
  }
  const bool smile = row.series != nullptr && row.series->slice.kind != SliceKind::none;
  const InstrumentId id = speaks(nearest->second, nearest->first, row.forward);
  return model_volatility(state, row, id, smile ? row.forward : Price{});
}

void write_points(Json& json, const State& state, const ExpiryRow& row) {
  const SliceKind kind = row.series == nullptr ? SliceKind::none : row.series->slice.kind;
  json.key("points").begin_array();
  for (const auto& [at, strike] : row.strikes) {
    const InstrumentId id = speaks(strike, at, row.forward);
    json.begin_object().field("strike", exact(at));
    json.field("moneyness",
               statistic(row.forward == Price{} ? std::optional<double>() : real(at) / real(row.forward)));
    for (const bool call : {true, false}) {
      const InstrumentId side = call ? strike.call : strike.put;
      json.key(call ? "call" : "put");
      if (side.is_none()) {
        json.null();
      } else {
        json.text(state.instrument(side).name);
      }
    }
    json.field("volatility", statistic(model_volatility(state, row, id, Price{})));
    json.field("mark_volatility", statistic(market_volatility(state, row, id)));
    json.field("kind", word(state.market(id).volatility == Rate{} ? kind : SliceKind::none)).end_object();
  }
  json.end_array();
}

void write_expiries(Json& json, const State& state, const Index& index, const std::vector<ExpiryRow>& rows) {
  json.key("expiries").begin_array();
  for (const ExpiryRow& row : rows) {
    json.begin_object().field("expiry", time_text(row.expiry));
    write_ms(json, "expiry", row.expiry);
    json.field("forward", row.forward == Price{} ? std::string() : exact(row.forward));
    json.field("basis_year", statistic(basis_year(state, index.price, row.forward, row.expiry)));
    json.field("at_the_money", statistic(at_the_money(state, row))).key("age_ms");
    if (row.news == Time{}) {
      json.null();
    } else {
      json.number((state.time - row.news).raw() / 1'000);
    }
    write_points(json, state, row);
    json.end_object();
  }
  json.end_array();
}

// Forwards of the options' expiries and marks of futures, by expiry; an expiry that has both is the future's.
void write_curve(Json& json, const State& state, IndexId id, const std::vector<ExpiryRow>& rows) {
  std::map<Time, Price> curve;
  for (const ExpiryRow& row : rows) {
    if (row.forward != Price{}) curve[row.expiry] = row.forward;
  }
  for (u32 i = 0; i < state.instruments.size(); ++i) {
    const Instrument& instrument = state.instruments[i];
    const bool counts = instrument.index == id && instrument.kind == InstrumentKind::future &&
                        !instrument.expired && state.markets[i].mark != Price{};
    if (counts) curve[instrument.expiry] = state.markets[i].mark;
  }
  json.key("curve").begin_array();
  for (const auto& [expiry, forward] : curve) {
    json.begin_object();
    write_ms(json, "expiry", expiry);
    json.field("forward", exact(forward));
    json.field("basis_year", statistic(basis_year(state, state.index(id).price, forward, expiry)));
    json.end_object();
  }
  json.end_array();
}

// Those on which anything expires.
std::vector<IndexId> indexes_with_expiries(const State& state) {
  std::vector<bool> has(state.indexes.size());
  for (const Instrument& instrument : state.instruments) {
    if (instrument.expiry != Time{} && !instrument.expired) has[instrument.index.index] = true;
  }
  std::vector<IndexId> out;
  for (u32 i = 0; i < has.size(); ++i) {
    if (has[i]) out.push_back(IndexId{i});
  }
  return out;
}

}  // namespace

api::Reply surface(api::Context& context, api::Params& params) {
  const std::string named = params.text("index", "");
  params.nothing_else();
  if (params.error()) return api::failed(*params.error());
  const State& state = context.engine.state;
  const std::vector<IndexId> indexes = indexes_with_expiries(state);
  IndexId id = indexes.empty() ? IndexId{} : indexes.front();
  if (!named.empty()) {
    const auto found = context.engine.lookup.indexes.find(named);
    if (found == context.engine.lookup.indexes.end()) {
      return api::failed(api::not_found("there is no index " + json_shown(named)));
    }
    id = IndexId{found->second};
  }
  Json json;
  begin_result(json, state);
  json.key("indexes").begin_array();
  for (const IndexId one : indexes) json.text(state.index(one).name);
  json.end_array();
  json.field("index", id.is_none() ? std::string() : state.index(id).name);
  json.field("price", id.is_none() ? std::string() : exact(state.index(id).price));
  if (id.is_none()) {
    json.key("expiries").begin_array().end_array().key("curve").begin_array().end_array();
  } else {
    const std::vector<ExpiryRow> rows = expiries_of(context.engine, id);
    write_expiries(json, state, state.index(id), rows);
    write_curve(json, state, id, rows);
  }
  return api::answered(json.end_object().str());
}

}  // namespace lockstep::view
