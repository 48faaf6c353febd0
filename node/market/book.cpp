// The book's arithmetic.  Nothing is stored by level: what a level holds is the profile up to it less what
// was eaten, so a step costs the same whatever the ladder's length, and a take costs what it touches.
//
// Eaten lots are kept in grains, 2^-20 of a lot, because a memory that fades by whole lots would never fade
// below 1 / (1 - keep) of them.
#include "node/market/book.h"

#include <algorithm>

#include "core/math/elementary.h"
#include "core/units/limits.h"
#include "node/market/chance.h"

namespace lockstep::market {
namespace {

constexpr int grain_bits = 20;
constexpr int reach_bits = 32;
static_assert(limits::lots_raw_max <= i64{1} << 40, "the grains of the largest order fit twice");

BookSide& side_of(Book& book, Side side) { return book.sides[side == Side::buy ? 0 : 1]; }
const BookSide& side_of(const Book& book, Side side) { return book.sides[side == Side::buy ? 0 : 1]; }

// The multiples of the depth that the ladder holds up to each level; the depth itself is 2^32 exactly.
std::vector<i64> profile_reach(const BookPlan& plan) {
  std::vector<double> cumulated;
  double sum = 0, within = 0;
  const double step = to_double(plan.ladder_step), scale = to_double(plan.depth_reach);
  for (u32 i = 0; i < plan.levels; ++i) {
    const double odd = static_cast<double>(2 * i + 1);
    sum += plan.profile == Profile::linear ? odd : math::exp(-0.5 * odd * step / scale);
    cumulated.push_back(sum);
    if ((2 * i + 1) * i128{plan.ladder_step.raw()} <= 2 * i128{plan.depth_reach.raw()}) within = sum;
  }
  LS_ASSERT(within > 0);
  std::vector<i64> reach;
  for (const double value : cumulated) {
    reach.push_back(nearest(value / within * static_cast<double>(i64{1} << reach_bits)));
  }
  return reach;
}

// Lots from the centre up to and with a level, when `depth` of them are within depth_reach.
i64 lots_to(const Book& book, Lots depth, u32 level) {
  const i128 half = i128{1} << (reach_bits - 1);
  return static_cast<i64>((i128{book.reach[level]} * depth.raw() + half) >> reach_bits);
}

// What is left up to and with a level.
i64 left_to(const Book& book, const BookSide& side, u32 level) {
  const i128 grains = (i128{lots_to(book, book.depth, level)} << grain_bits) - side.eaten;
  return grains <= 0 ? 0 : static_cast<i64>(grains >> grain_bits);
}

// The first level where something is left, or the number of levels.
u32 front(const Book& book, const BookSide& side) {
  u32 low = 0, high = book.plan.levels;
  while (low < high) {
    const u32 middle = (low + high) / 2;
    if (left_to(book, side, middle) > 0) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

// On the tick, away from the centre.
Price level_price(const Book& book, Side side, u32 level) {
  const bool ask = side == Side::buy;
  const i128 away = i128{2 * level + 1} * book.plan.ladder_step.raw();
  const i128 raw = mul_div(book.centre.raw(), 2 * i128{rate_one} + (ask ? away : -away), 2 * i128{rate_one},
                           ask ? Round::up : Round::down);
  const i128 tick = book.plan.tick.raw();
  const i128 ticks = div(raw, tick, ask ? Round::up : Round::down);
  return Price::from_raw(static_cast<i64>(std::max(ticks * tick, tick)));
}

// The grains from the centre up to the near edge of a level.
i128 grains_before(const Book& book, Lots depth, u32 level) {
  return level == 0 ? 0 : i128{lots_to(book, depth, level - 1)} << grain_bits;
}

// How far from the centre these grains reach, and how many grains are that near: inverse to each other.
Rate distance(const Book& book, Lots depth, i64 grains) {
  u32 low = 0, high = book.plan.levels;  // the first level that ends beyond them
  while (low < high) {
    const u32 middle = (low + high) / 2;
    if (grains_before(book, depth, middle + 1) > grains) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  const i64 step = book.plan.ladder_step.raw();
  if (low == book.plan.levels) return Rate::from_raw(step * low);
  const i128 before = grains_before(book, depth, low);
  const i128 part = mul_div(grains - before, step, grains_before(book, depth, low + 1) - before, Round::down);
  return Rate::from_raw(step * low + static_cast<i64>(part));
}

i64 grains_within(const Book& book, Lots depth, Rate distance) {
  const i64 step = book.plan.ladder_step.raw();
  const u32 level = static_cast<u32>(distance.raw() / step);
  const i128 before = grains_before(book, depth, std::min(level, book.plan.levels));
  if (level >= book.plan.levels) return static_cast<i64>(before);
  const i128 here = grains_before(book, depth, level + 1) - before;
  return static_cast<i64>(before + mul_div(here, distance.raw() % step, step, Round::down));
}

Price moved(Price price, Rate by) {
  return Price::from_raw(
      static_cast<i64>(mul_div(price.raw(), i128{rate_one} + by.raw(), rate_one, Round::nearest)));
}

i64 faded(i64 grains, Rate keep) {
  return static_cast<i64>(mul_div(grains, keep.raw(), rate_one, Round::zero));
}

Rate keep_of(Duration step, Duration memory) {
  const double ratio = static_cast<double>(step.raw()) / static_cast<double>(memory.raw());
  return Rate::from_raw(nearest(math::exp(-ratio) * static_cast<double>(rate_one)));
}

// How far the slow memory has moved the centre; below 0 after sales.
Rate slow_shift(const Book& book, i64 flow) {
  const Rate away = distance(book, book.plan.depth, flow < 0 ? -flow : flow);
  return flow < 0 ? -away : away;
}

// What was taken in this step moves the centre from the next one on.  The eaten side stays where it is: as
// far as its centre comes nearer, its eaten part is less, so that a price never goes on falling without a
// sale.
void settle(Book& book) {
  i64 net = 0;
  for (const Side taker : {Side::buy, Side::sell}) {
    const i64 slow = static_cast<i64>(mul_div(i128{side_of(book, taker).taken.raw()} << grain_bits,
                                              book.plan.slow_share.raw(), rate_one, Round::down));
    net += taker == Side::buy ? slow : -slow;
    side_of(book, taker).taken = Lots{};
  }
  if (net == 0) return;
  const Rate before = slow_shift(book, book.flow);
  book.flow += net;
  const Rate nearer = slow_shift(book, book.flow) - before;
  BookSide& side = side_of(book, net > 0 ? Side::buy : Side::sell);
  const Rate front = distance(book, book.depth, side.eaten) - (net > 0 ? nearer : -nearer);
  side.eaten = front > Rate{} ? grains_within(book, book.depth, front) : 0;
}

void fade(Book& book) {
  book.flow = faded(book.flow, book.slow_keep);
  for (BookSide& side : book.sides) side.eaten = faded(side.eaten, book.fast_keep);
}

void lay(Book& book, Price fundamental, Rate share) {
  const Rate shift = slow_shift(book, book.flow);
  const i128 followed = mul_div(shift.raw(), book.plan.index_share.raw(), rate_one, Round::zero);
  book.fundamental = fundamental;
  book.centre = moved(fundamental, shift);
  book.index = moved(fundamental, Rate::from_raw(static_cast<i64>(followed)));
  book.depth =
      Lots::from_raw(static_cast<i64>(mul_div(book.plan.depth.raw(), share.raw(), rate_one, Round::down)));
}

}  // namespace

Book make_book(const BookPlan& plan, Price start) {
  LS_ASSERT(plan.levels > 0 && plan.ladder_step > Rate{} && plan.tick > Price{} && plan.lot > 0);
  LS_ASSERT(i128{2 * plan.levels + 1} * plan.ladder_step.raw() < 2 * i128{rate_one});  // prices above 0
  LS_ASSERT(plan.depth > Lots{} && plan.slow_share >= Rate{} && plan.slow_share.raw() <= rate_one);
  LS_ASSERT(plan.fast_memory > Duration{} && plan.slow_memory > Duration{} && plan.step > Duration{});
  Book book;
  book.plan = plan;
  book.reach = profile_reach(plan);
  book.fast_keep = keep_of(plan.step, plan.fast_memory);
  book.slow_keep = keep_of(plan.step, plan.slow_memory);
  book.last = start;
  lay(book, start, Rate::from_raw(rate_one));
  return book;
}

void begin_step(Book& book, Price fundamental, Rate share) {
  LS_ASSERT(fundamental > Price{} && share >= Rate{});
  settle(book);
  fade(book);
  lay(book, fundamental, share);
  book.last = std::clamp(book.last, best_bid(book), best_ask(book));
}

Price no_limit(Side side) { return Price::from_raw(side == Side::buy ? limits::price_raw_max : 0); }

Taken take(Book& book, Side side, Lots lots, Price limit) {
  LS_ASSERT(lots >= Lots{} && lots.raw() <= limits::lots_raw_max);
  BookSide& own = side_of(book, side);
  Taken taken;
  i64 before = 0;  // lots up to the level before
  for (u32 level = front(book, own); level < book.plan.levels && taken.lots < lots; ++level) {
    const i64 here = left_to(book, own, level);
    if (here == before) continue;
    const Price price = level_price(book, side, level);
    if (side == Side::buy ? price > limit : price < limit) break;
    const i64 part = std::min(here - before, (lots - taken.lots).raw());
    taken.lots += Lots::from_raw(part);
    taken.quote += Value::from_raw(i128{price.raw()} * book.plan.lot * part);
    taken.worst = price;
    before = here;
  }
  own.eaten += taken.lots.raw() << grain_bits;
  own.taken += taken.lots;
  if (taken.lots > Lots{}) book.last = taken.worst;
  return taken;
}

Price average_price(const Book& book, Side side, const Taken& taken) {
  LS_ASSERT(taken.lots > Lots{});
  return Price::from_raw(static_cast<i64>(div(taken.quote.raw(), i128{book.plan.lot} * taken.lots.raw(),
                                              side == Side::buy ? Round::up : Round::down)));
}

std::vector<Level> levels(const Book& book, Side side, u32 count) {
  const BookSide& own = side_of(book, side);
  std::vector<Level> result;
  i64 before = 0;
  for (u32 level = front(book, own); level < book.plan.levels && result.size() < count; ++level) {
    const i64 here = left_to(book, own, level);
    if (here > before) result.push_back({level_price(book, side, level), Lots::from_raw(here - before)});
    before = here;
  }
  return result;
}

Price best_price(const Book& book, Side side) {
  return level_price(book, side, std::min(front(book, side_of(book, side)), book.plan.levels - 1));
}

Price mid(const Book& book) {
  return Price::from_raw(best_bid(book).raw() + (best_ask(book) - best_bid(book)).raw() / 2);
}

Lots depth_within(const Book& book, Side side, Rate reach) {
  i64 left = 0;
  for (u32 level = 0; level < book.plan.levels; ++level) {
    if (i128{2 * level + 1} * book.plan.ladder_step.raw() > 2 * i128{reach.raw()}) break;
    left = left_to(book, side_of(book, side), level);
  }
  return Lots::from_raw(left);
}

Price impact_price(const Book& book, Side side, Value notional) {
  LS_ASSERT(notional > Value{});
  const BookSide& own = side_of(book, side);
  Taken taken;
  i64 before = 0;
  for (u32 level = front(book, own); level < book.plan.levels && taken.quote < notional; ++level) {
    const i64 here = left_to(book, own, level);
    const i128 one = i128{level_price(book, side, level).raw()} * book.plan.lot;
    const i128 enough = div((notional - taken.quote).raw(), one, Round::up);
    const i64 part = static_cast<i64>(std::min(i128{here - before}, enough));
    taken.lots += Lots::from_raw(part);
    taken.quote += Value::from_raw(one * part);
    before = here;
  }
  return taken.quote < notional ? Price{} : average_price(book, side, taken);
}

}  // namespace lockstep::market
