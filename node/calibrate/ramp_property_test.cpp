// Days in which the gate lets only parts pass: every step from any partly changed rulebook can be taken, what
// comes of it passes the engine's check, and the speed limit holds over any day.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/base/prng.h"
#include "core/risk/check.h"
#include "core/risk/ramp.h"
#include "node/calibrate/calibrator.h"
#include "node/rules/compile.h"

namespace lockstep::calibrate {
namespace {

constexpr u32 steps = 8;
const Time start = Time::from_raw(1'770'336'000'000'000);

Rulebook ours() {
  std::ostringstream text;
  text << std::ifstream(std::string(LOCKSTEP_SOURCE_DIR) + "/rulebooks/lockstep.toml").rdbuf();
  return compile_rulebook_text(text.str(), "lockstep.toml").value();
}

Estimate of(double value) { return {value, "data", "window", 1'000}; }

struct Draw {
  Prng prng;
  double between(double low, double high) {
    return low + (high - low) * static_cast<double>(prng.below(1'000'000)) / 1e6;
  }
};

AssetEstimates asset(Draw& draw, const std::string& base, double volume, double price) {
  AssetEstimates a;
  a.base = base;
  a.scan_range = of(draw.between(0.1, 0.4));
  a.crash = of(0.39);
  a.haircut = of(draw.between(0.1, 0.2));
  a.deviation = of(draw.between(0.015, 0.065));
  a.volatility_up = of(0.372);
  a.volatility_down = of(0.288);
  a.power_short = of(0.3);
  a.power_long = of(0.13);
  a.skew = of(0.03);
  a.basis = of(0.04);
  a.volume = of(volume * draw.between(0.3, 3));
  a.depth = of(a.volume->value * 0.005);
  a.price = of(price);
  return a;
}

double btc_range(const Rulebook& rules) { return scan_ranges(rules)[0].second; }

TEST(RampProperty, PartsOfTheWayKeepTheRulebookInOrderAndTheLimitInForce) {
  const Rulebook rules = ours();
  u32 parts = 0;
  for (u64 seed = 1; seed <= 20; ++seed) {
    Draw draw{Prng(seed)};
    Calibrator calibrator({"BTC", "ETH"}, CalibratorPolicy{});
    calibrator.published.since = start - day;
    Rulebook in_force = rules;
    std::vector<double> ranges;  // by hour
    for (int n = 0; n < 72; ++n) {
      Estimates market;
      market.at = start + Duration::from_raw(n * hour.raw());
      calibrator.estimator.now = market.at;
      market.assets = {asset(draw, "BTC", 15e9, 1e5), asset(draw, "ETH", 9e9, 3'000)};
      market.pairs = {{"BTC", "ETH", of(0.8), of(draw.between(0.2, 0.8)), false, false, {}}};
      const Proposal proposal = derive(in_force, market, calibrator.published, {});
      const u32 step = static_cast<u32>(draw.prng.below(steps + 1));
      if (proposal.changed && step == steps) {
        in_force = proposal.next;
        accept(calibrator, proposal, Accepted::whole);
      } else if (proposal.changed && step > 0) {
        Rulebook part;
        ASSERT_TRUE(between(in_force, proposal.next, step, steps, part)) << seed << " " << n << " " << step;
        part.version = proposal.next.version + " part";
        part.identity = rulebook_identity(part);
        ASSERT_TRUE(check_rulebook(part).none());
        in_force = part;
        accept(calibrator, proposal, Accepted::part);
        ++parts;
      }
      const bool contradicts = std::any_of(proposal.explanations.begin(), proposal.explanations.end(),
                                           [](const Explanation& e) { return e.field == "rulebook"; });
      EXPECT_FALSE(contradicts) << seed << " " << n;
      ranges.push_back(btc_range(in_force));
      // 10 % in a day, what a first step may use of the day before, and rounding.
      const std::size_t before = ranges.size() > 24 ? ranges.size() - 25 : 0;
      EXPECT_LE(ranges.back(), std::max(ranges[before], btc_range(rules)) * 1.1 * 1.1 + 0.005)
          << seed << " " << n;
    }
  }
  EXPECT_GT(parts, 200u);
}

}  // namespace
}  // namespace lockstep::calibrate
