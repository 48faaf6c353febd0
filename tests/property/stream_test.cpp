// What must hold after every command, whatever the command: on seeded streams over everything there is.
// A failure names its seed and its position; Stream(seed) brings it back.
#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "core/ledger/ledger.h"
#include "core/wire/asked.h"
#include "core/wire/codec.h"
#include "tests/property/stream.h"

namespace lockstep::property {
namespace {

constexpr u64 seeds = 8;
constexpr u64 steps = 4'000;

void expect_conserved(const State& state) {
  for (u32 i = 0; i < state.assets.size(); ++i) {
    ASSERT_TRUE(conservation(state, AssetId{i}) == Value{}) << "asset " << state.assets[i].name;
  }
  for (u32 i = 0; i < state.instruments.size(); ++i) {
    ASSERT_TRUE(lots_conservation(state, InstrumentId{i}) == Lots{}) << state.instruments[i].name;
  }
}

std::unique_ptr<Engine> restored(const Engine& engine) {
  Bytes bytes;
  save(engine, bytes);
  auto copy = std::make_unique<Engine>();
  EXPECT_TRUE(restore(bytes, *copy));
  return copy;
}

Bytes encoded(const Outcome& outcome) {
  Bytes bytes;
  Writer writer(bytes);
  writer.integer(static_cast<u16>(outcome.refusal));
  writer.integer(outcome.missing.raw());
  encode(writer, outcome.events);
  return bytes;
}

TEST(Streams, MoneyAndLotsAreConservedAfterEveryCommand) {
  for (u64 seed = 0; seed < seeds; ++seed) {
    Engine engine;
    Stream stream(seed);
    for (u64 i = 0; i < steps; ++i) {
      const Step step = stream.next(engine);
      SCOPED_TRACE("seed " + std::to_string(seed) + " position " + std::to_string(engine.state.position));
      apply(engine, step.at, step.command);
      expect_conserved(engine.state);
      if (HasFatalFailure()) return;
    }
  }
}

// What longs pay is what shorts and the clearing house get, to the last unit of 10^-16.
TEST(Streams, FundingThatIsMadeSumsToZero) {
  u64 to_shorts = 0, to_longs = 0;
  std::map<InstrumentId, u64> charged;
  for (u64 seed = 0; seed < seeds; ++seed) {
    Engine engine;
    Stream stream(seed);
    for (u64 i = 0; i < steps; ++i) {
      const Step step = stream.next(engine);
      for (const Event& event : apply(engine, step.at, step.command).events) {
        const FundingCharged* charge = std::get_if<FundingCharged>(&event);
        if (charge == nullptr) continue;
        Value paid = times(charge->per_lot, engine.state.market(charge->instrument).clearing);
        for (const Account& account : engine.state.accounts) {
          for (const Holding& holding : account.holdings) {
            if (holding.instrument == charge->instrument) paid += times(charge->per_lot, holding.lots);
          }
        }
        ASSERT_TRUE(paid == Value{}) << "seed " << seed << " position " << i;
        to_shorts += charge->per_lot > Value{} ? 1 : 0;
        to_longs += charge->per_lot < Value{} ? 1 : 0;
        ++charged[charge->instrument];
      }
    }
  }
  EXPECT_GT(to_shorts, 20u);
  EXPECT_GT(to_longs, 20u);
  EXPECT_EQ(charged.size(), 2u);  // continuously and by intervals
}

TEST(Streams, ARefusedCommandChangesNoBit) {
  for (u64 seed = 0; seed < seeds; ++seed) {
    Engine engine;
    Stream stream(seed);
    for (u64 i = 0; i < steps; ++i) {
      const Step step = stream.next(engine);
      const Hash128 before = entities_hash(engine);
      const Outcome outcome = apply(engine, step.at, step.command);
      // An epoch may have become active before it, and a request is remembered with its client.
      if (outcome.accepted() || !outcome.events.empty() || outcome.reply.sequence != 0) continue;
      ASSERT_EQ(to_hex(entities_hash(engine)), to_hex(before))
          << "seed " << seed << " position " << i << " " << command_name(step.command);
    }
  }
}

// The stream would prove little if it never did anything.
TEST(Streams, EveryKindOfCommandIsAcceptedAndMostCommandsAre) {
  std::map<std::string_view, u64> accepted;
  u64 refused = 0;
  for (u64 seed = 0; seed < seeds; ++seed) {
    Engine engine;
    Stream stream(seed);
    for (u64 i = 0; i < steps; ++i) {
      const Step step = stream.next(engine);
      const Outcome outcome = apply(engine, step.at, step.command);
      refused += outcome.accepted() ? 0 : 1;
      accepted[command_name(step.command)] += outcome.accepted() ? 1 : 0;
      Asked asked;  // instructions come in requests
      if (unwrap(step.command, asked) && !asked.by.empty()) {
        accepted[Instruction::name_of] += outcome.accepted() ? 1 : 0;
      }
    }
  }
  EXPECT_LT(refused * 2, seeds * steps);
  EXPECT_EQ(accepted.size(), std::variant_size_v<Command>);
  for (const auto& [name, count] : accepted) EXPECT_GT(count, 0u) << name;
}

TEST(Streams, ASnapshotGoesOnLikeTheEngineItWasTakenFrom) {
  for (u64 seed = 0; seed < seeds; ++seed) {
    auto live = std::make_unique<Engine>();
    std::unique_ptr<Engine> copy;
    Stream stream(seed);
    for (u64 i = 0; i < steps; ++i) {
      if (i % 500 == 499) {
        copy = restored(*live);
        ASSERT_EQ(to_hex(state_hash(*copy)), to_hex(state_hash(*live)))
            << "seed " << seed << " position " << i;
      }
      const Step step = stream.next(*live);
      const Outcome outcome = apply(*live, step.at, step.command);
      if (copy == nullptr) continue;
      ASSERT_EQ(encoded(apply(*copy, step.at, step.command)), encoded(outcome))
          << "seed " << seed << " position " << i << " " << command_name(step.command);
    }
    ASSERT_EQ(to_hex(state_hash(*copy)), to_hex(state_hash(*live))) << "seed " << seed;
  }
}

TEST(Streams, TheReplayedBytesGiveTheLiveState) {
  for (u64 seed = 0; seed < seeds; ++seed) {
    Engine live;
    Engine replayed;
    Stream stream(seed);
    for (u64 i = 0; i < steps; ++i) {
      const Step step = stream.next(live);
      const Outcome outcome = apply(live, step.at, step.command);
      Command decoded;
      ASSERT_TRUE(decode(encode(step.command), decoded)) << command_name(step.command);
      ASSERT_EQ(encoded(apply(replayed, step.at, decoded)), encoded(outcome)) << "seed " << seed << " " << i;
      if (i % 200 != 0) continue;
      ASSERT_EQ(to_hex(state_hash(live)), to_hex(state_hash(replayed))) << "seed " << seed;
    }
    ASSERT_EQ(to_hex(state_hash(live)), to_hex(state_hash(replayed))) << "seed " << seed;
  }
}

// The explanation is the computation: asking for it changes no number, and the totals of every pool are among
// its lines.
void expect_totals(const Statement& statement, const Assessment& assessment) {
  std::vector<Value> totals;
  for (const StatementLine& line : statement.lines) {
    if (line.depth == 0) totals.push_back(line.amount);
  }
  ASSERT_EQ(totals.size(), assessment.pools.size() * 5);
  for (std::size_t i = 0; i < assessment.pools.size(); ++i) {
    const PoolTotals& pool = assessment.pools[i];
    EXPECT_TRUE(totals[i * 5] == pool.equity && totals[i * 5 + 1] == pool.margin_balance);
    EXPECT_TRUE(totals[i * 5 + 2] == pool.maintenance && totals[i * 5 + 3] == pool.initial);
    EXPECT_TRUE(totals[i * 5 + 4] == pool.available);
  }
}

TEST(Streams, TheStatementHasTheTotals) {
  for (u64 seed = 0; seed < seeds; ++seed) {
    Engine engine;
    Stream stream(seed);
    for (u64 i = 0; i < steps; ++i) {
      const Step step = stream.next(engine);
      apply(engine, step.at, step.command);
      if (i % 50 != 0) continue;
      for (u32 a = 0; a < engine.state.accounts.size(); ++a) {
        Statement statement;
        const Assessment explained = assess_account(engine, AccountId{a}, &statement);
        const Assessment plain = assess_account(engine, AccountId{a});
        expect_totals(statement, explained);
        ASSERT_TRUE(explained.pools == plain.pools && explained.state == plain.state &&
                    explained.obstacle == plain.obstacle)
            << "seed " << seed << " position " << i << " account " << a;
      }
    }
  }
}

// Cached rows are no part of the state: an engine that forgets them all says the same.
TEST(Streams, AFreshRiskBookGivesTheSameMargin) {
  for (u64 seed = 0; seed < seeds; ++seed) {
    Engine engine;
    Stream stream(seed);
    for (u64 i = 0; i < steps; ++i) {
      const Step step = stream.next(engine);
      apply(engine, step.at, step.command);
      if (i % 100 != 0) continue;
      std::vector<Assessment> cached;
      for (u32 a = 0; a < engine.state.accounts.size(); ++a)
        cached.push_back(assess_account(engine, AccountId{a}));
      engine.risk = RiskBook{};
      for (u32 a = 0; a < engine.state.accounts.size(); ++a) {
        const Assessment fresh = assess_account(engine, AccountId{a});
        ASSERT_TRUE(fresh.pools == cached[a].pools && fresh.obstacle == cached[a].obstacle)
            << "seed " << seed << " position " << i << " account " << a;
      }
    }
  }
}

}  // namespace
}  // namespace lockstep::property
