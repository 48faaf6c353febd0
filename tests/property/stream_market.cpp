// The part of the stream that is about prices, time, settlement, settings and epochs.
#include <algorithm>

#include "tests/property/stream.h"

namespace lockstep::property {
namespace {

constexpr i64 first_prices[] = {88'000, 3'000, 88'000, 88'000, 1};  // of the indexes of the setup

// The price moved by at most `ppm` millionths, in cents, and never down to nothing.
Price moved(Price price, i64 change_ppm) {
  const i64 raw = price.raw() + static_cast<i64>(i128{price.raw()} * change_ppm / 1'000'000);
  return Price::from_raw(std::max<i64>(raw / 1'000'000, 100) * 1'000'000);
}

// Of a series, if there is one.
Time fair_expiry(const State& state) {
  return state.series.empty() ? Time::from_raw(1) : state.series.back().expiry;
}

}  // namespace

// One of two sources and its next number; now and then the last one again.  A source that noise has sent to
// the end of its numbers is left alone.
template <class Batch>
void Stream::take_source(const State& state, Batch& batch) {
  batch.source = static_cast<u16>(prng_.below(2));
  batch.sequence = prng_.chance(1, 40) ? 0 : 1;
  for (const PriceSource& source : state.sources) {
    if (source.source < batch.source) continue;
    if (source.source > batch.source) break;
    if (source.sequence < ~u64{0} / 2) {
      batch.sequence += source.sequence;
      break;
    }
    batch.source = static_cast<u16>(batch.source + 1);
  }
}

Command Stream::draw_index_prices(const State& state) {
  IndexPrices r;
  take_source(state, r);
  for (u32 i = 0; i < state.indexes.size(); ++i) {
    if (prng_.chance(1, 4)) continue;
    const Price last = state.indexes[i].price;
    const Price first = Price::from_raw(first_prices[std::min<std::size_t>(i, 4)] * price_one);
    const i64 change = prng_.chance(1, 50) ? prng_.between(-80'000, 80'000) : prng_.between(-3'000, 3'000);
    r.rows.push_back({IndexId{i}, last == Price{} ? first : i == 4 ? last : moved(last, change)});
  }
  return r;
}

// Both sides of the last perpetual, near its mark.
void Stream::push_impact(const State& state, Observations& r) {
  u32 subject = 0;
  for (u32 i = 0; i < state.instruments.size(); ++i) {
    if (state.instruments[i].kind == InstrumentKind::perpetual) subject = i;
  }
  for (const ObservationKind kind : {ObservationKind::impact_bid, ObservationKind::impact_ask}) {
    const Price price = near_price(state, InstrumentId{subject}, 2'000);
    r.rows.push_back({kind, subject, Time{}, Value::from_raw(i128{price.raw()} * (value_one / price_one))});
  }
}

// Of any kind; now and then with a value that the kind cannot have, or of nothing.
Command Stream::draw_observations(const State& state) {
  Observations r;
  take_source(state, r);
  for (u64 rows = 1 + prng_.below(3); rows > 0; --rows) {
    ObservedValue row;
    row.kind = static_cast<ObservationKind>(prng_.below(10));
    const bool share = row.kind == ObservationKind::confidence || row.kind == ObservationKind::interest;
    const i64 most = share ? 1 : 1'000'000;
    row.value = Value::from_raw(value_one / 100 * prng_.between(prng_.chance(1, 20) ? -100 : 1, 100) * most);
    if (row.kind == ObservationKind::interest) row.expiry = fair_expiry(state);
    std::size_t count = state.assets.size();
    if (subject_of(row.kind) == ObservationSubject::instrument) count = state.instruments.size();
    if (subject_of(row.kind) == ObservationSubject::index) count = state.indexes.size();
    row.subject = static_cast<u32>(prng_.below(count + (prng_.chance(1, 20) ? 1 : 0)));
    const bool impact = row.kind == ObservationKind::impact_bid || row.kind == ObservationKind::impact_ask;
    if (impact && !prng_.chance(1, 10)) {
      push_impact(state, r);
      continue;
    }
    r.rows.push_back(row);
  }
  return r;
}

Command Stream::draw_mark_prices(const State& state) {
  MarkPrices r;
  take_source(state, r);
  for (u32 i = 0; i < state.instruments.size(); ++i) {
    const Instrument& instrument = state.instruments[i];
    if (instrument.expired || prng_.chance(1, 2)) continue;
    MarkPrice row;
    row.instrument = InstrumentId{i};
    if (instrument.kind != InstrumentKind::option) {
      const Price index = state.index(instrument.index).price;
      const Price from = index == Price{} ? fair_price(state, instrument) : index;
      row.price = moved(from, prng_.between(-2'000, 2'000));
    } else {
      if (prng_.chance(1, 3)) row.price = near_price(state, row.instrument, 50'000);
      if (prng_.chance(1, 2)) row.volatility = Rate::from_raw(rate_one * prng_.between(30, 120) / 100);
      if (prng_.chance(1, 2))
        row.forward = moved(fair_price(state, state.instruments[0]), prng_.between(-500, 3'000));
    }
    r.rows.push_back(row);
  }
  return r;
}

Command Stream::draw_smile(const State& state) {
  if (state.series.empty()) return Tick{};
  const Series& series = state.series[prng_.below(state.series.size())];
  if (prng_.chance(1, 2)) {
    ForwardCurve r;
    r.index = series.index;
    take_source(state, r);
    const Price index = state.index(series.index).price;
    if (index == Price{}) return Tick{};
    r.rows.push_back({series.expiry, moved(index, prng_.between(-500, 5'000))});
    return r;
  }
  VolatilitySurface r;
  r.index = series.index;
  take_source(state, r);
  const auto part = [this](i64 low, i64 high) { return prng_.between(low, high) * (slice_one / 10'000); };
  SurfaceSlice slice;
  if (prng_.chance(1, 2)) {
    slice.kind = SliceKind::svi;
    slice.p0 = part(1, 200);
    slice.p1 = part(10, 1'000);
    slice.p2 = part(-7'000, 3'000);
    slice.p3 = part(-500, 500);
    slice.p4 = part(500, 4'000);
  } else {
    slice.kind = SliceKind::essvi;
    slice.p0 = part(5, 600);
    slice.p1 = part(-6'000, 3'000);
    slice.p2 = part(100, 2'000);
  }
  r.rows.push_back({series.expiry, slice});
  return r;
}

Command Stream::draw_settlement(const State& state) {
  const InstrumentId id = any_instrument(state);
  const Instrument& instrument = state.instrument(id);
  if (instrument.expiry != Time{} && instrument.expiry <= now_ && !instrument.expired)
    return Expire{id, Price{}};
  if (prng_.chance(1, 3)) return Settle{id, prng_.chance(1, 2) ? Price{} : near_price(state, id, 1'000)};
  if (prng_.chance(1, 4)) return Expire{id, Price{}};
  return FundingRate{id, Rate::from_raw(prng_.between(-rate_one, rate_one) / 1'000), Price{}};
}

Command Stream::draw_setting(const State& state) {
  const AccountId id = any_account(state);
  const InstrumentId instrument = instrument_for(state, state.account(id));
  switch (prng_.below(4)) {
    case 0: return SetLeverage{id, instrument, Rate::from_raw(rate_one * prng_.between(1, 130))};
    case 1: {
      const bool off = prng_.chance(1, 4);
      return SetProtection{id, off ? Duration{} : minute, minute,
                           off ? Lots{} : Lots::from_raw(prng_.between(1, 200))};
    }
    case 2:
      return SetMarginMode{id, static_cast<MarginMode>(prng_.below(3)), prng_.chance(1, 2),
                           prng_.chance(1, 2)};
    default: {
      OpenAccount open;
      open.name = "late-" + std::to_string(state.accounts.size());
      open.party = PartyId{static_cast<u32>(prng_.below(2))};
      open.rulebook = RulebookId{static_cast<u32>(prng_.below(2))};
      open.mode = static_cast<MarginMode>(prng_.below(3));
      return open;
    }
  }
}

Command Stream::draw_epoch(const State& state) {
  const RulebookId id{static_cast<u32>(prng_.below(state.rulebooks.size()))};
  const RulebookHistory& history = state.rulebook(id);
  const u32 epoch = static_cast<u32>(prng_.below(history.epochs.size() + 1)) + 1;
  switch (prng_.below(5)) {
    case 0: return CancelEpoch{id, epoch};
    case 1: return ScheduleEpoch{id, epoch, state.position + prng_.below(50), Time{}};
    case 2:
      return ScheduleEpoch{id,
                           epoch,
                           0,
                           now_ + Duration::from_raw(prng_.between(-1, 60) * second.raw()),
                           static_cast<u32>(prng_.chance(1, 2) ? prng_.below(5) : 0),
                           second,
                           prng_.chance(1, 2)};
    case 3:
      return ApproveEpoch{id, epoch, prng_.chance(1, 4) ? "founder" : prng_.chance(1, 2) ? "bob" : "carol"};
    default: {
      // A version of its own: other haircuts and freshness, the same components.
      Rulebook image = rulebooks()[id.index % rulebooks().size()];
      image.version += "-" + std::to_string(history.epochs.size());
      image.prices.mark_stale_after = Duration::from_raw(prng_.between(1, 600) * second.raw());
      image.epochs.approvals = static_cast<u8>(prng_.below(2));
      image.epochs.grace = Duration::from_raw(prng_.between(0, 120) * second.raw());
      for (Collateral& row : image.collateral)
        row.initial.asset = row.maintenance.asset =
            Rate::from_raw(rate_one - rate_one * prng_.between(0, 50) / 100);
      return ProposeRulebook{std::move(image)};
    }
  }
}

}  // namespace lockstep::property
