// Shares of what is open, worked by hand.
#include "node/stress/concentration.h"

#include <gtest/gtest.h>

#include "node/stress/exposure.h"
#include "node/stress/testing_stress.h"

namespace lockstep::stress {
namespace {

// Of BTC `long` has 1 of 1.5 coins long: squares 4/9 and 1/9.  `short` is alone on the other side.
TEST(Concentration, SharesOfEachSide) {
  const auto engine = testing_engine();
  const std::vector<Concentration> all = concentrations(engine->state);
  ASSERT_EQ(all.size(), 2u);
  const SideShares& longs = all[0].longs;
  EXPECT_EQ(longs.accounts, 2u);
  EXPECT_EQ(longs.open, dollars(30'000));
  EXPECT_EQ(longs.one, ratio(dollars(2), dollars(3)));
  EXPECT_EQ(longs.five, permille(1'000));
  EXPECT_EQ(longs.ten, permille(1'000));
  EXPECT_EQ(longs.herfindahl, ratio(dollars(5), dollars(9)));
  EXPECT_EQ(all[0].shorts.herfindahl, permille(1'000));
  EXPECT_EQ(engine->state.account(all[0].largest).name, "long");
  EXPECT_EQ(all[0].held, dollars(20'000));
  EXPECT_EQ(all[1].shorts.accounts, 0u);
  EXPECT_FALSE(all[0].of_depth.has_value());
  EXPECT_FALSE(all[0].of_volume.has_value());
}

// 20,000 against a depth of 5,000 and a volume of 100,000.
TEST(Concentration, AgainstDepthAndVolume) {
  const auto engine =
      testing_engine("",
                     "[[observation]]\nkind = \"depth\"\nof = \"BTC-PERP\"\nvalue = \"5000\"\n"
                     "[[observation]]\nkind = \"volume\"\nof = \"BTC-PERP\"\nvalue = \"100000\"\n");
  const Concentration btc = concentrations(engine->state)[0];
  EXPECT_EQ(btc.of_depth, permille(4'000));
  EXPECT_EQ(btc.of_volume, permille(200));
}

}  // namespace
}  // namespace lockstep::stress
