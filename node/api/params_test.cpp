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
