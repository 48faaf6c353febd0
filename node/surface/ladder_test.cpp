// Each rung of the ladder: what an expiry with few quotes or none gets, in order with its neighbours.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "node/surface/testing_chain.h"

namespace lockstep::surface {
namespace {

constexpr std::size_t expiries = 7;

MadeChain made_chain() {
  MadeChain made;
  made.expiries = made_expiries(expiries);
  made.noise = 0;
  return made;
}

// The made chain with only these strikes of one expiry, without its marks.
Chain thinned(const MadeChain& made, std::size_t expiry, const std::vector<std::size_t>& strikes) {
  Chain chain = chain_of(made);
  for (std::size_t i = 82 * expiry; i < 82 * (expiry + 1); ++i) {
    const std::size_t strike = (i - 82 * expiry) / 2;
    chain.options[i].mark_volatility = 0;
    if (std::find(strikes.begin(), strikes.end(), strike) == strikes.end()) {
      chain.options[i].bid = chain.options[i].ask = 0;
    }
  }
  return chain;
}

ExpiryFit fit_of(const Chain& chain, std::size_t expiry, SurfaceState state = {}) {
  const Result<Surface, ChainReject> surface = update(chain, {}, state);
  EXPECT_TRUE(surface);
  EXPECT_FALSE(arbitrage_of(surface.value().expiries));
  EXPECT_EQ(surface.value().expiries.size(), expiries);
  return surface.value().expiries[expiry];
}

double miss(const ExpiryFit& fit, const MadeExpiry& made, double u) {
  const double k = u * math::square_root(made.smile.theta);
  const double truth = math::square_root(variance(made.smile, k) / fit.years);
  return math::absolute(volatility(smile_of(fit.slice), fit.years, k) - truth);
}

TEST(Ladder, GoesDownWithTheNumberOfStrikes) {
  struct Step {
    std::vector<std::size_t> strikes;
    Rung rung;
    double at_money, in_wings;  // volatility: how far from the truth at most
  };
  const Step steps[] = {
      {{5, 8, 11, 14, 17, 20, 24, 28, 33}, Rung::svi, 0.002, 0.006},
      {{20, 22, 24, 26, 28, 30, 32, 34, 36}, Rung::essvi, 0.004, 0.02},  // one side only
      {{8, 14, 20, 26, 32, 35, 38}, Rung::essvi, 0.004, 0.02},
      {{10, 17, 24, 31}, Rung::essvi, 0.004, 0.02},
      {{16, 24}, Rung::skew, 0.006, 0.04},
      {{21}, Rung::level, 0.006, 0.06},
      {{}, Rung::neighbours, 0.01, 0.06},
  };
  const MadeChain made = made_chain();
  for (const std::size_t expiry : {0u, 3u, 6u}) {
    for (const Step& step : steps) {
      SCOPED_TRACE(std::string(rung_name(step.rung)) + " of expiry " + std::to_string(expiry));
      const ExpiryFit fit = fit_of(thinned(made, expiry, step.strikes), expiry);
      EXPECT_EQ(fit.rung, step.rung);
      EXPECT_EQ(fit.strikes, step.strikes.size());
      EXPECT_LT(miss(fit, made.expiries[expiry], 0), step.at_money);
      for (const double u : {-1.5, 1.5}) EXPECT_LT(miss(fit, made.expiries[expiry], u), step.in_wings) << u;
    }
  }
}

TEST(Ladder, MultipliersRiseStepByStep) {
  const double expected[] = {1.0, 1.05, 1.15, 1.25, 1.4, 1.6};
  for (std::size_t i = 0; i < rungs; ++i) EXPECT_EQ(scan_multiplier(static_cast<Rung>(i)), expected[i]);
}

// Nothing but one expiry without quotes.
TEST(Ladder, WithoutNeighboursTheLastOrTheRealisedVolatilityServes) {
  MadeChain made = made_chain();
  made.expiries = {made.expiries[4]};
  Chain chain = chain_of(made);
  for (OptionRow& row : chain.options) row.bid = row.ask = row.mark_volatility = 0;
  const auto fit = [&](SurfaceState state) {
    const Result<Surface, ChainReject> surface = update(chain, {}, state);
    EXPECT_EQ(surface.value().expiries[0].rung, Rung::seed);
    return volatility(smile_of(surface.value().expiries[0].slice), surface.value().expiries[0].years, 0);
  };
  EXPECT_NEAR(fit({}), 1.0, 1e-6);  // nothing is known
  chain.realised_volatility = 0.7;
  EXPECT_NEAR(fit({}), 0.77, 1e-6);
  SurfaceState state;
  ASSERT_TRUE(update(chain_of(made), {}, state));  // 60 %
  chain.at = chain.at + hour;                      // the cap on moves is over
  EXPECT_NEAR(fit(state), 0.77, 1e-6);
  chain.realised_volatility = 0.3;
  EXPECT_NEAR(fit(state), 0.60, 0.005);
}

TEST(Ladder, MarksServeOnlyWhereThereIsNoQuote) {
  const MadeChain made = made_chain();
  Chain chain = chain_of(made);
  for (std::size_t i = 82 * 3; i < 82 * 4; ++i) {
    chain.options[i].bid = chain.options[i].ask = 0;
    chain.options[i].mark_volatility += 0.02;
  }
  const ExpiryFit marked = fit_of(chain, 3);
  EXPECT_EQ(marked.rung, Rung::skew);
  EXPECT_NE(marked.flags & flag_from_marks, 0u);
  EXPECT_NEAR(volatility(smile_of(marked.slice), marked.years, 0), 0.62, 0.005);

  Chain lying = chain_of(made);  // with quotes, marks are not looked at
  for (OptionRow& row : lying.options) row.mark_volatility = 3;
  EXPECT_EQ(fit_of(lying, 3).slice, fit_of(chain_of(made), 3).slice);
}

// A later expiry with less variance than an earlier one: both are flagged and nothing is in arbitrage.
TEST(Ladder, AnInvertedMarketIsFlagged) {
  MadeChain made = made_chain();
  made.expiries[3].smile.theta *= 2.2;
  made.expiries[3].smile.psi *= 1.5;
  const ExpiryFit fit = fit_of(chain_of(made), 3);
  EXPECT_NE(fit.flags & flag_inverted, 0u);
}

}  // namespace
}  // namespace lockstep::surface
