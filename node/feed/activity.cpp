// Life after the opening: every hour some holders trade with each other, orders come, change, fill and go,
// and a little money moves.  All of it is small against the portfolios.
#include <algorithm>

#include "node/feed/contracts.h"
#include "node/feed/trades.h"

namespace lockstep {
namespace {

constexpr std::size_t orders_max = 2'000;

struct Hour {
  const Universe& universe;
  PlannedBook& book;
  std::vector<Command> commands;

  Prng& prng() { return book.prng; }
  bool is_first(AccountId account) const { return account.index < book.accounts_first; }

  // Another account under the same rulebook.
  AccountId other_account(AccountId account) {
    const u32 low = is_first(account) ? 0 : book.accounts_first;
    const u32 high = is_first(account) ? book.accounts_first : book.accounts;
    const u32 drawn = low + static_cast<u32>(prng().below(high - low));
    return drawn == account.index && high - low > 1 ? AccountId{low + (drawn + 1 - low) % (high - low)}
                                                    : AccountId{drawn};
  }
  // A holding whose instrument still trades, or instrument none.
  PlannedHolding any_holding() {
    for (int tries = 0; tries < 8; ++tries) {
      const PlannedHolding& holding = book.holdings[prng().below(book.holdings.size())];
      if (!find_tradable(universe, holding.instrument).instrument.is_none()) return holding;
    }
    return {};
  }
  i64 part_of(Lots lots) {  // 1 lot to a quarter
    const i64 size = abs(lots).raw();
    return 1 + static_cast<i64>(prng().below(static_cast<u64>(std::max<i64>(size / 4, 1))));
  }
};

// Half a percent to five percent away from the mark, on the side where it waits.
Price waiting_price(Prng& prng, const Tradable& what, Side side) {
  const i64 permille = prng.between(5, 50);
  const i64 factor = side == Side::buy ? 1000 - permille : 1000 + permille;
  return on_tick(Price::from_raw(static_cast<i64>(div(i128{what.mark.raw()} * factor, 1000, Round::nearest))),
                 what.tick);
}

// The holder makes his holding smaller, another account takes the other side.
void trade_pair(Hour& hour) {
  const PlannedHolding holding = hour.any_holding();
  if (holding.instrument.is_none()) return;
  const Tradable what = find_tradable(hour.universe, holding.instrument);
  const i64 part = hour.part_of(holding.lots);
  const i64 lots = holding.lots.raw() > 0 ? -part : part;
  hour.commands.emplace_back(fill_at_mark(holding.account, what, lots));
  hour.commands.emplace_back(fill_at_mark(hour.other_account(holding.account), what, -lots));
}

void place(Hour& hour) {
  const PlannedHolding holding = hour.any_holding();
  if (holding.instrument.is_none()) return;
  const Tradable what = find_tradable(hour.universe, holding.instrument);
  PlaceOrder order;
  order.account = hour.prng().chance(1, 2) ? holding.account : hour.other_account(holding.account);
  if (!hour.book.by_account[order.account.index].takes_orders) return;
  order.order = ++hour.book.orders_sent;
  order.instrument = what.instrument;
  order.side = hour.prng().chance(1, 2) ? Side::buy : Side::sell;
  order.price = waiting_price(hour.prng(), what, order.side);
  order.post_only = hour.prng().chance(1, 5);
  order.lots = Lots::from_raw(hour.part_of(holding.lots));
  hour.book.orders.push_back(
      {order.account, order.order, order.instrument, order.side, order.price, order.lots});
  hour.commands.emplace_back(order);
}

// Takes an order out of the plan's list; order 0 if there is none.
PlannedOrder take_order(Hour& hour) {
  std::vector<PlannedOrder>& orders = hour.book.orders;
  if (orders.empty()) return {};
  const std::size_t at = hour.prng().below(orders.size());
  const PlannedOrder order = orders[at];
  orders[at] = orders.back();
  orders.pop_back();
  return order;
}

void cancel(Hour& hour) {
  const PlannedOrder order = take_order(hour);
  if (order.order != 0) hour.commands.emplace_back(CancelOrder{order.account, order.order});
}

void amend(Hour& hour) {
  PlannedOrder order = take_order(hour);
  if (order.order == 0) return;
  order.price = waiting_price(hour.prng(), find_tradable(hour.universe, order.instrument), order.side);
  hour.commands.emplace_back(AmendOrder{order.account, order.order, order.price, Price{}, Lots{}});
  hour.book.orders.push_back(order);
}

// The whole order, at its limit; another account is the taker.
void fill_order(Hour& hour) {
  const PlannedOrder order = take_order(hour);
  if (order.order == 0) return;
  Tradable what = find_tradable(hour.universe, order.instrument);
  what.mark = order.price;
  const i64 lots = order.side == Side::buy ? order.lots.raw() : -order.lots.raw();
  Fill fill = fill_at_mark(order.account, what, lots);
  fill.order = order.order;
  fill.fee = Amount{};
  fill.taker = false;
  hour.commands.emplace_back(fill);
  hour.commands.emplace_back(fill_at_mark(hour.other_account(order.account), what, -lots));
}

void move_money(Hour& hour) {
  const AccountId account{static_cast<u32>(hour.prng().below(hour.book.accounts))};
  const bool first = hour.is_first(account);
  const AssetId asset = hour.book.by_account[account.index].money;
  const i64 unit = static_cast<i64>(pow10(first ? coin_decimals : dollar_decimals));
  const i64 raw = first ? unit / 1000 * hour.prng().between(1, 100) : unit * hour.prng().between(10, 2'000);
  if (hour.prng().chance(1, 2)) {
    hour.commands.emplace_back(Deposit{account, asset, Amount::from_raw(raw)});
  } else {
    hour.commands.emplace_back(Withdraw{account, asset, Amount::from_raw(raw)});
  }
}

// Orders whose instrument no longer trades have ended with it.
void forget_ended_orders(Hour& hour) {
  std::vector<PlannedOrder>& orders = hour.book.orders;
  orders.erase(std::remove_if(orders.begin(), orders.end(),
                              [&](const PlannedOrder& order) {
                                return find_tradable(hour.universe, order.instrument).instrument.is_none();
                              }),
               orders.end());
}

}  // namespace

std::vector<Command> portfolio_activity(const PortfolioPlan& plan, const Universe& universe,
                                        PlannedBook& book) {
  Hour now{universe, book, {}};
  if (book.holdings.empty()) return {};
  forget_ended_orders(now);
  while (now.commands.size() < plan.actions_per_hour) {
    const u64 kind = now.prng().below(100);
    const std::size_t before = now.commands.size();
    if (kind < 25) {
      trade_pair(now);
    } else if (kind < 55 && book.orders.size() < orders_max) {
      place(now);
    } else if (kind < 65) {
      amend(now);
    } else if (kind < 85) {
      cancel(now);
    } else if (kind < 90) {
      fill_order(now);
    } else {
      move_money(now);
    }
    if (now.commands.size() == before) move_money(now);  // nothing there to act on
  }
  return std::move(now.commands);
}

}  // namespace lockstep
