// The table of comparisons, case by case, for three voters and a quorum of two unless said otherwise.
#include "core/sync/claim.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

Claim claim(u32 replica, u64 state, u8 chain = 1) {
  Claim c;
  c.replica = ReplicaId{replica};
  c.position = 4'096;
  c.frame = 12;
  c.chain.fill(chain);
  c.state = {0, state};
  return c;
}
std::vector<ReplicaId> voters(u32 count) {
  std::vector<ReplicaId> ids;
  for (u32 i = 0; i < count; ++i) ids.push_back(ReplicaId{i});
  return ids;
}
Judgement judged(std::vector<Claim> claims, u32 self, u32 count = 3) {
  return judge(claims, ReplicaId{self}, voters(count), count / 2 + 1);
}

TEST(Claims, AQuorumIsWaitedFor) {
  EXPECT_EQ(judged({}, 0).verdict, Verdict::waiting);
  EXPECT_EQ(judged({claim(0, 7)}, 0).verdict, Verdict::waiting);
  EXPECT_EQ(judged({claim(0, 7), claim(1, 7)}, 0).verdict, Verdict::agreed);
}

TEST(Claims, AMirrorDoesNotMakeAQuorumAndIsHeldToIt) {
  EXPECT_EQ(judged({claim(0, 7), claim(3, 7)}, 3).verdict, Verdict::waiting);
  EXPECT_EQ(judged({claim(0, 7), claim(1, 7), claim(3, 8)}, 3).verdict, Verdict::outvoted);
}

TEST(Claims, OnProbationOneDoesNotCount) {
  Claim back = claim(1, 7);
  back.probation = true;
  EXPECT_EQ(judged({claim(0, 7), back}, 0).verdict, Verdict::waiting);
  EXPECT_EQ(judged({claim(0, 7), claim(2, 7), back}, 1).verdict, Verdict::agreed);
}

TEST(Claims, WhoIsOnProbationIsNotWaitedFor) {
  Claim back = claim(1, 7);
  back.probation = true;
  EXPECT_EQ(judged({claim(0, 7), back}, 0).verdict, Verdict::waiting) << "for the third";
  EXPECT_EQ(judged({claim(0, 7), back, claim(2, 8)}, 0).verdict, Verdict::split);
}

TEST(Claims, TheOddOneIsNamedByAllAndStandsAsideItself) {
  const std::vector<Claim> claims = {claim(0, 7), claim(1, 8), claim(2, 7)};
  const Judgement others = judged(claims, 0);
  EXPECT_EQ(others.verdict, Verdict::agreed);
  EXPECT_EQ(others.odd, std::vector<ReplicaId>{ReplicaId{1}});
  EXPECT_EQ(judged(claims, 1).verdict, Verdict::outvoted);
  EXPECT_EQ(judged(claims, 4).verdict, Verdict::agreed) << "one that has not claimed";
}

TEST(Claims, AnotherOutputOrBehaviourIsAnotherState) {
  Claim other = claim(1, 7);
  other.outputs_hash = 1;
  EXPECT_EQ(judged({claim(0, 7), other}, 0).verdict, Verdict::waiting);
  other = claim(1, 7);
  other.behaviour = 2;
  EXPECT_EQ(judged({claim(0, 7), other}, 0).verdict, Verdict::waiting);
  other = claim(1, 7);
  other.build = 3;
  EXPECT_EQ(judged({claim(0, 7), other}, 0).verdict, Verdict::agreed) << "builds may differ";
}

TEST(Claims, WithoutAPossibleQuorumItIsASplit) {
  EXPECT_EQ(judged({claim(0, 7), claim(1, 8)}, 0).verdict, Verdict::waiting) << "the third decides";
  EXPECT_EQ(judged({claim(0, 7), claim(1, 8), claim(2, 9)}, 0).verdict, Verdict::split);
  EXPECT_EQ(judged({claim(0, 7), claim(1, 8)}, 0, 2).verdict, Verdict::split) << "two voters have to agree";
  EXPECT_EQ(judged({claim(0, 7), claim(1, 7), claim(2, 8), claim(3, 8)}, 0, 4).verdict, Verdict::split);
}

TEST(Claims, AnotherChainIsAFork) {
  EXPECT_EQ(judged({claim(0, 7, 1), claim(1, 7, 2)}, 0).verdict, Verdict::forked);
  const std::vector<Claim> claims = {claim(0, 7, 1), claim(1, 7, 1), claim(2, 7, 2)};
  EXPECT_EQ(judged(claims, 0).verdict, Verdict::agreed) << "a quorum sees one log";
  EXPECT_EQ(judged(claims, 0).odd, std::vector<ReplicaId>{ReplicaId{2}});
  EXPECT_EQ(judged(claims, 2).verdict, Verdict::forked);
}

TEST(Claims, WhereNobodyVotesNothingIsWaitedFor) {
  EXPECT_EQ(judge({}, ReplicaId{0}, {}, 0).verdict, Verdict::agreed);
}

TEST(Claims, AreTheSameBytesForEverybodyAndNothingElseIsRead) {
  Claim c = claim(2, 7);
  c.outputs = 3;
  c.outputs_hash = 4;
  c.activations = 5;
  c.behaviour = 6;
  c.build = 8;
  c.probation = true;
  c.sections = {{1, 2}, {3, 4}};
  Bytes bytes;
  encode_claim(c, bytes);
  Claim back;
  ASSERT_TRUE(decode_claim(bytes, back));
  EXPECT_TRUE(same_state(c, back));
  EXPECT_EQ(back.replica, c.replica);
  EXPECT_TRUE(back.build == c.build);
  EXPECT_TRUE(back.probation);
  EXPECT_EQ(back.sections, c.sections);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_claim(std::span<const u8>(bytes).first(size), back)) << size;
  }
  bytes.push_back(0);
  EXPECT_FALSE(decode_claim(bytes, back));
}

TEST(Claims, TwoThatDifferProveALie) {
  EXPECT_TRUE(contradict(claim(0, 7), claim(0, 8)));
  EXPECT_FALSE(contradict(claim(0, 7), claim(0, 7)));
  EXPECT_FALSE(contradict(claim(0, 7), claim(1, 8)));
}

TEST(Claims, EverybodyClaimsAtTheSamePositions) {
  const LogMoment last{1'000, Time::from_raw(1'250'000), 1, 1};
  const auto point = [&](LogMoment now, bool empty) { return is_claim_point(last, now, empty); };
  EXPECT_FALSE(point({1'023, Time::from_raw(1'254'999), 1, 1}, false));
  EXPECT_TRUE(point({1'024, Time::from_raw(1'250'000), 1, 1}, false));
  EXPECT_TRUE(point({1'001, Time::from_raw(1'255'000), 1, 1}, false));
  EXPECT_TRUE(point({1'001, Time::from_raw(1'250'000), 2, 1}, false));
  EXPECT_TRUE(point({1'001, Time::from_raw(1'250'000), 1, 2}, false));
  EXPECT_TRUE(point({1'001, Time::from_raw(1'250'000), 1, 1}, true));
  EXPECT_FALSE(point({1'000, Time::from_raw(9'250'000), 1, 1}, true)) << "nothing is new";
}

}  // namespace
}  // namespace lockstep
