// A market moved by hand, as the commands that a source of prices would send.
#include <algorithm>

#include "core/risk/boundary_market.h"
#include "core/units/limits.h"
#include "node/rest/methods.h"
#include "node/stress/moved_market.h"

namespace lockstep::rest {
namespace {

constexpr u16 source = 65'000;  // of prices that people make up
constexpr Rate volatility_max = Rate::from_raw(100 * rate_one);

u64 next_sequence(const State& state) {
  for (const PriceSource& known : state.sources) {
    if (known.source == source) return known.sequence + 1;
  }
  return 1;
}

// One lot of everything on the asset, so that all of it moves.
Account everything(const State& state, AssetId base) {
  Account account;
  for (u32 i = 0; i < state.instruments.size(); ++i) {
    const Instrument& instrument = state.instruments[i];
    if (instrument.expired || base_of(state, InstrumentId{i}) != base) continue;
    Holding holding;
    holding.instrument = InstrumentId{i};
    holding.lots = Lots::from_raw(1);
    account.holdings.push_back(holding);
  }
  return account;
}

void add_row(const State& live, const State& moved, InstrumentId id, std::vector<MarkPrice>& rows) {
  const Instrument& instrument = live.instrument(id);
  const Market& market = moved.market(id);
  MarkPrice row;
  row.instrument = id;
  row.price = market.mark;
  if (instrument.kind == InstrumentKind::option) {
    row.volatility = std::min(market.volatility, volatility_max);
    row.forward = market.forward;
    rows.push_back(row);
  } else if (live.market(id).mark != Price{}) {
    row.price = std::clamp(row.price, instrument.inverse ? instrument.tick : Price::from_raw(1),
                           instrument.price_max);
    rows.push_back(row);
  }
}

template <class Batch, class Row>
void add_batches(const std::vector<Row>& rows, u64& sequence, std::vector<Command>& commands) {
  for (std::size_t from = 0; from < rows.size(); from += limits::rows_per_command_max) {
    const std::size_t count = std::min(limits::rows_per_command_max, rows.size() - from);
    Batch batch;
    batch.source = source;
    batch.sequence = sequence++;
    batch.rows.assign(rows.data() + from, rows.data() + from + count);
    commands.emplace_back(std::move(batch));
  }
}

// Forwards that came as a curve, moved by the ratio; at least 10^-8, nearest.
std::vector<ForwardCurve> moved_curves(const State& state, const std::vector<AssetId>& bases, Rate move) {
  std::vector<ForwardCurve> curves;
  for (const Series& series : state.series) {
    const bool has_moved =
        std::find(bases.begin(), bases.end(), state.index(series.index).base) != bases.end();
    if (!has_moved || series.forward == Price{} || series.expiry <= state.time) continue;
    if (curves.empty() || curves.back().index != series.index) curves.emplace_back().index = series.index;
    const i128 raw = mul_div(series.forward.raw(), i128{rate_one} + move.raw(), rate_one, Round::nearest);
    const i128 kept = std::clamp<i128>(raw, 1, limits::price_raw_max);
    curves.back().rows.push_back({series.expiry, Price::from_raw(static_cast<i64>(kept))});
  }
  return curves;
}

}  // namespace

std::vector<Command> moved_market(const State& state, AssetId base, Rate price, Rate volatility) {
  std::vector<AssetId> bases = stress::movable_bases(state);
  if (!base.is_none()) std::erase_if(bases, [&](AssetId one) { return one != base; });
  std::vector<IndexPrice> indexes;
  std::vector<MarkPrice> marks;
  for (const AssetId one : bases) {
    BoundaryBook book;
    const Account account = everything(state, one);
    refresh(state, account, book);
    if (!move_price(book, account, one, price)) continue;
    if (volatility != Rate{}) move_volatility(book, account, one, volatility);
    for (u32 i = 0; i < state.indexes.size(); ++i) {
      const Price moved = std::min(book.state.indexes[i].price, Price::from_raw(limits::price_raw_max));
      const bool has_moved = state.indexes[i].base == one && state.indexes[i].price != Price{};
      if (has_moved) indexes.push_back({IndexId{i}, moved});
    }
    for (const Holding& holding : account.holdings) add_row(state, book.state, holding.instrument, marks);
  }
  std::vector<Command> commands;
  if (indexes.empty()) return commands;
  u64 sequence = next_sequence(state);
  add_batches<IndexPrices>(indexes, sequence, commands);
  add_batches<MarkPrices>(marks, sequence, commands);
  for (ForwardCurve& curve : moved_curves(state, bases, price)) {
    curve.source = source;
    curve.sequence = sequence++;
    commands.emplace_back(std::move(curve));
  }
  commands.emplace_back(Tick{});
  return commands;
}

}  // namespace lockstep::rest
