#include "node/json/value.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

std::string error_of(std::string_view text) {
  const Result<JsonValue, std::string> value = parse_json(text);
  return value ? "none" : value.error();
}

TEST(JsonValue, KeepsNumbersAsTheyWereSent) {
  const Result<JsonValue, std::string> value = parse_json(
      R"( {"a": 0.10000000000000000001 , "b":[1e3,-7], "c":{"d":null,"e":true,"f":"x\u00e9\n"}} )");
  ASSERT_TRUE(value) << value.error();
  const JsonValue& object = value.value();
  EXPECT_EQ(object.find("a")->text, "0.10000000000000000001");
  ASSERT_EQ(object.find("b")->items.size(), 2u);
  EXPECT_EQ(object.find("b")->items[0].text, "1e3");
  EXPECT_EQ(object.find("b")->items[1].text, "-7");
  const JsonValue& inner = *object.find("c");
  EXPECT_EQ(inner.find("d")->kind, JsonValue::Kind::null);
  EXPECT_TRUE(inner.find("e")->flag);
  EXPECT_EQ(inner.find("f")->text, "x\xc3\xa9\n");
  EXPECT_EQ(object.find("z"), nullptr);
}

TEST(JsonValue, RefusesWhatIsNotOneValue) {
  for (const char* text :
       {"", "   ", "1", "\"a\"", "{", "[1,", "{\"a\":}", "{\"a\":1}}", "{} {}", "[01]", "[1.]", "[tru]",
        "[nul]", "{\"a\" 1}", "{a:1}", "[\"\x01\"]", "[\"\xff\"]", "[-]", "[1,]"}) {
    EXPECT_NE(error_of(text), "none") << text;
  }
}

TEST(JsonValue, RefusesANameThatIsThereTwice) {
  EXPECT_EQ(error_of(R"({"a":1,"a":2})"), "not JSON: \"a\" is there twice");
}

TEST(JsonValue, RefusesDeepNesting) {
  EXPECT_EQ(error_of(std::string(32, '[') + std::string(32, ']')), "none");
  EXPECT_NE(error_of(std::string(33, '[') + std::string(33, ']')), "none");
  EXPECT_NE(error_of(std::string(100'000, '[')), "none");
}

}  // namespace
}  // namespace lockstep
