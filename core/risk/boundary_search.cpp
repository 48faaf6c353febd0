#include <algorithm>

#include "core/risk/boundary_market.h"
#include "core/risk/work.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

// One pool at one price.
struct Look {
  bool known = false;
  bool liquidated = false;
  Value surplus;  // margin balance - maintenance
};

struct Search {
  BoundaryBook& book;
  const Scheme& scheme;
  const Movable& moving;
  const Boundary& pool;
  i64 step;  // all prices are multiples of it
};

Look look(const Search& search, i64 steps) {
  BoundaryBook& book = search.book;
  move_to(book, search.moving, Price::from_raw(steps * search.step));
  assess_into(book.state, book.risk, book.account, nullptr, book.assessment);
  for (const PoolTotals& pool : book.assessment.pools) {
    if (pool.asset != search.pool.asset || pool.isolated != search.pool.isolated) continue;
    if (pool.leg != search.pool.leg) continue;
    return {.known = book.assessment.obstacle < Obstacle::price_missing,
            .liquidated = margin_state(search.scheme, pool) >= MarginState::liquidation,
            .surplus = pool.margin_balance - pool.maintenance};
  }
  return {};
}

// A guess strictly between two neighbours, where a straight line would be zero.
i64 interpolated(i64 near, i64 far, Value near_surplus, Value far_surplus) {
  const i128 from = abs(near_surplus.raw());
  const i128 whole = from + abs(far_surplus.raw());
  if (whole == 0) return near + (far - near) / 2;
  const i64 guess = near + static_cast<i64>(mul_div(far - near, from, whole, Round::nearest));
  const i64 low = std::min(near, far) + 1;
  const i64 high = std::max(near, far) - 1;
  return std::clamp(guess, low, high);
}

// near stands as the present price does, far does not: the nearest that does not, next to one that does.
Crossing refine(const Search& search, i64 near, i64 far, Look near_look, Look far_look) {
  bool halve = false;
  while (std::max(near, far) - std::min(near, far) > 1) {
    const i64 width = std::max(near, far) - std::min(near, far);
    const i64 at =
        halve ? near + (far - near) / 2 : interpolated(near, far, near_look.surplus, far_look.surplus);
    const Look found = look(search, at);
    if (!found.known) return {.kind = Crossing::Kind::unknown, .price = Price::from_raw(at * search.step)};
    if (found.liquidated == near_look.liquidated) {
      near = at;
      near_look = found;
    } else {
      far = at;
      far_look = found;
    }
    halve = (std::max(near, far) - std::min(near, far)) * 2 > width;
  }
  return {.kind = Crossing::Kind::at, .price = Price::from_raw(far * search.step)};
}

// nodes: outwards.  start: the multiple next to the present price on the far side of the first node, which
// stands as the present price does.
Crossing walk(const Search& search, i64 start, const Look& now, const std::vector<i64>& nodes) {
  i64 near = start;
  Look near_look = now;
  for (const i64 node : nodes) {
    const Look found = look(search, node);
    if (!found.known) return {.kind = Crossing::Kind::unknown, .price = Price::from_raw(node * search.step)};
    if (found.liquidated != now.liquidated) return refine(search, near, node, near_look, found);
    near = node;
    near_look = found;
  }
  return {};
}

constexpr i64 parts = 40;  // of the present price between two neighbours of the grid
constexpr i64 most = 10;   // times the present price

// Multiples of the step below and above the present price, outwards, with the strikes among them.
struct Grid {
  std::vector<i64> below;
  std::vector<i64> above;
};

Grid grid_of(const Search& search) {
  const i64 now = search.moving.price.raw();
  const i64 highest = static_cast<i64>(std::min<i128>(i128{now} * most, limits::price_raw_max)) / search.step;
  Grid grid;
  const auto add = [&](i128 price) {
    const i64 node = static_cast<i64>(std::clamp<i128>(price / search.step, 1, std::max<i64>(highest, 1)));
    if (node * search.step < now) grid.below.push_back(node);
    if (node * search.step > now) grid.above.push_back(node);
  };
  for (i64 i = 1; i <= parts; ++i) add(i128{now} * (parts - i) / parts), add(i128{now} * (parts + i) / parts);
  for (i64 low = now / parts; low > 0; low /= 2) add(low);
  for (i128 high = i128{now} * 2; high < i128{now} * most; high = high * 5 / 4) add(high);
  add(i128{now} * most);
  for (const Movable::Mark& mark : search.moving.marks) {
    const Instrument& instrument = search.book.state.instrument(mark.instrument);
    if (mark.forward == Price{}) continue;
    add(mul_div(instrument.strike.raw(), now, mark.forward.raw(), Round::nearest));
  }
  std::sort(grid.below.begin(), grid.below.end(), std::greater<>());
  std::sort(grid.above.begin(), grid.above.end());
  for (std::vector<i64>* side : {&grid.below, &grid.above}) {
    side->erase(std::unique(side->begin(), side->end()), side->end());
  }
  return grid;
}

