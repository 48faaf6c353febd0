// Channels over real sockets: what begins them, that a gap shows, who is sent what, and that a reader that
// does not read costs nobody else anything.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <set>

#include "node/service/testing_service.h"

namespace lockstep::service::testing {
namespace {

Command index_price(u64 sequence, i64 whole) {
  IndexPrices prices;
  prices.source = 1, prices.sequence = sequence;
  prices.rows = {{IndexId{0}, Price::from_raw(whole * price_one)}};
  return prices;
}

// A service whose log this test writes.
struct Channels : ::testing::Test {
  std::unique_ptr<ServiceThreads> made;
  std::unique_ptr<Writer> writer;
  u64 sequence = 10;

  ServiceThreads& start(const ServiceOptions& options = usual_options()) {
    made = std::make_unique<ServiceThreads>(options);
    writer = std::make_unique<Writer>(made->node(), made->line);
    return *made;
  }
  void write(const std::vector<Command>& commands) {
    const auto accepted = [](const Command& command, const Outcome& outcome) {
      EXPECT_TRUE(outcome.accepted()) << command_name(command) << ": " << refusal_name(outcome.refusal);
    };
    const Result<Done, Fault> done =
        submit(made->node(), Time::from_raw(LinuxClock().wall_us()), commands, accepted);
    ASSERT_TRUE(done);
  }
  // A price, so that what shows prices changes.
  void move_price(i64 whole) { write({index_price(++sequence, whole)}); }
  u64 position() { return made->node().engine.state.position; }
  // Until the service stands where the log does.
  void wait_until_there(RpcSocket& by) {
    while (by.call("lockstep/overview")["result"]["position"] != position()) ::usleep(1'000);
  }
};

RpcSocket signed_in(u16 port, const std::string& by, int receive_buffer = 0) {
  RpcSocket socket(port, {}, receive_buffer);
  EXPECT_TRUE(socket.sign_in(by, secret));
  return socket;
}

// Each notification names the position of the one before on this socket, whoever else listens and since when.
TEST_F(Channels, EverySocketSeesAChainFromItsSnapshotOn) {
  start();
  RpcSocket early = signed_in(made->port(), "ops"), ops = signed_in(made->port(), "ops");
  ASSERT_EQ(early.subscribe({"lockstep.log"}).size(), 1u);
  std::vector<Tree> seen = {early.next_of("lockstep.log")};
  write(ticks(1));
  seen.push_back(early.next_of("lockstep.log"));
  wait_until_there(ops);
  RpcSocket late = signed_in(made->port(), "ops");
  ASSERT_EQ(late.subscribe({"lockstep.log"}).size(), 1u);
  std::vector<Tree> seen_late = {late.next_of("lockstep.log")};
  for (int i = 0; i < 5; ++i) write(ticks(2));
  for (auto [socket, texts] : {std::pair{&early, &seen}, std::pair{&late, &seen_late}}) {
    while (texts->back()["position"] != position()) texts->push_back(socket->next_of("lockstep.log"));
    EXPECT_EQ(texts->front()["type"], "snapshot");
    EXPECT_EQ(texts->front()["prev_position"], 0);
    for (std::size_t i = 1; i < texts->size(); ++i) {
      EXPECT_EQ((*texts)[i]["type"], "change");
      EXPECT_EQ((*texts)[i]["prev_position"], (*texts)[i - 1]["position"]) << (*texts)[i].dump();
    }
  }
}

// However much is written at once, every row comes, once and in order.
TEST_F(Channels, TheLogChannelLeavesNothingOut) {
  start();
  RpcSocket socket = signed_in(made->port(), "ops");
  socket.subscribe({"lockstep.log"});
  const u64 begin = socket.next_of("lockstep.log")["position"];
  write(ticks(3'000));
  u64 expected = begin, before = begin;
  while (expected < position()) {
    const Tree change = socket.next_of("lockstep.log");
    ASSERT_FALSE(change.is_null());
    EXPECT_EQ(change["prev_position"], before);
    before = change["position"];
    for (const Tree& row : change["rows"]) ASSERT_EQ(row["position"], expected++);
    EXPECT_EQ(before, expected);
  }
}

TEST_F(Channels, UnknownOnesAreLeftOut) {
  start();
  RpcSocket socket = signed_in(made->port(), "alice");
  const std::vector<std::string> wanted = {"none",
                                           "lockstep.",
                                           "lockstep.log",
                                           "lockstep.account.bob-1",
                                           "ticker.NONE.raw",
                                           "ticker..raw",
                                           "user.orders.x.raw",
                                           "book.BTC-PERP.1ms",
                                           "",
                                           "quote.BTC-PERP",
                                           "lockstep.overview",
                                           "lockstep.overview"};
  EXPECT_EQ(socket.subscribe(wanted),
            Tree::array({"quote.BTC-PERP", "lockstep.overview", "lockstep.overview"}));
  EXPECT_EQ(socket.call("public/unsubscribe", {{"channels", {"none", "quote.BTC-PERP"}}})["result"],
            Tree::array({"quote.BTC-PERP"}));
  EXPECT_EQ(socket.call("public/unsubscribe_all")["result"], "ok");
  move_price(111'000);
  wait_until_there(socket);
  EXPECT_EQ(socket.call("public/test").contains("result"), true);
}

// ---- parties ----

void place(RpcSocket& socket, i64 price) {
  const Tree answer = socket.call(
      "private/buy", {{"instrument_name", "BTC-PERP"}, {"amount", 0.1}, {"type", "limit"}, {"price", price}});
  EXPECT_TRUE(answer.contains("result")) << answer.dump();
}

const std::vector<std::string> of_user = {"user.orders.any.any.raw",  "user.orders.BTC-PERP.raw",
                                          "user.changes.any.any.raw", "user.changes.BTC-PERP.raw",
                                          "user.trades.any.any.raw",  "user.portfolio.any"};

TEST(UserChannels, WhatOnePartyDoesNeverReachesAnother) {
  ServiceThreads threads;
  threads.begin_writer();
  RpcSocket alice = signed_in(threads.port(), "alice"), bob = signed_in(threads.port(), "bob");
  for (RpcSocket* socket : {&alice, &bob}) EXPECT_EQ(socket->subscribe(of_user).size(), of_user.size());
  place(bob, 77'777);
  place(alice, 66'666);
  for (const auto& [socket, own, other] :
       {std::tuple{&alice, "66666", "77777"}, std::tuple{&bob, "77777", "66666"}}) {
    EXPECT_EQ(socket->call("public/unsubscribe_all")["result"], "ok");
    socket->ask("public/test");
    std::string all;
    for (Tree text = socket->next(); !text.contains("id"); text = socket->next()) all += text.dump();
    EXPECT_NE(all.find(own), std::string::npos) << all;
    EXPECT_EQ(all.find(other), std::string::npos) << all;
  }
}

// Who signs in as somebody else on the same socket has the channels of somebody else: none, until asked for.
TEST(UserChannels, AnotherSignInEndsTheChannelsOfTheFirst) {
  ServiceThreads threads;
  threads.begin_writer();
  RpcSocket socket = signed_in(threads.port(), "alice"), alice = signed_in(threads.port(), "alice");
  std::vector<std::string> channels = of_user;
  channels.push_back("lockstep.account.alice-1");
  channels.push_back("quote.BTC-PERP");
  EXPECT_EQ(socket.subscribe(channels).size(), channels.size());
  ASSERT_TRUE(socket.sign_in("bob", secret));
  place(alice, 66'666);
  EXPECT_EQ(socket.call("public/unsubscribe", {{"channels", channels}})["result"],
            Tree::array({"quote.BTC-PERP"}));
  socket.ask("public/test");
  std::string all;
  for (Tree text = socket.next(); !text.contains("id"); text = socket.next()) all += text.dump();
  EXPECT_EQ(all.find("66666"), std::string::npos) << all;
}

// ---- slow readers ----

// The writer ends its work, and others are answered, while a reader of everything does not read at all; and
// of what only the latest matters, that is what it finds.
TEST_F(Channels, AReaderThatDoesNotReadStopsNobody) {
  start();
  RpcSocket slow = signed_in(made->port(), "ops", 4'096), quick = signed_in(made->port(), "ops");
  const std::vector<std::string> channels = {"lockstep.overview", "lockstep.account.alice-1",
                                             "deribit_price_index.btc_usdt", "ticker.BTC-PERP.raw"};
  ASSERT_EQ(slow.subscribe(channels).size(), 4u);
  for (i64 i = 0; i < 3'000; ++i) move_price(100'000 + i);
  wait_until_there(quick);
  move_price(123'456);
  wait_until_there(quick);
  Tree latest;
  do {
    latest = slow.next_of("deribit_price_index.btc_usdt");
    ASSERT_FALSE(latest.is_null()) << slow.close_code();
  } while (latest["price"] != 123'456);
  EXPECT_TRUE(slow.call("public/test").contains("result")) << "it was not cut off";
}

// What must not be left out is not kept without end either: the reader is cut off and knows it.
TEST_F(Channels, AStreamThatIsNotReadEndsWith1013) {
  ServiceOptions options = usual_options();
  options.server.queue_size_max = 64 << 10;
  start(options);
  RpcSocket slow = signed_in(made->port(), "ops", 4'096), quick = signed_in(made->port(), "ops");
  slow.subscribe({"lockstep.log"});
  for (int i = 0; i < 100; ++i) write(ticks(400));
  wait_until_there(quick);
  EXPECT_EQ(slow.drain(), 1013);
  EXPECT_TRUE(quick.call("public/test").contains("result"));
}

// ---- many ----

TEST_F(Channels, AThousandListenersAllHear) {
  constexpr u64 count = 1'000;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < 2 * count + 100) {
    GTEST_SKIP() << "needs 2,100 open files, and this machine allows " << limit.rlim_cur;
  }
  start();
  std::vector<RpcSocket> sockets;
  for (u64 i = 0; i < count; ++i) {
    sockets.emplace_back(made->port());
    sockets.back().ask("public/auth", {{"grant_type", "client_credentials"},
                                       {"client_id", i % 2 == 0 ? "alice" : "bob"},
                                       {"client_secret", secret}});
    sockets.back().ask("public/subscribe", {{"channels", {"lockstep.overview"}}});
  }
  for (RpcSocket& socket : sockets) ASSERT_EQ(socket.next_of("lockstep.overview")["type"], "snapshot");
  move_price(112'000);
  u64 heard = 0;
  for (RpcSocket& socket : sockets) {
    Tree overview;
    do {
      overview = socket.next_of("lockstep.overview");
    } while (!overview.is_null() && overview["position"] != position());
    heard += !overview.is_null() && overview["accounts"]["total"] == 1 ? 1 : 0;
  }
  EXPECT_EQ(heard, count);
}

}  // namespace
}  // namespace lockstep::service::testing
