#include "core/risk/boundary_market.h"

#include <algorithm>

#include "core/ledger/ledger.h"
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

// An option's mark as far from the model's value as it was.
void remark(BoundaryBook& book, const Movable::Mark& mark) {
  if (mark.mark == Price{}) return;
  const Value value = model_of(book.state, mark.instrument).value + mark.distance;
  const i64 lot = book.state.instrument(mark.instrument).lot;
  const i128 per_coin = div(value.raw(), lot, Round::nearest);
  Market& market = book.state.markets[mark.instrument.index];
  market.mark = Price::from_raw(static_cast<i64>(std::max<i128>(per_coin, 1)));  // 0 would mean the model's
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
  remark(book, mark);
}

IndexId lead_of(const State& state, AssetId base) {
  for (u32 i = 0; i < state.indexes.size(); ++i) {
    if (state.indexes[i].base == base && state.indexes[i].price != Price{}) return IndexId{i};
  }
  return {};
}

// Every underlying of the account, with what moves.
std::vector<Movable> all_movable(BoundaryBook& book, const Account& account) {
  std::vector<AssetId> bases;
  for (const Holding& holding : account.holdings) bases.push_back(base_of(book.state, holding.instrument));
  for (const Order& order : account.orders) bases.push_back(base_of(book.state, order.instrument));
  std::sort(bases.begin(), bases.end());
  bases.erase(std::unique(bases.begin(), bases.end()), bases.end());
  std::vector<Movable> all;
  for (const AssetId base : bases) {
    const IndexId lead = lead_of(book.state, base);
    if (!lead.is_none()) all.push_back(movable(book, account, base, lead));
  }
  return all;
}

void settle_expired(BoundaryBook& book, Account& account) {
  const State& state = book.state;
  const auto expired = [&](InstrumentId id) {
    const Time expiry = state.instrument(id).expiry;
    return expiry != Time{} && expiry <= state.time;
  };
  std::erase_if(account.orders, [&](const Order& order) { return expired(order.instrument); });
  for (std::size_t i = account.holdings.size(); i-- > 0;) {
    const Holding holding = account.holdings[i];
    const Instrument& instrument = state.instrument(holding.instrument);
    const Price price = state.index(instrument.index).price;
    if (!expired(holding.instrument) || price == Price{}) continue;
    const Value value = instrument.kind == InstrumentKind::option ? payoff_per_lot(instrument, price)
                                                                  : value_per_lot(instrument, price);
    Change change;
    expire(state, account, holding.instrument, holding.leg, value, change);
  }
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
  own.observations = state.observations;
  for (std::size_t i = 0; i < state.indexes.size(); ++i) {
    own.indexes[i].price = state.indexes[i].price;
    own.indexes[i].stamp = state.indexes[i].stamp;
    // A state whose prices were moved already: later moves are told from those.
    if (own.indexes[i].stamp.position >= first_move)
      book.moves = std::max(book.moves, own.indexes[i].stamp.position - first_move);
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

bool move_price(BoundaryBook& book, const Account& account, AssetId base, Rate move) {
  LS_ASSERT(move.raw() > -rate_one);
  const IndexId lead = lead_of(book.state, base);
  if (lead.is_none()) return false;
  const Movable moving = movable(book, account, base, lead);
  const i128 to = mul_div(moving.price.raw(), rate_one + i128{move.raw()}, rate_one, Round::nearest);
  move_to(book, moving, Price::from_raw(static_cast<i64>(std::max<i128>(to, 1))));
  return true;
}

void move_volatility(BoundaryBook& book, const Account& account, AssetId base, Rate move) {
  LS_ASSERT(move.raw() >= -rate_one);
  const IndexId lead = lead_of(book.state, base);
  if (lead.is_none()) return;
  const Movable moving = movable(book, account, base, lead);
  for (const Movable::Mark& mark : moving.marks) {
    if (book.state.instrument(mark.instrument).kind != InstrumentKind::option) continue;
    Market& market = book.state.markets[mark.instrument.index];
    const i128 moved =
        mul_div(market.volatility.raw(), rate_one + i128{move.raw()}, rate_one, Round::nearest);
    market.volatility = Rate::from_raw(static_cast<i64>(std::max<i128>(moved, 1)));
    remark(book, mark);
    invalidate(book.risk, mark.instrument);
  }
}

void move_time(BoundaryBook& book, Account& account, Duration by) {
  const std::vector<Movable> all = all_movable(book, account);
  State& state = book.state;
  state.time = state.time + by;
  for (Index& index : state.indexes) index.stamp.at = state.time;
  for (Market& market : state.markets) market.stamp.at = state.time;
  for (Series& series : state.series) series.stamp.at = state.time;
  for (const Movable& moving : all) {
    for (const Movable::Mark& mark : moving.marks) {
      const bool option = state.instrument(mark.instrument).kind == InstrumentKind::option;
      if (option && mark.forward != Price{}) remark(book, mark);
    }
  }
  invalidate_all(book.risk);
  settle_expired(book, account);
}

}  // namespace lockstep
