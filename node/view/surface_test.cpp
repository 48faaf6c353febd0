// lockstep/surface against formulas written a second time, with the standard library's functions.
#include <gtest/gtest.h>

#include <cmath>

#include "node/view/testing_view.h"

namespace lockstep::view {
namespace {

constexpr double year_us = 365.0 * 86'400e6;

TEST(Surface, VolatilitiesOfInstrumentsWithoutASmile) {
  const auto engine = book_of("deribit.toml", "deribit-strangle.toml");
  Asking asking(*engine);
  const Tree answer = asking.ask("surface", {{"index", "BTC-USD"}});
  EXPECT_EQ(answer["indexes"], Tree::parse(R"(["BTC-USD"])"));
  EXPECT_EQ(answer["price"], "63480.25");
  ASSERT_EQ(answer["expiries"].size(), 1u);
  const Tree& expiry = answer["expiries"][0];
  EXPECT_EQ(expiry["forward"], "63610");
  EXPECT_EQ(expiry["age_ms"], 0);
  // (63,610 / 63,480.25 - 1) over 21 d 10 h 31 min of 365 days.
  EXPECT_EQ(expiry["basis_year"], "0.034800");
  EXPECT_EQ(expiry["at_the_money"], "0.714000");  // 75,000 is nearer to the forward than 52,000
  ASSERT_EQ(expiry["points"].size(), 2u);
  EXPECT_EQ(expiry["points"][0]["strike"], "52000");
  EXPECT_EQ(expiry["points"][0]["volatility"], "0.889000");
  EXPECT_EQ(expiry["points"][0]["mark_volatility"], "0.889000");
  EXPECT_EQ(expiry["points"][0]["put"], "BTC-27FEB26-52000-P");
  EXPECT_TRUE(expiry["points"][0]["call"].is_null());
  EXPECT_EQ(expiry["points"][0]["kind"], "none");
  EXPECT_FALSE(asking.answer("surface", {{"index", "none"}}, operator_key()));
}

// A mark of the premium of 80 %, in coin, by the formula of Black with erfc: 0.8 comes back.
TEST(Surface, AMarkThatIsAPriceIsTurnedIntoAVolatility) {
  const auto engine = book_of("deribit.toml", "deribit-strangle.toml");
  const double forward = 63'610, strike = 75'000, sigma = 0.8;
  const State& state = engine->state;
  const double years = static_cast<double>((state.instruments[1].expiry - state.time).raw()) / year_us;
  const double s = sigma * std::sqrt(years), d1 = std::log(forward / strike) / s + s / 2;
  const auto phi = [](double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; };
  const double coin = (forward * phi(d1) - strike * phi(d1 - s)) / forward;
  // As a price of the market with the volatility gone to the smile's side.
  engine->state.markets[1].mark = Price::from_raw(static_cast<i64>(coin * 1e8));
  engine->state.markets[1].volatility = Rate{};
  Asking asking(*engine);
  const Tree answer = asking.ask("surface");
  const Tree& point = answer["expiries"][0]["points"][1];
  EXPECT_NEAR(std::stod(std::string(point["mark_volatility"])), 0.8, 2e-6);
  EXPECT_EQ(point["volatility"], "");  // the model has neither a smile nor a volatility
}

// Hendriks and Martini: w = (theta + rho psi k + sqrt((psi k + theta rho)^2 + theta^2 (1 - rho^2))) / 2.
double essvi(const SurfaceSlice& slice, double k) {
  const double one = static_cast<double>(slice_one);
  const double theta = static_cast<double>(slice.p0) / one, rho = static_cast<double>(slice.p1) / one,
               psi = static_cast<double>(slice.p2) / one;
  const double root = std::sqrt(std::pow(psi * k + theta * rho, 2) + theta * theta * (1 - rho * rho));
  return (theta + rho * psi * k + root) / 2;
}

TEST(Surface, SmilesAreTheirFormula) {
  PresetBook book(20, 40);
  Asking asking(*book.engine);
  const State& state = book.engine->state;
  const Tree answer = asking.ask("surface", {{"index", "BTC-USD"}});
  ASSERT_GE(answer["expiries"].size(), 3u);
  const IndexId index{book.engine->lookup.indexes.at("BTC-USD")};
  int compared = 0;
  for (const Tree& expiry : answer["expiries"]) {
    const Time at = Time::from_raw(i64{expiry["expiry_ms"]} * 1'000);
    const Series* series = find_series(state, index, at);
    ASSERT_NE(series, nullptr);
    ASSERT_EQ(series->slice.kind, SliceKind::essvi);
    const double years = static_cast<double>((at - series->stamp.at).raw()) / year_us;
    const double forward = std::stod(std::string(expiry["forward"]));
    for (const Tree& point : expiry["points"]) {
      const double k = std::log(std::stod(std::string(point["strike"])) / forward);
      const double ours = std::stod(std::string(point["volatility"]));
      EXPECT_NEAR(ours, std::sqrt(essvi(series->slice, k) / years), 2e-6) << point;
      EXPECT_EQ(point["kind"], "essvi");
      ++compared;
    }
    EXPECT_NEAR(std::stod(std::string(expiry["at_the_money"])), std::sqrt(essvi(series->slice, 0) / years),
                2e-6);
  }
  EXPECT_GT(compared, 50);
  EXPECT_EQ(answer["curve"].size(), answer["expiries"].size());
}

TEST(Surface, TheSideThatIsOutOfTheMoneySpeaks) {
  PresetBook book(20, 40);
  State& state = book.engine->state;
  const auto name = [](const Tree& point, const char* side) { return std::string(point[side]); };
  Asking asking(*book.engine);
  const Tree before = asking.ask("surface");
  const Tree& points = before["expiries"][2]["points"];
  for (const Tree& point : {points.front(), points.back()}) {
    for (const char* side : {"put", "call"}) {
      const u32 id = book.engine->lookup.instruments.at(name(point, side));
      state.markets[id].volatility = Rate::from_raw(rate_one / 10 * (side[0] == 'p' ? 5 : 9));
    }
  }
  const Tree after = asking.ask("surface");
  EXPECT_EQ(after["expiries"][2]["points"].front()["volatility"], "0.500000");  // the lowest strike: its put
  EXPECT_EQ(after["expiries"][2]["points"].back()["volatility"], "0.900000");
}

TEST(Surface, WithoutAnythingThatExpiresItIsEmpty) {
  const auto engine = book_of("binance-usdm.toml", "binance-cross.toml");
  Asking asking(*engine);
  const Tree answer = asking.ask("surface");
  EXPECT_EQ(answer["index"], "");
  EXPECT_TRUE(answer["expiries"].empty());
  EXPECT_TRUE(asking.ask("surface", {{"index", "BTCUSDT"}})["expiries"].empty());
}

}  // namespace
}  // namespace lockstep::view
