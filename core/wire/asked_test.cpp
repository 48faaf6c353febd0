#include "core/wire/asked.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

Command deposit() { return Deposit{AccountId{3}, AssetId{1}, Amount::from_raw(250)}; }
Command request_of(const Command& inner) {
  const Bytes bytes = encode(inner);
  return Request{7, 2, std::string(bytes.begin(), bytes.end())};
}

TEST(Asked, FindsWhatWasAskedForBehindBothWrappers) {
  Asked asked;
  ASSERT_TRUE(unwrap(request_of(instruct("carol", "00f067aa0ba902b7", deposit())), asked));
  EXPECT_EQ(asked.by, "carol");
  EXPECT_EQ(asked.trace, "00f067aa0ba902b7");
  EXPECT_EQ(asked.client, 7u);
  EXPECT_EQ(asked.sequence, 2u);
  EXPECT_EQ(encode(asked.command), encode(deposit()));
  ASSERT_TRUE(unwrap(deposit(), asked));
  EXPECT_EQ(asked.by, "");
  EXPECT_EQ(asked.client, 0u);
  EXPECT_EQ(encode(asked.command), encode(deposit()));
}

TEST(Asked, RefusesWhatTheEngineRefuses) {
  Asked asked;
  EXPECT_FALSE(unwrap(instruct("carol", "", request_of(deposit())), asked));
  EXPECT_FALSE(unwrap(instruct("carol", "", instruct("dave", "", deposit())), asked));
  EXPECT_FALSE(unwrap(request_of(request_of(deposit())), asked));
  EXPECT_FALSE(unwrap(Instruction{"carol", "", "garbage"}, asked));
  EXPECT_FALSE(unwrap(Request{7, 1, ""}, asked));
}

}  // namespace
}  // namespace lockstep
