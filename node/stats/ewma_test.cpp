// Reference numbers: the quantitative specification's vectors (section 3), made with another package.
#include "node/stats/ewma.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "core/base/prng.h"
#include "node/stats/garch.h"

namespace lockstep::stats {
namespace {

constexpr i64 hour = 3'600'000'000;
constexpr i64 day = 24 * hour;
constexpr double r1[] = {0.012, -0.034, 0.005, 0.021, -0.018, 0.0075, -0.041, 0.016};

template <class State>
Bytes bytes_of(const State& state) {
  Bytes bytes;
  Writer writer(bytes);
  state.write(writer);
  return bytes;
}

VolatilityEwma volatility(i64 half_life) {
  return {.half_life = Duration::from_raw(half_life), .gap = Duration::from_raw(3 * day)};
}

TEST(Ewma, GivesTheReferenceVarianceAndWeight) {
  Ewma ewma;
  for (const double r : r1) ewma.add(r * r, 0.94);
  EXPECT_NEAR(ewma.mean(), 0.0005238025636046564, 1e-17);
  EXPECT_NEAR(ewma.weight, 6.507184357648639, 1e-14);
}

TEST(Ewma, HalfLivesAndEffectiveSizesOfTheUsualLambdas) {
  EXPECT_NEAR(half_life_of(0.94), 11.202305583621158, 1e-12);
  EXPECT_NEAR(half_life_of(0.97), 22.75657306277341, 1e-12);
  EXPECT_NEAR(half_life_of(0.99), 68.96756393652842, 1e-11);
  EXPECT_NEAR(half_life_of(0.995), 138.28257298606084, 1e-11);
  EXPECT_NEAR(effective_size(0.94), 32.33333333333331, 1e-12);
  EXPECT_NEAR(effective_size(0.97), 65.66666666666661, 1e-12);
  EXPECT_NEAR(effective_size(0.99), 199, 1e-11);
  Ewma ewma;
  ewma.add(5, 0.97);
  EXPECT_EQ(ewma.effective_size(), 1);
  for (int i = 0; i < 2000; ++i) ewma.add(5, 0.97);
  EXPECT_NEAR(ewma.effective_size(), 65.66666666666661, 1e-10);
  EXPECT_NEAR(ewma.mean(), 5, 1e-12);
}

TEST(Ewma, ForgettingIsExactForTinyAndLongSpans) {
  const Duration half_life = Duration::from_raw(day);
  EXPECT_NEAR(decay(Duration::from_raw(day), half_life), 0.5, 1e-15);
  EXPECT_NEAR(decay(Duration::from_raw(10 * day), half_life), 0x1p-10, 1e-15);
  EXPECT_EQ(forgotten(Duration{}, half_life), 0);
  for (i64 span = 1; span < 400 * day; span = span * 3 + 1) {
    const double exact = -std::expm1(-std::log(2.0) * (static_cast<double>(span) / static_cast<double>(day)));
    EXPECT_NEAR(forgotten(Duration::from_raw(span), half_life) / exact, 1, 1e-13) << span;
  }
}

TEST(VolatilityEwma, OnDailyPricesIsTheClassicalEstimator) {
  // Half life so that a day decays by 0.94; the reference annual volatility of the same eight returns.
  VolatilityEwma ewma = volatility(std::llround(11.202305583621158 * static_cast<double>(day)));
  double price = 100;
  EXPECT_EQ(ewma.add(Time::from_raw(0), price), Observed::first);
  EXPECT_FALSE(ewma.variance_per_day());
  i64 at = 0;
  for (const double r : r1) {
    price *= std::exp(r);
    EXPECT_EQ(ewma.add(Time::from_raw(at += day), price), Observed::used);
  }
  EXPECT_NEAR(*ewma.variance_per_day(), 0.0005238025636046564, 1e-14);
  EXPECT_NEAR(*ewma.volatility_per_year(), 0.4372504267758919, 1e-11);
  EXPECT_EQ(ewma.counts.used, 8);
  EXPECT_EQ(ewma.counts.gaps, 0);
}

struct Tick {
  i64 at;
  double price;
};
std::vector<Tick> irregular_ticks(u64 seed, int n) {
  Prng prng(seed);
  std::vector<Tick> ticks;
  i64 at = 1'700'000'000'000'000;
  double log_price = 4;
  for (int i = 0; i < n; ++i) {
    const i64 span = prng.chance(1, 50) ? 4 * day : prng.between(1, 2 * hour);
    at += span;
    const double normal = static_cast<double>(prng.between(-1000, 1000)) / 577;
    log_price += normal * 0.04 * std::sqrt(static_cast<double>(span) / static_cast<double>(day));
    ticks.push_back({at, std::exp(log_price)});
  }
  return ticks;
}

// The definition: every span's rate, weighted by the integral of 2^(-age / half life) over the span.
double batch_variance(const std::vector<Tick>& ticks, double half_life_days) {
  double sum = 0, weight = 0;
  const auto age = [&](std::size_t i) {
    return static_cast<double>(ticks.back().at - ticks[i].at) / static_cast<double>(day);
  };
  for (std::size_t i = 1; i < ticks.size(); ++i) {
    const double r = std::log(ticks[i].price / ticks[i - 1].price);
    const double w = std::exp2(-age(i) / half_life_days) - std::exp2(-age(i - 1) / half_life_days);
    sum += w * r * r / (age(i - 1) - age(i));
    weight += w;
  }
  return sum / weight;
}

TEST(VolatilityEwma, EqualsTheBatchDefinitionAtIrregularTimes) {
  for (const u64 seed : {u64{1}, u64{2}, u64{3}}) {
    const std::vector<Tick> ticks = irregular_ticks(seed, 400);
    VolatilityEwma ewma = volatility(2 * day);
    for (const Tick& tick : ticks) ewma.add(Time::from_raw(tick.at), tick.price);
    ASSERT_EQ(ewma.counts.winsorised, 0);
    EXPECT_GT(ewma.counts.gaps, 0);
    EXPECT_NEAR(*ewma.variance_per_day() / batch_variance(ticks, 2), 1, 1e-11);
  }
}

TEST(VolatilityEwma, FindsTheVarianceThePricesWereMadeWith) {
  double sum = 0;
  for (u64 seed = 1; seed <= 40; ++seed) {
    VolatilityEwma ewma = volatility(10 * day);
    for (const Tick& tick : irregular_ticks(seed, 400)) ewma.add(Time::from_raw(tick.at), tick.price);
    sum += *ewma.variance_per_day();
  }
  EXPECT_NEAR(sum / 40, 0.0016, 0.00016);
}

TEST(VolatilityEwma, AGapIsOneReturnOverItsSpan) {
  VolatilityEwma ewma = volatility(5 * day);
  ewma.add(Time::from_raw(0), 100);
  ewma.add(Time::from_raw(10 * day), 100 * std::exp(0.1));
  EXPECT_NEAR(*ewma.variance_per_day(), 0.001, 1e-15);
  EXPECT_EQ(ewma.counts.gaps, 1);
  EXPECT_NEAR(ewma.rate.weight, 0.75, 1e-15);
}

TEST(VolatilityEwma, ScalingPricesChangesNothing) {
  VolatilityEwma one = volatility(day), other = volatility(day);
  for (const Tick& tick : irregular_ticks(4, 300)) {
    one.add(Time::from_raw(tick.at), tick.price);
    other.add(Time::from_raw(tick.at), 1000 * tick.price);
  }
  EXPECT_NEAR(*one.variance_per_day() / *other.variance_per_day(), 1, 1e-9);
}

TEST(VolatilityEwma, AFalsePrintMovesTheEstimateOnlySoFar) {
  VolatilityEwma ewma = volatility(30 * day);
  i64 at = 0;
  for (int i = 0; i < 200; ++i) ewma.add(Time::from_raw(at += day), i % 2 == 0 ? 100 : 101);
  const double before = *ewma.variance_per_day();
  EXPECT_EQ(ewma.add(Time::from_raw(at += day), 0.01), Observed::winsorised);
  const double share = forgotten(Duration::from_raw(day), Duration::from_raw(30 * day)) / ewma.rate.weight;
  EXPECT_NEAR(*ewma.variance_per_day() / before, 1 + 63 * share, 1e-10);
  EXPECT_EQ(ewma.counts.winsorised, 1);
  EXPECT_EQ(ewma.last_price, 0.01);
}

TEST(VolatilityEwma, AFlatPriceDoesNotFreezeTheEstimateAtZero) {
  VolatilityEwma ewma = volatility(30 * day);
  i64 at = 0;
  for (int i = 0; i < 100; ++i) ewma.add(Time::from_raw(at += day), 100);
  EXPECT_EQ(*ewma.variance_per_day(), 0);
  EXPECT_EQ(ewma.add(Time::from_raw(at += day), 102), Observed::used);
  EXPECT_GT(*ewma.variance_per_day(), 0);
}

TEST(VolatilityEwma, ALongStillnessDoesNotMakeMovesUnbelievable) {
  VolatilityEwma ewma = volatility(5 * day);
  i64 at = 0;
  for (int i = 0; i < 20; ++i) ewma.add(Time::from_raw(at += day), i % 2 == 0 ? 100 : 103);
  for (int i = 0; i < 3000; ++i) ewma.add(Time::from_raw(at += day), 100);
  EXPECT_LT(*ewma.variance_per_day(), 1e-100);
  for (int i = 0; i < 10; ++i) ewma.add(Time::from_raw(at += day), i % 2 == 0 ? 103 : 100);
  EXPECT_GT(*ewma.variance_per_day(), 0.5 * std::pow(std::log(1.03), 2));
}

TEST(VolatilityEwma, BadInputIsCountedAndChangesNothing) {
  VolatilityEwma ewma = volatility(day);
  EXPECT_EQ(ewma.add(Time::from_raw(0), 0), Observed::bad_price);
  ewma.add(Time::from_raw(hour), 100);
  ewma.add(Time::from_raw(2 * hour), 101);
  const VolatilityEwma before = ewma;
  for (const double price : {std::nan(""), HUGE_VAL, -HUGE_VAL, 0.0, -0.0, -5.0, 1e-310}) {
    EXPECT_EQ(ewma.add(Time::from_raw(3 * hour), price), Observed::bad_price);
  }
  EXPECT_EQ(ewma.add(Time::from_raw(2 * hour), 102), Observed::out_of_order);
  EXPECT_EQ(ewma.add(Time::from_raw(hour), 102), Observed::out_of_order);
  EXPECT_EQ(ewma.counts.bad_price, 8);
  EXPECT_EQ(ewma.counts.out_of_order, 2);
  ewma.counts = before.counts;
  EXPECT_EQ(bytes_of(ewma), bytes_of(before));
}

TEST(VolatilityEwma, RestartsWithTheSameBits) {
  VolatilityEwma straight = volatility(2 * day), restarted = straight;
  int i = 0;
  for (const Tick& tick : irregular_ticks(9, 300)) {
    straight.add(Time::from_raw(tick.at), tick.price);
    restarted.add(Time::from_raw(tick.at), tick.price);
    if (++i % 37 != 0) continue;
    const Bytes bytes = bytes_of(restarted);
    restarted = VolatilityEwma{};
    Reader reader(bytes);
    restarted.read(reader);
    ASSERT_TRUE(reader.done());
    ASSERT_EQ(bytes_of(restarted), bytes_of(straight));
  }
}

TEST(VolatilityEwma, RefusesBytesThatAreNoState) {
  VolatilityEwma ewma = volatility(day);
  ewma.add(Time::from_raw(0), 100);
  ewma.add(Time::from_raw(day), 101);
  const Bytes good = bytes_of(ewma);
  const auto fails = [](Bytes bytes) {
    VolatilityEwma state;
    Reader reader(bytes);
    state.read(reader);
    return !reader.done();
  };
  EXPECT_FALSE(fails(good));
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_TRUE(fails(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))));
  const auto with = [&](std::size_t field, double value) {
    Bytes bytes = good;
    store_little(bytes.data() + 8 * field, std::bit_cast<u64>(value));
    return bytes;
  };
  EXPECT_TRUE(fails(with(0, 0.0)));           // half life
  EXPECT_TRUE(fails(with(2, -1.0)));          // sum
  EXPECT_TRUE(fails(with(3, std::nan(""))));  // weight
  EXPECT_TRUE(fails(with(3, 2.0)));
  EXPECT_TRUE(fails(with(6, -100.0)));  // last price
  EXPECT_TRUE(fails(with(6, 0.0)));
}

TEST(Garch, IsPulledToItsLongRunAndIsTheEwmaWithoutOne) {
  Garch garch{.alpha = 0.1, .beta = 0.8, .long_run_variance = 4e-4, .variance = 9e-4};
  garch.add(0.03);
  EXPECT_NEAR(garch.variance, 0.1 * 4e-4 + 0.1 * 9e-4 + 0.8 * 9e-4, 1e-18);
  for (int i = 0; i < 500; ++i) garch.add(0.02);
  EXPECT_NEAR(garch.variance, 4e-4, 1e-16);
  for (int i = 0; i < 500; ++i) garch.add(0);
  EXPECT_NEAR(garch.variance, 4e-4 * 0.1 / 0.2, 1e-16);  // its floor: (1 - alpha - beta) / (1 - beta)
  const Bytes bytes = bytes_of(garch);
  Garch read;
  Reader reader(bytes);
  read.read(reader);
  EXPECT_TRUE(reader.done());
  EXPECT_EQ(bytes_of(read), bytes);
}

}  // namespace
}  // namespace lockstep::stats
