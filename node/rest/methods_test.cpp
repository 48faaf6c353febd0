// The methods that change something, against an engine that takes what they submit.
#include "node/rest/methods.h"

#include <gtest/gtest.h>

#include "apps/lockstep/replica_check_texts.h"
#include "core/wire/codec.h"
#include "node/json/json.h"
#include "node/rest/testing_engine.h"
#include "node/rest/testing_past.h"
#include "node/rules/compile.h"
#include "node/rules/rulebook_text.h"
#include "node/whatif/testing_book.h"

namespace lockstep::rest {
namespace {

struct Methods : testing::Test {
  std::unique_ptr<Engine> engine = with_more(
      whatif::testing_engine(compile_rulebook_text(with_approval(replica_check_rules), "rules").value()));
  TestingPast past;
  api::Caller ops{"ops", "", "", true, true, true, true};
  api::Caller risk{"risk", "", "", true, true, true, true};
  std::vector<api::Method> methods = command_methods(true);
  std::vector<api::Submitted> submitted;  // by the latest call
  std::string key;

  // Result or error, as JSON.
  std::string call(std::string_view name, std::string_view params, const api::Caller& caller) {
    for (const api::Method& method : methods) {
      if (method.name != name) continue;
      EXPECT_EQ(method.scope, api::Scope::operate);
      return call(method, params, caller);
    }
    return "no such method";
  }
  std::string call(const api::Method& method, std::string_view text, const api::Caller& caller) {
    api::Context context{*engine, past, caller};
    api::Params params(parse_json(text).value());
    api::Reply reply = method.call(context, params);
    if (const api::Answer* answer = std::get_if<api::Answer>(&reply)) {
      return *answer ? answer->value() : api::error_json(answer->error());
    }
    api::Submission& submission = std::get<api::Submission>(reply);
    submitted.clear();
    key = submission.key;
    for (const Command& command : submission.commands) {
      const u64 position = engine->state.position;
      submitted.push_back({command, position, apply(*engine, engine->state.time, command)});
    }
    const api::Answer answer = submission.then(context, submitted);
    return answer ? answer.value() : api::error_json(answer.error());
  }
};

TEST_F(Methods, ACommandIsAnsweredWithWhatBecameOfIt) {
  const std::string at = std::to_string(engine->state.position);
  EXPECT_EQ(call("lockstep/command", R"({"command":"open_party","name":"fund","key":"k-1"})", ops),
            R"({"position":)" + at +
                R"(,"command":"open_party","outcome":"accepted","registered":1,)"
                R"("events":[{"event":"registered","id":1}]})");
  EXPECT_EQ(key, "k-1");
  const std::string next = std::to_string(engine->state.position);
  EXPECT_EQ(
      call("lockstep/command",
           R"({"command":"withdraw","account":"account","asset":"USDT","amount":"200000.000001"})", ops),
      R"({"position":)" + next +
          R"(,"command":"withdraw","outcome":"balance_insufficient",)"
          R"("refusal":5002,"reason":"the balance is smaller than the amount","events":[]})");
  EXPECT_EQ(call("lockstep/command", R"({"command":"withdraw"})", ops),
            R"({"code":-32602,"message":"Invalid params","data":{"reason":"account: is required",)"
            R"("param":"account"}})");
  EXPECT_NE(call("lockstep/command", R"({"command":"tick","key":"a b"})", ops)
                .find("key: has 1 to 128 printable ASCII characters, no blanks"),
            std::string::npos);
  EXPECT_NE(call("lockstep/command", R"({"command":"tick","key":""})", ops).find(R"("param":"key")"),
            std::string::npos);
  EXPECT_EQ(engine->state.position, std::stoull(next) + 1);
}

TEST_F(Methods, FourEyes) {
  const std::string text = json_quoted(with_approval(replica_check_rules));
  const std::string epoch = R"({"rulebook":"self-test","epoch":2,)";
  std::string answer =
      call("lockstep/propose", R"({"rulebook_text":)" + text + R"(,"note":"as it was"})", ops);
  EXPECT_NE(answer.find(R"("outcome":"accepted","registered":0,)"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with(R"(],"rulebook":"self-test","epoch":2})")) << answer;
  EXPECT_EQ(engine->state.rulebooks[0].epochs[1].proposer, "ops");
  EXPECT_EQ(engine->state.rulebooks[0].epochs[1].note, "as it was");

  EXPECT_NE(call("lockstep/schedule", epoch + R"("at_position":0})", ops)
                .find(R"("outcome":"epoch_not_approved","refusal":6009,"reason":"fewer have approved )"),
            std::string::npos);
  EXPECT_NE(call("lockstep/approve", epoch + R"("note":"fine"})", ops)
                .find(R"("outcome":"approved_by_proposer","refusal":6007,)"
                      R"("reason":"who proposes an epoch does not approve it: that takes somebody else")"),
            std::string::npos);
  // Nobody speaks for another.
  EXPECT_NE(call("lockstep/approve", epoch + R"("by":"risk"})", ops).find("by: is always who asks"),
            std::string::npos);
  EXPECT_TRUE(engine->state.rulebooks[0].epochs[1].approvals.empty());

  answer = call("lockstep/approve", epoch + R"("note":"fine"})", risk);
  EXPECT_NE(answer.find(R"("by":"risk","approvals":1)"), std::string::npos) << answer;
  answer = call("lockstep/schedule", R"({"rulebook":"self-test","epoch":2})", ops);
  EXPECT_NE(answer.find(R"("event":"epoch_activated","rulebook":"self-test","epoch":2)"), std::string::npos);
  EXPECT_EQ(engine->state.rulebooks[0].active, 2u);
  EXPECT_NE(call("lockstep/cancel_epoch", R"({"rulebook":"self-test","epoch":2})", ops)
                .find(R"("outcome":"epoch_already_active")"),
            std::string::npos);
}

// What the engine would take for a schedule at once, or refuse as some number.
TEST_F(Methods, AScheduleInStepsSaysAllOfThem) {
  call("lockstep/propose",
       R"({"rulebook_text":)" + json_quoted(with_approval(replica_check_rules)) + R"(,"note":"as it was"})",
       ops);
  call("lockstep/approve", R"({"rulebook":"self-test","epoch":2,"note":"fine"})", risk);
  const std::string later = R"("at_time":"2099-01-01T00:00:00Z")";
  const std::pair<std::string, std::string> wrong[] = {
      {R"("every":"1 h")", "every"},
      {R"("every":"1 h","steps":1)", "every"},
      {R"("every":"1 h",)" + later, "every"},
      {R"("steps":0)", "steps"},
      {R"("steps":0,"every":"1 h",)" + later, "steps"},
      {R"("steps":101,"every":"1 h",)" + later, "steps"},
      {R"("steps":3)", "at_time"},
      {R"("steps":3,"every":"1 h")", "at_time"},
      {R"("steps":3,)" + later, "every"},
      {R"("steps":3,"every":"0 h",)" + later, "every"},
      {R"("steps":3,"every":"9000000000000000000 us",)" + later, "every"},
      {R"("steps":3,"every":"1 h","at_position":99999)", "at_position"},
      {R"("at_position":99999,)" + later, "at_position"},
  };
  const u64 position = engine->state.position;
  for (const auto& [fields, param] : wrong) {
    for (const bool as_command : {false, true}) {
      const std::string answer = call(as_command ? "lockstep/command" : "lockstep/schedule",
                                      (as_command ? R"({"command":"schedule_epoch",)" : "{") +
                                          (R"("rulebook":"self-test","epoch":2,)" + fields) + "}",
                                      ops);
      EXPECT_NE(answer.find(R"("code":-32602)"), std::string::npos) << fields << answer;
      EXPECT_NE(answer.find(R"("param":")" + param + R"("})"), std::string::npos) << fields << answer;
    }
  }
  EXPECT_EQ(engine->state.position, position);  // nothing was submitted
  const auto accepted = [&](const std::string& fields) {
    return call("lockstep/schedule", R"({"rulebook":"self-test","epoch":2,)" + fields + "}", ops);
  };
  for (const std::string& fields : {R"("steps":2,"every":"1 h",)" + later, R"("steps":1,)" + later}) {
    EXPECT_NE(accepted(fields).find(R"("outcome":"accepted")"), std::string::npos) << accepted(fields);
  }
}

TEST_F(Methods, AMethodIsOneCommand) {
  EXPECT_NE(call("lockstep/approve", R"({"command":"tick","rulebook":"self-test","epoch":1})", ops)
                .find("command: is not a parameter of this method"),
            std::string::npos);
}

TEST_F(Methods, AKeyIsForOneCommand) {
  const Deposit deposit{AccountId{0}, AssetId{0}, Amount::from_raw(1)};
  Outcome outcome;
  outcome.repeated = true;
  outcome.reply.position = 5;
  const std::vector<api::Submitted> again{{deposit, 9, outcome}};
  api::Context context{*engine, past, ops};
  api::Params params(parse_json(R"({"command":"tick","key":"k"})").value());
  api::Reply reply = methods[0].call(context, params);
  const auto& then = std::get<api::Submission>(reply).then;

  Bytes bytes = encode(Command(deposit));
  past.command.assign(bytes.begin(), bytes.end());
  EXPECT_EQ(then(context, again).value(),
            R"({"position":5,"command":"deposit","outcome":"accepted","repeated":true,"events":[]})");
  bytes = encode(Command(Tick{}));
  past.command.assign(bytes.begin(), bytes.end());
  ASSERT_FALSE(then(context, again));
  EXPECT_EQ(then(context, again).error().param, "key");
}

// Index 110100 and 4000, marks 110000 and 4000; the option's forward is 111000, its volatility 50 %.
TEST_F(Methods, TheMarketMovesInProportion) {
  call("lockstep/move_market", R"({"base":"BTC","percent":"-10","volatility_percent":20})", ops);
  ASSERT_EQ(submitted.size(), 3u);
  for (const api::Submitted& one : submitted) EXPECT_TRUE(one.outcome.accepted());
  const State& state = engine->state;
  EXPECT_EQ(state.indexes[0].price, Price::from_raw(99'090 * price_one));
  EXPECT_EQ(state.indexes[1].price, Price::from_raw(4'000 * price_one));
  EXPECT_EQ(state.markets[0].mark, Price::from_raw(99'000 * price_one));
  EXPECT_EQ(state.markets[1].mark, Price::from_raw(4'000 * price_one));
  EXPECT_EQ(state.markets[2].mark, Price{});  // never had one
  EXPECT_EQ(state.markets[3].forward, Price::from_raw(99'900 * price_one));
  EXPECT_NEAR(static_cast<double>(state.markets[3].volatility.raw()) / rate_one, 0.6, 1e-11);

  // All, and again: the source counts on.
  const std::string answer = call("lockstep/move_market", R"({"percent":"25"})", ops);
  EXPECT_NE(answer.find(R"("command":"tick","outcome":"accepted")"), std::string::npos);
  for (const api::Submitted& one : submitted) EXPECT_TRUE(one.outcome.accepted());
  EXPECT_EQ(state.indexes[1].price, Price::from_raw(5'000 * price_one));
  EXPECT_EQ(state.markets[1].mark, Price::from_raw(5'000 * price_one));
}

TEST_F(Methods, TheMarketIsNotMovedWhereItComesFromOutside) {
  methods = command_methods(false);
  EXPECT_NE(call("lockstep/move_market", R"({"percent":"-10"})", ops).find(R"("code":13021)"),
            std::string::npos);
  methods = command_methods(true);
  EXPECT_NE(call("lockstep/move_market", R"({"percent":"-99.5"})", ops).find("must be from -99 to 1000"),
            std::string::npos);
  EXPECT_NE(call("lockstep/move_market", R"({"percent":"-9","base":"DOGE"})", ops)
                .find(R"(there is no asset \"DOGE\")"),
            std::string::npos);
  EXPECT_NE(call("lockstep/move_market", R"({"percent":"-9","base":"USDT"})", ops)
                .find("no index of USDT has a price yet"),
            std::string::npos);
}

}  // namespace
}  // namespace lockstep::rest
