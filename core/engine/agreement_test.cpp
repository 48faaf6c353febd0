// What scenarios cannot see: the numbers and the chain of outputs, stored replies, where a build must stop.
#include <gtest/gtest.h>

#include "core/engine/engine_testing.h"
#include "core/wire/codec.h"

namespace lockstep {
namespace {

Fill tiny_fill() {
  Fill fill = small_fill();
  fill.lots = Lots::from_raw(10);
  return fill;
}

Request request(u64 sequence, const Command& command) {
  const Bytes bytes = encode(command);
  return Request{7, sequence, std::string(bytes.begin(), bytes.end())};
}

TEST(Outputs, AreNumberedAndChained) {
  SmallVenue venue;
  const Agreement& agreement = venue.engine.state.agreement;
  const u64 before = agreement.outputs;
  const Outcome fill = venue.must(tiny_fill());
  EXPECT_EQ(agreement.outputs, before + fill.events.size());
  const u128 hash = agreement.outputs_hash;
  venue.must(Deposit{AccountId{0}, AssetId{0}, Amount::from_raw(1)});
  EXPECT_TRUE(agreement.outputs_hash == hash) << "what has no events leaves them alone";
  venue.must(tiny_fill());
  EXPECT_FALSE(agreement.outputs_hash == hash);
}

TEST(Outputs, TheSameEventsElsewhereChainToAnotherHash) {
  SmallVenue one, other;
  other.must(Tick{});
  one.must(tiny_fill());
  other.must(tiny_fill());
  EXPECT_EQ(one.engine.state.agreement.outputs, other.engine.state.agreement.outputs);
  EXPECT_FALSE(one.engine.state.agreement.outputs_hash == other.engine.state.agreement.outputs_hash);
}

TEST(Requests, TheReplySaysWhereAndWhichOutputs) {
  SmallVenue venue;
  const u64 outputs = venue.engine.state.agreement.outputs;
  const u64 position = venue.engine.state.position;
  const Outcome first = venue.must(request(1, tiny_fill()));
  EXPECT_FALSE(first.repeated);
  EXPECT_EQ(first.reply.position, position);
  EXPECT_EQ(first.reply.first_output, outputs + 1);
  EXPECT_EQ(first.reply.outputs, first.events.size());
  const Outcome again = venue.must(request(1, tiny_fill()));
  EXPECT_TRUE(again.repeated);
  EXPECT_TRUE(again.events.empty());
  EXPECT_EQ(again.reply.position, position);
  EXPECT_EQ(again.reply.first_output, outputs + 1);
}

TEST(Requests, OneInsideAnotherIsUnreadable) {
  SmallVenue venue;
  EXPECT_EQ(venue.refusal(request(1, request(1, Tick{}))), Refusal::request_unreadable);
}

// A build that computes behaviour 1 only stops before the position where 2 begins; one with 2 goes on.
TEST(Upgrades, ABuildStopsBeforeWhatItCannotCompute) {
  SmallVenue venue;
  Engine& engine = venue.engine;
  engine.build = &this_build;
  const u64 start = engine.state.position;
  venue.must(RegisterReplica{"a", std::string(64, 'a'), true});
  venue.must(PlanUpgrade{2, start + 5, start + 3});
  EXPECT_EQ(stops_before(engine), ~u64{0}) << "not confirmed yet";
  venue.must(UpgradeReady{ReplicaId{0}, 2});
  venue.must(Tick{});  // at the deadline
  EXPECT_EQ(stops_before(engine), start + 5);
  ASSERT_TRUE(can_apply_next(engine));
  venue.must(Tick{});
  EXPECT_FALSE(can_apply_next(engine));
  EXPECT_DEATH(venue.apply(Tick{}), "newest");
  engine.build = &next_build;
  EXPECT_TRUE(can_apply_next(engine));
  venue.must(Tick{});
  EXPECT_EQ(engine.state.agreement.behaviour, 2u);
  engine.build = &this_build;
  EXPECT_FALSE(can_apply_next(engine)) << "nor may it start behind";
}

TEST(Epochs, TheOutputSaysTheHashOnBothSides) {
  SmallVenue venue;
  Rulebook next = venue.engine.state.rulebooks[0].rules();
  next.version = "next";
  venue.must(ProposeRulebook{next});
  const Outcome outcome = venue.must(ScheduleEpoch{RulebookId{0}, 2, 0, Time{}});
  const EpochActivated* activated = nullptr;
  for (const Event& event : outcome.events) {
    if (const auto* e = std::get_if<EpochActivated>(&event)) activated = e;
  }
  ASSERT_NE(activated, nullptr);
  EXPECT_FALSE(activated->before == activated->after);
  EXPECT_EQ(venue.engine.state.agreement.activations, 2u);
}

}  // namespace
}  // namespace lockstep
