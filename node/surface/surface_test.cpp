// Whole surfaces: what bad quotes cannot move, that order and restarts do not matter, when a surface is due,
// how far it moves, and that nothing published has arbitrage.
#include "node/surface/surface.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "node/surface/testing_chain.h"

namespace lockstep::surface {
namespace {

MadeChain made_chain() {
  MadeChain made;
  made.expiries = made_expiries(7);
  return made;
}

Surface made_surface(const Chain& chain, SurfaceState state = {}) {
  Result<Surface, ChainReject> surface = update(chain, {}, state);
  EXPECT_TRUE(surface);
  EXPECT_FALSE(arbitrage_of(surface.value().expiries));
  return std::move(surface).value();
}

double volatility_at(const ExpiryFit& fit, double k) { return volatility(smile_of(fit.slice), fit.years, k); }

// The largest difference of two surfaces within two standard deviations, in points.
double difference(const Surface& a, const Surface& b) {
  EXPECT_EQ(a.expiries.size(), b.expiries.size());
  double most = 0;
  for (std::size_t i = 0; i < a.expiries.size(); ++i) {
    const double reach = 2.0 * math::square_root(a.expiries[i].essvi.theta);
    for (int n = -20; n <= 20; ++n) {
      const double k = reach * n / 20;
      most =
          std::max(most, math::absolute(volatility_at(a.expiries[i], k) - volatility_at(b.expiries[i], k)));
    }
  }
  return 100 * most;
}

OptionRow& row_of(Chain& chain, std::size_t expiry, std::size_t strike, bool is_call) {
  return chain.options[82 * expiry + 2 * strike + (is_call ? 1 : 0)];
}

TEST(Surface, OfAHealthyChainIsTheTruthWithinItsSpread) {
  const MadeChain made = made_chain();
  const Surface surface = made_surface(chain_of(made));
  ASSERT_EQ(surface.expiries.size(), 7u);
  EXPECT_TRUE(surface.due);
  for (std::size_t i = 0; i < 7; ++i) {
    const ExpiryFit& fit = surface.expiries[i];
    EXPECT_EQ(fit.rung, Rung::svi) << i;
    EXPECT_EQ(fit.flags, 0u) << i;
    EXPECT_LT(fit.error, 0.25) << i;
    for (const double u : {-2.0, -1.0, 0.0, 1.0, 2.0}) {
      const double k = u * math::square_root(made.expiries[i].smile.theta);
      const double truth = math::square_root(variance(made.expiries[i].smile, k) / fit.years);
      EXPECT_NEAR(volatility_at(fit, k), truth, 0.003) << i << " at " << u;
    }
  }
}

struct Lie {
  const char* name;
  void (*tell)(OptionRow&);
};
const Lie lies[] = {
    {"a hundred times too dear", [](OptionRow& r) { r.bid *= 100, r.ask *= 100; }},
    {"a hundredth", [](OptionRow& r) { r.bid /= 100, r.ask /= 100; }},
    {"ten times too dear", [](OptionRow& r) { r.bid *= 10, r.ask *= 10; }},
    {"a third too dear", [](OptionRow& r) { r.bid *= 1.33, r.ask *= 1.33; }},
    {"crossed", [](OptionRow& r) { std::swap(r.bid, r.ask); }},
    {"stale", [](OptionRow& r) { r.bid *= 1.1, r.ask *= 1.1, r.age = minute; }},
    {"no number", [](OptionRow& r) { r.bid = std::numeric_limits<double>::quiet_NaN(); }},
    {"negative", [](OptionRow& r) { r.bid = -r.bid; }},
    {"zero", [](OptionRow& r) { r.bid = r.ask = 0; }},
};

TEST(Surface, OneLyingQuoteMovesNothingByATenthOfAPoint) {
  const Chain chain = chain_of(made_chain());
  const Surface truth = made_surface(chain);
  for (const Lie& lie : lies) {
    for (const std::size_t expiry : {0u, 3u, 6u}) {
      for (const std::size_t strike : {3u, 12u, 19u, 20u, 21u, 30u, 37u}) {
        Chain told = chain;
        lie.tell(row_of(told, expiry, strike, strike >= 20));
        EXPECT_LT(difference(made_surface(told), truth), 0.1)
            << lie.name << ", expiry " << expiry << ", strike " << strike;
      }
    }
  }
}

// The last quote of a wing has neighbours on one side only.  A third more is three of its half-spreads
// there, and may be true.
TEST(Surface, ALyingWingMovesNothingByATenthOfAPoint) {
  const Chain chain = chain_of(made_chain());
  const Surface truth = made_surface(chain);
  for (const Lie& lie : lies) {
    if (std::string_view(lie.name) == "a third too dear") continue;
    for (const std::size_t expiry : {0u, 3u, 6u}) {
      for (const std::size_t strike : {0u, 40u}) {
        Chain told = chain;
        lie.tell(row_of(told, expiry, strike, strike >= 20));
        EXPECT_LT(difference(made_surface(told), truth), 0.1)
            << lie.name << ", expiry " << expiry << ", strike " << strike;
      }
    }
  }
}

TEST(Surface, TheOrderOfTheRowsChangesNothing) {
  Chain chain = chain_of(made_chain());
  chain.options.push_back(row_of(chain, 2, 5, false));
  chain.options.back().bid *= 0.9;
  const Surface first = made_surface(chain);
  Prng prng(9);
  for (int trial = 0; trial < 5; ++trial) {
    for (std::size_t i = chain.options.size(); i > 1; --i) {
      std::swap(chain.options[i - 1], chain.options[prng.below(i)]);
    }
    const Surface again = made_surface(chain);
    EXPECT_EQ(first.drops, again.drops);
    ASSERT_EQ(first.expiries.size(), again.expiries.size());
    for (std::size_t i = 0; i < first.expiries.size(); ++i) {
      EXPECT_EQ(first.expiries[i].slice, again.expiries[i].slice);
      EXPECT_EQ(first.expiries[i].forward.price, again.expiries[i].forward.price);
    }
  }
}

// The same chain `later`, with all volatilities moved by `points`.
Chain moved(MadeChain made, Duration later, double points) {
  for (MadeExpiry& e : made.expiries) {
    const double years = e.days / 365.0;
    const double before = math::square_root(e.smile.theta / years);
    const double ratio = (before + points / 100) / before;
    e.smile.theta *= ratio * ratio;
    e.smile.psi *= ratio;
  }
  Chain chain = chain_of(made);
  chain.at = chain.at + later;
  return chain;
}

TEST(Surface, AStoredAndRestoredStateGivesTheSameSurfaces) {
  SurfaceState kept, restored;
  for (int step = 0; step < 6; ++step) {
    const Duration later = Duration::from_raw(step * 4 * second.raw());
    MadeChain made = made_chain();
    made.seed = static_cast<u64>(step + 1);
    const Chain chain = moved(made, later, step == 3 ? 8 : 0.1 * step);
    const Bytes bytes = encode(restored);
    SurfaceState read;
    ASSERT_TRUE(decode(bytes, read));
    ASSERT_EQ(read, restored);
    restored = read;
    const Result<Surface, ChainReject> a = update(chain, {}, kept), b = update(chain, {}, restored);
    ASSERT_TRUE(a && b);
    EXPECT_EQ(a.value().due, b.value().due);
    for (std::size_t i = 0; i < a.value().expiries.size(); ++i) {
      EXPECT_EQ(a.value().expiries[i].slice, b.value().expiries[i].slice);
    }
    EXPECT_EQ(kept, restored);
  }
}

TEST(SurfaceState, OnlyWholeBytesAreOne) {
  SurfaceState state;
  ASSERT_TRUE(update(chain_of(made_chain()), {}, state));
  Bytes bytes = encode(state);
  SurfaceState read;
  EXPECT_TRUE(decode(bytes, read));
  EXPECT_EQ(read, state);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_FALSE(decode(std::span<const u8>(bytes).first(size), read)) << size;
  }
  Bytes more = bytes;
  more.push_back(0);
  EXPECT_FALSE(decode(more, read));
  for (std::size_t i = 0; i < bytes.size(); ++i) {  // never a crash, whatever a byte becomes
    Bytes spoiled = bytes;
    spoiled[i] ^= 0x80;
    (void)decode(spoiled, read);
  }
  EXPECT_TRUE(decode(bytes, read));
}

TEST(Surface, IsDueAfterTenSecondsOrATwentiethOfAPoint) {
  const MadeChain made = made_chain();
  SurfaceState state;
  ASSERT_TRUE(update(chain_of(made), {}, state).value().due);
  const SurfaceState first = state;
  const auto due = [&](Duration later, double points) {
    state = first;
    return update(moved(made, later, points), {}, state).value().due;
  };
  EXPECT_FALSE(due(second, 0));
  EXPECT_EQ(state, first);
  EXPECT_FALSE(due(second, 0.02));
  EXPECT_TRUE(due(second, 0.08));
  EXPECT_EQ(state.at, made_at + second);
  EXPECT_TRUE(due(Duration::from_raw(10 * second.raw()), 0));
}

TEST(Surface, AMoveThatManyStrikesConfirmIsMadeAtOnce) {
  const MadeChain made = made_chain();
  SurfaceState state;
  ASSERT_TRUE(update(chain_of(made), {}, state));
  const Surface surface = made_surface(moved(made, second, 12), state);
  for (const ExpiryFit& fit : surface.expiries) {
    EXPECT_EQ(fit.flags & flag_capped, 0u);
    EXPECT_NEAR(volatility_at(fit, 0), math::square_root(0.36) + 0.12, 0.01);
  }
}

// Of an expiry with two strikes left, two say that volatility rose by 12 points: not enough.
TEST(Surface, AMoveThatTwoStrikesSayIsCappedAtFivePoints) {
  const MadeChain made = made_chain();
  SurfaceState state;
  ASSERT_TRUE(update(chain_of(made), {}, state));
  Chain chain = moved(made, second, 0);
  const Chain risen = moved(made, second, 12);
  for (std::size_t i = 82 * 6; i < 82 * 7; ++i) {
    const std::size_t strike = (i - 82 * 6) / 2;
    chain.options[i] = risen.options[i];
    if (strike != 18 && strike != 22) chain.options[i].bid = chain.options[i].ask = 0;
  }
  const Surface before = made_surface(chain_of(made));
  const Surface after = made_surface(chain, state);
  const ExpiryFit& fit = after.expiries[6];
  EXPECT_EQ(fit.rung, Rung::skew);
  EXPECT_NE(fit.flags & flag_capped, 0u);
  for (const double u : {-2.0, -1.0, 0.0, 1.0, 2.0}) {
    const double k = u * math::square_root(fit.essvi.theta);
    EXPECT_LE(volatility_at(fit, k), volatility_at(before.expiries[6], k) + 0.0501) << u;
  }
  EXPECT_GT(volatility_at(fit, 0), volatility_at(before.expiries[6], 0) + 0.01);
}

// Quotes that no smile fits: the last one stays for ten minutes, then the new one is published with its
// flag.
TEST(Surface, APoorFitDoesNotReplaceAGoodOne) {
  const MadeChain made = made_chain();
  SurfaceState state;
  ASSERT_TRUE(update(chain_of(made), {}, state));
  const SurfaceState first = state;
  const auto zigzag = [&](Duration later) {
    Chain chain = moved(made, later, 0);
    for (std::size_t strike = 0; strike < 41; ++strike) {
      for (const bool is_call : {false, true}) {
        OptionRow& row = row_of(chain, 3, strike, is_call);
        const double shift = strike / 2 % 2 == 0 ? 0.985 : 1.015;
        const double middle = 0.5 * (row.bid + row.ask) * shift;
        row.bid = 0.9999 * middle, row.ask = 1.0001 * middle;
      }
    }
    return chain;
  };
  const Surface kept = made_surface(zigzag(minute), first);
  EXPECT_NE(kept.expiries[3].flags & flag_poor_fit, 0u);
  EXPECT_NE(kept.expiries[3].flags & flag_kept, 0u);
  EXPECT_NEAR(volatility_at(kept.expiries[3], 0), 0.6, 0.01);
  const Surface late = made_surface(zigzag(Duration::from_raw(10 * minute.raw())), first);
  EXPECT_NE(late.expiries[3].flags & flag_poor_fit, 0u);
  EXPECT_EQ(late.expiries[3].flags & flag_kept, 0u);
}

TEST(Surface, CommandsCarryWhatIsPublished) {
  const Surface surface = made_surface(chain_of(made_chain()));
  const ForwardCurve curve = forward_curve(surface, IndexId{3}, 7, 99);
  const VolatilitySurface smiles = volatility_surface(surface, IndexId{3}, 7, 100);
  ASSERT_EQ(curve.rows.size(), 7u);
  ASSERT_EQ(smiles.rows.size(), 7u);
  EXPECT_EQ(smiles.index.index, 3u);
  EXPECT_EQ(curve.source, 7u);
  EXPECT_EQ(smiles.sequence, 100u);
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(smile_defect(smiles.rows[i].slice), SmileDefect::none);
    EXPECT_NEAR(from_units(curve.rows[i].price.raw(), price_one), surface.expiries[i].forward.price, 1e-8);
    EXPECT_EQ(smiles.rows[i].expiry, curve.rows[i].expiry);
  }
}

TEST(Surface, ChainsWithoutAnythingUsableAreRefused) {
  SurfaceState state;
  Chain chain = chain_of(made_chain());
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), 1e300}) {
    chain.index = bad;
    EXPECT_EQ(update(chain, {}, state).error(), ChainReject::index);
  }
  chain = Chain{};
  chain.at = made_at;
  chain.index = 64'000;
  EXPECT_EQ(update(chain, {}, state).error(), ChainReject::empty);
  chain = chain_of(made_chain());
  chain.at = chain.at + Duration::from_raw(1'000 * day.raw());
  EXPECT_EQ(update(chain, {}, state).error(), ChainReject::empty);
  EXPECT_EQ(state, SurfaceState{});
}

}  // namespace
}  // namespace lockstep::surface
