// The board over a store in memory: what is written once stays, and who claims under another's name is told.
#include "node/sync/board.h"

#include <gtest/gtest.h>

#include "node/etcd/memory_store.h"

namespace lockstep {
namespace {

SigningKey key_number(u8 number) {
  std::array<u8, 32> secret{};
  secret.fill(number);
  return key_of(secret);
}

Claim claim_at(u64 position, u64 state = 7) {
  Claim claim;
  claim.replica = ReplicaId{0};
  claim.position = position;
  claim.state = {0, state};
  return claim;
}

class BoardTest : public testing::Test {
 protected:
  MemoryStore store_;
  Board board_{&store_, "/t/0/"};
  SigningKey key_ = key_number(1);
  std::vector<Replica> replicas_ = {Replica{"a", key_.name, true, false}};
  CheckedClaims checked_;

  Claimed fresh(const std::string& nonce) { return read_claimed(board_, "a", nonce).value(); }
  ClaimsRead read(u64 behind = 0) { return read_claims(board_, replicas_, behind, checked_).value(); }
};

TEST_F(BoardTest, ClaimsComeBackInOrderOfPosition) {
  Claimed claimed = fresh("one");
  const std::vector<Claim> claims = {claim_at(10), claim_at(200), claim_at(3'000)};
  ASSERT_TRUE(publish_claims(board_, "a", key_, claims, claimed));
  EXPECT_EQ(claimed.position, 3'000u);
  std::vector<u64> positions;
  for (const auto& [position, at] : read(10).by_position) positions.push_back(position);
  EXPECT_EQ(positions, (std::vector<u64>{200, 3'000}));
}

TEST_F(BoardTest, NothingIsClaimedAgainAfterARestart) {
  Claimed claimed = fresh("one");
  ASSERT_TRUE(publish_claims(board_, "a", key_, std::vector<Claim>{claim_at(10)}, claimed));
  Claimed restarted = fresh("two");
  const std::vector<Claim> again = {claim_at(10, 8), claim_at(11)};  // the same position, computed otherwise
  ASSERT_TRUE(publish_claims(board_, "a", key_, again, restarted));
  const ClaimsRead found = read();
  EXPECT_TRUE(found.lies.empty());
  EXPECT_EQ(found.by_position.at(10).claims[0].state.low, 7u);
  EXPECT_EQ(found.by_position.size(), 2u);
}

TEST_F(BoardTest, TwoProcessesOfOneNameAreNoticed) {
  Claimed one = fresh("one");
  Claimed two = fresh("two");
  ASSERT_TRUE(publish_claims(board_, "a", key_, std::vector<Claim>{claim_at(10)}, one));
  const Result<Done, Fault> second = publish_claims(board_, "a", key_, std::vector<Claim>{claim_at(11)}, two);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().what, "another process claims as replica a; give each its own name and folder");
}

TEST_F(BoardTest, ALostAnswerIsNoConflict) {
  Claimed claimed = fresh("one");
  store_.fails_after = store_.calls;
  const std::vector<Claim> first = {claim_at(10)};
  EXPECT_EQ(publish_claims(board_, "a", key_, first, claimed).error().kind, FaultKind::unreachable);
  const std::vector<Claim> more = {claim_at(10), claim_at(11)};  // by now there is one more
  EXPECT_TRUE(publish_claims(board_, "a", key_, more, claimed));
  EXPECT_EQ(claimed.position, 11u);
  EXPECT_EQ(read().by_position.size(), 2u);
}

TEST_F(BoardTest, WhatIsNotSignedByItsReplicaIsPassedOverWithAWarning) {
  Claimed claimed = fresh("one");
  ASSERT_TRUE(publish_claims(board_, "a", key_number(2), std::vector<Claim>{claim_at(10)}, claimed));
  const ClaimsRead found = read();
  EXPECT_TRUE(found.by_position.empty());
  ASSERT_EQ(found.warnings.size(), 1u);
  EXPECT_NE(found.warnings[0].find("is not signed by replica a"), std::string::npos);
}

TEST_F(BoardTest, TwoClaimsOfOnePositionAreKeptAsProof) {
  Claimed claimed = fresh("one");
  ASSERT_TRUE(publish_claims(board_, "a", key_, std::vector<Claim>{claim_at(10)}, claimed));
  Bytes bytes;
  encode_claim(claim_at(10, 8), bytes);
  sign(key_, bytes);
  ASSERT_TRUE(put(board_, "claim/" + padded(10) + "/a/other", text_of(bytes)));
  const ClaimsRead found = read();
  ASSERT_EQ(found.lies.size(), 1u);
  EXPECT_EQ(found.liars, std::vector<ReplicaId>{ReplicaId{0}});
}

TEST_F(BoardTest, SignaturesHoldAndOneBitBreaksThem) {
  Bytes bytes = {1, 2, 3};
  sign(key_, bytes);
  EXPECT_EQ(signed_data(key_.name, bytes).size(), 3u);
  EXPECT_TRUE(signed_data(key_number(2).name, bytes).empty());
  bytes[1] ^= 1;
  EXPECT_TRUE(signed_data(key_.name, bytes).empty());
  EXPECT_TRUE(signed_data("no key", bytes).empty());
}

}  // namespace
}  // namespace lockstep
