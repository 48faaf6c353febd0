// Funding, variation margin and expiry.  Funding only moves one cumulative number per instrument; holdings
// are charged when they are next touched, and it is inside equity all the time.  docs/methodology.md 2.4
// to 2.6.
#include <algorithm>

#include "core/engine/liquidation.h"
#include "core/ledger/valuation.h"

namespace lockstep {
namespace {

Refusal check_margined(const State& state, InstrumentId id, Price price) {
  if (!known(state, id)) return Refusal::unknown_instrument;
  const Instrument& instrument = state.instrument(id);
  if (instrument.expired) return Refusal::instrument_expired;
  if (!is_margined(instrument)) return Refusal::instrument_invalid;
  if (price != Price{} && !price_in_range(instrument, price)) return Refusal::price_out_of_range;
  if (price == Price{} && state.market(id).mark == Price{}) return Refusal::price_missing;
  return Refusal::none;
}

// Works through every holding of the instrument, in order of account and leg.
template <class Close>
u32 each_holding(Context& c, InstrumentId instrument, Close close) {
  u32 count = 0;
  for (u32 i = 0; i < c.state().accounts.size(); ++i) {
    for (const Leg leg : {Leg::net, Leg::long_leg, Leg::short_leg}) {
      if (find_holding(c.state().accounts[i], instrument, leg) == nullptr) continue;
      close(AccountId{i}, leg);
      ++count;
    }
  }
  return count;
}

// The index averaged over the window before expiry, if the window was seen; else the index as it stands.
Price settlement_price(const State& state, const Instrument& instrument) {
  const Index& index = state.index(instrument.index);
  const Series* series = find_series(state, instrument.index, instrument.expiry);
  if (series == nullptr || instrument.averaging == Duration{} || series->average_sum == 0) return index.price;
  const Duration seen = series->average_until - (series->expiry - series->averaging);
  const Duration rest = series->expiry - series->average_until;
  const i128 sum = series->average_sum + i128{index.price.raw()} * rest.raw();
  return Price::from_raw(static_cast<i64>(div(sum, (seen.raw() + rest.raw()), Round::nearest)));
}

// Whether a holding at the instrument's limit stays within limits::holding_value_raw_max.  An inverse put
// pays strike / price per coin, without bound as the price goes to nothing.
bool final_price_in_range(const Instrument& instrument, Price price) {
  if (price > Price::from_raw(limits::price_raw_max)) return false;
  if (instrument.inverse && is_margined(instrument)) return price >= instrument.tick;
  const i128 size = i128{instrument.lot} * instrument.lots_max.raw();  // 10^-8 coins
  if (!instrument.inverse) return price.raw() <= limits::holding_value_raw_max / size;
  constexpr i128 lot_to_value = pow10(value_decimals - lot_decimals);
  return instrument.strike.raw() <= price.raw() * (limits::holding_value_raw_max / lot_to_value / size);
}

Value final_value(const Instrument& instrument, Price price) {
  return instrument.kind == InstrumentKind::option ? payoff_per_lot(instrument, price)
                                                   : value_per_lot(instrument, price);
}

void end_orders_of(Context& c, InstrumentId instrument) {
  State& state = c.state();
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    Account& account = state.accounts[i];
    std::vector<OrderId> ended;
    for (const Order& order : account.orders) {
      if (order.instrument == instrument) ended.push_back(order.id);
    }
    for (const OrderId order : ended) end_order(c, account, AccountId{i}, order, OrderEnd::expired);
    if (!ended.empty()) c.touch(Kind::account, i);
  }
}

}  // namespace

Refusal handle(Context& c, const FundingRate& r) {
  State& state = c.state();
  if (const Refusal refusal = check_margined(state, r.instrument, r.price); refusal != Refusal::none)
    return refusal;
  const Instrument& instrument = state.instrument(r.instrument);
  if (instrument.kind != InstrumentKind::perpetual) return Refusal::instrument_invalid;
  if (made_funding(c, r.instrument) != nullptr) return Refusal::funding_computed;
  if (r.rate.raw() > rate_one || r.rate.raw() < -rate_one) return Refusal::number_out_of_range;

  Market& market = state.markets[r.instrument.index];
  const Price price = r.price == Price{} ? market.mark : r.price;
  market.funding += funding_per_lot(instrument, r.rate, price);
  c.touch(Kind::market, r.instrument.index);
  invalidate(c.engine.risk, r.instrument);
  return Refusal::none;
}

Refusal handle(Context& c, const Settle& r) {
  State& state = c.state();
  if (const Refusal refusal = check_margined(state, r.instrument, r.price); refusal != Refusal::none)
    return refusal;
  const Price price = r.price == Price{} ? state.market(r.instrument).mark : r.price;
  const Value value = value_per_lot(state.instrument(r.instrument), price);
  const u32 count = each_holding(c, r.instrument, [&](AccountId id, Leg leg) {
    Change change;
    Account& trial = try_on(c, id);
    settle(state, trial, *find_holding(trial, r.instrument, leg), value, change);
    commit(c, id, change);
  });
  c.emit(InstrumentSettled{r.instrument, price, false, count});
  return Refusal::none;
}

Refusal handle(Context& c, const Expire& r) {
  State& state = c.state();
  if (!known(state, r.instrument)) return Refusal::unknown_instrument;
  const Instrument& instrument = state.instrument(r.instrument);
  if (instrument.expired) return Refusal::instrument_expired;
  if (instrument.expiry == Time{}) return Refusal::instrument_invalid;
  if (c.now < instrument.expiry) return Refusal::not_yet_expired;
  if (r.price < Price{}) return Refusal::price_out_of_range;
  const Price price = r.price == Price{} ? settlement_price(state, instrument) : r.price;
  if (price == Price{}) {
    c.outcome.index = instrument.index;
    return Refusal::price_missing;
  }

  if (!final_price_in_range(instrument, price)) return Refusal::price_out_of_range;

  end_orders_of(c, r.instrument);
  const Value value = final_value(instrument, price);
  const u32 count = each_holding(c, r.instrument, [&](AccountId id, Leg leg) {
    Change change;
    expire(state, try_on(c, id), r.instrument, leg, value, change);
    note_fund_paid(c, id, r.instrument, change);
    commit(c, id, change);
  });
  LS_ASSERT(state.market(r.instrument).clearing == Lots{});
  state.instruments[r.instrument.index].expired = true;
  if (instrument.kind == InstrumentKind::option) {
    auto& options = c.engine.lookup.options[{instrument.index, instrument.expiry}];
    options.erase(std::find(options.begin(), options.end(), r.instrument));
    if (options.empty()) c.engine.lookup.options.erase({instrument.index, instrument.expiry});
  }
  c.touch(Kind::instrument, r.instrument.index);
  invalidate(c.engine.risk, r.instrument);
  c.emit(InstrumentSettled{r.instrument, price, true, count});
  return Refusal::none;
}

}  // namespace lockstep
