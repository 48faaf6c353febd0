#include "core/risk/boundary_market.h"

#include <algorithm>

#include "core/ledger/valuation.h"
#include "core/pricing/convert.h"
#include "core/risk/arrays.h"

namespace lockstep {
namespace {

// Positions of moved prices, above any of the log: a risk row sees from them that it is out of date.
constexpr u64 first_move = u64{1} << 63;

bool same_tables(const State& a, const State& b) {
  if (a.assets.size() != b.assets.size() || a.indexes.size() != b.indexes.size() ||
      a.instruments.size() != b.instruments.size() || a.rulebooks.size() != b.rulebooks.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.rulebooks.size(); ++i) {
    if (a.rulebooks[i].active != b.rulebooks[i].active) return false;
  }
  return true;
}

void refresh_instrument(const State& state, InstrumentId id, BoundaryBook& book) {
  book.state.markets[id.index] = state.market(id);
  invalidate(book.risk, id);
}

Price in_proportion(Price before, Price lead_before, Price lead) {
  const i128 moved = mul_div(before.raw(), lead.raw(), lead_before.raw(), Round::nearest);
  return Price::from_raw(static_cast<i64>(std::max<i128>(moved, 1)));
}

struct Model {
  bool known = false;
  Value value;
  Rate volatility;
};

Model model_of(const State& state, InstrumentId id) {
  const Instrument& instrument = state.instrument(id);
  const Market& market = state.market(id);
  const Series* series = find_series(state, instrument.index, instrument.expiry);
  OptionInputs inputs;
  if (!option_inputs(state, instrument, market, series, latest_news(market, series), inputs)) return {};
  return {.known = true,
          .value = Value::from_raw(option_value_units(inputs) * array_unit_value),
          .volatility = Rate::from_raw(std::max<i64>(to_units(inputs.volatility, rate_one), 1))};
}

void add_option(BoundaryBook& book, InstrumentId id, Movable::Mark& mark) {
  const Model model = model_of(book.state, id);
  if (!model.known) return;  // the mark alone is known, and stays
  Market& market = book.state.markets[id.index];
  const Instrument& instrument = book.state.instrument(id);
  const Series* series = find_series(book.state, instrument.index, instrument.expiry);
  market.volatility = model.volatility;
  mark.forward = market.forward == Price{} && series != nullptr ? series->forward : market.forward;
  if (mark.mark != Price{}) mark.distance = value_per_lot(instrument, mark.mark) - model.value;
}

void move_option(BoundaryBook& book, const Movable& moving, const Movable::Mark& mark, Price price) {
  if (mark.forward == Price{}) return;
  Market& market = book.state.markets[mark.instrument.index];
  market.forward = in_proportion(mark.forward, moving.price, price);
  if (mark.mark == Price{}) return;
  if (price == moving.price) {
    market.mark = mark.mark;
    return;
  }
  const Value value = model_of(book.state, mark.instrument).value + mark.distance;
  const i64 lot = book.state.instrument(mark.instrument).lot;
  const i128 per_coin = div(value.raw(), lot, Round::nearest);
  market.mark = Price::from_raw(static_cast<i64>(std::max<i128>(per_coin, 1)));  // 0 would mean the model's
}

}  // namespace

void refresh(const State& state, const Account& account, BoundaryBook& book) {
  State& own = book.state;
  if (!same_tables(state, own)) {
    own.assets = state.assets;
    own.indexes = state.indexes;
    own.instruments = state.instruments;
    own.markets = state.markets;
    own.rulebooks = state.rulebooks;
    invalidate_all(book.risk);
  }
  own.time = state.time;
  own.position = state.position;
  own.series = state.series;
  for (std::size_t i = 0; i < state.indexes.size(); ++i) {
    own.indexes[i].price = state.indexes[i].price;
    own.indexes[i].stamp = state.indexes[i].stamp;
  }
  for (const Holding& holding : account.holdings) refresh_instrument(state, holding.instrument, book);
  for (const Order& order : account.orders) refresh_instrument(state, order.instrument, book);
}

Movable movable(BoundaryBook& book, const Account& account, AssetId base, IndexId lead) {
  const State& state = book.state;
  Movable moving{.base = base, .lead = lead, .price = state.index(lead).price, .indexes = {}, .marks = {}};
  for (u32 i = 0; i < state.indexes.size(); ++i) {
    const Index& index = state.indexes[i];
    if (index.base == base && index.price != Price{}) moving.indexes.emplace_back(IndexId{i}, index.price);
  }
  std::vector<InstrumentId> instruments;
  for (const Holding& holding : account.holdings) instruments.push_back(holding.instrument);
  for (const Order& order : account.orders) instruments.push_back(order.instrument);
  std::sort(instruments.begin(), instruments.end());
  instruments.erase(std::unique(instruments.begin(), instruments.end()), instruments.end());
  for (const InstrumentId id : instruments) {
    if (base_of(state, id) != base) continue;
    Movable::Mark mark;
    mark.instrument = id;
    mark.mark = state.market(id).mark;
    if (state.instrument(id).kind == InstrumentKind::option) add_option(book, id, mark);
    moving.marks.push_back(mark);
  }
  return moving;
}

void move_to(BoundaryBook& book, const Movable& moving, Price price) {
  State& state = book.state;
  ++book.moves;
  for (const auto& [id, before] : moving.indexes) {
    state.indexes[id.index].price = in_proportion(before, moving.price, price);
    state.indexes[id.index].stamp.position = first_move + book.moves;
  }
  for (const Movable::Mark& mark : moving.marks) {
    if (state.instrument(mark.instrument).kind == InstrumentKind::option) {
      move_option(book, moving, mark, price);
    } else if (mark.mark != Price{}) {
      state.markets[mark.instrument.index].mark = in_proportion(mark.mark, moving.price, price);
    }
  }
}

}  // namespace lockstep
