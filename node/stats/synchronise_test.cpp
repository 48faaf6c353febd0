// Reference numbers: the quantitative specification's vectors (section 3), made with another package; and
// twins that go over all pairs.
#include "node/stats/synchronise.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/prng.h"

namespace lockstep::stats {
namespace {

struct Tick {
  i64 at;
  double price;
};
const std::vector<Tick> reference_a = {{0, 100},    {10, 100.5}, {20, 100.2}, {40, 101.0},
                                       {70, 100.4}, {80, 100.9}, {100, 101.6}};
const std::vector<Tick> reference_b = {{0, 50},    {15, 50.3}, {30, 50.2}, {50, 50.7},
                                       {60, 50.4}, {90, 50.9}, {100, 51.1}};

std::vector<Time> times_of(const std::vector<Tick>& ticks) {
  std::vector<Time> times;
  for (const Tick& tick : ticks) times.push_back(Time::from_raw(tick.at));
  return times;
}

// Both series in one order of time; at equal times a first, or b.
template <class Feed>
void in_order(const std::vector<Tick>& a, const std::vector<Tick>& b, bool a_first, Feed feed) {
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    const bool take_a =
        j == b.size() || (i < a.size() && (a[i].at < b[j].at || (a[i].at == b[j].at && a_first)));
    if (take_a) {
      feed(0u, Time::from_raw(a[i].at), a[i].price);
      ++i;
    } else {
      feed(1u, Time::from_raw(b[j].at), b[j].price);
      ++j;
    }
  }
}

HayashiYoshida hayashi_yoshida(const std::vector<Tick>& a, const std::vector<Tick>& b, bool a_first) {
  HayashiYoshida result;
  in_order(a, b, a_first,
           [&](u32 which, Time at, double price) { EXPECT_TRUE(result.add(which, at, price)); });
  return result;
}

double all_overlapping_pairs(const std::vector<Tick>& a, const std::vector<Tick>& b) {
  double sum = 0;
  for (std::size_t i = 1; i < a.size(); ++i) {
    for (std::size_t j = 1; j < b.size(); ++j) {
      if (std::max(a[i - 1].at, b[j - 1].at) >= std::min(a[i].at, b[j].at)) continue;
      sum += std::log(a[i].price / a[i - 1].price) * std::log(b[j].price / b[j - 1].price);
    }
  }
  return sum;
}

TEST(HayashiYoshida, GivesTheReferenceCovariance) {
  for (const bool a_first : {true, false}) {
    const HayashiYoshida result = hayashi_yoshida(reference_a, reference_b, a_first);
    EXPECT_NEAR(result.covariance, 0.00014278224167809967, 1e-17);
    EXPECT_NEAR(result.correlation(), 0.5896107551908609, 1e-12);
  }
}

TEST(HayashiYoshida, EqualsTheSumOverAllPairs) {
  Prng prng(5);
  for (int run = 0; run < 50; ++run) {
    std::vector<Tick> series[2];
    for (std::vector<Tick>& ticks : series) {
      i64 at = prng.between(0, 20);
      for (int i = 0; i < 60; ++i) {
        ticks.push_back({at, static_cast<double>(prng.between(9'000, 11'000))});
        at += prng.between(1, 6);  // coarse, so that many times coincide
      }
    }
    const double twin = all_overlapping_pairs(series[0], series[1]);
    EXPECT_NEAR(hayashi_yoshida(series[0], series[1], run % 2 == 0).covariance, twin, 1e-13);
  }
}

TEST(HayashiYoshida, RefusesBadAndLatePricesAndRestarts) {
  HayashiYoshida straight, restarted;
  const auto at = [](i64 t) { return Time::from_raw(t); };
  in_order(reference_a, reference_b, true, [&](u32 which, Time time, double price) {
    straight.add(which, time, price);
    restarted.add(which, time, price);
    Bytes bytes;
    Writer writer(bytes);
    restarted.write(writer);
    restarted = HayashiYoshida{};
    Reader reader(bytes);
    restarted.read(reader);
    ASSERT_TRUE(reader.done());
  });
  EXPECT_EQ(restarted.covariance, straight.covariance);
  EXPECT_EQ(restarted.variance[1], straight.variance[1]);
  EXPECT_FALSE(straight.add(0, at(200), std::nan("")));
  EXPECT_FALSE(straight.add(0, at(200), -1));
  EXPECT_FALSE(straight.add(0, at(100), 101));
  EXPECT_TRUE(straight.add(0, at(200), 101));
  EXPECT_FALSE(straight.add(1, at(150), 51));
  EXPECT_EQ(straight.counts.bad_price, 2);
  EXPECT_EQ(straight.counts.out_of_order, 2);
}

TEST(RefreshTimes, AreThoseOfTheReference) {
  const std::vector<Time> times[] = {times_of(reference_a), times_of(reference_b)};
  std::vector<i64> result;
  for (const Time time : refresh_times(times)) result.push_back(time.raw());
  EXPECT_EQ(result, (std::vector<i64>{0, 15, 30, 50, 70, 90, 100}));
  const std::vector<Time> with_none[] = {times_of(reference_a), {}};
  EXPECT_TRUE(refresh_times(with_none).empty());
  EXPECT_TRUE(refresh_times({}).empty());
}

TEST(RefreshTimes, WithPreviousTicksGiveTheReferenceCovariance) {
  const std::vector<Time> times[] = {times_of(reference_a), times_of(reference_b)};
  double covariance = 0, before[2] = {100, 50};
  for (const Time time : refresh_times(times)) {
    double now[2] = {};
    for (const Tick& tick : reference_a) {
      if (tick.at <= time.raw()) now[0] = tick.price;
    }
    for (const Tick& tick : reference_b) {
      if (tick.at <= time.raw()) now[1] = tick.price;
    }
    covariance += std::log(now[0] / before[0]) * std::log(now[1] / before[1]);
    before[0] = now[0];
    before[1] = now[1];
  }
  EXPECT_NEAR(covariance, 0.00022611306226763555, 1e-16);
}

// What a bar said, as text: the returns of assets, "-" for none.
std::string shown(Returns returns) {
  std::string text;
  for (const std::optional<double>& r : returns) {
    text += r ? std::to_string(std::lround(*r * 1000)) + " " : std::string("- ");
  }
  return text;
}

TEST(BarReturns, SayNothingForAnAssetThatHasGoneStale) {
  BarReturns bars(1, Duration::from_raw(10), Time::from_raw(10));
  std::string text;
  const auto price = [&](i64 at, double log_price) {
    while (bars.due(Time::from_raw(at))) text += shown(bars.close());
    EXPECT_TRUE(bars.add(0, Time::from_raw(at), std::exp(log_price)));
  };
  price(15, 1.0);    // bar 2: the first price
  price(20, 1.01);   // still bar 2, whose end it is
  price(25, 1.04);   // bar 3
  price(55, 1.10);   // bar 6: two silent bars before, so the previous tick stood
  price(95, 1.50);   // bar 10: three silent bars before
  price(105, 1.52);  // bar 11
  price(115, 1.52);
  EXPECT_EQ(text, "- - 30 0 0 60 0 0 - - 20 ");
}

TEST(BarReturns, RefuseBadAndLatePrices) {
  BarReturns bars(2, Duration::from_raw(10), Time::from_raw(10));
  EXPECT_FALSE(bars.add(0, Time::from_raw(5), 0));
  EXPECT_FALSE(bars.add(0, Time::from_raw(5), HUGE_VAL));
  EXPECT_FALSE(bars.add(0, Time::from_raw(0), 100));  // belongs to the bar before
  EXPECT_TRUE(bars.add(0, Time::from_raw(5), 100));
  EXPECT_FALSE(bars.add(0, Time::from_raw(4), 100));
  EXPECT_TRUE(bars.add(1, Time::from_raw(4), 100));
  EXPECT_EQ(bars.counts.bad_price, 2);
  EXPECT_EQ(bars.counts.out_of_order, 2);
  EXPECT_EQ(bars.counts.used, 2);
}

TEST(BarReturns, RestartInTheMiddleOfABar) {
  Prng prng(2);
  BarReturns straight(3, Duration::from_raw(10), Time::from_raw(10));
  BarReturns restarted = straight;
  i64 now = 0;
  for (int i = 0; i < 400; ++i) {
    const Time at = Time::from_raw(now += prng.between(0, prng.chance(1, 20) ? 60 : 4));
    while (straight.due(at)) {
      const std::string text = shown(straight.close());
      ASSERT_EQ(shown(restarted.close()), text);
    }
    const u32 asset = static_cast<u32>(prng.below(3));
    const double price = static_cast<double>(prng.between(90, 110));
    straight.add(asset, at, price);
    restarted.add(asset, at, price);
    Bytes bytes;
    Writer writer(bytes);
    restarted.write(writer);
    restarted = BarReturns{};
    Reader reader(bytes);
    restarted.read(reader);
    ASSERT_TRUE(reader.done());
  }
}

}  // namespace
}  // namespace lockstep::stats
