#include "node/api/params.h"

#include <gtest/gtest.h>

namespace lockstep::api {
namespace {

Params query(std::string_view text) {
  Result<Params, std::string> params = Params::of_query(text);
  EXPECT_TRUE(params) << text;
  return params ? std::move(params).value() : Params();
}
Params json(std::string_view text) {
  Result<JsonValue, std::string> value = parse_json(text);
  EXPECT_TRUE(value) << text;
  return Params(std::move(value).value());
}

TEST(Params, ReadsTheSameFromTextAndFromJson) {
  for (Params params :
       {query("n=10&b=true&d=0.5&t=a%20b+c"), json(R"({"n":10,"b":true,"d":0.5,"t":"a b c"})")}) {
    EXPECT_EQ(params.integer("n", 0, 100), 10);
    EXPECT_TRUE(params.flag("b", false));
    EXPECT_EQ(params.decimal("d", 8), 50'000'000);
    EXPECT_EQ(params.text("t"), "a b c");
    EXPECT_EQ(params.integer("absent", 7, 0, 9), 7);
    params.nothing_else();
    EXPECT_FALSE(params.error());
  }
}

TEST(Params, ReadsExponentsOfNumbersExactly) {
  constexpr std::pair<const char*, i64> fine[] = {{"5e-05", 5'000},
                                                  {"1.5E+3", 150'000'000'000},
                                                  {"-2.50e1", -2'500'000'000},
                                                  {"12e-1", 120'000'000},
                                                  {"100e-9", 10},
                                                  {"0e40", 0},
                                                  {"-0.0e-40", 0},
                                                  {"0.000125e+04", 125'000'000},
                                                  {"1e0", 100'000'000},
                                                  {"1234.5e-2", 1'234'500'000}};
  for (const auto& [text, raw] : fine) {
    Params params = json(std::string(R"({"d":)") + text + "}");
    EXPECT_EQ(params.decimal("d", 8), raw) << text;
    EXPECT_FALSE(params.error()) << text;
  }
  for (const char* text : {"5e-09", "1e41", "1e-41", "1e300", "1e40", "\"5e-05\"", "\"1e3\""}) {
    Params params = json(std::string(R"({"d":)") + text + "}");
    params.decimal("d", 8);
    ASSERT_TRUE(params.error()) << text;
    EXPECT_EQ(params.error()->param, "d");
  }
  EXPECT_EQ(json(R"({"n":1.2e2})").integer("n", 0, 200), 120);
  Params half = json(R"({"n":5e-1})");
  half.integer("n", 0, 200);
  EXPECT_TRUE(half.error());
}

TEST(Params, RemembersTheFirstThatIsWrong) {
  Params params = query("n=ten&m=11");
  params.integer("n", 0, 100);
  params.integer("m", 0, 10);
  ASSERT_TRUE(params.error());
  EXPECT_EQ(params.error()->param, "n");
  EXPECT_EQ(params.error()->reason, "n: must be a whole number from 0 to 100");
}

TEST(Params, NamesWhatNobodyAskedFor) {
  Params params = query("instrment=BTC");
  params.text("instrument", "");
  params.nothing_else();
  ASSERT_TRUE(params.error());
  EXPECT_EQ(params.error()->param, "instrment");
}

TEST(Params, RequiresWhatHasNoOtherwise) {
  Params params = json(R"({"a":null})");
  params.text("a");
  ASSERT_TRUE(params.error());
  EXPECT_EQ(params.error()->reason, "a: is required");
}

TEST(Params, RefusesQueriesThatAreNotText) {
  for (const char* text : {"a=%", "a=%4", "a=%zz", "a=%ff", "a=1&a=2", "%c0%80=1", "a=%ed%a0%80"}) {
    EXPECT_FALSE(Params::of_query(text)) << text;
  }
}

TEST(Params, WhatIsTakenOutIsNoParameterAnyMore) {
  Params params = query("token=x&b=2");
  EXPECT_EQ(params.take_text("token"), "x");
  EXPECT_EQ(params.take_text("token"), "");
  ASSERT_EQ(params.everything().members.size(), 1u);
  EXPECT_EQ(params.everything().members[0].first, "b");
  EXPECT_FALSE(params.error());
  Params wrong = json(R"({"token":[1]})");
  EXPECT_EQ(wrong.take_text("token"), "");
  EXPECT_TRUE(wrong.error());
}

TEST(Params, EverythingIsReadByWhoAsksForIt) {
  Params params = Params::of_query("a=1&b=2").value();
  EXPECT_EQ(params.everything().members.size(), 2u);
  params.nothing_else();
  EXPECT_FALSE(params.error());
  EXPECT_EQ(Params().everything().kind, JsonValue::Kind::object);
}

}  // namespace
}  // namespace lockstep::api
