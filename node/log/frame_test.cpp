#include "node/log/frame.h"

#include <gtest/gtest.h>

#include "core/base/prng.h"

namespace lockstep {
namespace {

Bytes text(std::string_view letters) { return Bytes(letters.begin(), letters.end()); }

Bytes one_frame(LogTail& tail, std::span<const u8> payload, u16 flags = frame_opens_group) {
  Sha256 sha256;
  Bytes bytes;
  encode_frame(tail, 7, flags,
               {.term = 3,
                .first_position = tail.position,
                .count = 2,
                .epoch = 5,
                .log_time = Time::from_raw(1'760'000'000'000'000),
                .payload = payload},
               sha256, bytes);
  return bytes;
}

TEST(Frame, decodes_to_what_was_encoded) {
  LogTail tail = genesis(7);
  const LogTail before = tail;
  const Bytes payload = text("two commands");
  const Bytes bytes = one_frame(tail, payload);
  ASSERT_EQ(bytes.size(), frame_header_size + payload.size());
  Frame frame;
  ASSERT_EQ(decode_frame(bytes, frame), FrameStatus::good);
  EXPECT_EQ(frame.shard, 7u);
  EXPECT_EQ(frame.epoch, 5u);
  EXPECT_EQ(frame.index, 1u);
  EXPECT_EQ(frame.term, 3u);
  EXPECT_EQ(frame.first_position, 0u);
  EXPECT_EQ(frame.count, 2u);
  EXPECT_EQ(frame.log_time, Time::from_raw(1'760'000'000'000'000));
  EXPECT_EQ(frame.flags, frame_opens_group);
  EXPECT_EQ(frame.previous, before.hash);
  EXPECT_EQ(Bytes(frame.payload.begin(), frame.payload.end()), payload);
  Sha256 sha256;
  EXPECT_EQ(check_follows(before, 7, frame, sha256), nullptr);
  EXPECT_EQ(tail_after(frame), tail);
}

// The layout is a promise to other implementations and to old files: fields at their documented offsets.
TEST(Frame, lies_in_memory_as_documented) {
  LogTail tail = genesis(7);
  const Bytes bytes = one_frame(tail, text("abc"));
  const auto at = [&](std::size_t offset) { return static_cast<int>(bytes[offset]); };
  EXPECT_EQ(std::string(bytes.begin() + 8, bytes.begin() + 12), "LSFR");
  EXPECT_EQ(at(12), 1);
  EXPECT_EQ(at(14), 1);
  EXPECT_EQ(at(80), 7);
  EXPECT_EQ(at(84), 5);
  EXPECT_EQ(at(88), 1);
  EXPECT_EQ(at(96), 3);
  EXPECT_EQ(at(120), 2);
  EXPECT_EQ(at(124), 3);
  EXPECT_EQ(std::string(bytes.begin() + 128, bytes.end()), "abc");
}

TEST(Frame, identity_does_not_depend_on_how_a_copy_was_grouped) {
  LogTail first = genesis(7);
  LogTail other = genesis(7);
  const Bytes a = one_frame(first, text("x"), frame_opens_group);
  const Bytes b = one_frame(other, text("x"), 0);
  EXPECT_NE(a, b);
  EXPECT_EQ(first.hash, other.hash);
}

TEST(Frame, shards_begin_with_different_chains) { EXPECT_NE(genesis(0).hash, genesis(1).hash); }

TEST(Frame, any_flipped_bit_and_any_missing_byte_is_seen) {
  LogTail tail = genesis(7);
  const Bytes good = one_frame(tail, text("payload"));
  Frame frame;
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bad = good;
    bad[bit / 8] ^= static_cast<u8>(1u << (bit % 8));
    EXPECT_NE(decode_frame(bad, frame), FrameStatus::good) << "bit " << bit;
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    const FrameStatus status = decode_frame(std::span(good).first(size), frame);
    EXPECT_TRUE(status == FrameStatus::cut || size == 0) << "size " << size;
  }
  EXPECT_EQ(decode_frame(Bytes(500), frame), FrameStatus::blank);
}

TEST(Frame, that_does_not_follow_is_refused_with_the_reason) {
  LogTail tail = genesis(7);
  one_frame(tail, text("1"));
  const LogTail after_one = tail;
  const Bytes two = one_frame(tail, text("2"));
  Frame frame;
  ASSERT_EQ(decode_frame(two, frame), FrameStatus::good);
  Sha256 sha256;
  EXPECT_STREQ(check_follows(after_one, 8, frame, sha256), "it belongs to another shard");
  EXPECT_STREQ(check_follows(genesis(7), 7, frame, sha256), "its index is out of sequence");
  LogTail other = after_one;
  other.hash.bytes[0] ^= 1;
  EXPECT_STREQ(check_follows(other, 7, frame, sha256), "its chain hash does not continue the frame before");
  other = after_one;
  other.term = 4;
  EXPECT_STREQ(check_follows(other, 7, frame, sha256), "its term is older than the term before");
  other = after_one;
  other.position = 1;
  EXPECT_STREQ(check_follows(other, 7, frame, sha256), "its first position is out of sequence");
  other = after_one;
  other.log_time = other.log_time + lockstep::second;
  EXPECT_STREQ(check_follows(other, 7, frame, sha256), "its log time is before the time of the frame before");
  frame.hash.bytes[31] ^= 1;
  EXPECT_STREQ(check_follows(after_one, 7, frame, sha256), "its SHA-256 is wrong");
}

TEST(Frame, of_the_largest_payload_passes_and_claims_of_more_do_not) {
  LogTail tail = genesis(7);
  Bytes bytes = one_frame(tail, Bytes(frame_payload_max, u8{9}));
  Frame frame;
  EXPECT_EQ(decode_frame(bytes, frame), FrameStatus::good);
  bytes[124] = 1;  // payload_size: one more than the maximum
  bytes.push_back(9);
  EXPECT_EQ(decode_frame(bytes, frame), FrameStatus::damaged);
}

TEST(FindLaterGroup, sees_only_good_frames_that_open_a_group_behind_the_index) {
  LogTail tail = genesis(7);
  Bytes stream = text("garbage LSFR LSFR");
  const Bytes first = one_frame(tail, text("one"));
  const Bytes two = one_frame(tail, text("two"), 0);
  const Bytes third = one_frame(tail, text("three"));
  for (const Bytes& part : {first, two, third}) stream.insert(stream.end(), part.begin(), part.end());
  EXPECT_EQ(find_later_group(stream, 7, 0), 1u);
  EXPECT_EQ(find_later_group(stream, 7, 1), 3u);  // the second does not open a group
  EXPECT_EQ(find_later_group(stream, 7, 3), 0u);
  EXPECT_EQ(find_later_group(stream, 8, 0), 0u);
  stream[stream.size() - 1] ^= 1;
  EXPECT_EQ(find_later_group(stream, 7, 1), 0u);
}

}  // namespace
}  // namespace lockstep
