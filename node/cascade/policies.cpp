#include "node/cascade/cascade.h"

namespace lockstep::cascade {
namespace {

constexpr Rate parts(i64 of_ten_thousand) { return Rate::from_raw(of_ten_thousand * (rate_one / 10'000)); }

// What every policy but the rulebook's own has in common: its fee, a wide limit, and the fund, then winners
// by rank.
LiquidationRules plain(const LiquidationRules& own, LiquidationSize size) {
  LiquidationRules rules;
  rules.size = size;
  rules.target = parts(12'000);
  rules.fee = own.fee;
  rules.cost = own.cost;
  rules.limit = parts(1'000);
  rules.losses = LossRule::ranked;
  return rules;
}

}  // namespace

std::vector<Policy> policies(const Rulebook& rules) {
  const Rate half_a_percent = parts(50);
  const LiquidationRules& own = rules.liquidation;
  LiquidationRules paced = plain(own, LiquidationSize::to_target);
  paced.depth_share = parts(1'000);
  std::vector<Policy> all = {
      {"full, last",
       "everything at once, judged at the last price",
       {},
       plain(own, LiquidationSize::whole),
       {},
       {}},
      {"full, mark",
       "everything at once, judged at a mark held to the index",
       {},
       plain(own, LiquidationSize::whole),
       half_a_percent,
       minute},
      {"partial, last",
       "down to 1.2 times maintenance, judged at the last price",
       {},
       plain(own, LiquidationSize::to_target),
       {},
       {}},
      {"partial, mark",
       "down to 1.2 times maintenance, judged at a mark held to the index",
       {},
       plain(own, LiquidationSize::to_target),
       half_a_percent,
       minute},
      {"+ pace", "and at most a tenth of the book a second", {}, paced, half_a_percent, minute}};
  all.push_back({rules.name, "as the rulebook says", rules.states, rules.liquidation, rules.prices.bound,
                 rules.prices.bound_over});
  return all;
}

}  // namespace lockstep::cascade
