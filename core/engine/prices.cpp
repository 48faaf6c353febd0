// Batches of prices: atomic, each row checked before the first is written.  After a batch the waiting orders
// of the instruments that moved are looked at, in order of instrument.
#include <algorithm>

#include "core/engine/context.h"
#include "core/pricing/surface.h"

namespace lockstep {
namespace {

// True if two rows have the same key.
template <class Row, class KeyOf>
bool has_duplicates(const std::vector<Row>& rows, KeyOf key_of) {
  std::vector<decltype(key_of(rows[0]))> keys;
  keys.reserve(rows.size());
  for (const Row& row : rows) keys.push_back(key_of(row));
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

bool valid_price(Price price, Price price_max) { return price > Price{} && price <= price_max; }
constexpr Price any_price_max = Price::from_raw(limits::price_raw_max);

// Not held to price_max, which is for orders; but to what the model itself may say of a lot.
bool option_mark_in_range(const Instrument& instrument, Price price) {
  constexpr i128 value_per_array_unit = pow10(value_decimals - limits::array_decimals);
  return valid_price(price, any_price_max) &&
         i128{price.raw()} * instrument.lot < limits::array_raw_max * value_per_array_unit;
}

void value_anew(Context& c, InstrumentId id) {
  c.state().markets[id.index].valued_at = c.now;
  c.touch(Kind::market, id.index);
  invalidate(c.engine.risk, id);
}

// The index times 1 + the average basis, held within the bound.  The average moves towards each sample by
// dt / (dt + period): methodology 10.11.
Price bounded(const PriceRules& rules, Rate within, Time now, Price index, Market& market) {
  const i128 basis = mul_div_capped(i128{market.received.raw()} - index.raw(), rate_one, index.raw(),
                                    Round::nearest, limits::rate_raw_max);
  if (market.basis_at == Time{}) {
    market.basis = Rate::from_raw(static_cast<i64>(basis));
  } else {
    const i128 passed = (now - market.basis_at).raw();
    const i128 step = mul_div(basis - market.basis.raw(), passed,
                              std::max(passed + rules.bound_over.raw(), i128{1}), Round::nearest);
    market.basis = Rate::from_raw(static_cast<i64>(market.basis.raw() + step));
  }
  market.basis_at = now;
  const bool as_received =
      i128{market.basis.raw()} == basis && market.basis >= -within && market.basis <= within;
  if (as_received) return market.received;  // not by way of a rounded rate
  const i64 held = std::clamp(market.basis.raw(), -within.raw(), within.raw());
  return Price::from_raw(static_cast<i64>(mul_div(index.raw(), rate_one + held, rate_one, Round::nearest)));
}

// What the mark becomes.  A bounded one that the instrument could not hold is not used.
Price mark_from(Context& c, InstrumentId id, Price received) {
  State& state = c.state();
  const Instrument& instrument = state.instrument(id);
  const Price index = state.index(instrument.index).price;
  Market& market = state.markets[id.index];
  const bool derivative =
      instrument.kind == InstrumentKind::perpetual || instrument.kind == InstrumentKind::future;
  if (!derivative) return received;
  market.received = received;
  const RulebookHistory& history = state.rulebook(instrument.rulebook);
  if (history.active == 0 || index == Price{}) return received;
  const PriceRules& rules = history.rules().prices;
  const Rate within = instrument.kind == InstrumentKind::future ? rules.bound_future : rules.bound;
  if (within == Rate{}) return received;
  const Price mark = bounded(rules, within, c.now, index, market);
  return price_in_range(instrument, mark) ? mark : received;
}

const std::vector<InstrumentId>* options_of(const Lookup& lookup, IndexId index, Time expiry) {
  const auto it = lookup.options.find({index, expiry});
  return it == lookup.options.end() ? nullptr : &it->second;
}

// Inside an averaging window the price that was in force until now joins the average.
// docs/methodology.md 6.5.
void extend_averages(Context& c, IndexId index) {
  State& state = c.state();
  const Price in_force = state.index(index).price;
  if (in_force == Price{}) return;
  for (Series& series : state.series) {
    if (series.index != index || series.averaging == Duration{}) continue;
    const Time from = std::max(series.averaging.raw() == 0 ? series.expiry : series.expiry - series.averaging,
                               series.average_until);
    const Time until = std::min(c.now, series.expiry);
    if (until <= from) continue;
    series.average_sum += i128{in_force.raw()} * (until - from).raw();
    series.average_until = until;
    c.touch(Kind::series, 0);
    invalidate(c.engine.risk, state, index, series.expiry);
  }
}

Series* series_at(State& state, IndexId index, Time expiry) {
  return const_cast<Series*>(find_series(state, index, expiry));
}

}  // namespace

Refusal check_batch(const State& state, u16 source, u64 sequence, std::size_t rows) {
  if (rows == 0) return Refusal::batch_empty;
  if (rows > limits::rows_per_command_max) return Refusal::number_out_of_range;
  for (const PriceSource& known_source : state.sources) {
    if (known_source.source == source && sequence <= known_source.sequence)
      return Refusal::sequence_not_newer;
  }
  return Refusal::none;
}

Stamp stamp(Context& c, u16 source, u64 sequence) {
  State& state = c.state();
  const auto before = [](const PriceSource& s, u16 key) { return s.source < key; };
  const auto it = std::lower_bound(state.sources.begin(), state.sources.end(), source, before);
  if (it != state.sources.end() && it->source == source) {
    it->sequence = sequence;
  } else {
    state.sources.insert(it, PriceSource{source, sequence});
  }
  c.touch(Kind::source, 0);
  Stamp s;
  s.source = source;
  s.sequence = sequence;
  s.at = c.now;
  s.position = c.position;
  return s;
}

Refusal handle(Context& c, const IndexPrices& r) {
  State& state = c.state();
  if (const Refusal refusal = check_batch(state, r.source, r.sequence, r.rows.size());
      refusal != Refusal::none) {
    return refusal;
  }
  for (const IndexPrice& row : r.rows) {
    if (!known(state, row.index)) return Refusal::unknown_index;
    if (!valid_price(row.price, any_price_max)) return Refusal::price_out_of_range;
  }
  if (has_duplicates(r.rows, [](const IndexPrice& row) { return row.index.index; }))
    return Refusal::row_duplicate;

  const Stamp at = stamp(c, r.source, r.sequence);
  std::vector<u8> moved(state.indexes.size());
  for (const IndexPrice& row : r.rows) {
    extend_averages(c, row.index);
    Index& index = state.indexes[row.index.index];
    index.price = row.price;
    index.stamp = at;
    moved[row.index.index] = 1;
    c.touch(Kind::index, row.index.index);
  }
  std::vector<InstrumentId> watched;
  for (const auto& [instrument, orders] : c.engine.lookup.waiting) {
    if (moved[state.instrument(instrument).index.index] != 0) watched.push_back(instrument);
  }
  for (const InstrumentId id : watched) fire_triggers(c, id);
  return Refusal::none;
}

Refusal handle(Context& c, const MarkPrices& r) {
  State& state = c.state();
  if (const Refusal refusal = check_batch(state, r.source, r.sequence, r.rows.size());
      refusal != Refusal::none) {
    return refusal;
  }
  for (const MarkPrice& row : r.rows) {
    if (!known(state, row.instrument)) return Refusal::unknown_instrument;
    const Instrument& instrument = state.instrument(row.instrument);
    if (instrument.expired) return Refusal::instrument_expired;
    const bool option = instrument.kind == InstrumentKind::option;
    const bool derived = option && row.price == Price{};
    if (option && !derived && !option_mark_in_range(instrument, row.price))
      return Refusal::price_out_of_range;
    if (!option && !price_in_range(instrument, row.price)) return Refusal::price_out_of_range;
    if (!option && (row.volatility != Rate{} || row.forward != Price{})) return Refusal::number_out_of_range;
    if (row.volatility < Rate{} || row.volatility.raw() > 100 * rate_one) return Refusal::number_out_of_range;
    if (row.forward < Price{} || row.forward > any_price_max) return Refusal::price_out_of_range;
  }
  if (has_duplicates(r.rows, [](const MarkPrice& row) { return row.instrument.index; })) {
    return Refusal::row_duplicate;
  }
  const Stamp at = stamp(c, r.source, r.sequence);
  for (const MarkPrice& row : r.rows) {
    Market& market = state.markets[row.instrument.index];
    market.mark = mark_from(c, row.instrument, row.price);
    if (row.volatility != Rate{}) market.volatility = row.volatility;
    if (row.forward != Price{}) market.forward = row.forward;
    market.stamp = at;
    value_anew(c, row.instrument);
  }
  std::vector<InstrumentId> moved;
  for (const MarkPrice& row : r.rows) moved.push_back(row.instrument);
  std::sort(moved.begin(), moved.end());
  for (const InstrumentId id : moved) fire_triggers(c, id);
  return Refusal::none;
}

Refusal handle(Context& c, const VolatilitySurface& r) {
  State& state = c.state();
  if (!known(state, r.index)) return Refusal::unknown_index;
  if (const Refusal refusal = check_batch(state, r.source, r.sequence, r.rows.size());
      refusal != Refusal::none) {
    return refusal;
  }
  for (const ExpirySlice& row : r.rows) {
    if (find_series(state, r.index, row.expiry) == nullptr) return Refusal::unknown_instrument;
    if (smile_defect(row.slice) != SmileDefect::none) return Refusal::surface_invalid;
  }
  if (has_duplicates(r.rows, [](const ExpirySlice& row) { return row.expiry.raw(); }))
    return Refusal::row_duplicate;

  const Stamp at = stamp(c, r.source, r.sequence);
  for (const ExpirySlice& row : r.rows) {
    Series& series = *series_at(state, r.index, row.expiry);
    series.slice = row.slice;
    series.stamp = at;
    const auto* options = options_of(c.engine.lookup, r.index, row.expiry);
    if (options == nullptr) continue;  // all have expired
    for (const InstrumentId id : *options) {
      Market& market = state.markets[id.index];
      market.mark = Price{};
      market.volatility = Rate{};
      market.stamp = at;
      value_anew(c, id);
    }
  }
  c.touch(Kind::series, 0);
  return Refusal::none;
}

Refusal handle(Context& c, const ForwardCurve& r) {
  State& state = c.state();
  if (!known(state, r.index)) return Refusal::unknown_index;
  if (const Refusal refusal = check_batch(state, r.source, r.sequence, r.rows.size());
      refusal != Refusal::none) {
    return refusal;
  }
  for (const ExpiryForward& row : r.rows) {
    if (find_series(state, r.index, row.expiry) == nullptr) return Refusal::unknown_instrument;
    if (!valid_price(row.price, any_price_max)) return Refusal::price_out_of_range;
  }
  if (has_duplicates(r.rows, [](const ExpiryForward& row) { return row.expiry.raw(); })) {
    return Refusal::row_duplicate;
  }
  const Stamp at = stamp(c, r.source, r.sequence);
  for (const ExpiryForward& row : r.rows) {
    Series& series = *series_at(state, r.index, row.expiry);
    series.forward = row.price;
    series.stamp = at;
    const auto* options = options_of(c.engine.lookup, r.index, row.expiry);
    if (options == nullptr) continue;
    for (const InstrumentId id : *options) {
      Market& market = state.markets[id.index];
      market.mark = Price{};  // a mark of the old forward is no mark any more
      market.forward = row.price;
      market.stamp = at;
      value_anew(c, id);
    }
  }
  c.touch(Kind::series, 0);
  return Refusal::none;
}

}  // namespace lockstep
