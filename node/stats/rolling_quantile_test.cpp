// Against a twin that sorts the window anew each time.
#include "node/stats/rolling_quantile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>

#include "core/base/prng.h"

namespace lockstep::stats {
namespace {

Bytes bytes_of(const RollingQuantile& window) {
  Bytes bytes;
  Writer writer(bytes);
  window.write(writer);
  return bytes;
}

TEST(RollingQuantile, EqualsSortingTheWindowAnew) {
  for (const u32 capacity : {1u, 2u, 7u, 100u}) {
    Prng prng(capacity);
    RollingQuantile window(capacity);
    std::deque<double> twin;
    for (int i = 0; i < 1000; ++i) {
      // Few different values, so that equal ones meet; both zeros among them.
      const double value = static_cast<double>(prng.between(-20, 20)) * (prng.chance(1, 2) ? 0.5 : -0.5);
      ASSERT_TRUE(window.add(value));
      twin.push_back(value);
      if (twin.size() > capacity) twin.pop_front();
      std::vector<double> sorted(twin.begin(), twin.end());
      std::sort(sorted.begin(), sorted.end());
      ASSERT_EQ(window.sorted(), sorted);
      for (u32 age = 0; age < window.size(); ++age)
        ASSERT_EQ(window.newest(age), twin[twin.size() - 1 - age]);
    }
  }
}

TEST(RollingQuantile, TakesTheOrderStatisticRoundedUp) {
  RollingQuantile window(1000);
  EXPECT_FALSE(window.quantile(0.5));
  for (int i = 100; i >= 1; --i) window.add(i);
  EXPECT_EQ(window.quantile(0.99), 99);
  EXPECT_EQ(window.quantile(0.991), 100);
  EXPECT_EQ(window.quantile(0.07), 7);  // 0.07 * 100 is above 7 in binary
  EXPECT_EQ(window.quantile(0.001), 1);
  EXPECT_EQ(window.quantile(1), 100);
  for (int i = 101; i <= 1000; ++i) window.add(i);
  EXPECT_EQ(window.quantile(0.99), 990);
  EXPECT_EQ(window.quantile(0.995), 995);
  for (int i = 1001; i <= 1500; ++i) window.add(i);
  EXPECT_EQ(window.quantile(0.5), 1000);
}

TEST(RollingQuantile, RefusesWhatIsNoNumber) {
  RollingQuantile window(3);
  EXPECT_FALSE(window.add(std::nan("")));
  EXPECT_FALSE(window.add(HUGE_VAL));
  EXPECT_EQ(window.rejected(), 2);
  EXPECT_EQ(window.size(), 0);
}

TEST(RollingQuantile, RestartsWithTheSameBits) {
  Prng prng(3);
  RollingQuantile straight(50), restarted(50);
  for (int i = 0; i < 300; ++i) {
    const double value = static_cast<double>(prng.between(-1000, 1000)) / 7;
    straight.add(value);
    restarted.add(value);
    if (i % 17 != 0) continue;
    const Bytes bytes = bytes_of(restarted);
    restarted = RollingQuantile(1);
    Reader reader(bytes);
    restarted.read(reader);
    ASSERT_TRUE(reader.done());
    ASSERT_EQ(bytes_of(restarted), bytes_of(straight));
    ASSERT_EQ(restarted.sorted(), straight.sorted());
  }
}

TEST(RollingQuantile, RefusesBytesThatAreNoState) {
  RollingQuantile window(5);
  for (int i = 0; i < 7; ++i) window.add(i);
  const Bytes good = bytes_of(window);
  const auto fails = [](const Bytes& bytes) {
    RollingQuantile state(1);
    Reader reader(bytes);
    state.read(reader);
    return !reader.done();
  };
  EXPECT_FALSE(fails(good));
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_TRUE(fails(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))));
  }
  const auto with = [&](std::size_t at, auto value) {
    Bytes bytes = good;
    store_little(bytes.data() + at, value);
    return bytes;
  };
  EXPECT_TRUE(fails(with(0, u32{0})));
  EXPECT_TRUE(fails(with(0, u32{4})));  // five values in a window of four
  EXPECT_TRUE(fails(with(0, u32{10'001})));
  EXPECT_TRUE(fails(with(12, u32{6})));
  EXPECT_TRUE(fails(with(16, std::bit_cast<u64>(std::nan("")))));
  EXPECT_TRUE(fails(with(16, u64{1} << 63)));  // -0
}

}  // namespace
}  // namespace lockstep::stats
