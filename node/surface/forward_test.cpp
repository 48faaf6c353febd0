// Where forwards come from, in which order, and what cannot move them.
#include "node/surface/forward.h"

#include <gtest/gtest.h>

#include "node/surface/testing_chain.h"

namespace lockstep::surface {
namespace {

MadeChain made_chain() {
  MadeChain made;
  made.expiries = made_expiries(7);
  return made;
}

std::vector<Forward> all_forwards(const Chain& chain, const PreviousBasis& previous = {}) {
  DropCounts counts{};
  return forwards(chain, sorted_rows(chain, {}, counts), previous, {});
}

double truth(const Forward& f) { return made_forward({}, f.years); }

TEST(Forward, ParityFindsItWithinASmallPartOfTheSpread) {
  for (const bool inverse : {true, false}) {
    MadeChain made = made_chain();
    made.inverse = inverse;
    made.names_forward = false;
    const std::vector<Forward> all = all_forwards(chain_of(made));
    ASSERT_EQ(all.size(), 7u);
    for (const Forward& f : all) {
      EXPECT_EQ(f.source, ForwardSource::parity);
      EXPECT_EQ(f.parity_strikes, 7u);
      EXPECT_NEAR(f.price / truth(f), 1, 1e-4) << f.years;
      EXPECT_NEAR(f.carry, 0.06 * f.years, 1e-4);
    }
  }
}

TEST(Forward, ParityStandsUpToWrongStrikes) {
  MadeChain made = made_chain();
  made.names_forward = false;
  Chain chain = chain_of(made);
  // Two of the strikes at the money of the fourth expiry, with calls a tenth of a coin too dear.
  const std::size_t first = 3 * 82 + 2 * 20;
  for (const std::size_t i : {first + 1, first + 3}) chain.options[i].bid += 0.1, chain.options[i].ask += 0.1;
  const Forward f = all_forwards(chain)[3];
  EXPECT_NEAR(f.price / truth(f), 1, 3e-3);
}

TEST(Forward, AFutureComesFirstAndThenTheVenue) {
  Chain chain = chain_of(made_chain());
  std::vector<Forward> all = all_forwards(chain);
  for (const Forward& f : all) {
    EXPECT_EQ(f.source, ForwardSource::venue);
    EXPECT_DOUBLE_EQ(f.price, truth(f));
  }
  const double price = all[2].price;
  chain.futures = {{all[2].expiry, price + 5, price + 15},
                   {all[3].expiry, all[3].price, 0},                           // one-sided
                   {all[4].expiry, 0.98 * all[4].price, 1.02 * all[4].price},  // too wide
                   {all[5].expiry, 100, 99}};                                  // crossed
  all = all_forwards(chain);
  EXPECT_EQ(all[2].source, ForwardSource::future);
  EXPECT_DOUBLE_EQ(all[2].price, price + 10);
  for (const std::size_t i : {3u, 4u, 5u}) EXPECT_EQ(all[i].source, ForwardSource::venue) << i;
}

TEST(Forward, AVenueThatParityContradictsIsRefused) {
  Chain chain = chain_of(made_chain());
  const Time expiry = chain.options[2 * 82].expiry;
  for (OptionRow& row : chain.options) {
    if (row.expiry == expiry) row.forward *= 1.02;
  }
  const Forward f = all_forwards(chain)[2];
  EXPECT_EQ(f.source, ForwardSource::parity);
  EXPECT_TRUE(f.venue_refused);
  EXPECT_NEAR(f.price / truth(f), 1, 1e-3);
}

TEST(Forward, OneRowWithAWrongUnderlyingMovesNothing) {
  Chain chain = chain_of(made_chain());
  chain.options[100].forward *= 3;
  const std::vector<Forward> all = all_forwards(chain);
  for (const Forward& f : all) EXPECT_DOUBLE_EQ(f.price, truth(f));
}

TEST(Forward, WithoutASourceCarryIsInterpolatedAndContinued) {
  MadeChain made = made_chain();
  Chain chain = chain_of(made);
  for (const std::size_t e : {0u, 3u, 6u}) {
    for (std::size_t i = e * 82; i < (e + 1) * 82; ++i) chain.options[i].forward = chain.options[i].ask = 0;
  }
  const std::vector<Forward> all = all_forwards(chain);
  for (const std::size_t e : {0u, 3u, 6u}) {
    EXPECT_EQ(all[e].source, ForwardSource::carry);
    EXPECT_NEAR(all[e].price / truth(all[e]), 1, 1e-9) << e;  // the true carry is linear
  }
}

TEST(Forward, WithoutAnySourceTheLastPublishedCarryServes) {
  MadeChain made = made_chain();
  made.names_forward = false;
  Chain chain = chain_of(made);
  for (OptionRow& row : chain.options) row.ask = 0;
  std::vector<Forward> all = all_forwards(chain);
  for (const Forward& f : all) EXPECT_EQ(f.price, chain.index);
  PreviousBasis previous{made_at - minute, {}};
  for (const Forward& f : all) previous.basis.push_back({f.expiry, 0.05});
  all = all_forwards(chain, previous);
  for (const Forward& f : all) EXPECT_NEAR(f.carry, 0.05 * f.years, 1e-12);
}

// Without parity to agree with it, a carry far from the line of the others is not believed.
TEST(Forward, AnOutlierThatNothingConfirmsIsInterpolated) {
  Chain chain = chain_of(made_chain());
  for (std::size_t i = 3 * 82; i < 4 * 82; ++i) {
    chain.options[i].forward *= 1.03;
    chain.options[i].ask = 0;
  }
  const std::vector<Forward> all = all_forwards(chain);
  EXPECT_TRUE(all[3].outlier);
  EXPECT_EQ(all[3].source, ForwardSource::carry);
  EXPECT_NEAR(all[3].price / truth(all[3]), 1, 1e-9);
}

TEST(Forward, TheBasisMovesTwoPercentAMinuteAtMost) {
  MadeChain made = made_chain();
  made.carry_rate = 0.20;
  const Chain chain = chain_of(made);
  PreviousBasis previous{made_at - Duration::from_raw(30 * second.raw()), {}};
  for (const MadeExpiry& e : made.expiries) previous.basis.push_back({made_expiry(e), 0.06});
  for (const Forward& f : all_forwards(chain, previous)) {
    EXPECT_TRUE(f.clamped);
    EXPECT_NEAR(f.carry / f.years, 0.07, 1e-9);
  }
  previous.at = made_at - hour;
  for (const Forward& f : all_forwards(chain, previous)) EXPECT_FALSE(f.clamped);
}

TEST(Forward, PricesBeyondReasonAreNoForwards) {
  Chain chain = chain_of(made_chain());
  for (OptionRow& row : chain.options) row.forward = 1e300, row.ask = 0;
  for (const Forward& f : all_forwards(chain)) {
    EXPECT_EQ(f.source, ForwardSource::carry);
    EXPECT_EQ(f.price, chain.index);
  }
}

}  // namespace
}  // namespace lockstep::surface
