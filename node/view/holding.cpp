#include "node/view/holding.h"

#include "core/ledger/ledger.h"
#include "core/ledger/valuation.h"

namespace lockstep::view {
namespace {

bool is_inverse_margined(const Instrument& instrument) {
  return instrument.inverse && is_margined(instrument);
}

Price positive(i128 raw) { return Price::from_raw(raw > 0 && raw <= INT64_MAX ? static_cast<i64>(raw) : 0); }

// The price of `lots` that are worth `value` together: both signed alike, or, of an inverse contract, not.
Price price_from(const Instrument& instrument, Lots lots, Value value) {
  if (value == Value{} || lots == Lots{}) return Price{};
  const i128 size = abs(i128{lots.raw()}) * instrument.lot;
  const i128 worth = lots > Lots{} ? value.raw() : -value.raw();
  if (!is_inverse_margined(instrument)) return positive(div(worth, size, Round::nearest));
  if (worth >= 0) return Price{};
  // The worth of an inverse lot is kept to 10^-16 of a coin, which leaves further decimals of its price open.
  constexpr i64 known = price_one / 10'000;
  return positive(mul_div(size, value_one / known, -worth, Round::nearest) * known);
}

}  // namespace

Price entry_price(const Instrument& instrument, const Holding& holding) {
  return price_from(instrument, holding.lots, holding.cost);
}

Price price_of_lot(const Instrument& instrument, Value per_lot) {
  return price_from(instrument, Lots::from_raw(1), per_lot);
}

HoldingView view_holding(Engine& engine, const Holding& holding) {
  const State& state = engine.state;
  const Instrument& instrument = state.instrument(holding.instrument);
  const Market& market = state.market(holding.instrument);
  const RiskRow& row = risk_row(state, engine.risk, holding.instrument);
  HoldingView view;
  if (row.mark_known != Known::yes) return view;
  view.mark = row.mark_price != Price{} ? row.mark_price : price_of_lot(instrument, row.mark);
  view.value = times(row.mark, holding.lots);
  if (is_margined(instrument)) {
    view.unrealised = unrealised(instrument, market, holding, row.mark);
    // An inverse lot loses its worth in coins as the price rises: that many coins its owner is long.
    view.delta = instrument.inverse ? -view.value
                                    : Value::from_raw(i128{holding.lots.raw()} * instrument.lot * price_one);
    return view;
  }
  view.unrealised = view.value - holding.cost + holding.residue;
  view.delta = times(row.delta, holding.lots);
  return view;
}

}  // namespace lockstep::view
