#include "core/risk/risk_book.h"

#include <algorithm>

#include "core/ledger/valuation.h"
#include "core/risk/arrays.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

constexpr Time never = Time::from_raw(INT64_MAX);

// The most specific row: base and settlement asset named, then base alone, then settlement asset alone, then
// any.
template <class Row>
u16 find_row(const std::vector<Row>& rows, const std::string& base, const std::string& settle) {
  u16 best = no_row;
  int best_rank = -1;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const RowKey& key = rows[i].key;
    if (!key.base.empty() && key.base != base) continue;
    if (!key.settle.empty() && key.settle != settle) continue;
    const int rank = (key.base.empty() ? 0 : 2) + (key.settle.empty() ? 0 : 1);
    if (rank <= best_rank) continue;
    best_rank = rank;
    best = static_cast<u16>(i);
  }
  return best;
}

}  // namespace

u16 find_row(const Component& component, const std::string& base, const std::string& settle) {
  return with_rows(component, [&](const auto& rows) { return find_row(rows, base, settle); });
}

namespace {

void resolve_components(const State& state, const Rulebook& rules, const Instrument& instrument,
                        RiskRow& row) {
  const std::string& base = state.asset(row.base).name;
  const std::string& settle = state.asset(instrument.settle).name;
  const u16 bit = class_bit(instrument.kind, instrument.inverse);
  row.profit_row = find_row(rules.profits, base, settle);
  row.funding_row = find_row(rules.funding, base, settle);
  row.applies = 0;
  row.component_count = 0;
  for (std::size_t i = 0; i < rules.components.size(); ++i) {
    const Component& component = rules.components[i];
    if ((component.applies & bit) == 0) continue;
    LS_ASSERT(row.component_count < row_components_max);  // check_rulebook
    row.applies |= u64{1} << i;
    row.components[row.component_count] = static_cast<u8>(i);
    row.rows[row.component_count] = find_row(component, base, settle);
    ++row.component_count;
  }
}

void keep_fresh(RiskRow& row, Time at, Duration stale_after) {
  if (stale_after == Duration{}) return;
  row.fresh_until = std::min(row.fresh_until, at + stale_after);
}

// How far apart mark and index are, against the limit for this kind.
bool diverged(const PriceRules& prices, const Instrument& instrument, Price mark, Price index) {
  const Rate limit = instrument.kind == InstrumentKind::perpetual ? prices.divergence_perpetual
                     : instrument.kind == InstrumentKind::future  ? prices.divergence_future
                                                                  : Rate{};
  if (limit == Rate{} || mark == Price{} || index == Price{}) return false;
  const i128 distance = abs(i128{mark.raw()} - index.raw());
  return distance * rate_one > i128{limit.raw()} * index.raw();
}

void value_option(const State& state, const Rulebook& rules, const Instrument& instrument, Time at,
                  RiskRow& row, const Market& market, const Series* series) {
  row.forward = market.forward;
  if (row.forward == Price{} && series != nullptr) row.forward = series->forward;
  OptionInputs inputs;
  if (!option_inputs(state, instrument, market, series, at, inputs)) return;
  const i64 value = option_value_units(inputs);
  const i64 delta = option_delta_units(inputs);
  row.model_value = Value::from_raw(value * array_unit_value);
  row.delta = Value::from_raw(delta * array_unit_value);
  row.array_known = Known::yes;
  // A forward near zero against a real strike gives an inverse put without bound.
  if (value == limits::array_raw_max || delta == limits::array_raw_max) row.array_known = Known::over_limit;
  for (std::size_t i = 0; i < row.component_count; ++i) {
    const Component& component = rules.components[row.components[i]];
    if (row.rows[i] == no_row) continue;
    row.array_at[i] = static_cast<u32>(row.array.size());
    bool fits = true;
    if (component.kind == ComponentKind::scenario_grid) {
      fits = append_scenarios(inputs, component.grids[row.rows[i]], row.array);
    } else if (component.kind == ComponentKind::basis_charge) {
      fits = append_basis(inputs, component.bases[row.rows[i]], row.array);
    }
    if (!fits) row.array_known = Known::over_limit;
  }
  if (row.mark_price == Price{}) {
    row.mark = row.model_value;
    row.mark_known = value == limits::array_raw_max ? Known::over_limit : Known::yes;
  }
  const bool from_series = market.volatility == Rate{} || market.forward == Price{};
  if (from_series) keep_fresh(row, series->stamp.at, rules.prices.volatility_stale_after);
}

void build(const State& state, InstrumentId id, RiskRow& row) {
  const Instrument& instrument = state.instrument(id);
  const Market& market = state.market(id);
  const Index& index = state.index(instrument.index);
  const Rulebook& rules = state.rulebook(instrument.rulebook).rules();
  std::vector<i64> array = std::move(row.array);  // keeps its memory
  array.clear();
  row = RiskRow{};
  row.array = std::move(array);
  row.ready = true;
  row.base = index.base;
  row.index = index.price;
  row.index_position = index.stamp.position;
  row.mark_price = market.mark;
  row.fresh_until = never;
  resolve_components(state, rules, instrument, row);
  if (index.price != Price{}) keep_fresh(row, index.stamp.at, rules.prices.index_stale_after);
  if (market.mark != Price{}) {
    row.mark = value_per_lot(instrument, market.mark);
    row.mark_known = Known::yes;
    keep_fresh(row, market.stamp.at, rules.prices.mark_stale_after);
  }
  row.diverged = diverged(rules.prices, instrument, market.mark, index.price);
  if (instrument.expiry == Time{}) return;

  // Time to expiry is counted from the latest news about the instrument, all of which are part of the state.
  const Series* series = instrument.kind == InstrumentKind::option
                             ? find_series(state, instrument.index, instrument.expiry)
                             : nullptr;
  const Time at = latest_news(market, series);
  const i64 left = std::max<i64>((instrument.expiry - at).raw(), 0);
  row.years = Rate::from_raw(static_cast<i64>(div(i128{left} * rate_one, i128{365} * day.raw(), Round::up)));
  if (instrument.kind == InstrumentKind::option)
    value_option(state, rules, instrument, at, row, market, series);
}

}  // namespace

