// The service and its writer in one process, over real sockets: calls that are written, sign-ins that end,
// heartbeats, and the end.
#include "node/service/service.h"

#include <gtest/gtest.h>

#include "node/service/testing_service.h"

namespace lockstep::service::testing {
namespace {

Tree deposit(i64 amount) {
  return {
      {"command", "deposit"}, {"account", "alice-1"}, {"asset", "USDT"}, {"amount", std::to_string(amount)}};
}

std::string balance_of_alice(RpcSocket& socket) {
  const Tree account = socket.call("lockstep/account", {{"account", "alice-1"}});
  return account["result"]["balances"][0]["amount"];
}

TEST(Service, WhatIsAnsweredIsWrittenAndSeenAtOnce) {
  ServiceThreads threads;
  threads.begin_writer();
  RpcSocket ops(threads.port());
  ASSERT_TRUE(ops.sign_in("ops", secret));
  i64 expected = 100'000;
  for (i64 amount = 1; amount <= 50; ++amount) {
    const Tree answer = ops.call("lockstep/command", deposit(amount));
    ASSERT_EQ(answer["result"]["outcome"], "accepted") << answer.dump();
    expected += amount;
    EXPECT_EQ(balance_of_alice(ops), std::to_string(expected));
  }
}

// Two engines that apply the same commands stay the same, and say so.
TEST(Service, ItsStateIsTheWriters) {
  ServiceThreads threads;
  Writer writer(threads.node(), threads.line);
  for (u64 i = 0; i < 3; ++i) {
    ASSERT_TRUE(submit(threads.node(), Time::from_raw(LinuxClock().wall_us()), ticks(hash_every), {}));
  }
  RpcSocket ops(threads.port());
  ASSERT_TRUE(ops.sign_in("ops", secret));
  const u64 end = threads.node().engine.state.position;
  while (ops.call("lockstep/overview")["result"]["position"] != end) ::usleep(1'000);
  const Tree replicas = ops.call("lockstep/replicas")["result"];
  ASSERT_GE(replicas["ticks"].size(), 3u) << replicas.dump();
  for (const Tree& tick : replicas["ticks"]) EXPECT_EQ(tick["agrees"], true) << replicas.dump();
  ASSERT_EQ(replicas["replicas"].size(), 2u) << replicas.dump();
  EXPECT_EQ(replicas["replicas"][0]["name"], "writer");
  EXPECT_EQ(replicas["replicas"][1]["name"], "service");
  for (const Tree& one : replicas["replicas"]) {
    EXPECT_EQ(one["position"], end);
    EXPECT_EQ(one["lag"], 0);
    EXPECT_EQ(one["hash"], replicas["ticks"].back()["hash"]);
    EXPECT_EQ(one["hash_at"], replicas["ticks"].back()["position"]);
    EXPECT_EQ(one["hash_agrees"], true);
  }
}

// Every one of many commands that wait when the end comes is answered with what became of it, unless it was
// not taken; and none is written that nobody was told of.
TEST(Service, AtTheEndWhatWasWrittenIsAnswered) {
  constexpr int count = 4'000;
  auto threads = std::make_unique<ServiceThreads>();
  RpcSocket ops(threads->port());
  ASSERT_TRUE(ops.sign_in("ops", secret));
  for (int i = 0; i < count; ++i) ops.ask("lockstep/command", deposit(1));
  ops.call("public/test");  // behind them all
  Writer writer(threads->node(), threads->line);
  ASSERT_TRUE(writer.answer(Time::from_raw(LinuxClock().wall_us()), 0, false));
  const Balance& balance = threads->node().engine.state.account(AccountId{0}).balances.at(0);
  EXPECT_EQ(balance.amount, Amount::from_raw(i128{100'000 + count} * 1'000'000));
  threads.reset();
  int accepted = 0;
  for (Tree text = ops.next(); !text.is_null(); text = ops.next()) {
    accepted += text.contains("result") && text["result"]["outcome"] == "accepted" ? 1 : 0;
  }
  EXPECT_EQ(accepted, count);
  EXPECT_EQ(ops.close_code(), 1001);
}

// A log that takes nothing is said to whoever waits, and to whoever asks.
TEST(Service, AFailingLogIsSaid) {
  ServiceThreads threads;
  RpcSocket ops(threads.port());
  ASSERT_TRUE(ops.sign_in("ops", secret));
  ops.ask("lockstep/command", deposit(1));
  ops.call("public/test");
  threads.line.fail(Fault{"the disk is full"});
  const Tree waiting = ops.next();
  EXPECT_EQ(waiting["error"]["code"], 11051) << waiting.dump();
  EXPECT_NE(waiting.dump().find("the disk is full"), std::string::npos) << waiting.dump();
  EXPECT_EQ(ops.call("lockstep/command", deposit(1))["error"]["code"], 11051);
  EXPECT_EQ(balance_of_alice(ops), "100000") << "what is only looked at is answered";
}

TEST(Service, AKeyThatIsAddedMayComeIn) {
  ServiceThreads threads;
  RpcSocket socket(threads.port());
  EXPECT_FALSE(socket.sign_in("late", secret));
  threads.service().add_key(key_of("late", "alice", false));
  EXPECT_TRUE(socket.sign_in("late", secret));
  EXPECT_EQ(balance_of_alice(socket), "100000");
}

// ---- sign-ins ----

TEST(SignIn, ItsEndClosesTheSocket) {
  ServiceOptions options = usual_options();
  options.access.access_token_us = 2'000'000;
  ServiceThreads threads(options);
  RpcSocket first(threads.port()), nobody(threads.port());
  const Tree granted =
      first.call("public/auth",
                 {{"grant_type", "client_credentials"}, {"client_id", "alice"}, {"client_secret", secret}});
  ::usleep(1'200'000);
  // A socket that came with the token later lives no longer than the token.
  const std::string token = granted["result"]["access_token"];
  RpcSocket second(threads.port(), {{"Authorization", "Bearer " + token}});
  EXPECT_EQ(balance_of_alice(second), "100000");
  EXPECT_EQ(first.drain(), 1008);
  EXPECT_TRUE(second.call("public/test").is_null());
  EXPECT_EQ(second.close_code(), 1008);
  EXPECT_TRUE(nobody.call("public/test").contains("result")) << "who has not signed in stays";
}

// An order by a token that has run out is not taken, even before the socket is closed.
TEST(SignIn, AfterItsEndNothingIsDoneByIt) {
  ServiceOptions options = usual_options();
  options.access.access_token_us = 200'000;
  ServiceThreads threads(options);
  for (int i = 0; i < 5; ++i) {  // some of these between two looks of the service at its sockets
    RpcSocket socket(threads.port());
    ASSERT_TRUE(socket.sign_in("alice", secret));
    ::usleep(210'000);
    const Tree answer = socket.call("lockstep/account", {{"account", "alice-1"}});
    EXPECT_FALSE(answer.contains("result")) << answer.dump();
  }
}

TEST(SignIn, AnotherOneGoesOnForLonger) {
  ServiceOptions options = usual_options();
  options.access.access_token_us = 2'000'000;
  ServiceThreads threads(options);
  RpcSocket renewed(threads.port()), left(threads.port());
  ASSERT_TRUE(renewed.sign_in("alice", secret));
  ASSERT_TRUE(left.sign_in("alice", secret));
  ::usleep(1'500'000);
  ASSERT_TRUE(renewed.sign_in("alice", secret));
  EXPECT_EQ(left.drain(), 1008);
  EXPECT_EQ(balance_of_alice(renewed), "100000");
}

// ---- heartbeats ----

TEST(Heartbeat, ASilentClientIsTestedAndThenClosed) {
  ServiceThreads threads;
  RpcSocket silent(threads.port()), alive(threads.port()), none(threads.port());
  EXPECT_EQ(none.call("public/set_heartbeat", {{"interval", 9}})["error"]["code"], -32602);
  EXPECT_EQ(none.call("public/set_heartbeat", {{"interval", 10}})["result"], "ok");
  EXPECT_EQ(none.call("public/disable_heartbeat")["result"], "ok");
  for (RpcSocket* socket : {&silent, &alive}) {
    EXPECT_EQ(socket->call("public/set_heartbeat", {{"interval", 10}})["result"], "ok");
  }
  const Tree expected =
      Tree::parse(R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}})");
  EXPECT_EQ(silent.next(), expected);
  EXPECT_EQ(alive.next(), expected);
  EXPECT_TRUE(alive.call("public/test").contains("result"));
  EXPECT_TRUE(silent.next().is_null());
  EXPECT_EQ(silent.close_code(), 1008);
  EXPECT_TRUE(alive.call("public/test").contains("result"));
  EXPECT_TRUE(none.call("public/test").contains("result"));
}

}  // namespace
}  // namespace lockstep::service::testing
