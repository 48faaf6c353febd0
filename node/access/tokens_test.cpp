#include "node/access/tokens.h"

#include <gtest/gtest.h>

namespace lockstep::access {
namespace {

constexpr i64 second = 1'000'000;

TEST(Tokens, LiveAsLongAsTheyWereGiven) {
  Tokens tokens(900 * second, 7 * 86'400 * second, 10);
  const Issued issued = tokens.issue(3, Scopes{true, false, false, false}, 0);
  EXPECT_EQ(issued.access_token.size(), 64u);
  EXPECT_NE(issued.access_token, issued.refresh_token);
  EXPECT_EQ(issued.access_until_us, 900 * second);
  const Session* session = tokens.find(issued.access_token, 900 * second - 1);
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(session->key, 3u);
  EXPECT_TRUE(session->scopes.read);
  EXPECT_EQ(tokens.find(issued.access_token, 900 * second), nullptr);
  EXPECT_EQ(tokens.find(issued.refresh_token, 0), nullptr);
  EXPECT_EQ(tokens.find("", 0), nullptr);
}

TEST(Tokens, ARefreshTokenIsGoodOnceAndEndsItsPair) {
  Tokens tokens(900 * second, 7 * 86'400 * second, 10);
  const Issued issued = tokens.issue(3, {}, 0);
  EXPECT_FALSE(tokens.redeem(issued.access_token, 1));
  const std::optional<Session> session = tokens.redeem(issued.refresh_token, 7 * 86'400 * second - 1);
  ASSERT_TRUE(session);
  EXPECT_EQ(session->key, 3u);
  EXPECT_FALSE(tokens.redeem(issued.refresh_token, 1));
  EXPECT_EQ(tokens.find(issued.access_token, 1), nullptr);
  EXPECT_EQ(tokens.size(), 0u);
  EXPECT_FALSE(tokens.redeem(tokens.issue(3, {}, 0).refresh_token, 7 * 86'400 * second));
}

TEST(Tokens, OneTooManyOfAKeyEndsItsOldest) {
  Tokens tokens(900 * second, 3'600 * second, 3);
  std::vector<Issued> issued;
  const Issued other = tokens.issue(8, {}, 0);
  for (int i = 0; i < 5; ++i) issued.push_back(tokens.issue(7, {}, i));
  EXPECT_EQ(tokens.size(), 4u);
  EXPECT_EQ(tokens.find(issued[1].access_token, 10), nullptr);
  EXPECT_NE(tokens.find(issued[2].access_token, 10), nullptr);
  EXPECT_NE(tokens.find(issued[4].access_token, 10), nullptr);
  EXPECT_NE(tokens.find(other.access_token, 10), nullptr);
}

TEST(Tokens, ThoseThatRanOutAreForgotten) {
  Tokens tokens(900 * second, 3'600 * second, 1'000);
  for (int i = 0; i < 100; ++i) tokens.issue(7, {}, i);
  tokens.issue(7, {}, 3'600 * second + 49);
  EXPECT_EQ(tokens.size(), 51u);  // those of 50 to 99, and the new one
}

TEST(Tokens, CanBeRevoked) {
  Tokens tokens(900 * second, 3'600 * second, 3);
  const Issued issued = tokens.issue(7, {}, 0);
  tokens.revoke("another");
  EXPECT_NE(tokens.find(issued.access_token, 1), nullptr);
  tokens.revoke(issued.access_token);
  EXPECT_EQ(tokens.find(issued.access_token, 1), nullptr);
  EXPECT_FALSE(tokens.redeem(issued.refresh_token, 1));
}

}  // namespace
}  // namespace lockstep::access