void search_both_sides(BoundaryBook& book, const Scheme& scheme, const Movable& moving, Boundary& out) {
  const Search search{book, scheme, moving, out, out.step.raw()};
  const Grid grid = grid_of(search);
  const i64 price = moving.price.raw();
  Search present = search;
  present.step = 1;
  const Look now = look(present, price);
  if (!now.known) return;
  out.liquidated = now.liquidated;
  out.below = walk(search, static_cast<i64>(div(price, search.step, Round::up)), now, grid.below);
  out.above = walk(search, price / search.step, now, grid.above);
  move_to(book, moving, moving.price);
}

// The smallest tick of what is held on the underlying; for collateral alone a millionth of the price, down to
// a power of ten.
Price step_of(const BoundaryBook& book, const Movable& moving) {
  Price step;
  for (const Movable::Mark& mark : moving.marks) {
    const Instrument& instrument = book.state.instrument(mark.instrument);
    if (instrument.kind == InstrumentKind::option || instrument.tick == Price{}) continue;
    if (step == Price{} || instrument.tick < step) step = instrument.tick;
  }
  if (step != Price{} && step <= moving.price) return step;
  i64 power = 1;
  while (power <= moving.price.raw() / 10'000'000) power *= 10;
  return Price::from_raw(power);
}

// The account with what concerns one pool.
void narrow(const State& state, const Account& account, const Boundary& pool, Account& out) {
  out = account;
  if (account.pooled) return;
  std::erase_if(out.holdings, [&](const Holding& holding) {
    if (account.mode == MarginMode::isolated) {
      return holding.instrument != pool.isolated || holding.leg != pool.leg;
    }
    return state.instrument(holding.instrument).settle != pool.asset;
  });
  std::erase_if(out.orders, [&](const Order& order) {
    const Instrument& instrument = state.instrument(order.instrument);
    return instrument.settle != pool.asset && instrument.kind != InstrumentKind::spot;
  });
}

using Underlying = std::pair<AssetId, IndexId>;  // base, lead

void add_underlying(std::vector<Underlying>& all, const State& state, IndexId index) {
  if (index.is_none() || state.index(index).price == Price{}) return;
  const AssetId base = state.index(index).base;
  for (Underlying& known : all) {
    if (known.first != base) continue;
    known.second = std::min(known.second, index);
    return;
  }
  all.emplace_back(base, index);
}

// On what the narrowed account of a pool depends.
std::vector<Underlying> underlyings(BoundaryBook& book, const Boundary& pool) {
  const State& state = book.state;
  const Account& account = book.account;
  std::vector<Underlying> all;
  if (account.mode == MarginMode::isolated && pool.isolated.is_none()) return all;
  for (const Holding& holding : account.holdings) {
    add_underlying(all, state, state.instrument(holding.instrument).index);
  }
  for (const Order& order : account.orders)
    add_underlying(all, state, state.instrument(order.instrument).index);
  if (account.pooled) {
    const ResolvedRules& resolved = resolve(state, book.risk, account.rulebook);
    std::vector<AssetId> assets;
    for (const Balance& balance : account.balances) assets.push_back(balance.asset);
    for (const Holding& holding : account.holdings)
      assets.push_back(state.instrument(holding.instrument).settle);
    for (const AssetId asset : assets) add_underlying(all, state, resolved.conversions[asset.index]);
  }
  std::sort(all.begin(), all.end(),
            [](const Underlying& a, const Underlying& b) { return a.second < b.second; });
  return all;
}

}  // namespace

std::vector<Boundary> find_boundaries(const State& state, const Account& account, BoundaryBook& book) {
  refresh(state, account, book);
  assess_into(book.state, book.risk, account, nullptr, book.assessment);
  if (book.assessment.obstacle >= Obstacle::price_missing) return {};
  const Scheme* scheme = find_scheme(state.rulebook(account.rulebook).rules(), account.mode, account.pooled);
  LS_ASSERT(scheme != nullptr);  // or there would have been an obstacle
  std::vector<Boundary> all;
  const std::vector<PoolTotals> pools = book.assessment.pools;
  for (const PoolTotals& totals : pools) {
    Boundary pool;
    pool.asset = totals.asset;
    pool.isolated = totals.isolated;
    pool.leg = totals.leg;
    narrow(book.state, account, pool, book.account);
    for (const auto& [base, lead] : underlyings(book, pool)) {
      refresh(state, book.account, book);
      const Movable moving = movable(book, book.account, base, lead);
      pool.index = lead;
      pool.step = step_of(book, moving);
      search_both_sides(book, *scheme, moving, pool);
      all.push_back(pool);
    }
  }
  return all;
}

}  // namespace lockstep
