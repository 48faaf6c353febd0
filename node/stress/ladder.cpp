#include "node/stress/ladder.h"

#include <algorithm>

namespace lockstep::stress {
namespace {

std::vector<Rate> both_ways(std::vector<Rate> sizes) {
  std::vector<Rate> moves{Rate{}};
  for (const Rate size : sizes) moves.push_back(size), moves.push_back(-size);
  std::sort(moves.begin(), moves.end());
  moves.erase(std::unique(moves.begin(), moves.end()), moves.end());
  return moves;
}

Rate product(Rate a, Rate b) {
  return Rate::from_raw(static_cast<i64>(mul_div(a.raw(), b.raw(), rate_one, Round::nearest)));
}

// base none: all of them by the same.
std::vector<Move> moves_of(const State& state, AssetId base, Rate move, std::optional<Rate> together) {
  std::vector<Move> moves;
  for (const AssetId other : movable_bases(state)) {
    if (base.is_none() || other == base) {
      moves.push_back({other, move, {}});
    } else if (together) {
      moves.push_back({other, product(move, *together), {}});
    }
  }
  return moves;
}

void add_closings(const Exposure& exposure, AssetId base, const Account& account, const Fate& fate,
                  LadderStep& step) {
  for (const Closing& closing : fate.closings) {
    const Value value = times(exposure.per_lot[closing.instrument.index], closing.lots);
    if (!base.is_none() && exposure.base[closing.instrument.index] != base) {
      step.elsewhere += value;
      continue;
    }
    const auto holding = std::find_if(
        account.holdings.begin(), account.holdings.end(),
        [&](const Holding& h) { return h.instrument == closing.instrument && h.leg == closing.leg; });
    (holding->lots > Lots{} ? step.sold : step.bought) += value;
  }
}

Ladder ladder_of(Fates& fates, AssetId base, Value open, const LadderOptions& options) {
  const Exposure& exposure = fates.exposure();
  Ladder ladder;
  ladder.base = base;
  ladder.open = open;
  const bool any = base.is_none() || options.together;
  const auto concerns = [&](const Account& account) {
    const bool holds = !account.holdings.empty() || !account.orders.empty() || account.pooled;
    return any ? holds : touches(exposure, account, base);
  };
  for (const Rate move : both_ways(options.steps)) {
    LadderStep step;
    step.move = move;
    const auto add = [&](AccountId account, const Fate& fate) {
      step.unjudged += !fate.judged;
      step.liquidated += fate.state >= MarginState::liquidation;
      step.bankrupt += fate.state >= MarginState::bankrupt;
      add_closings(exposure, base, fates.live().account(account), fate, step);
    };
    ladder.accounts = fates.sweep(moves_of(fates.live(), base, move, options.together), concerns, add);
    step.share = ratio(max(step.sold, step.bought), open);
    ladder.steps.push_back(step);
  }
  return ladder;
}

}  // namespace

std::vector<Rate> usual_steps() {
  std::vector<Rate> steps;
  for (const i64 permille : {10, 20, 30, 50, 75, 100, 150, 200, 300, 500}) {
    steps.push_back(Rate::from_raw(rate_one / 1000 * permille));
  }
  return steps;
}

std::vector<Ladder> liquidation_ladders(Fates& fates, const LadderOptions& options) {
  std::vector<Ladder> ladders;
  Underlying all;
  for (const Underlying& on : fates.exposure().underlyings) {
    all.longs += on.longs;
    all.shorts += on.shorts;
    ladders.push_back(ladder_of(fates, on.base, on.open(), options));
  }
  ladders.push_back(ladder_of(fates, AssetId{}, all.open(), options));
  return ladders;
}

std::vector<Ladder> liquidation_ladders(const State& state, const LadderOptions& options) {
  Fates fates(state);
  return liquidation_ladders(fates, options);
}

}  // namespace lockstep::stress
