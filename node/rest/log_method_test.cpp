// lockstep/log over a recorded history: the rows, their order, conditions and limits.
#include "node/rest/log_method.h"

#include "core/wire/asked.h"
#include "node/history/history_testing.h"
#include "node/json/value.h"
#include "node/rest/command_json.h"

namespace lockstep::rest {
namespace {

struct Log : testing::Test {
  history::Recorded v;
  api::Caller ops{"ops", "", "", true, true, true, true};
  u64 first = 0;

  void SetUp() override {
    v.play(history::opening(small_rulebook(), {{"alice", 1'000}, {"bob", 50}}));
    first = v.engine.state.position;
    v.now = v.now + second;
    v.must(instruct("desk-1", "t-9", Deposit{AccountId{0}, AssetId{0}, Amount::from_raw(1'500'250'000)}));
    (void)v.tell(Withdraw{AccountId{1}, AssetId{0}, Amount::from_raw(60'000'000)});
    v.must(history::fill_of(0, Side::buy, 40, 20'000));
    (void)v.tell(IndexPrices{1, 3, std::vector<IndexPrice>(1'000, {IndexId{0}, dollars(1)})});
    v.commit();
  }
  std::string call(std::string_view params, const api::Caller& caller) {
    api::Context context{v.engine, *v.history, caller};
    api::Params read(parse_json(params).value());
    api::Reply reply = log_method().call(context, read);
    const api::Answer& answer = std::get<api::Answer>(reply);
    return answer ? answer.value() : api::error_json(answer.error());
  }
  JsonValue rows(std::string_view params) {
    const Result<JsonValue, std::string> json = parse_json(call(params, ops));
    if (!json || json.value().find("rows") == nullptr) bug(__FILE__, __LINE__, "no rows");
    return *json.value().find("rows");
  }
};

TEST_F(Log, RowsNewestFirstWithTheirFields) {
  const std::string at = std::to_string(first);
  const JsonValue all = rows("{\"limit\":4}");
  ASSERT_EQ(all.items.size(), 4u);
  EXPECT_EQ(all.items[0].find("command")->text, "index_prices");
  EXPECT_EQ(all.items[0].find("fields")->kind, JsonValue::Kind::null);
  EXPECT_EQ(all.items[1].find("command")->text, "fill");
  EXPECT_EQ(all.items[2].find("outcome")->text, "balance_insufficient");
  EXPECT_EQ(all.items[2].find("refusal")->text, "5002");
  EXPECT_EQ(all.items[2].find("account")->text, "bob");
  const std::string one = call("{\"from\":" + at + ",\"limit\":1}", ops);
  EXPECT_NE(
      one.find("\"first\":0,\"last\":" + std::to_string(first + 3) + ",\"rows\":[{\"position\":" + at +
               ",\"time\":\"2026-02-02 02:40:01\",\"time_ms\":1770000001000,\"command\":\"deposit\","
               "\"by\":\"desk-1\",\"account\":\"alice\",\"outcome\":\"accepted\","
               "\"text\":\"alice is given 1500.25 USDT\",\"trace\":\"t-9\",\"fields\":{\"account\":\"alice\","
               "\"asset\":\"USDT\",\"amount\":\"1500.25\"}}]}"),
      std::string::npos)
      << one;
  const JsonValue prices = rows("{\"from\":" + std::to_string(first + 3) + ",\"limit\":1}");
  EXPECT_EQ(prices.items.at(0).find("fields")->find("rows")->items.size(), 1'000u);
}

TEST_F(Log, UpwardsAndByWhatIsAskedFor) {
  const JsonValue up = rows("{\"from\":" + std::to_string(first) + ",\"descending\":false}");
  ASSERT_EQ(up.items.size(), 4u);
  EXPECT_EQ(up.items[0].find("position")->text, std::to_string(first));
  EXPECT_EQ(rows(R"({"command":"deposit"})").items.size(), 3u);
  EXPECT_EQ(rows(R"({"command":"deposit","account":"alice"})").items.size(), 2u);
  EXPECT_EQ(rows(R"({"by":"desk-1"})").items.size(), 1u);
  EXPECT_EQ(rows(R"({"command":"fly"})").items.size(), 0u);
}

TEST_F(Log, WhatIsWrongIsNamed) {
  EXPECT_NE(call(R"({"limit":501})", ops).find("\"param\":\"limit\""), std::string::npos);
  EXPECT_NE(call(R"({"account":"zoe"})", ops).find("\"param\":\"account\""), std::string::npos);
  EXPECT_NE(call(R"({"form":1})", ops).find("form"), std::string::npos);
  const api::Caller own{"own", "party", "", true, true, true, true};
  EXPECT_NE(call("{}", own).find("\"param\":\"account\""), std::string::npos);
  EXPECT_NE(call(R"({"account":"alice"})", own).find("\"rows\":[{"), std::string::npos);
  const api::Caller stranger{"other", "nobody", "", true, true, true, true};
  EXPECT_NE(call(R"({"account":"alice"})", stranger).find("\"param\":\"account\""), std::string::npos);
}

}  // namespace
}  // namespace lockstep::rest
