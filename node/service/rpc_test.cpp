// JSON-RPC in Deribit's dialect, against the texts of the specification and of Deribit's own clients.
#include "node/service/rpc.h"

#include <gtest/gtest.h>

namespace lockstep::service {
namespace {

// The error's number, 0 for a call that was read; the id as far as it was.
int read_code(std::string_view text, std::string& id) {
  const Result<Call, api::Error> call = read_call(text, 7, id);
  return call ? 0 : call.error().code;
}

TEST(Rpc, ARequestIsRead) {
  std::string id;
  Result<Call, api::Error> call = read_call(
      R"({"jsonrpc":"2.0","id":8066,"method":"public/ticker","params":{"instrument_name":"BTC-PERPETUAL"}})",
      7, id);
  ASSERT_TRUE(call);
  EXPECT_EQ(call.value().method, "public/ticker");
  EXPECT_EQ(call.value().params.text("instrument_name"), "BTC-PERPETUAL");
  EXPECT_EQ(call.value().in_us, 7);
  EXPECT_EQ(id, "8066");
}

TEST(Rpc, AnIdComesBackAsItWasSent) {
  const std::pair<const char*, const char*> ids[] = {
      {"0", "0"},          {"-1", "-1"},         {"9223372036854775807", "9223372036854775807"},
      {"1.50", "1.50"},    {"null", "null"},     {R"("a")", R"("a")"},
      {R"("")", R"("")"},  {R"("7")", R"("7")"}, {R"("q\"\u0000x")", R"("q\"\u0000x")"},
      {R"("ä")", R"("ä")"}};
  for (const auto& [sent, back] : ids) {
    std::string id;
    const Result<Call, api::Error> call =
        read_call(R"({"id":)" + std::string(sent) + R"(,"method":"public/test"})", 0, id);
    ASSERT_TRUE(call) << sent;
    EXPECT_TRUE(call.value().has_id);
    EXPECT_EQ(call.value().id, back);
    EXPECT_EQ(result_text(call.value(), "1", 5, true), R"({"jsonrpc":"2.0","id":)" + std::string(back) +
                                                           R"(,"result":1,"usIn":0,"usOut":5,"usDiff":5,)"
                                                           R"("testnet":true})");
  }
}

TEST(Rpc, WithoutAnIdThereIsNone) {
  std::string id;
  const Result<Call, api::Error> call = read_call(R"({"method":"public/test"})", 100, id);
  ASSERT_TRUE(call);
  EXPECT_EQ(result_text(call.value(), R"("ok")", 101, false),
            R"({"jsonrpc":"2.0","result":"ok","usIn":100,"usOut":101,"usDiff":1,"testnet":false})");
}

TEST(Rpc, AnErrorWithoutAReadableIdHasNull) {
  for (const char* text : {"{", "nonsense", "[]", R"({"id":{},"method":"public/test"})"}) {
    std::string id = "1";
    EXPECT_NE(read_code(text, id), 0) << text;
    EXPECT_EQ(id, "null") << text;
  }
  std::string id = "1";
  EXPECT_EQ(read_code(R"({"method":7})", id), -32600);
  EXPECT_EQ(id, "");
}

TEST(Rpc, AnErrorHasItsIdToo) {
  std::string id;
  EXPECT_EQ(read_code(R"({"id":"x","jsonrpc":"1.0","method":"public/test"})", id), -32600);
  EXPECT_EQ(id, R"("x")");
  Call call;
  call.id = id, call.has_id = true, call.in_us = 1;
  EXPECT_EQ(error_text(call, api::forbidden("no"), 3, false),
            R"({"jsonrpc":"2.0","id":"x","error":{"code":13021,"message":"forbidden",)"
            R"("data":{"reason":"no"}},"usIn":1,"usOut":3,"usDiff":2,"testnet":false})");
}

// Numbers of JSON-RPC 2.0, section 5.1.
TEST(Rpc, WhatIsNoRequestIsSaidByItsNumber) {
  const std::pair<const char*, int> texts[] = {
      {"", -32700},
      {"{", -32700},
      {"nonsense", -32700},
      {R"({"method":"public/test"} {})", -32700},
      {"{\"method\":\"\xff\"}", -32700},
      {"[]", -32600},
      {R"([{"id":1,"method":"public/test"}])", -32600},
      {"7", -32700},
      {"{}", -32600},
      {R"({"id":{},"method":"public/test"})", -32600},
      {R"({"id":[1],"method":"public/test"})", -32600},
      {R"({"id":true,"method":"public/test"})", -32600},
      {R"({"id":1,"method":7})", -32600},
      {R"({"id":1,"method":null})", -32600},
      {R"({"id":1,"method":"public/test","params":[1]})", -32600},
      {R"({"id":1,"method":"public/test","params":"a"})", -32600},
      {R"({"id":1,"jsonrpc":2.0,"method":"public/test"})", -32600},
  };
  for (const auto& [text, code] : texts) {
    std::string id;
    EXPECT_EQ(read_code(text, id), code) << text;
  }
}

TEST(Rpc, NoParametersMayBeSentInAnyWay) {
  for (const char* params : {"", R"(,"params":{})", R"(,"params":[])", R"(,"params":null)"}) {
    std::string id;
    Result<Call, api::Error> call =
        read_call(R"({"id":1,"method":"public/test")" + std::string(params) + "}", 0, id);
    ASSERT_TRUE(call) << params;
    call.value().params.nothing_else();
    EXPECT_FALSE(call.value().params.error()) << params;
  }
}

// Whoever nests deeper than any request needs is refused before it costs anything.
TEST(Rpc, DeepNestingIsRefused) {
  std::string id;
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(read_code(R"({"id":1,"method":"public/test","params":{"a":)" + deep + "}}", id), -32700);
}

TEST(Rpc, ANotificationHasNoId) {
  EXPECT_EQ(notification_text("a\"b", R"({"x":1})"),
            R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":"a\"b","data":{"x":1}}})");
}

}  // namespace
}  // namespace lockstep::service
