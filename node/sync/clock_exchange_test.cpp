// Two clocks of one machine over loopback: the exchange finds how far they stand apart.
#include "node/sync/clock_exchange.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace lockstep {
namespace {

class ShiftedClock final : public Clock {
 public:
  explicit ShiftedClock(i64 shift) : shift_(shift) {}
  i64 wall_us() override { return clock_.wall_us() + shift_; }
  i64 monotonic_us() override { return clock_.monotonic_us(); }

 private:
  LinuxClock clock_;
  i64 shift_;
};

SigningKey key(u8 byte) {
  std::array<u8, 32> secret{};
  secret.fill(byte);
  return key_of(secret);
}

TEST(ClockExchange, FindsHowFarAPeerIsAndBelievesOnlyItsKey) {
  ShiftedClock here(0), ahead(3'000'000);
  const auto one = open_clock_exchange("127.0.0.1:0", key(1), here).value();
  const auto two = open_clock_exchange("127.0.0.1:0", key(2), ahead).value();
  one->set_peers({{key(2).name, two->address()}});
  two->set_peers({{key(3).name, one->address()}});  // another key than the one that answers there
  std::vector<Offset> found;
  for (int i = 0; i < 100 && found.empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    found = one->offsets(here.wall_us());
  }
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NEAR(static_cast<double>(found[0].offset), 3e6, static_cast<double>(found[0].error) + 1);
  EXPECT_FALSE(agreed_bound(found, 2));
  EXPECT_TRUE(two->offsets(ahead.wall_us()).empty());
}

TEST(ClockExchange, SaysWhatIsWrongWithAnAddress) {
  LinuxClock clock;
  EXPECT_EQ(open_clock_exchange("nonsense", key(1), clock).error().what,
            "\"nonsense\" is no address such as 10.0.0.1:7400");
}

}  // namespace
}  // namespace lockstep
