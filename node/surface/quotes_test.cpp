// Every reason for which a quote is not used, one by one, and what becomes of the rest.
#include "node/surface/quotes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "node/surface/testing_chain.h"

namespace lockstep::surface {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

// One expiry, no noise: 41 strikes, the 21st at the money; put before call.
Chain healthy() {
  MadeChain made;
  made.expiries = {{30, {0.03, -0.2, 0.1}}};
  made.noise = 0;
  return chain_of(made);
}
OptionRow& row_of(Chain& chain, std::size_t strike, bool is_call) {
  return chain.options[2 * strike + (is_call ? 1 : 0)];
}

struct Filtered {
  DropCounts counts{};
  ExpiryQuotes quotes;
};

Filtered filtered(const Chain& chain) {
  Filtered result;
  const std::vector<ExpiryRows> rows = sorted_rows(chain, {}, result.counts);
  if (rows.empty()) return result;
  const double forward = made_forward({}, rows[0].years);
  result.quotes = usable_quotes(rows[0], forward, chain.inverse, {}, result.counts);
  return result;
}

u64 count(const Filtered& f, Drop drop) { return f.counts[static_cast<std::size_t>(drop)]; }

TEST(Quotes, OfAHealthyChainAreUsedOncePerStrike) {
  const Filtered f = filtered(healthy());
  EXPECT_EQ(f.quotes.strikes, 41u);
  EXPECT_EQ(f.quotes.left, 20u);
  EXPECT_EQ(f.quotes.marks.size(), 41u);
  // Both sides only within a tenth of a standard deviation: one strike on this grid of 0.11.
  EXPECT_EQ(count(f, Drop::none), 42u);
  EXPECT_EQ(count(f, Drop::in_the_money), 40u);
  EXPECT_NEAR(f.quotes.quotes[20].middle, math::square_root(0.03 / (30.0 / 365.0)), 1e-4);
}

TEST(Quotes, EachReasonIsCountedForTheRowThatHasIt) {
  struct Case {
    Drop drop;
    void (*spoil)(OptionRow&);
  };
  const Case cases[] = {
      {Drop::expired, [](OptionRow& r) { r.expiry = made_at; }},
      {Drop::bad_strike, [](OptionRow& r) { r.strike = nan; }},
      {Drop::bad_strike, [](OptionRow& r) { r.strike = 0; }},
      {Drop::bad_strike, [](OptionRow& r) { r.strike = -1; }},
      {Drop::bad_strike, [](OptionRow& r) { r.strike = infinity; }},
      {Drop::bad_price, [](OptionRow& r) { r.bid = nan; }},
      {Drop::bad_price, [](OptionRow& r) { r.ask = infinity; }},
      {Drop::bad_price, [](OptionRow& r) { r.bid = -0.001; }},
      {Drop::stale, [](OptionRow& r) { r.age = Duration::from_raw(5 * second.raw() + 1); }},
      {Drop::empty, [](OptionRow& r) { r.bid = r.ask = 0; }},
      {Drop::one_sided, [](OptionRow& r) { r.bid = 0; }},
      {Drop::one_sided, [](OptionRow& r) { r.ask = 0; }},
      {Drop::crossed, [](OptionRow& r) { std::swap(r.bid, r.ask); }},
      {Drop::above_bound, [](OptionRow& r) { r.ask = 1.5; }},
      {Drop::wide, [](OptionRow& r) { r.ask = 2.5 * r.bid; }},
      {Drop::outlier, [](OptionRow& r) { r.bid *= 1.8, r.ask *= 1.8; }},
  };
  const Filtered before = filtered(healthy());
  for (const Case& c : cases) {
    SCOPED_TRACE(drop_name(c.drop));
    Chain chain = healthy();
    c.spoil(row_of(chain, 30, true));
    const Filtered f = filtered(chain);
    EXPECT_EQ(count(f, c.drop), count(before, c.drop) + 1);
    EXPECT_EQ(count(f, Drop::none), count(before, Drop::none) - 1);
    EXPECT_EQ(f.quotes.strikes, 40u);
    u64 all = 0;
    for (const u64 n : f.counts) all += n;
    EXPECT_EQ(all, 82u);  // every row is counted once
  }
}

TEST(Quotes, ACallWorthLessThanExerciseIsBelowIntrinsic) {
  Chain chain = healthy();
  OptionRow& deep = row_of(chain, 2, true);
  deep.bid = 0.01, deep.ask = 0.011;
  EXPECT_EQ(count(filtered(chain), Drop::below_intrinsic), 1u);
}

TEST(Quotes, OptionsWithNextToNoDeltaAreFarOut) {
  MadeChain made;
  made.expiries = {{30, {0.03, -0.2, 0.1}}};
  made.reach = 4;
  made.noise = 0;
  const Filtered f = filtered(chain_of(made));
  EXPECT_GT(count(f, Drop::far_out), 5u);
  for (const Quote& q : f.quotes.quotes) EXPECT_LT(math::absolute(q.k), 3.2 * math::square_root(0.03) * 1.4);
}

TEST(Quotes, OfDuplicatesTheYoungestStaysAndContradictionsStrikeEachOther) {
  Chain chain = healthy();
  OptionRow old = row_of(chain, 30, true);
  old.age = second;
  old.bid *= 1.1, old.ask *= 1.1;
  chain.options.push_back(old);
  Filtered f = filtered(chain);
  EXPECT_EQ(count(f, Drop::duplicate), 1u);
  EXPECT_EQ(f.quotes.strikes, 41u);
  EXPECT_EQ(f.quotes.quotes.size(), 42u);

  chain.options.back().age = {};
  f = filtered(chain);
  EXPECT_EQ(count(f, Drop::duplicate), 2u);
  EXPECT_EQ(f.quotes.strikes, 40u);

  chain.options.back() = row_of(chain, 30, true);  // the very same
  f = filtered(chain);
  EXPECT_EQ(count(f, Drop::duplicate), 1u);
  EXPECT_EQ(f.quotes.strikes, 41u);
}

TEST(Quotes, WideOnesStayWhereAWingHasNothingBetter) {
  Chain chain = healthy();
  for (const std::size_t strike : {39u, 40u}) {
    OptionRow& row = row_of(chain, strike, true);
    const double middle = 0.5 * (row.bid + row.ask);
    row.bid = 0.6 * middle, row.ask = 1.4 * middle;  // 80 %
  }
  EXPECT_EQ(count(filtered(chain), Drop::wide), 0u);
  OptionRow& last = row_of(chain, 40, true);
  last.bid = 0.3 * last.ask;  // 108 %
  EXPECT_EQ(count(filtered(chain), Drop::wide), 0u);
  last.bid = 0.2 * last.ask;  // 133 %
  EXPECT_EQ(count(filtered(chain), Drop::wide), 1u);
}

// Worth 40 % at that strike: a bid says at least, an ask at most.
TEST(Quotes, OneSidedOnesBoundTheVolatility) {
  Chain chain = healthy();
  OptionRow& low = row_of(chain, 30, true);
  OptionRow& high = row_of(chain, 31, true);
  OptionRow& inner = row_of(chain, 10, true);  // in the money: says nothing that its put does not say better
  const double years = 30.0 / 365.0, forward = made_forward({}, years);
  low.bid = black_value(forward, low.strike, years, 0.4, true) / forward;
  high.ask = black_value(forward, high.strike, years, 0.4, true) / forward;
  low.ask = high.bid = inner.ask = 0;
  const Filtered f = filtered(chain);
  ASSERT_EQ(f.quotes.bounds.size(), 2u);
  EXPECT_TRUE(f.quotes.bounds[0].is_bid);
  EXPECT_FALSE(f.quotes.bounds[1].is_bid);
  for (const Bound& b : f.quotes.bounds) EXPECT_NEAR(b.volatility, 0.4, 1e-9);
  EXPECT_EQ(f.quotes.strikes, 39u);
}

TEST(Quotes, MarksAndForwardsThatAreNoNumbersAreNone) {
  Chain chain = healthy();
  for (const double bad : {nan, infinity, -1.0}) {
    row_of(chain, 30, true).mark_volatility = row_of(chain, 30, false).mark_volatility = bad;
    row_of(chain, 30, true).forward = bad;
    EXPECT_EQ(filtered(chain).quotes.marks.size(), 40u);
  }
}

}  // namespace
}  // namespace lockstep::surface
