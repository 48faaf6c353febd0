// Clock bounds, worked by hand: microseconds throughout.
#include "core/sync/clock_bound.h"

#include <gtest/gtest.h>

#include <vector>

namespace lockstep {
namespace {

// Asked at 1,000, answered at 1,400; the peer read 6,150 and 6,250: 100 of the 400 were its own.  It is 5,000
// ahead, give or take half of the other 300.
TEST(Clocks, OneExchangeGivesOffsetAndError) {
  PeerClock peer;
  add_sample(peer, {1'000, 6'150, 6'250, 1'400});
  const auto offset = offset_of(peer, 1'400);
  ASSERT_TRUE(offset);
  EXPECT_EQ(offset->offset, 5'000);
  EXPECT_EQ(offset->error, 151);
  // Two seconds later two clocks may have parted by 100 more.
  EXPECT_EQ(offset_of(peer, 2'001'400)->error, 251);
  EXPECT_FALSE(offset_of(peer, 10'001'401)) << "too old";
}

TEST(Clocks, TheShortestDelayCounts) {
  PeerClock peer;
  add_sample(peer, {0, 900, 900, 1'000});          // 1,000 under way, all of it on the way there: says +400
  add_sample(peer, {2'000, 2'050, 2'050, 2'100});  // 100 under way: says 0
  add_sample(peer, {3'000, 3'900, 3'900, 4'000});
  EXPECT_EQ(offset_of(peer, 4'000)->offset, 0);
  for (int i = 0; i < 8; ++i) add_sample(peer, {5'000, 5'900, 5'900, 6'000});  // eight later it is forgotten
  EXPECT_EQ(offset_of(peer, 6'000)->offset, 400);
}

TEST(Clocks, AnAnswerBeforeTheQuestionIsNoSample) {
  PeerClock peer;
  add_sample(peer, {1'000, 1'000, 1'300, 1'200});
  EXPECT_FALSE(offset_of(peer, 1'200));
}

TEST(Clocks, AQuorumHasToAgreeWithOurs) {
  const std::vector<Offset> both = {{100, 300}, {-200, 400}};  // [-200, 400] and [-600, 200]
  const auto bound = agreed_bound(both, 2);
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->clocks, 3u);
  EXPECT_EQ(bound->low, -200);
  EXPECT_EQ(bound->high, 200);

  const std::vector<Offset> one_wrong = {{100, 300}, {3'000'000, 400}};
  EXPECT_EQ(agreed_bound(one_wrong, 2)->clocks, 2u) << "the wrong one does not move us";

  // Ours is the wrong one: both peers are three seconds behind it.
  const std::vector<Offset> ours_wrong = {{-3'000'000, 300}, {-3'000'100, 400}};
  EXPECT_FALSE(agreed_bound(ours_wrong, 2));
  EXPECT_FALSE(agreed_bound({}, 2)) << "nobody answers";
  EXPECT_TRUE(agreed_bound({}, 1)) << "alone";
}

TEST(Clocks, WhatIsTooWideIsNoAgreement) {
  const std::vector<Offset> wide = {{0, 25'001}};
  EXPECT_FALSE(agreed_bound(wide, 2));
  const std::vector<Offset> narrow = {{0, 25'000}};
  EXPECT_TRUE(agreed_bound(narrow, 2));
}

TEST(Clocks, AStepIsSeen) {
  EXPECT_FALSE(has_jumped(1'000'000, 0, 2'000'000, 1'000'000));
  EXPECT_FALSE(has_jumped(1'000'000, 0, 2'100'000, 1'000'000));
  EXPECT_TRUE(has_jumped(1'000'000, 0, 2'100'001, 1'000'000));
  EXPECT_TRUE(has_jumped(1'000'000, 0, 1'899'999, 1'000'000));
}

}  // namespace
}  // namespace lockstep
