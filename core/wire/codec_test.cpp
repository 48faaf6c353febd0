// decode(encode(x)) is x, for every type that is written, with fields drawn at random; and nothing but an
// encoding is decoded.
#include "core/wire/codec.h"

#include <gtest/gtest.h>

#include "core/base/hash.h"
#include "core/base/prng.h"
#include "core/wire/fields.h"

namespace lockstep {
namespace {

template <class T>
void randomise(Prng& prng, T& x);

template <std::size_t I, class V>
void randomise_alternative(Prng& prng, V& x, std::size_t index) {
  if constexpr (I < std::variant_size_v<V>) {
    if (index == I) return randomise(prng, x.template emplace<I>());
    randomise_alternative<I + 1>(prng, x, index);
  }
}

template <class T>
T random_integer(Prng& prng) {
  T value = static_cast<T>(prng.next());
  if constexpr (sizeof(T) == 16) value = static_cast<T>((value << 64) ^ static_cast<T>(prng.next()));
  return value;
}

template <class T>
void randomise(Prng& prng, T& x) {
  using namespace wire;
  if constexpr (std::is_same_v<T, bool>) {
    x = prng.chance(1, 2);
  } else if constexpr (std::is_enum_v<T>) {
    x = static_cast<T>(prng.below(static_cast<u64>(LastValue<T>::last) + 1));
  } else if constexpr (is_unit<T>) {
    x = T::from_raw(random_integer<typename T::rep>(prng));
  } else if constexpr (is_id<T>) {
    x.index = random_integer<u32>(prng);
  } else if constexpr (is_integer<T>) {
    x = random_integer<T>(prng);
  } else if constexpr (std::is_same_v<T, std::string>) {
    x.clear();
    for (u64 left = prng.below(70); left > 0; --left) x.push_back(static_cast<char>(prng.next()));
  } else if constexpr (is_vector<T>) {
    x.resize(prng.below(4));
    for (auto& element : x) randomise(prng, element);
  } else if constexpr (is_array<T>) {
    for (auto& element : x) randomise(prng, element);
  } else if constexpr (is_variant<T>) {
    randomise_alternative<0>(prng, x, prng.below(std::variant_size_v<T>));
  } else {
    T::each_field(x, [&prng](std::string_view, auto& field) { randomise(prng, field); });
  }
}

template <class T>
void expect_round_trip(u64 seeds) {
  for (u64 seed = 0; seed < seeds; ++seed) {
    Prng prng(seed);
    T x;
    randomise(prng, x);
    const Bytes bytes = encode(x);
    T y;
    ASSERT_TRUE(decode(bytes, y)) << "seed " << seed;
    ASSERT_EQ(encode(y), bytes) << "seed " << seed;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      T z;
      ASSERT_FALSE(decode(std::span<const u8>(bytes.data(), size), z))
          << "seed " << seed << " cut at " << size;
    }
    Bytes longer = bytes;
    longer.push_back(0);
    T z;
    ASSERT_FALSE(decode(longer, z)) << "seed " << seed << " and a byte left over";
  }
}

TEST(Codec, EveryCommandComesBackAsItWasAndNoPartOfOneDoes) { expect_round_trip<Command>(500); }
TEST(Codec, EveryEventComesBackAsItWasAndNoPartOfOneDoes) { expect_round_trip<Event>(200); }
TEST(Codec, EveryEntityComesBackAsItWasAndNoPartOfOneDoes) {
  expect_round_trip<Rulebook>(20);
  expect_round_trip<House>(20);
  expect_round_trip<Instrument>(20);
  expect_round_trip<Market>(20);
  expect_round_trip<Series>(20);
  expect_round_trip<Account>(50);
  expect_round_trip<RulebookHistory>(20);
  expect_round_trip<PriceSource>(20);
}

TEST(Codec, AByteThatChangesTheValueChangesTheEncodingAndNoOtherIsTaken) {
  for (u64 seed = 0; seed < 300; ++seed) {
    Prng prng(seed);
    Command command;
    randomise(prng, command);
    Bytes bytes = encode(command);
    bytes[prng.below(bytes.size())] ^= static_cast<u8>(1u << prng.below(8));
    Command other;
    if (decode(bytes, other)) {
      ASSERT_EQ(encode(other), bytes) << "seed " << seed;
    }
  }
}

// The layout is a promise to logs that exist: these bytes were written out by hand from the field list.
TEST(Codec, ADepositIsATagTwoIdsAndSixteenBytesOfAmount) {
  const Command command = Deposit{AccountId{1}, AssetId{2}, Amount::from_raw(-2)};
  const Bytes bytes = {8,    1,    0,    0,    0,    2,    0,    0,    0,    0xfe, 0xff, 0xff, 0xff,
                       0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
  EXPECT_EQ(encode(command), bytes);
}

TEST(Codec, ATickIsItsTag) { EXPECT_EQ(encode(Command(Tick{})), Bytes{26}); }

TEST(Codec, ABoolIsZeroOrOne) {
  OpenAccount open;
  open.name = "a";
  Bytes bytes = encode(Command(open));
  Command command;
  bytes.back() = 1;
  EXPECT_TRUE(decode(bytes, command));
  bytes.back() = 2;
  EXPECT_FALSE(decode(bytes, command));
}

TEST(Codec, AnEnumIsNotAboveItsLastValue) {
  SetMarginMode set;
  Bytes bytes = encode(Command(set));
  Command command;
  bytes[5] = static_cast<u8>(MarginMode::portfolio);
  EXPECT_TRUE(decode(bytes, command));
  bytes[5] = static_cast<u8>(MarginMode::portfolio) + 1;
  EXPECT_FALSE(decode(bytes, command));
}

TEST(Codec, ATagIsACommand) {
  Command command;
  EXPECT_FALSE(decode(Bytes{static_cast<u8>(std::variant_size_v<Command>)}, command));
  EXPECT_FALSE(decode(Bytes{255}, command));
  EXPECT_FALSE(decode(Bytes{}, command));
}

TEST(Codec, AVectorIsNotLongerThanItsLimit) {
  IndexPrices prices;
  prices.rows.resize(limits::rows_per_command_max);
  Command command;
  EXPECT_TRUE(decode(encode(Command(prices)), command));
  Bytes bytes;
  Writer out(bytes);
  out.integer(u8{16});
  out.integer(u16{0});
  out.integer(u64{1});
  out.integer(static_cast<u32>(limits::rows_per_command_max + 1));
  bytes.resize(bytes.size() + (limits::rows_per_command_max + 1) * 12);
  EXPECT_FALSE(decode(bytes, command));
}

TEST(Codec, ANameThatTheEngineWillRefuseIsStillReadable) {
  RegisterAsset asset;
  asset.name = std::string(limits::name_size_max + 1, 'x');
  Command command;
  EXPECT_TRUE(decode(encode(Command(asset)), command));
  asset.name = std::string(text_size_max, 'x');
  Bytes bytes = encode(Command(asset));
  EXPECT_TRUE(decode(bytes, command));
  bytes.insert(bytes.begin() + 5, 'x');
  for (std::size_t i = 0; i < 4; ++i) bytes[1 + i] = static_cast<u8>((text_size_max + 1) >> (8 * i));
  EXPECT_FALSE(decode(bytes, command));
}

TEST(Codec, ABatchComesBackInOrderAndWhole) {
  Prng prng(7);
  std::vector<Command> commands(50);
  for (Command& command : commands) randomise(prng, command);
  const Bytes bytes = encode_batch(commands);
  std::vector<Command> back;
  ASSERT_TRUE(decode_batch(bytes, back));
  EXPECT_EQ(encode_batch(back), bytes);
  EXPECT_FALSE(decode_batch(std::span<const u8>(bytes.data(), bytes.size() - 1), back));
  EXPECT_FALSE(decode_batch(Bytes{255, 255, 255, 255}, back));
  EXPECT_TRUE(decode_batch(encode_batch({}), back));
  EXPECT_TRUE(back.empty());
}

// Golden: a change here breaks every log and snapshot that exists, and needs a new schema_version.
TEST(Codec, TheEncodingOfASeededStreamIsWhatItWas) {
  std::vector<Command> commands;
  for (u64 seed = 0; seed < 200; ++seed) {
    Prng prng(seed);
    Command command;
    randomise(prng, command);
    commands.push_back(std::move(command));
  }
  EXPECT_EQ(to_hex(hash_bytes(encode_batch(commands))), "a5fe9077f9d27c33b19a7bdab58066c6");
}

}  // namespace
}  // namespace lockstep
