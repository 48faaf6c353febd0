// Json against nlohmann-json: whatever is written is read back as the same value.
#include "node/json/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/base/prng.h"

namespace lockstep {
namespace {

using Tree = nlohmann::json;

// Valid UTF-8 of every length, with all that needs escaping.
std::string random_text(Prng& prng) {
  static const std::vector<std::string> pieces = {"a",
                                                  "Z",
                                                  "\"",
                                                  "\\",
                                                  "/",
                                                  "\n",
                                                  "\r",
                                                  "\t",
                                                  "\b",
                                                  std::string(1, '\0'),
                                                  "\x1f",
                                                  "\x7f",
                                                  "\xc2\xa3",
                                                  "\xe2\x82\xac",
                                                  "\xf0\x9f\x93\x88",
                                                  "\xed\x9f\xbf",
                                                  "\xee\x80\x80",
                                                  "\xf4\x8f\xbf\xbf",
                                                  " ",
                                                  "0.1"};
  std::string text;
  for (u64 n = prng.below(12); n > 0; --n) text += pieces[prng.below(pieces.size())];
  return text;
}

Tree write_random(Prng& prng, Json& json, int depth) {
  const u64 kind = prng.below(depth > 4 ? 5 : 7);
  if (kind == 0) {
    const std::string text = random_text(prng);
    json.text(text);
    return text;
  }
  if (kind == 1) {
    const i64 value = static_cast<i64>(prng.next());
    json.number(value);
    return value;
  }
  if (kind == 2) {
    const u64 value = prng.next();
    json.number(value);
    return value;
  }
  if (kind == 3) {
    const bool value = prng.chance(1, 2);
    json.boolean(value);
    return value;
  }
  if (kind == 4) {
    json.null();
    return nullptr;
  }
  if (kind == 5) {
    Tree array = Tree::array();
    json.begin_array();
    for (u64 n = prng.below(5); n > 0; --n) array.push_back(write_random(prng, json, depth + 1));
    json.end_array();
    return array;
  }
  Tree object = Tree::object();
  json.begin_object();
  for (u64 n = prng.below(5); n > 0; --n) {
    const std::string key = std::to_string(n) + random_text(prng);
    json.key(key);
    object[key] = write_random(prng, json, depth + 1);
  }
  json.end_object();
  return object;
}

TEST(Json, IsReadBackAsWhatWasWritten) {
  for (u64 seed = 0; seed < 3'000; ++seed) {
    Prng prng(seed);
    Json json;
    const Tree expected = write_random(prng, json, 0);
    const Tree read = Tree::parse(json.str(), nullptr, false);
    ASSERT_FALSE(read.is_discarded()) << "seed " << seed << ": " << json.str();
    ASSERT_EQ(read, expected) << "seed " << seed;
  }
}

TEST(Json, IsOneLineOfPrintableText) {
  for (u64 seed = 0; seed < 1'000; ++seed) {
    Prng prng(seed);
    Json json;
    write_random(prng, json, 0);
    for (const char c : json.str()) ASSERT_TRUE(static_cast<u8>(c) >= 0x20 && c != 0x7f) << "seed " << seed;
  }
}

TEST(Json, TakesAnyBytesAndStaysReadable) {
  for (u64 seed = 0; seed < 5'000; ++seed) {
    Prng prng(seed);
    std::string bytes;
    for (u64 n = prng.below(20); n > 0; --n) bytes += static_cast<char>(prng.below(256));
    const Tree read = Tree::parse(json_quoted(bytes), nullptr, false);
    ASSERT_FALSE(read.is_discarded()) << "seed " << seed;
    // A parser's own serialiser, told to replace what is not UTF-8, must not need to replace anything.
    ASSERT_EQ(Tree::parse(read.dump(-1, ' ', false, Tree::error_handler_t::strict)), read);
  }
}

TEST(Json, ShowsWhatWasSentOnOneLineAndCutsBetweenCharacters) {
  EXPECT_EQ(json_shown("a\nb"), R"("a\nb")");
  EXPECT_EQ(json_shown(std::string(80, 'x')), '"' + std::string(80, 'x') + '"');
  EXPECT_EQ(json_shown(std::string(81, 'x')), '"' + std::string(80, 'x') + "\"...");
  EXPECT_EQ(json_shown(std::string(79, 'x') + "\xc3\xa9!"), '"' + std::string(79, 'x') + "\"...");
  EXPECT_EQ(json_shown(std::string(78, 'x') + "\xc3\xa9!"), '"' + std::string(78, 'x') + "\xc3\xa9\"...");
}

TEST(Json, WritesWhatACommandLinePrints) {
  Json json;
  json.begin_object().field("state", "0123").field("position", u64{18'446'744'073'709'551'615u});
  json.key("pools").begin_array().begin_object().field("equity", "-0.5").end_object().end_array();
  json.field("torn", i64{-1}).field("ok", true).end_object();
  EXPECT_EQ(
      json.str(),
      R"({"state":"0123","position":18446744073709551615,"pools":[{"equity":"-0.5"}],"torn":-1,"ok":true})");
}

}  // namespace
}  // namespace lockstep
