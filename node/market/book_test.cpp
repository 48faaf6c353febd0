// The book: takes by hand, what is conserved, and how impact grows and fades.
#include "node/market/book.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "node/market/chance.h"

namespace lockstep::market {
namespace {

Price dollars(i64 cents) { return Price::from_raw(cents * (price_one / 100)); }
Lots lots(i64 n) { return Lots::from_raw(n); }
constexpr Rate whole = Rate::from_raw(rate_one);

// Levels 10, 30 and 50 bp from the centre, in the linear profile 1 : 3 : 5, so 100, 300 and 500 of 900
// lots; beyond 50 bp seven more.  One lot is one coin.
BookPlan small_plan() {
  BookPlan plan;
  plan.lot = price_one;
  plan.tick = dollars(1);
  plan.ladder_step = basis_points(20);
  plan.levels = 10;
  plan.depth = lots(900);
  return plan;
}

BookPlan wide_plan() {
  BookPlan plan;
  plan.depth = lots(1'000'000);
  return plan;
}

i64 lots_left(const Book& book, Side side) {
  i64 sum = 0;
  for (const Level& level : levels(book, side, book.plan.levels)) sum += level.lots.raw();
  return sum;
}

TEST(Book, IsLaidAroundTheFundamental) {
  const Book book = make_book(small_plan(), dollars(100'00));
  const std::vector<Level> bids = levels(book, Side::sell, 3);
  ASSERT_EQ(bids.size(), 3u);
  EXPECT_EQ(bids[0].price, dollars(99'90));
  EXPECT_EQ(bids[1].price, dollars(99'70));
  EXPECT_EQ(bids[2].price, dollars(99'50));
  EXPECT_EQ(bids[0].lots, lots(100));
  EXPECT_EQ(bids[1].lots, lots(300));
  EXPECT_EQ(bids[2].lots, lots(500));
  EXPECT_EQ(best_ask(book), dollars(100'10));
  EXPECT_EQ(mid(book), dollars(100'00));
}

TEST(Book, SaleOverThreeLevels) {
  Book book = make_book(small_plan(), dollars(100'00));
  const Taken taken = take(book, Side::sell, lots(600), no_limit(Side::sell));
  // 100 * 99.90 + 300 * 99.70 + 200 * 99.50 = 9,990 + 29,910 + 19,900 = 59,800, that is 99.666... a lot.
  EXPECT_EQ(taken.lots, lots(600));
  EXPECT_EQ(taken.quote, Value::from_raw(59'800 * value_one));
  EXPECT_EQ(average_price(book, Side::sell, taken).raw(), 9'966'666'666);  // the seller gets less
  EXPECT_EQ(taken.worst, dollars(99'50));
  EXPECT_EQ(book.last, dollars(99'50));
  EXPECT_EQ(best_bid(book), dollars(99'50));
  EXPECT_EQ(levels(book, Side::sell, 1)[0].lots, lots(300));
  EXPECT_EQ(best_ask(book), dollars(100'10));  // nobody bought
}

TEST(Book, PurchaseStopsAtItsLimit) {
  Book book = make_book(small_plan(), dollars(100'00));
  const Taken taken = take(book, Side::buy, lots(600), dollars(100'30));
  // 100 * 100.10 + 300 * 100.30 = 40,100; the level at 100.50 is beyond the limit.
  EXPECT_EQ(taken.lots, lots(400));
  EXPECT_EQ(taken.quote, Value::from_raw(40'100 * value_one));
  EXPECT_EQ(average_price(book, Side::buy, taken), dollars(100'25));
  EXPECT_EQ(take(book, Side::buy, lots(1), dollars(100'30)).lots, Lots{});
}

TEST(Book, GivesWhatItHasAndNotMore) {
  Book book = make_book(small_plan(), dollars(100'00));
  // Ten levels of 1 : 3 : ... : 19, so 100 / 9 of the depth.
  EXPECT_EQ(take(book, Side::sell, lots(20'000), no_limit(Side::sell)).lots, lots(10'000));
  EXPECT_EQ(take(book, Side::sell, lots(1), no_limit(Side::sell)).lots, Lots{});
  EXPECT_EQ(best_bid(book), dollars(98'10));  // where the ladder ends: 190 bp
}

TEST(Book, LosesWhatIsTaken) {
  Prng prng(7);
  for (const Profile profile : {Profile::linear, Profile::exponential}) {
    BookPlan plan = wide_plan();
    plan.profile = profile;
    Book book = make_book(plan, dollars(100'000'00));
    for (int step = 0; step < 200; ++step) {
      begin_step(book, dollars(100'000'00 - prng.between(0, 1'000'000)), percent(prng.between(1, 100)));
      for (int order = 0; order < 5; ++order) {
        const Side side = prng.chance(1, 2) ? Side::buy : Side::sell;
        const i64 before = lots_left(book, side);
        const Taken taken = take(book, side, lots(prng.between(0, 200'000)), no_limit(side));
        ASSERT_EQ(before - lots_left(book, side), taken.lots.raw()) << step;
      }
    }
  }
}

TEST(Book, DepthWithinTheReachIsTheParameter) {
  for (const Profile profile : {Profile::linear, Profile::exponential}) {
    BookPlan plan = wide_plan();
    plan.profile = profile;
    Book book = make_book(plan, dollars(100'000'00));
    EXPECT_EQ(depth_within(book, Side::sell, basis_points(50)), lots(1'000'000));
    begin_step(book, dollars(100'000'00), percent(2));
    for (const Side side : {Side::buy, Side::sell}) {
      EXPECT_EQ(depth_within(book, side, basis_points(50)), lots(20'000));
      i64 sum = 0;  // 25 levels: 1, 3, ..., 49 bp
      for (const Level& level : levels(book, side, 25)) sum += level.lots.raw();
      EXPECT_EQ(sum, 20'000);
    }
  }
}

TEST(Book, LinearDepthGrowsWithTheSquareOfTheDistance) {
  const Book book = make_book(wide_plan(), dollars(100'000'00));
  EXPECT_EQ(depth_within(book, Side::sell, basis_points(100)), lots(4'000'000));
  EXPECT_EQ(depth_within(book, Side::sell, basis_points(500)), lots(100'000'000));
}

TEST(Book, LargerOrdersAreWorseAndThinBooksToo) {
  Price before = no_limit(Side::buy);
  for (const i64 size : {10'000, 40'000, 160'000, 640'000}) {
    Book book = make_book(wide_plan(), dollars(100'000'00));
    const Taken taken = take(book, Side::sell, lots(size), no_limit(Side::sell));
    EXPECT_LT(average_price(book, Side::sell, taken), before);
    before = average_price(book, Side::sell, taken);
    Book thin = make_book(wide_plan(), dollars(100'000'00));
    begin_step(thin, dollars(100'000'00), percent(5));
    const Taken worse = take(thin, Side::sell, lots(size), no_limit(Side::sell));
    EXPECT_LT(average_price(thin, Side::sell, worse), before);
  }
}

TEST(Book, FourTimesTheSizeMovesThePriceTwiceAsFar) {
  Price worst[2];
  for (const int i : {0, 1}) {
    Book book = make_book(wide_plan(), dollars(100'000'00));
    worst[i] = take(book, Side::sell, lots(i == 0 ? 1'000'000 : 4'000'000), no_limit(Side::sell)).worst;
  }
  EXPECT_EQ(worst[0], dollars(99'510'00));  // 49 bp, the last level within 50
  EXPECT_EQ(worst[1], dollars(99'010'00));  // 99 bp
}

double to_dollars(Price price) { return static_cast<double>(price.raw()) / price_one; }

TEST(Book, ImpactFades) {
  BookPlan plan = wide_plan();
  plan.slow_share = percent(44);
  Book book = make_book(plan, dollars(100'000'00));
  take(book, Side::sell, lots(4'000'000), no_limit(Side::sell));
  const Price level = dollars(20'00);  // 2 bp: where the ladder lies moves the bid by up to that
  Price bid = best_bid(book), centre = Price{};
  for (int i = 0; i < 7200; ++i) {
    begin_step(book, dollars(100'000'00), whole);
    ASSERT_GE(best_bid(book) + level, bid);
    ASSERT_GE(book.centre, centre);
    ASSERT_LE(book.last, best_ask(book));
    bid = std::max(bid, best_bid(book));
    centre = book.centre;
    if (i == 0) {
      // 44 % of 4 depths moves the centre by sqrt(1.76) * 50 = 66.3 bp; the index follows half-way.
      EXPECT_NEAR(to_dollars(centre), 99'337, 2);
      EXPECT_NEAR(to_dollars(book.index), 99'668, 2);
      EXPECT_NEAR(to_dollars(best_bid(book)), 99'010, 20);
    }
    if (i == 100) {
      // After 100 s the centre is still sqrt(1.76 e^-(1/9)) * 50 = 62.7 bp away.  The eaten part began at
      // 100 - 66.3 = 33.7 bp; e^-5 of its lots reaches e^-2.5 * 33.7 = 2.8 bp, within the second level (3
      // bp).
      EXPECT_NEAR(to_dollars(centre), 99'373, 2);
      EXPECT_NEAR(to_dollars(centre - best_bid(book)), 30, 2);
    }
  }
  EXPECT_GE(bid, dollars(99'970'00));  // two hours: e^-8 of 1.76 depths reaches 1.2 bp, and one for the touch
}

TEST(Book, ThinDepthMakesTheSameSaleFallFurtherAndComeBackFaster) {
  Price low[2], later[2];
  for (const int thin : {0, 1}) {
    Book book = make_book(wide_plan(), dollars(100'000'00));
    const Rate share = thin == 1 ? percent(4) : whole;
    begin_step(book, dollars(100'000'00), share);
    low[thin] = take(book, Side::sell, lots(1'000'000), no_limit(Side::sell)).worst;
    for (int i = 0; i < 200; ++i) begin_step(book, dollars(100'000'00), share);
    later[thin] = best_bid(book);
  }
  EXPECT_EQ(low[0], dollars(99'510'00));
  EXPECT_EQ(low[1], dollars(97'510'00));  // 1/25 of the depth: five times as far
  EXPECT_NEAR(to_dollars(later[1]), to_dollars(later[0]), 30);
}

TEST(Book, BuyingMovesUpWhatSellingMovedDown) {
  Book book = make_book(wide_plan(), dollars(100'000'00));
  take(book, Side::sell, lots(1'000'000), no_limit(Side::sell));
  take(book, Side::buy, lots(1'000'000), no_limit(Side::buy));
  begin_step(book, dollars(100'000'00), whole);
  EXPECT_EQ(book.centre, dollars(100'000'00));
}

TEST(Book, ImpactPriceIsTheAverageOfSuchATake) {
  Book book = make_book(small_plan(), dollars(100'00));
  // 9,990 from the best level and 9,970 = 100 lots of the second: 19,960 over 200 lots.
  EXPECT_EQ(impact_price(book, Side::sell, Value::from_raw(19'960 * value_one)), dollars(99'80));
  EXPECT_EQ(impact_price(book, Side::sell, Value::from_raw(1 * value_one)), dollars(99'90));
  EXPECT_EQ(impact_price(book, Side::buy, Value::from_raw(100'000'000 * value_one)), Price{});
  const Taken taken = take(book, Side::sell, lots(200), no_limit(Side::sell));
  EXPECT_EQ(average_price(book, Side::sell, taken), dollars(99'80));
}

TEST(Book, OthersKeepTheLastPriceBetweenBidAndAsk) {
  Book book = make_book(wide_plan(), dollars(100'000'00));
  begin_step(book, dollars(90'000'00), whole);
  EXPECT_EQ(book.last, best_ask(book));
  EXPECT_LT(best_bid(book), best_ask(book));
}

TEST(Book, WithoutDepthNothingTrades) {
  Book book = make_book(small_plan(), dollars(100'00));
  begin_step(book, dollars(100'00), Rate{});
  EXPECT_EQ(take(book, Side::buy, lots(5), no_limit(Side::buy)).lots, Lots{});
  EXPECT_EQ(depth_within(book, Side::buy, basis_points(50)), Lots{});
}

}  // namespace
}  // namespace lockstep::market
