// Step 2 of an assessment: what open orders reserve.  Methodology 5.7 and 5.8.
//
// Reduce-only orders and stops that wait for their trigger reserve nothing.  A market order is counted at the
// mark, a market buy with the rule's buffer on top.
#include <algorithm>
#include <span>
#include <tuple>

#include "core/ledger/ledger.h"
#include "core/ledger/valuation.h"
#include "core/risk/facts.h"
#include "core/risk/order_cost.h"
#include "core/risk/work.h"

namespace lockstep {
namespace {

Lots open_lots(const Order& order) { return order.lots - order.filled; }

Price counted_price(const Work& work, const Order& order, const RiskRow& row) {
  if (order.price != Price{}) return order.price;
  if (order.side == Side::sell) return row.mark_price;
  const Rate factor = Rate::from_raw(rate_one + work.scheme.orders.market_buffer.raw());
  return Price::from_raw(static_cast<i64>(mul_div(row.mark_price.raw(), factor.raw(), rate_one, Round::up)));
}

void reserve(Work& work, AssetId asset, Value amount, const char* rule, const std::string& label,
             bool binds = true) {
  const u32 wallet = wallet_of(work, asset);
  if (binds) work.scratch.wallets[wallet].orders += amount;
  if (work.statement == nullptr) return;
  const u64 where = place(work.pool_of(wallet), Section::initial, orders_unit, 0);
  add_line(work, where, rule, 2, label, asset, amount).binds = binds;
}

std::string order_name(const Work& work, const Order& order) {
  if (work.statement == nullptr) return {};
  const std::string side = order.side == Side::buy ? "buy " : "sell ";
  std::string name = "order " + std::to_string(order.id) + ", " + side +
                     std::to_string(open_lots(order).raw()) + " lots of " +
                     work.state.instrument(order.instrument).name;
  if (order.price != Price{}) name += " at " + to_decimal(order.price.raw(), price_decimals);
  return name;
}

// A spot order reserves what it would pay.
void add_spot_order(Work& work, const Order& order) {
  const Instrument& instrument = work.state.instrument(order.instrument);
  const RiskRow& row = risk_row(work.state, work.book, order.instrument);
  const bool is_buy = order.side == Side::buy;
  if (is_buy && order.price == Price{} && row.mark_price == Price{}) {
    return note(work, Obstacle::price_missing, order.instrument);
  }
  const bool priced = order.price != Price{} || row.mark_price != Price{};
  if (work.scheme.orders.spot != SpotOrderRule::reserve && priced &&
      add_weighed_spot_order(work, order, counted_price(work, order, row))) {
    return;
  }
  const i128 base_size = i128{open_lots(order).raw()} * instrument.lot * pow10(value_decimals - lot_decimals);
  const Value amount =
      is_buy ? times(value_per_lot(instrument, counted_price(work, order, row)), open_lots(order))
             : Value::from_raw(base_size);
  const AssetId asset = is_buy ? instrument.settle : work.state.index(instrument.index).base;
  reserve(work, asset, amount, rule::spot_orders, order_name(work, order));
}

// What the scheme's holding components ask for these lots alone.
Value initial_alone(Work& work, InstrumentId id, const RiskRow& row, Lots lots) {
  const Instrument& instrument = work.state.instrument(id);
  const Rate leverage = leverage_of(work.account, id, work.rules.leverage_default);
  Value initial;
  bool covered = false;
  for (std::size_t i = 0; i < row.component_count; ++i) {
    const u8 slot = work.slot_of[row.components[i]];
    if (slot == no_slot) continue;
    const Component& component = work.component(slot);
    if (row.rows[i] == no_row) break;
    covered = true;
    if (!note_lacks(work, component, id, row, lots)) continue;
    HoldingFacts facts = facts_of(instrument, row, component.price, lots, {}, {}, leverage);
    if (work.depegs) facts.money_price = price_of_money(work, instrument.settle);
    add_observed(work, component, row.rows[i], id, row, facts);
    initial += holding_margin(component, row.rows[i], facts).initial;
  }
  if (!covered) note(work, Obstacle::no_parameters, id);
  return initial;
}

// Lots of an option that the account holds long and no earlier order has offered.
Lots held_for_sale(const Work& work, const Order& order) {
  const Holding* holding = find_holding(work.account, order.instrument, order.leg);
  Lots held = holding == nullptr ? Lots{} : holding->lots;
  for (const Order& earlier : work.account.orders) {
    if (earlier.id == order.id) break;
    const bool same = earlier.instrument == order.instrument && earlier.leg == order.leg;
    if (same && earlier.side == Side::sell && counts(earlier)) held -= open_lots(earlier);
  }
  return held > Lots{} ? held : Lots{};
}

void add_order_alone(Work& work, const Order& order) {
  const Instrument& instrument = work.state.instrument(order.instrument);
  const RiskRow& row = risk_row(work.state, work.book, order.instrument);
  note_prices(work, order.instrument, row);
  Lots lots = open_lots(order);
  Value amount;
  if (instrument.kind == InstrumentKind::option && order.side == Side::buy) {
    const Value premium = order.price != Price{} ? value_per_lot(instrument, order.price)
                          : row.mark_price == Price{}
                              ? row.mark
                              : value_per_lot(instrument, counted_price(work, order, row));
    amount = times(premium, lots);
  } else {
    if (instrument.kind == InstrumentKind::option) {
      const Lots held = held_for_sale(work, order);
      lots = lots > held ? lots - held : Lots{};
    }
    if (lots == Lots{}) return;
    amount = initial_alone(work, order.instrument, row, order.side == Side::buy ? lots : -lots);
  }
  reserve(work, instrument.settle, amount, rule::orders, order_name(work, order));
}

// One side of one holding: orders fill in price priority; what closes needs nothing, what then opens again up
// to the size held is covered by the holding's own margin, and the rest adds margin.  All that opens carries
// its loss.
struct SideCost {
  Value added;  // notional that adds margin
  Lots lots;    // of it
  Value loss;
};

SideCost side_cost(const Work& work, std::span<const u32> sequence, Side side, Lots held,
                   const RiskRow& row) {
  const i64 against = side == Side::buy ? -held.raw() : held.raw();
  Lots closing = against > 0 ? Lots::from_raw(against) : Lots{};
  Lots covered = closing;
  SideCost cost;
  for (const u32 at : sequence) {
    const Order& order = work.account.orders[at];
    if (order.side != side) continue;
    const Instrument& instrument = work.state.instrument(order.instrument);
    Lots opening = open_lots(order);
    const auto consume = [](Lots& left, Lots& from) {
      const Lots part = left < from ? left : from;
      left -= part;
      from -= part;
    };
    consume(opening, closing);
    const Value value = value_per_lot(instrument, counted_price(work, order, row));
    cost.loss += times(opening_loss(value, row.mark, side == Side::buy), opening);
    consume(opening, covered);
    cost.added += times(abs(value), opening);
    cost.lots += opening;
  }
  return cost;
}

const BracketRow* brackets_of(const Work& work, const RiskRow& row) {
  for (std::size_t i = 0; i < row.component_count; ++i) {
    const u8 slot = work.slot_of[row.components[i]];
    if (slot == no_slot || row.rows[i] == no_row) continue;
    const Component& component = work.component(slot);
    if (component.kind == ComponentKind::brackets) return &component.brackets[row.rows[i]];
  }
  return nullptr;
}

// The orders of one holding: the worse of its two sides.
void add_worst_side(Work& work, std::span<const u32> sequence) {
  const Order& first = work.account.orders[sequence[0]];
  const Instrument& instrument = work.state.instrument(first.instrument);
  const RiskRow& row = risk_row(work.state, work.book, first.instrument);
  if (!note_prices(work, first.instrument, row)) return;
  const BracketRow* brackets = brackets_of(work, row);
  if (brackets == nullptr) return note(work, Obstacle::no_parameters, first.instrument);
  const Holding* holding = find_holding(work.account, first.instrument, first.leg);
  const Lots held = holding == nullptr ? Lots{} : holding->lots;
  const Rate leverage = leverage_of(work.account, first.instrument, work.rules.leverage_default);
  const Value held_notional = abs(times(row.mark, held));
  Value costs[2];
  for (const Side side : {Side::buy, Side::sell}) {
    const SideCost cost = side_cost(work, sequence, side, held, row);
    const Value size = coins(instrument, row, abs(held) + cost.lots);
    const Rate cap = bracket_of(*brackets, held_notional + cost.added, size).leverage_max;
    const Rate in_force = leverage < cap ? leverage : cap;
    costs[static_cast<std::size_t>(side)] = at_leverage(cost.added, in_force) + cost.loss;
  }
  const bool buys_bind = costs[0] >= costs[1];
  for (const Side side : {Side::buy, Side::sell}) {
    const Value cost = costs[static_cast<std::size_t>(side)];
    const bool binds = (side == Side::buy) == buys_bind;
    std::string label;
    if (work.statement != nullptr) {
      label = (side == Side::buy ? "all buys of " : "all sells of ") + instrument.name + " fill";
    }
    reserve(work, instrument.settle, cost, rule::orders, label, binds);
  }
}

// Derivative orders that count, by holding, then in price priority.
std::span<const u32> sorted_orders(Work& work) {
  const std::vector<Order>& orders = work.account.orders;
  std::vector<u32>& sequence = work.scratch.order_sequence;
  sequence.clear();
  for (u32 i = 0; i < orders.size(); ++i) {
    const bool is_spot = work.state.instrument(orders[i].instrument).kind == InstrumentKind::spot;
    if (!is_spot && counts(orders[i])) sequence.push_back(i);
  }
  const auto key = [&orders](u32 at) {
    const Order& order = orders[at];
    // Market orders (price 0) fill first on either side.
    const i64 urgency = order.price == Price{}    ? INT64_MIN
                        : order.side == Side::buy ? -order.price.raw()
                                                  : order.price.raw();
    return std::tuple(order.instrument, order.leg, order.side, urgency, order.id);
  };
  std::sort(sequence.begin(), sequence.end(), [&key](u32 a, u32 b) { return key(a) < key(b); });
  return sequence;
}

// The orders of one holding at their own limits: the dearer side, of what does not close the holding.  Prices
// and sizes are per lot, so that linear and inverse contracts are charged alike.
void add_at_limit(Work& work, std::span<const u32> sequence) {
  const Order& first = work.account.orders[sequence[0]];
  const Instrument& instrument = work.state.instrument(first.instrument);
  const RiskRow& row = risk_row(work.state, work.book, first.instrument);
  if (!note_prices(work, first.instrument, row)) return;
  std::vector<LimitOrder> sides[2];
  for (const u32 at : sequence) {
    const Order& order = work.account.orders[at];
    const Value per_lot = abs(value_per_lot(instrument, counted_price(work, order, row)));
    sides[static_cast<std::size_t>(order.side)].push_back(
        {.price = per_lot, .coins = Value::from_raw(i128{open_lots(order).raw()} * value_one)});
  }
  const Holding* holding = find_holding(work.account, first.instrument, first.leg);
  Lots held = holding == nullptr ? Lots{} : holding->lots;
  std::vector<LimitOrder>& buys = sides[static_cast<std::size_t>(Side::buy)];
  std::vector<LimitOrder>& sells = sides[static_cast<std::size_t>(Side::sell)];
  if (instrument.inverse && is_margined(instrument)) {  // in coins the best bid is the cheapest
    std::swap(buys, sells);
    held = -held;
  }
  std::sort(buys.begin(), buys.end(),
            [](const LimitOrder& a, const LimitOrder& b) { return b.price < a.price; });
  std::sort(sells.begin(), sells.end(),
            [](const LimitOrder& a, const LimitOrder& b) { return a.price < b.price; });
  const Rate leverage = leverage_of(work.account, first.instrument, work.rules.leverage_default);
  const Rate factor =
      Rate::from_raw(static_cast<i64>(mul_div(rate_one, rate_one, leverage.raw(), Round::up)));
  const Value cost = at_limit_cost(buys, sells, Value::from_raw(i128{held.raw()} * value_one), {}, factor,
                                   work.scheme.orders.rounding);
  reserve(work, instrument.settle, cost, rule::orders,
          work.statement == nullptr ? "" : "the dearer side of the orders on " + instrument.name);
}

// Calls add(orders of one holding) for every holding with orders.
template <class Add>
void for_each_holding(Work& work, Add&& add) {
  const std::vector<Order>& orders = work.account.orders;
  const std::span<const u32> sequence = sorted_orders(work);
  for (std::size_t begin = 0; begin < sequence.size();) {
    std::size_t end = begin + 1;
    const Order& first = orders[sequence[begin]];
    while (end < sequence.size() && orders[sequence[end]].instrument == first.instrument &&
           orders[sequence[end]].leg == first.leg) {
      ++end;
    }
    add(work, sequence.subspan(begin, end - begin));
    begin = end;
  }
}

// A fixed amount for every open order.
void add_each(Work& work, const Order& order) {
  const AssetId asset =
      work.account.pooled ? work.resolved->money : work.state.instrument(order.instrument).settle;
  reserve(work, asset, work.scheme.orders.each, rule::orders, order_name(work, order));
}

}  // namespace

bool counts(const Order& order) { return !order.reduce_only && order.triggered && order.lots > order.filled; }

OpenSides open_sides(const Account& account, InstrumentId instrument, Leg leg) {
  OpenSides sides;
  for (const Order& order : account.orders) {
    if (order.instrument != instrument || order.leg != leg || !counts(order)) continue;
    (order.side == Side::buy ? sides.buys : sides.sells) += open_lots(order);
  }
  return sides;
}

void add_orders(Work& work) {
  if (work.account.orders.empty() || work.scheme.orders.kind == OrderRuleKind::none) return;
  for (const Order& order : work.account.orders) {
    if (!counts(order)) continue;
    if (work.scheme.orders.each != Value{}) add_each(work, order);
    if (work.state.instrument(order.instrument).kind == InstrumentKind::spot) {
      add_spot_order(work, order);
    } else if (work.scheme.orders.kind == OrderRuleKind::per_order) {
      add_order_alone(work, order);
    } else if (work.scheme.orders.kind == OrderRuleKind::gap) {
      note(work, Obstacle::gap, {}, {}, work.scheme.orders.gap);
    }
  }
  if (work.scheme.orders.kind == OrderRuleKind::worst_side) for_each_holding(work, add_worst_side);
  if (work.scheme.orders.kind == OrderRuleKind::at_limit) for_each_holding(work, add_at_limit);
}

}  // namespace lockstep
