// Where what must go goes: against an opposite liquidation at the mark, else to the market as orders of the
// account that the venue fills.  docs/methodology.md 10.12, 10.15.
#include <algorithm>

#include "core/engine/liquidation.h"

namespace lockstep {
namespace {

// What is left of the wish: the holding may have been taken over, deleveraged or turned since it was decided.
Lots still_wanted(Context& c, const Wanted& w) {
  const Holding* holding = find_holding(c.state().account(w.account), w.instrument, w.leg);
  if (holding == nullptr || (holding->lots > Lots{}) != (w.side == Side::sell)) return Lots{};
  return std::min(w.lots, abs(holding->lots));
}

// The price `away` from the mark, on tick and in range: on the far side of it, or (at_most) not beyond it.
// Contracts worth 1 / price are that share of their value away, not of their price.
Price limit_price(Context& c, InstrumentId id, Side side, liquidation::Ratio away, bool at_most) {
  const Instrument& instrument = c.state().instrument(id);
  i128 mark = c.state().market(id).mark.raw();
  if (mark == 0) mark = risk_row(c.state(), c.engine.risk, id).mark.raw() / instrument.lot;
  const i128 tick = instrument.tick.raw();
  const i128 most = instrument.price_max.raw() / tick * tick;
  const Round round = (side == Side::buy) != at_most ? Round::up : Round::down;
  const bool by_inverse = at_most && instrument.inverse && instrument.kind != InstrumentKind::option;
  const i128 one = away.denominator;
  const i128 share = side == Side::buy ? away.numerator : -away.numerator;
  const i128 over = by_inverse ? one : one + share;
  const i128 under = by_inverse ? one - share : one;
  if (over <= 0) return instrument.tick;
  if (under <= 0) return Price::from_raw(static_cast<i64>(most));
  const i128 moved = mul_div_capped(mark, over, under, round, most);
  const i128 on_tick = div(moved, tick, round) * tick;
  return Price::from_raw(static_cast<i64>(std::min(std::max(on_tick, tick), most)));
}

}  // namespace

// Buys meet sells of the same instrument, both in the order in which they were decided.
void cross(LiquidationRound& round) {
  Context& c = round.c;
  for (Wanted& w : round.wanted) w.lots = still_wanted(c, w);
  std::vector<InstrumentId> instruments;
  for (const Wanted& w : round.wanted) {
    if (liquidation_rules(c, w.account).cross) instruments.push_back(w.instrument);
  }
  std::sort(instruments.begin(), instruments.end());
  instruments.erase(std::unique(instruments.begin(), instruments.end()), instruments.end());
  for (const InstrumentId instrument : instruments) {
    std::vector<Wanted*> buys, sells;
    for (Wanted& w : round.wanted) {
      if (w.instrument == instrument && w.lots > Lots{}) (w.side == Side::buy ? buys : sells).push_back(&w);
    }
    const Value value = risk_row(c.state(), c.engine.risk, instrument).mark;
    for (std::size_t b = 0, s = 0; b < buys.size() && s < sells.size();) {
      Wanted &buy = *buys[b], &sell = *sells[s];
      const Lots lots = std::min(buy.lots, sell.lots);
      close_at(c, buy.account, instrument, buy.leg, lots, value, true);
      close_at(c, sell.account, instrument, sell.leg, lots, value, true);
      c.emit(LiquidationCrossed{buy.account, sell.account, instrument, lots, value});
      buy.lots -= lots;
      sell.lots -= lots;
      if (buy.lots == Lots{}) ++b;
      if (sell.lots == Lots{}) ++s;
    }
  }
}

void send(LiquidationRound& round) {
  Context& c = round.c;
  OrderId next = liquidation_orders_from | (c.position << 20);
  for (const Wanted& w : round.wanted) {
    const Lots lots = still_wanted(c, w);
    if (lots == Lots{}) continue;
    Order order;
    order.id = next++;
    order.instrument = w.instrument;
    order.side = w.side;
    order.leg = w.leg;
    order.time_in_force = TimeInForce::immediate_or_cancel;
    order.reduce_only = true;
    const bool at_most = liquidation_rules(c, w.account).limit_at != LimitRule::mark;
    order.price = limit_price(c, w.instrument, w.side, w.away, at_most);
    order.lots = lots;
    order.placed_at = c.now;
    insert_order(c.state().accounts[w.account.index], order);
    c.touch(Kind::account, w.account.index);
    c.emit(LiquidationOrdered{w.account, order.id, w.instrument, w.side, w.leg, order.lots, order.price});
  }
}

void note_fund_paid(Context& c, AccountId id, InstrumentId instrument, const Change& change) {
  if (change.fund_paid <= Amount{}) return;
  const AssetId asset = c.state().instrument(instrument).settle;
  c.state().house[asset.index].paid_today += change.fund_paid;
  c.touch(Kind::house, asset.index);
  c.emit(FundPaid{id, instrument, change.fund_paid});
}

void close_at(Context& c, AccountId id, InstrumentId instrument, Leg leg, Lots lots, Value value,
              bool keeps_margin) {
  Account& trial = try_on(c, id);
  const Holding& holding = *find_holding(trial, instrument, leg);
  const Side side = holding.lots > Lots{} ? Side::sell : Side::buy;
  Change change;
  change.keeps_margin = keeps_margin;
  trade_at(c.state(), trial, instrument, side, leg, value, lots, Rate::from_raw(rate_one), change);
  const Holding* left = find_holding(trial, instrument, leg);
  c.emit(HoldingChanged{id, instrument, leg, left == nullptr ? Lots{} : left->lots, change.realised});
  note_fund_paid(c, id, instrument, change);
  end_idle_reduce_only(c, trial, id, instrument, leg);
  commit(c, id, change);
}

}  // namespace lockstep
