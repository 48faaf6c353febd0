// Funding that the engine makes: at each tick, for every perpetual whose rulebook says so, a premium is
// taken, and at the end of an interval (or continuously) the rate is charged: like a rate that is sent, it
// moves one cumulative number of the instrument and no account.  docs/methodology.md 2.11.
//
// A tick that comes too late closes the interval it finds open, with the premiums that were taken in it; what
// nobody looked at is not charged.  A price that is missing or stale gives no premium.
#include <algorithm>
#include <optional>

#include "core/engine/context.h"
#include "core/funding/rate.h"
#include "core/funding/window.h"
#include "core/ledger/valuation.h"

namespace lockstep {
namespace {

// The rates of the smallest holding under a component's row; nothing if this kind of component has none.
MarginRates smallest_rates(const Component& component, u16 row) {
  switch (component.kind) {
    case ComponentKind::brackets: {
      const Bracket& first = component.brackets[row].brackets.front();
      const i128 initial = mul_div(rate_one, rate_one, first.leverage_max.raw(), Round::down);
      return {Rate::from_raw(static_cast<i64>(initial)), first.rate};
    }
    case ComponentKind::linear_in_size:
      return {component.sizes[row].initial, component.sizes[row].maintenance};
    case ComponentKind::notional_rate: {
      const NotionalRow& notional = component.notionals[row];
      const i128 share = notional.of_initial ? notional.initial.raw() : rate_one;
      const i128 maintenance = mul_div(notional.maintenance.raw(), share, rate_one, Round::down);
      return {notional.initial, Rate::from_raw(static_cast<i64>(maintenance))};
    }
    default: return {};
  }
}

MarginRates smallest_rates(const Rulebook& rules, const RiskRow& risk) {
  for (std::size_t i = 0; i < risk.component_count; ++i) {
    if (risk.rows[i] == no_row) continue;
    const MarginRates rates = smallest_rates(rules.components[risk.components[i]], risk.rows[i]);
    if (rates.maintenance > Rate{}) return rates;
  }
  return {};
}

class Perpetual {
 public:
  Perpetual(Context& c, InstrumentId id, const FundingRow& row)
      : c_(c), id_(id), row_(row), market_(c.state().markets[id.index]), window_(market_.window) {}

  void tick() {
    if (row_.interval == Duration{}) {
      charge_continuously();
    } else {
      charge_intervals();
    }
  }

 private:
  void charge_continuously() {
    const Time since = window_.charged_at;
    window_.charged_at = c_.now;
    changed();
    const Duration most = row_.sample == Duration{} ? row_.period : std::min(row_.sample, row_.period);
    const Duration elapsed = std::min(c_.now - since, most);
    if (since == Time{} || elapsed == Duration{}) return;
    if (const std::optional<Rate> premium = premium_now()) charge(*premium, elapsed);
  }

  void charge_intervals() {
    const Time begin = span_begin(c_.now, row_.interval);
    if (window_.charged_at < begin) {
      const FundingWindow ended = window_;
      window_ = FundingWindow{};
      window_.charged_at = begin;
      changed();
      if (ended.count > 0 && ended.count >= row_.samples_min && market_.mark != Price{}) {
        charge(average_premium(ended, row_), row_.interval);
      }
    }
    if (!sample_due(window_, row_.sample, c_.now)) return;
    if (const std::optional<Rate> premium = premium_now()) {
      add_sample(window_, row_.average, *premium, c_.now);
      changed();
    }
  }

  std::optional<Rate> premium_now() {
    const RiskRow& risk = risk_row(c_.state(), c_.engine.risk, id_);
    const Price index = risk.index;
    if (index == Price{} || market_.mark == Price{} || c_.now > risk.fresh_until) return std::nullopt;
    if (row_.premium == PremiumFrom::mark) return limited_premium(row_, premium_to_mark(market_.mark, index));
    const std::optional<Price> bid = observed(ObservationKind::impact_bid);
    const std::optional<Price> ask = observed(ObservationKind::impact_ask);
    if (!bid || !ask) return std::nullopt;
    return limited_premium(row_, premium_to_impact(*bid, *ask, index));
  }

  // An observed price goes stale like a mark.
  std::optional<Price> observed(ObservationKind kind) {
    const Observation* found = find_observation(c_.state(), kind, id_.index);
    if (found == nullptr) return std::nullopt;
    const Duration stale_after = rules().prices.mark_stale_after;
    if (stale_after != Duration{} && c_.now > found->stamp.at + stale_after) return std::nullopt;
    return Price::from_raw(static_cast<i64>(found->value.raw() / (value_one / price_one)));
  }

  void charge(Rate premium, Duration elapsed) {
    const Instrument& instrument = c_.state().instrument(id_);
    const RiskRow& risk = risk_row(c_.state(), c_.engine.risk, id_);
    const Rate rate = funding_rate(row_, premium, smallest_rates(rules(), risk));
    const Value notional = notional_per_lot(instrument, market_.mark);
    const Value per_lot = funding_charge(notional, rate, elapsed, row_.period);
    if (row_.interval == Duration{} && per_lot == Value{}) return;  // not worth an event at every tick
    market_.funding += per_lot;
    invalidate(c_.engine.risk, id_);
    c_.emit(FundingCharged{id_, rate, market_.mark, per_lot});
  }

  const Rulebook& rules() { return c_.state().rulebook(c_.state().instrument(id_).rulebook).rules(); }
  void changed() { c_.touch(Kind::market, id_.index); }

  Context& c_;
  InstrumentId id_;
  const FundingRow& row_;
  Market& market_;
  FundingWindow& window_;
};

}  // namespace

const FundingRow* made_funding(Context& c, InstrumentId id) {
  const State& state = c.state();
  const Instrument& instrument = state.instrument(id);
  if (instrument.kind != InstrumentKind::perpetual) return nullptr;
  const RulebookHistory& history = state.rulebook(instrument.rulebook);
  if (history.active == 0 || !history.rules().funding_made) return nullptr;
  const u16 row = risk_row(state, c.engine.risk, id).funding_row;
  return row == no_row ? nullptr : &history.rules().funding[row];
}

void charge_funding(Context& c) {
  State& state = c.state();
  for (u32 i = 0; i < state.instruments.size(); ++i) {
    if (const FundingRow* row = made_funding(c, InstrumentId{i})) {
      Perpetual(c, InstrumentId{i}, *row).tick();
    } else if (state.markets[i].window.charged_at != Time{}) {
      state.markets[i].window = FundingWindow{};  // a later epoch that makes funding begins anew
      c.touch(Kind::market, i);
    }
  }
}

}  // namespace lockstep
