#include "core/base/bytes.h"

#include <gtest/gtest.h>

#include "core/base/hash.h"
#include "core/base/prng.h"

namespace lockstep {
namespace {

TEST(Bytes, AreLittleEndianWhateverTheMachine) {
  Bytes bytes;
  Writer writer(bytes);
  writer.integer(u32{0x01020304});
  writer.integer(i16{-2});
  writer.integer(i128{1} << 120);
  writer.text("ab");
  const Bytes expected = {4, 3, 2, 1, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0,   0,
                          0, 0, 0, 0, 0,    0,    0, 1, 2, 0, 0, 0, 'a', 'b'};
  EXPECT_EQ(bytes, expected);

  Reader reader(bytes);
  EXPECT_EQ(reader.integer<u32>(), 0x01020304u);
  EXPECT_EQ(reader.integer<i16>(), -2);
  EXPECT_EQ(reader.integer<i128>(), i128{1} << 120);
  EXPECT_EQ(reader.text(10), "ab");
  EXPECT_TRUE(reader.done());
}

TEST(Bytes, AReaderStopsAtItsEndAndSaysSo) {
  const Bytes bytes = {1, 2, 3};
  Reader reader(bytes);
  EXPECT_EQ(reader.integer<u16>(), 0x0201);
  EXPECT_EQ(reader.integer<u16>(), 0);
  EXPECT_TRUE(reader.failed());
  EXPECT_EQ(reader.integer<u8>(), 0);  // nothing is read after a failure
  EXPECT_FALSE(reader.done());
}

TEST(Bytes, ATextLongerThanAllowedFails) {
  Bytes bytes;
  Writer(bytes).text("abcdef");
  Reader reader(bytes);
  EXPECT_EQ(reader.text(5), "");
  EXPECT_TRUE(reader.failed());
}

TEST(Hash, SumsDoNotCareAboutOrder) {
  const Hash128 a = hash_bytes(Bytes{1}), b = hash_bytes(Bytes{2}), c = hash_bytes(Bytes{3});
  EXPECT_EQ(a + b + c, c + a + b);
  EXPECT_EQ(a + b - b, a);
  EXPECT_EQ(Hash128{} - a + a, Hash128{});
}

// Published: XXH3 128 bits of the empty input without a seed.
TEST(Hash, IsXxh3) { EXPECT_EQ(to_hex(hash_bytes(Bytes{})), "99aa06d3014798d86001c324468d497f"); }

// The first outputs of xoshiro256** for the state that splitmix64 makes of seed 0 (reference implementation).
TEST(Prng, IsReproducible) {
  Prng a(0), b(0), c(1);
  EXPECT_EQ(a.next(), 0x99ec5f36cb75f2b4u);
  EXPECT_NE(a.next(), c.next());
  b.next();
  b.next();
  EXPECT_EQ(a.next(), b.next());
  for (int i = 0; i < 10'000; ++i) {
    const i64 draw = a.between(-3, 3);
    ASSERT_GE(draw, -3);
    ASSERT_LE(draw, 3);
  }
}

}  // namespace
}  // namespace lockstep
