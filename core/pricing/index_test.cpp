#include "core/pricing/index.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

Price price(i64 hundredths) { return Price::from_raw(hundredths * (price_one / 100)); }
constexpr Rate weight(i64 percent) { return Rate::from_raw(percent * (rate_one / 100)); }

TEST(CappedIndex, AsPublished) {  // Deribit: 100, 101, 120 with a cap of 0.5 %
  const std::vector<Price> prices = {price(10'000), price(10'100), price(12'000)};
  const std::vector<Rate> weights = {weight(25), weight(50), weight(25)};
  const CappedIndex index = capped_index(prices, weights, Rate::from_raw(rate_one / 200));
  EXPECT_EQ(index.median, price(10'100));
  EXPECT_EQ(index.capped[0].raw(), 10'049'500'000);
  EXPECT_EQ(index.capped[1], price(10'100));
  EXPECT_EQ(index.capped[2].raw(), 10'150'500'000);
  EXPECT_EQ(index.index, price(10'100));
}

TEST(CappedIndex, OfAnEvenNumberAndOfOne) {
  const std::vector<Price> two = {price(10'100), price(10'000)};
  const std::vector<Rate> weights = {weight(50), weight(50)};
  EXPECT_EQ(capped_index(two, weights, weight(1)).median, price(10'050));
  const std::vector<Price> one = {price(7)};
  const std::vector<Rate> all = {weight(100)};
  EXPECT_EQ(capped_index(one, all, weight(1)).index, price(7));
}

}  // namespace
}  // namespace lockstep
