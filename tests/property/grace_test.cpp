// Grace on the streams: it goes to those whom an epoch carries below maintenance, whoever has it is left
// alone, it ends in every way that there is, and a snapshot in between does not matter.
// docs/methodology.md 6.7.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>

#include "tests/property/stream.h"

namespace lockstep::property {
namespace {

constexpr u64 seeds = 8;
constexpr u64 steps = 4'000;

// A version of one of the streams' rulebooks: its maintenance up to six times as high, and other haircuts.
Rulebook version(u32 id, Prng& prng) {
  Rulebook image = rulebooks()[id];
  const i64 factor = prng.between(1, 6);
  for (Component& component : image.components) {
    for (BracketRow& row : component.brackets) {
      for (Bracket& bracket : row.brackets) {
        bracket.rate = Rate::from_raw(bracket.rate.raw() * factor);
        bracket.deduction = Value::from_raw(bracket.deduction.raw() * factor);
      }
    }
  }
  for (Scheme& scheme : image.schemes) {
    if (id == 0 || scheme.gap != no_gap) continue;
    const Op number{OpCode::number, 0, Rate::from_raw(factor * rate_one)};
    scheme.pool_maintenance = {"factor * sum(unit)",
                               {number, Op{OpCode::sum_units, 0, Rate{}}, Op{OpCode::multiply, 0, Rate{}}}};
  }
  for (Collateral& row : image.collateral) {
    row.initial.asset = row.maintenance.asset =
        Rate::from_raw(rate_one - rate_one * prng.between(0, 60) / 100);
  }
  image.epochs.grace = Duration::from_raw(prng.between(0, 20) * minute.raw());
  return image;
}

// A stream, and now and then a version that comes into force at once or as a ramp.
struct Venue {
  Engine engine;
  std::unique_ptr<Engine> copy;  // restored from a snapshot at some point
  Stream stream;
  Prng prng;

  explicit Venue(u64 seed) : stream(seed), prng(seed) {}

  Outcome run(Time at, const Command& command) {
    if (copy != nullptr) apply(*copy, at, command);
    return apply(engine, at, command);
  }
  std::vector<Command> change() {
    const u32 id = static_cast<u32>(prng.below(2));
    const RulebookHistory& history = engine.state.rulebooks[id];
    const Rulebook image = version(id, prng);
    const u32 epoch = static_cast<u32>(history.epochs.size()) + 1;
    std::vector<Command> commands = {ProposeRulebook{image, "calibrator"},
                                     ApproveEpoch{RulebookId{id}, epoch, "bob"}};
    for (const ReplicaId voter : voters_of(engine.state)) {
      commands.push_back(EpochReady{voter, RulebookId{id}, epoch, image_hash(image)});
    }
    ScheduleEpoch schedule{RulebookId{id}, epoch, 0, Time{}};
    if (id == 0 && prng.chance(1, 2)) {
      schedule.at_time = engine.state.time + second;
      schedule.steps = 3;
      schedule.every = Duration::from_raw(20 * second.raw());
    }
    commands.push_back(schedule);
    return commands;
  }
  void snapshot() {
    Bytes bytes;
    save(engine, bytes);
    copy = std::make_unique<Engine>();
    EXPECT_TRUE(restore(bytes, *copy));
  }
};

bool has_grace(const Account& account, AssetId asset, InstrumentId isolated, Leg leg) {
  return std::any_of(account.graces.begin(), account.graces.end(), [&](const Grace& grace) {
    return grace.asset == asset && grace.isolated == isolated && grace.leg == leg;
  });
}

struct Seen {
  u64 given = 0;
  u64 beside = 0;  // steps behind which an account is in liquidation while another of its pools waits
  std::map<GraceEnd, u64> ended;

  // before: the state in front of the command.
  void look(State before, Time at, const Outcome& outcome) {
    for (const Event& event : outcome.events) {
      if (const auto* end = std::get_if<GraceEnded>(&event)) ++ended[end->reason];
      const auto* grace = std::get_if<GraceGiven>(&event);
      if (grace == nullptr) continue;
      ++given;
      EXPECT_GT(grace->until, at);
      const Account& account = before.account(grace->account);
      if (has_grace(account, grace->asset, grace->isolated, grace->leg)) continue;  // from an earlier step
      before.time = at;
      RiskBook risk;
      const Rulebook& rules = before.rulebook(account.rulebook).rules();
      PoolTotals like;
      like.asset = grace->asset, like.isolated = grace->isolated, like.leg = grace->leg;
      const Assessment assessment = assess(before, risk, account);
      const PoolTotals* pool = assessment.find_like(like);
      ASSERT_NE(pool, nullptr) << account.name;
      const Scheme& scheme = *find_scheme(rules, account.mode, account.pooled);
      EXPECT_LT(margin_state(scheme, *pool), MarginState::liquidation) << account.name;
    }
  }
  // after: the state behind the command.  What waits is not closed.
  void look_at_closings(const State& after, const Outcome& outcome) {
    for (const Event& event : outcome.events) {
      const auto* order = std::get_if<LiquidationOrdered>(&event);
      if (order == nullptr || after.account(order->account).state < MarginState::liquidation) continue;
      const Account& account = after.account(order->account);
      const bool isolated = account.mode == MarginMode::isolated;
      const AssetId settle = after.instrument(order->instrument).settle;
      for (const Grace& grace : account.graces) {
        const bool its = isolated ? grace.isolated == order->instrument && grace.leg == order->leg
                                  : account.pooled || grace.asset == settle;
        EXPECT_FALSE(its) << account.name;
      }
    }
  }
};

TEST(Grace, GoesToThoseWhoStoodAndEndsInEveryWay) {
  Seen seen;
  for (u64 seed = 0; seed < seeds; ++seed) {
    Venue venue(seed);
    const auto run = [&](Time at, const Command& command) {
      const State before =
          venue.engine.lookup.scheduled.empty() && !std::holds_alternative<ScheduleEpoch>(command)
              ? State{}
              : venue.engine.state;
      const Outcome outcome = venue.run(at, command);
      seen.look(before, at, outcome);
      seen.look_at_closings(venue.engine.state, outcome);
    };
    for (u64 i = 0; i < steps; ++i) {
      SCOPED_TRACE("seed " + std::to_string(seed) + " step " + std::to_string(i));
      const Step step = venue.stream.next(venue.engine);
      run(step.at, step.command);
      if (i >= setup_size() && i % 25 == 0) {
        for (const Command& command : venue.change()) run(venue.engine.state.time, command);
      }
      if (i % 700 == 699) venue.snapshot();
      for (const Account& account : venue.engine.state.accounts) {
        // Of several pools one may wait while another is liquidated.
        const bool left_alone = account.graces.empty() || account.state < MarginState::liquidation;
        ASSERT_TRUE(left_alone || !account.pooled) << account.name;
        seen.beside += !left_alone;
      }
    }
    EXPECT_EQ(to_hex(state_hash(*venue.copy)), to_hex(state_hash(venue.engine))) << "seed " << seed;
  }
  EXPECT_GT(seen.given, 100u);
  EXPECT_GT(seen.beside, 0u);
  for (const GraceEnd reason : {GraceEnd::met, GraceEnd::expired, GraceEnd::fallen}) {
    EXPECT_GT(seen.ended[reason], 5u) << static_cast<int>(reason);
  }
}

}  // namespace
}  // namespace lockstep::property
