// A limit order book of one instrument, by price level, that thins and refills: what market orders meet.
// Nobody's own order is in it; a level is what makers and value buyers together would trade there.
//
// Levels lie on a ladder around the centre: level i is (i + 1/2) steps away from it on either side.  Their
// lots follow a profile, scaled so that the levels within `depth_reach` (50 bp) of the centre hold exactly
// the depth of the moment.  The linear profile (lots grow with the distance, so a cumulated depth grows
// with its square) gives the square-root law of impact; the exponential one has most of its lots near the
// touch.
//
//          lots                     a sale eats bids from the centre outwards: the eaten part is one number
//     bids .|    |. asks            a side, not one a level
//       . | |    | | .
//     | | | |    | | | |            impact has two memories:
//     --------------------> price     slow  a share of all lots taken moves the centre of both sides, by as
//             centre                        far as it would have reached at the usual depth; 1/e of it is
//                                           left after 15 minutes
//                                     fast  the rest of the way the side is eaten; it refills in 20 s
//
// Thin depth makes the fast part worse and leaves the slow one: makers leave, the market's worth does not.
//
// With a usual depth of 4 % of the open interest and the other defaults, impact is the usual
// square-root law: a sale of V moves the centre by .9 * 4.5 % * sqrt(V / 3 open interests).
//
// Invariants: within a step the levels of a side lose exactly what was taken from it, and stay at their
// prices.  Without takes impact only shrinks.  All state is integers.  A simplification: orders move with the
// fundamental at once, so nobody is picked off.
#pragma once

#include <array>
#include <vector>

#include "core/model/entities.h"
#include "core/units/units.h"

namespace lockstep::market {

enum class Profile : u8 { linear, exponential };

struct BookPlan {
  i64 lot = price_one / 1000;  // 10^-8 of base, as Instrument::lot
  Price tick = Price::from_raw(price_one / 10);
  Profile profile = Profile::linear;
  Rate ladder_step = Rate::from_raw(rate_one / 10'000 * 2);  // between levels
  u32 levels = 1000;                                         // a side: 20 %
  Rate depth_reach =
      Rate::from_raw(rate_one / 10'000 * 50);  // what `depth` counts; also the exponential's scale
  Lots depth;                                  // the usual one, a side, within depth_reach
  Duration fast_memory = Duration::from_raw(20'000'000);
  Duration slow_memory = Duration::from_raw(900'000'000);
  Rate slow_share = Rate::from_raw(rate_one / 100 * 88);  // of what is taken moves the centre
  Rate index_share = Rate::from_raw(rate_one / 2);        // of the centre's move that other venues follow
  Duration step = second;
};

// One side of the ladder.
struct BookSide {
  i64 eaten = 0;  // grains, 2^-20 of a lot, from the centre outwards: of earlier steps and of this one
  Lots taken;     // in this step
};

struct Book {
  BookPlan plan;
  std::vector<i64> reach;  // by level: lots up to and with it, as a multiple of the depth, 2^-32
  Rate fast_keep, slow_keep;
  Price fundamental;
  Price centre;
  Price index;  // what an index over several venues would say
  Price last;
  Lots depth;                     // of the moment
  i64 flow = 0;                   // grains bought less sold that still move the centre
  std::array<BookSide, 2> sides;  // asks (what buyers meet), bids; by the Side of the taker
};

struct Taken {
  Lots lots;    // not more than asked for
  Value quote;  // exact: each level's price * lot * lots
  Price worst;  // of the last level that was touched; 0 if nothing was taken
};
// Rounded against the taker; lots above 0.
Price average_price(const Book& book, Side side, const Taken& taken);

struct Level {
  Price price;
  Lots lots;
};

// A full book at its usual depth around `start`, which is also the last price.
Book make_book(const BookPlan& plan, Price start);

// The next step: memories fade, the ladder is laid around the new fundamental with `share` of the usual
// depth, and trades of others bring the last price between the best bid and ask.
void begin_step(Book& book, Price fundamental, Rate share);

// A market order with a limit, at once or not at all.  The lots may be more than the book holds.
Taken take(Book& book, Side side, Lots lots, Price limit);
// The limit that does not limit.
Price no_limit(Side side);

// What a taker of this side meets, from the best level outwards; empty levels are left out.
std::vector<Level> levels(const Book& book, Side side, u32 count);

// The best price a taker of this side meets; of an empty side the price where the ladder ends.
Price best_price(const Book& book, Side side);
inline Price best_bid(const Book& book) { return best_price(book, Side::sell); }
inline Price best_ask(const Book& book) { return best_price(book, Side::buy); }
Price mid(const Book& book);
// Lots that are left for a taker of this side within `reach` of the centre.
Lots depth_within(const Book& book, Side side, Rate reach);
// The average price at which a taker could trade this notional now; 0 if the side holds less.
Price impact_price(const Book& book, Side side, Value notional);

}  // namespace lockstep::market
