// Values and greeks against reference rows (computed with 30 digits and cross-checked with a second library),
// against bumps, and the identities that hold between calls, puts and coin values.
#include "core/pricing/black.h"

#include <gtest/gtest.h>

#include <bit>
#include <vector>

#include "core/base/prng.h"
#include "core/pricing/inverse.h"

namespace lockstep {
namespace {

struct Row {
  double forward, strike, years, volatility;
  double call, put, delta_call, gamma, vega, theta, vanna, volga;
  double call_coin, put_coin, coin_delta_call, coin_delta_put, net_delta_call, net_delta_put;
  double coin_gamma_call, coin_gamma_put, coin_vega, coin_theta;
};

constexpr Row rows[] = {
    {100000.0,
     100000.0,
     30.0 / 365,
     0.55,
     6284.0151819722557829,
     6284.0151819722557829,
     0.5314200759098613,
     2.522222801444693e-5,
     11401.82910242122,
     -38148.61987185099,
     0.05700914551210608,
     -128.8562878013357,
     0.0628401518197225578,
     0.0628401518197225578,
     4.685799240901387e-6,
     -5.314200759098613e-6,
     0.4685799240901387,
     -0.5314200759098613,
     1.585062953264416e-10,
     3.585062953264416e-10,
     0.1140182910242122,
     -0.3814861987185099},
    {100000.0,
     120000.0,
     30.0 / 365,
     0.6,
     1395.4816460237288397,
     21395.48164602372884,
     0.1650502606467713,
     1.443376768083466e-5,
     7118.022417945858,
     -25980.78182550238,
     0.474187944418403,
     13239.88349200042,
     0.0139548164602372884,
     0.213954816460237288,
     1.51095444186534e-6,
     -1.048904555813466e-5,
     0.151095444186534,
     -1.048904555813466,
     1.141185879710397e-10,
     3.541185879710397e-10,
     0.07118022417945858,
     -0.2598078182550238},
    {100000.0,
     60000.0,
     7.0 / 365,
     0.95,
     40000.12140112469333,
     0.12140112469332966723,
     0.9999606941287938,
     1.247833317691916e-8,
     2.273449743192122,
     -56.30847846084773,
     -0.0006596066806166276,
     36.06866342799193,
     0.400001214011246933,
     1.21401124693329667e-6,
     5.999594801175469e-6,
     -4.051988245309439e-10,
     0.5999594801175469,
     -4.051988245309439e-5,
     -1.198671126917402e-10,
     1.328873082598105e-13,
     2.273449743192122e-5,
     -0.0005630847846084773},
    {100000.0,
     100000.0,
     1.0 / 365,
     0.45,
     939.64997841560008262,
     939.64997841560008262,
     0.504698249892078,
     0.0001693611781834789,
     2088.014525549739,
     -171478.1929107724,
     0.0104400726277487,
     -0.6435661208886183,
     0.00939649978415600083,
     0.00939649978415600083,
     4.95301750107922e-6,
     -5.04698249892078e-6,
     0.495301750107922,
     -0.504698249892078,
     1.594551431813204e-9,
     1.794551431813204e-9,
     0.02088014525549739,
     -1.714781929107724},
    {100000.0,
     250000.0,
     1.0,
     0.72,
     5253.5038175422724471,
     155253.50381754227245,
     0.1807196332444794,
     3.653579981556026e-6,
     26305.77586720339,
     -9470.07931219322,
     0.5964929731222299,
     54437.50059259399,
     0.0525350381754227245,
     1.55253503817542272,
     1.281845950690566e-6,
     -2.371815404930943e-5,
     0.1281845950690566,
     -2.371815404930943,
     1.089888080174893e-11,
     5.108988808017489e-10,
     0.2630577586720339,
     -0.0947007931219322},
    {4000.0,
     3000.0,
     90.0 / 365,
     0.68,
     1127.0821990998357046,
     127.08219909983570462,
     0.8463279901849348,
     0.0001754231785788034,
     470.6147300393543,
     -648.9254221987097,
     -0.2380325915076044,
     482.6324904951074,
     0.281770549774958926,
     0.0317705497749589262,
     0.000141139360102494,
     -4.636063989750603e-5,
     0.5645574404099759,
     -0.1854425595900241,
     -2.671388540654613e-8,
     6.703611459345387e-8,
     0.1176536825098386,
     -0.1622313555496774},
    {100000.0,
     101000.0,
     1.0 / 8760,
     0.4,
     1.4472981373292646519,
     1001.4472981373292647,
     0.01000626217782094,
     6.239668126184958e-5,
     28.49163527938337,
     -49917.34500947967,
     0.1553593638501661,
     386.1145661177683,
     1.44729813732926465e-5,
     0.0100144729813732926,
     9.991789196447647e-8,
     -1.000008210803552e-5,
     0.009991789196447647,
     -1.000008210803552,
     6.219684547792063e-10,
     8.239684547792063e-10,
     0.0002849163527938337,
     -0.4991734500947967},
    {100000.0,
     30000.0,
     180.0 / 365,
     0.85,
     70256.056172341499479,
     256.05617234149947946,
     0.9897062337545259,
     4.579240787953484e-7,
     1919.517371388721,
     -1654.250734648196,
     -0.05526454694489246,
     8986.168053612532,
     0.702560561723414995,
     0.00256056172341499479,
     2.871456720311109e-6,
     -1.285432796888913e-7,
     0.2871456720311109,
     -0.01285432796888913,
     -5.284989361826869e-11,
     7.15010638173131e-12,
     0.01919517371388721,
     -0.01654250734648196},
};

void expect_close(double actual, double expected, double relative, const char* what, const Row& row) {
  EXPECT_NEAR(actual, expected, relative * math::absolute(expected))
      << what << " F=" << row.forward << " K=" << row.strike << " T=" << row.years;
}

TEST(Black, ReferenceRowsLinear) {
  for (const Row& r : rows) {
    const Greeks call = black_greeks(r.forward, r.strike, r.years, r.volatility, true);
    const Greeks put = black_greeks(r.forward, r.strike, r.years, r.volatility, false);
    // An out-of-the-money value is a difference of terms up to 1,000 times larger, and keeps so many digits
    // fewer.
    const double relative = 1e-12;
    EXPECT_NEAR(call.value, r.call, relative * r.call + 1e-15 * r.forward);
    EXPECT_NEAR(put.value, r.put, relative * r.put + 1e-15 * r.forward);
    expect_close(call.delta, r.delta_call, relative, "delta", r);
    EXPECT_NEAR(put.delta, r.delta_call - 1.0, 1e-14);
    for (const Greeks& g : {call, put}) {
      expect_close(g.gamma, r.gamma, relative, "gamma", r);
      expect_close(g.vega, r.vega, relative, "vega", r);
      expect_close(g.theta, r.theta, relative, "theta", r);
      expect_close(g.vanna, r.vanna, relative, "vanna", r);
      expect_close(g.volga, r.volga, relative, "volga", r);
    }
    EXPECT_EQ(call.value, black_value(r.forward, r.strike, r.years, r.volatility, true));
  }
}

TEST(Black, ReferenceRowsInverse) {
  for (const Row& r : rows) {
    const InverseGreeks call = inverse_greeks(r.forward, r.strike, r.years, r.volatility, true);
    const InverseGreeks put = inverse_greeks(r.forward, r.strike, r.years, r.volatility, false);
    const double relative = 1e-12;
    EXPECT_NEAR(call.value, r.call_coin, relative * r.call_coin + 1e-15);
    EXPECT_NEAR(put.value, r.put_coin, relative * r.put_coin + 1e-15);
    expect_close(call.delta, r.coin_delta_call, relative, "coin delta call", r);
    expect_close(put.delta, r.coin_delta_put, relative, "coin delta put", r);
    expect_close(call.net_delta, r.net_delta_call, relative, "net delta call", r);
    expect_close(put.net_delta, r.net_delta_put, relative, "net delta put", r);
    expect_close(call.gamma, r.coin_gamma_call, relative, "coin gamma call", r);
    expect_close(put.gamma, r.coin_gamma_put, relative, "coin gamma put", r);
    expect_close(call.vega, r.coin_vega, relative, "coin vega", r);
    expect_close(call.theta, r.coin_theta, relative, "coin theta", r);
  }
}

TEST(Black, GammaInCoinOfALongCallCanBeNegative) {
  EXPECT_LT(inverse_greeks(100000, 60000, 7.0 / 365, 0.95, true).gamma, -1e-10);
}

TEST(Black, InverseFutureProfit) {
  EXPECT_NEAR(inverse_future_profit(100000, 100000, 90000), -0.111111111111111111, 1e-15);
  EXPECT_NEAR(inverse_future_profit(100000, 100000, 110000), 0.0909090909090909091, 1e-15);
  EXPECT_NEAR(inverse_future_profit(-100000, 100000, 90000), 0.111111111111111111, 1e-15);
}

struct Drawn {
  double forward, strike, years, volatility;
  bool is_call;
};

Drawn drawn(Prng& prng) {
  const double forward = static_cast<double>(prng.between(1, 200'000'000)) / 1000;
  return {.forward = forward,
          .strike = forward * static_cast<double>(prng.between(200, 4000)) / 1000,
          .years = static_cast<double>(prng.between(1, 20'000)) / 8760,
          .volatility = static_cast<double>(prng.between(50, 2500)) / 1000,
          .is_call = prng.chance(1, 2)};
}

TEST(Black, GreeksAgreeWithBumps) {
  Prng prng(21);
  for (int i = 0; i < 3000; ++i) {
    const Drawn d = drawn(prng);
    const auto greeks = [&](double forward_factor, double volatility_shift, double time_factor) {
      return black_greeks(d.forward * forward_factor, d.strike, d.years * time_factor,
                          d.volatility + volatility_shift, d.is_call);
    };
    const Greeks g = greeks(1, 0, 1);
    const double s = d.volatility * math::square_root(d.years);
    const double h = 1e-4 * (s < 1 ? s : 1);  // of the forward
    const double step = 2 * h * d.forward;
    const Greeks up = greeks(1 + h, 0, 1), down = greeks(1 - h, 0, 1);
    EXPECT_NEAR(g.delta, (up.value - down.value) / step, 1e-6);
    EXPECT_NEAR(g.gamma * d.forward * s, (up.delta - down.delta) / step * d.forward * s, 1e-6);
    const double v = 1e-4 * d.volatility;
    const Greeks more = greeks(1, v, 1), less = greeks(1, -v, 1);
    const double vega_unit = d.forward * math::square_root(d.years);
    EXPECT_NEAR(g.vega / vega_unit, (more.value - less.value) / (2 * v) / vega_unit, 1e-6);
    EXPECT_NEAR(g.vanna * d.volatility, (more.delta - less.delta) / (2 * v) * d.volatility, 1e-6);
    EXPECT_NEAR(g.volga * d.volatility / vega_unit,
                (more.vega - less.vega) / (2 * v) * d.volatility / vega_unit, 1e-6);
    const Greeks later = greeks(1, 0, 1 - 1e-4), earlier = greeks(1, 0, 1 + 1e-4);
    EXPECT_NEAR(g.theta * d.years / d.forward, (later.value - earlier.value) / 2e-4 / d.forward, 1e-6);
  }
}

TEST(Black, InverseGreeksAgreeWithBumps) {
  Prng prng(22);
  for (int i = 0; i < 3000; ++i) {
    const Drawn d = drawn(prng);
    const auto greeks = [&](double forward_factor, double volatility_shift) {
      return inverse_greeks(d.forward * forward_factor, d.strike, d.years, d.volatility + volatility_shift,
                            d.is_call);
    };
    const InverseGreeks g = greeks(1, 0);
    const double s = d.volatility * math::square_root(d.years);
    const double h = 1e-4 * (s < 1 ? s : 1);
    const InverseGreeks up = greeks(1 + h, 0), down = greeks(1 - h, 0);
    EXPECT_NEAR(g.net_delta, (up.value - down.value) / (2 * h), 5e-6);
    const double gamma_unit = d.forward * d.forward * s;
    EXPECT_NEAR(g.gamma * gamma_unit, (up.delta - down.delta) / (2 * h * d.forward) * gamma_unit, 5e-5);
    const double v = 1e-4 * d.volatility;
    const InverseGreeks more = greeks(1, v), less = greeks(1, -v);
    EXPECT_NEAR(g.vanna * d.forward * d.volatility,
                (more.delta - less.delta) / (2 * v) * d.forward * d.volatility, 1e-6);
    EXPECT_NEAR(g.volga * d.volatility, (more.vega - less.vega) / (2 * v) * d.volatility, 1e-6);
  }
}

TEST(Black, PutCallParityAndBounds) {
  Prng prng(23);
  for (int i = 0; i < 20000; ++i) {
    const Drawn d = drawn(prng);
    const double call = black_value(d.forward, d.strike, d.years, d.volatility, true);
    const double put = black_value(d.forward, d.strike, d.years, d.volatility, false);
    EXPECT_NEAR(call - put, d.forward - d.strike, 4e-15 * (d.forward + d.strike));
    EXPECT_TRUE(call >= intrinsic_value(d.forward, d.strike, true) && call <= d.forward);
    EXPECT_TRUE(put >= intrinsic_value(d.forward, d.strike, false) && put <= d.strike);
    EXPECT_GE(black_value(d.forward, d.strike, d.years, d.volatility * 1.01, true), call - 4e-15 * d.forward);
    const double coin = inverse_value(d.forward, d.strike, d.years, d.volatility, true);
    EXPECT_TRUE(coin >= 0 && coin <= 1);
    EXPECT_NEAR(coin * d.forward, call, 1e-15 * call + 1e-300);
  }
}

TEST(Black, GridPointEqualsTheClosedFormAtTheMovedForward) {
  Prng prng(24);
  for (int i = 0; i < 20000; ++i) {
    const Drawn d = drawn(prng);
    const OptionTerms terms = option_terms(d.forward, d.strike, d.years, d.is_call);
    EXPECT_EQ(std::bit_cast<u64>(value_at(terms, PriceShock{}, d.volatility)),
              std::bit_cast<u64>(black_value(d.forward, d.strike, d.years, d.volatility, d.is_call)));
    const double factor = static_cast<double>(prng.between(340, 1600)) / 1000;
    const PriceShock shock = price_shock(factor);
    const double moved = d.forward * factor;
    EXPECT_NEAR(value_at(terms, shock, d.volatility),
                black_value(moved, d.strike, d.years, d.volatility, d.is_call), 4e-15 * (moved + d.strike));
    EXPECT_NEAR(inverse_value_at(terms, shock, d.volatility),
                inverse_value(moved, d.strike, d.years, d.volatility, d.is_call),
                4e-15 * (1 + d.strike / moved));
  }
}

TEST(Black, NoTimeOrNoVarianceLeavesTheIntrinsicValue) {
  for (const double years : {0.0, -1.0, 1e-19}) {
    EXPECT_EQ(black_value(100, 90, years, 0.5, true), 10);
    EXPECT_EQ(black_value(100, 90, years, 0.5, false), 0);
    EXPECT_EQ(black_value(100, 120, years, 0.5, false), 20);
    const Greeks at = black_greeks(100, 100, years, 0.5, true);
    EXPECT_EQ(at.delta, 0.5);
    EXPECT_EQ(at.gamma + at.vega + at.theta + at.vanna + at.volga, 0);
    EXPECT_EQ(black_greeks(100, 90, years, 0.5, true).delta, 1);
    EXPECT_EQ(black_greeks(100, 110, years, 0.5, true).delta, 0);
    EXPECT_EQ(black_greeks(100, 110, years, 0.5, false).delta, -1);
    EXPECT_EQ(black_greeks(100, 100, years, 0.5, false).delta, -0.5);
    EXPECT_EQ(inverse_value(100, 80, years, 0.5, true), 0.2);
    EXPECT_EQ(inverse_greeks(100, 80, years, 0.5, true).net_delta, 0.8);
    EXPECT_EQ(inverse_greeks(100, 100, years, 0.5, false).net_delta, -0.5);
  }
}

TEST(Black, StrikeOfZeroOrLess) {
  for (const double strike : {0.0, -5.0}) {
    EXPECT_EQ(black_value(100, strike, 1, 0.5, true), 100);
    EXPECT_EQ(black_value(100, strike, 1, 0.5, false), 0);
    EXPECT_EQ(black_greeks(100, strike, 1, 0.5, true).delta, 1);
    EXPECT_EQ(black_greeks(100, strike, 1, 0.5, false).delta, 0);
    EXPECT_EQ(inverse_value(100, strike, 1, 0.5, true), 1);
    EXPECT_EQ(inverse_greeks(100, strike, 1, 0.5, true).net_delta, 0);
  }
}

TEST(Black, VolatilityIsClamped) {
  EXPECT_EQ(black_value(100, 110, 1, 0.005, true), black_value(100, 110, 1, 0.01, true));
  EXPECT_EQ(black_value(100, 110, 1, 1000, true), black_value(100, 110, 1, 100, true));
  EXPECT_EQ(black_greeks(100, 110, 1, 0.001, true).vega, black_greeks(100, 110, 1, 0.01, true).vega);
}

TEST(Black, WithoutVolatilityAnOptionIsItsIntrinsicValue) {
  EXPECT_EQ(black_value(120, 110, 1, 0.0, true), 10);
  EXPECT_EQ(black_value(100, 110, 1, 0.0, true), 0);
  EXPECT_EQ(black_value(100, 110, 1, -3, false), 10);
  EXPECT_EQ(black_greeks(120, 110, 1, 0.0, true).delta, 1);
  EXPECT_EQ(black_greeks(120, 110, 1, 0.0, true).vega, 0);
}

// The far corners: every result is a number within its bounds, and no assertion stops.
TEST(Black, ExtremeInputsStayFinite) {
  for (const double forward : {1e-8, 1e-2, 1.0, 1e5, 1e8}) {
    for (const double strike : {1e-8, 1e-2, 1.0, 1e5, 1e8}) {
      for (const double years : {0.0, 1e-14, 1e-6, 1e-2, 10.0, 100.0}) {
        for (const double volatility : {0.0, 0.01, 1.0, 10.0}) {
          for (const bool is_call : {true, false}) {
            const Greeks g = black_greeks(forward, strike, years, volatility, is_call);
            const InverseGreeks i = inverse_greeks(forward, strike, years, volatility, is_call);
            EXPECT_TRUE(g.value >= 0 && g.value <= (is_call ? forward : strike));
            EXPECT_TRUE(g.delta >= -1 && g.delta <= 1);
            for (const double x : {g.gamma, g.vega, -g.theta}) EXPECT_TRUE(x >= 0 && x < 1e300);
            for (const double x :
                 {g.vanna, g.volga, i.delta, i.net_delta, i.gamma, i.vega, i.theta, i.vanna, i.volga}) {
              EXPECT_TRUE(x > -1e300 && x < 1e300);
            }
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace lockstep
