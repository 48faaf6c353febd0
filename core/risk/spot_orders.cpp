// Spot orders of pooled accounts, weighed with the balances that they would change, where a rulebook asks
// for more than the amount that an order would pay.  Methodology 5.8.
#include <algorithm>

#include "core/ledger/valuation.h"
#include "core/risk/work.h"
#include "core/risk/worst_position.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

Value coins_of(const Instrument& spot, const Order& order) {
  const Lots lots = order.lots - order.filled;
  return Value::from_raw(i128{lots.raw()} * spot.lot * pow10(value_decimals - lot_decimals));
}

SpotReserve& reserve_of(Work& work, const Order& order, const Instrument& spot) {
  for (SpotReserve& reserve : work.scratch.reserves) {
    if (reserve.instrument == order.instrument) return reserve;
  }
  SpotReserve& fresh = work.scratch.reserves.emplace_back();
  fresh.instrument = order.instrument;
  fresh.base_wallet = wallet_of(work, work.state.index(spot.index).base);
  fresh.quote_wallet = wallet_of(work, spot.settle);
  return fresh;
}

void set_aside(Work& work, const Order& order, const Instrument& spot, Price price) {
  SpotReserve& reserve = reserve_of(work, order, spot);
  if (order.side == Side::sell) {
    const Value coins = coins_of(spot, order);
    reserve.base += coins;
    work.scratch.wallets[reserve.base_wallet].set_aside += coins;
    if (reserve.lowest_ask == Price{} || price < reserve.lowest_ask) reserve.lowest_ask = price;
    return;
  }
  const Value paid = times(value_per_lot(spot, price), order.lots - order.filled);
  reserve.quote += paid;
  work.scratch.wallets[reserve.quote_wallet].set_aside += paid;
  reserve.highest_bid = std::max(reserve.highest_bid, price);
}

// What an amount becomes in another asset: at the index prices, or at the limit if that brings less.  Down.
Value turned(Value amount, Price from, Price to, Price limit_from, Price limit_to) {
  if (amount == Value{} || to == Price{}) return {};
  const auto at = [&](Price price, Price by) {
    return Value::from_raw(
        mul_div_capped(amount.raw(), price.raw(), by.raw(), Round::down, limits::requirement_raw_max));
  };
  return min(at(from, to), at(limit_from, limit_to));
}

BalanceFacts facts_at(Work& work, u32 wallet, WeightLevel level) {
  BalanceFacts facts = balance_facts(work, work.scratch.wallets[wallet]);
  if (facts.price == Price{}) facts.price = price_in_money(work, work.scratch.wallets[wallet].asset);
  if (level == WeightLevel::maintenance) facts.slow = {};
  return facts;
}

void turn(Work& work, SpotReserve& reserve, WeightLevel level) {
  const BalanceFacts base = facts_at(work, reserve.base_wallet, level);
  const BalanceFacts quote = facts_at(work, reserve.quote_wallet, level);
  const Value debt = Value::from_raw(-1);
  const Price one = Price::from_raw(price_one);
  reserve.as_base = reserve.base + turned(reserve.quote, counted_price(quote, {}), counted_price(base, debt),
                                          one, reserve.highest_bid);
  reserve.as_quote = reserve.quote + turned(reserve.base, counted_price(base, {}), counted_price(quote, debt),
                                            reserve.lowest_ask, one);
}

Value worth_at(Work& work, WeightLevel level) {
  std::vector<SpotReserve>& reserves = work.scratch.reserves;
  for (SpotReserve& reserve : reserves) turn(work, reserve, level);
  const auto all = [&](u32 wallet) {  // that the account could receive of an asset
    Value sum;
    for (const SpotReserve& reserve : reserves) {
      if (reserve.base_wallet == wallet) sum += reserve.as_base;
      if (reserve.quote_wallet == wallet) sum += reserve.as_quote;
    }
    return sum;
  };
  Value sum;
  for (const SpotReserve& reserve : reserves) {
    const auto worth = [&](u32 wallet, Value reserved) {
      const Collateral& row = *collateral_row(work, work.scratch.wallets[wallet].asset);
      return reserved_worth(row, facts_at(work, wallet, level), all(wallet), reserved, level);
    };
    const Value least =
        min(worth(reserve.base_wallet, reserve.as_base), worth(reserve.quote_wallet, reserve.as_quote));
    sum += least;
    if (work.statement == nullptr) continue;
    const Section section =
        level == WeightLevel::initial ? Section::initial_balance : Section::margin_balance;
    add_line(
        work, place(0, section, orders_unit, 0), rule::spot_orders, 1,
        "orders on " + work.state.instrument(reserve.instrument).name + ", the worse of all fill and none",
        work.resolved->money, least);
  }
  return sum;
}

}  // namespace

bool add_weighed_spot_order(Work& work, const Order& order, Price price) {
  if (!work.account.pooled) return false;
  const Instrument& spot = work.state.instrument(order.instrument);
  const AssetId base = work.state.index(spot.index).base;
  if (collateral_row(work, base) == nullptr) return false;
  if (work.scheme.orders.spot == SpotOrderRule::either_fills) {
    Wallet& wallet = work.scratch.wallets[wallet_of(work, base)];
    (order.side == Side::buy ? wallet.bids : wallet.asks) += coins_of(spot, order);
    return true;
  }
  if (collateral_row(work, spot.settle) == nullptr) return false;
  set_aside(work, order, spot, price);
  return true;
}

CountedOrders worse_fills(Work& work, const Wallet& wallet, const Collateral& row) {
  const BalanceFacts facts = balance_facts(work, wallet);
  const SpotFill initial = worse_fill(row, facts, wallet.bids, wallet.asks, WeightLevel::initial, true);
  const SpotFill maintenance =
      worse_fill(row, facts, wallet.bids, wallet.asks, WeightLevel::maintenance, false);
  return {.balance = {.initial = initial.weighted, .maintenance = maintenance.weighted},
          .orders = {.initial = initial.orders, .maintenance = maintenance.orders}};
}

Counted reserved_orders(Work& work) {
  return {.initial = worth_at(work, WeightLevel::initial),
          .maintenance = worth_at(work, WeightLevel::maintenance)};
}

}  // namespace lockstep