Time latest_news(const Market& market, const Series* series) {
  const Time at = std::max(market.valued_at, market.stamp.at);
  return series == nullptr ? at : std::max(at, series->stamp.at);
}

void invalidate(RiskBook& book, InstrumentId instrument) {
  if (instrument.index < book.rows.size()) book.rows[instrument.index].ready = false;
}

void invalidate(RiskBook& book, const State& state, IndexId index, Time expiry) {
  for (std::size_t i = 0; i < book.rows.size(); ++i) {
    const Instrument& instrument = state.instruments[i];
    if (instrument.index == index && instrument.expiry == expiry) book.rows[i].ready = false;
  }
}

void invalidate(RiskBook& book, const State& state, RulebookId rulebook) {
  for (std::size_t i = 0; i < book.rows.size(); ++i) {
    if (state.instruments[i].rulebook == rulebook) book.rows[i].ready = false;
  }
  if (rulebook.index < book.scratch.rules.size()) book.scratch.rules[rulebook.index].epoch = 0;
}

void invalidate_all(RiskBook& book) {
  for (RiskRow& row : book.rows) row.ready = false;
  book.scratch.rules.clear();
}

const RiskRow& risk_row(const State& state, RiskBook& book, InstrumentId instrument) {
  if (book.rows.size() < state.instruments.size()) book.rows.resize(state.instruments.size());
  RiskRow& row = book.rows[instrument.index];
  // A new index price touches every row on that index, often thousands: each notices when it is looked at.
  const u64 index_position = state.index(state.instrument(instrument).index).stamp.position;
  if (!row.ready || row.index_position != index_position) build(state, instrument, row);
  return row;
}

}  // namespace lockstep
