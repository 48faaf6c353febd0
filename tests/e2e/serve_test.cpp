// `lockstep serve` as a process: what it starts on, how it ends, and what is still there afterwards.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <set>
#include <thread>

#include "tests/e2e/serving.h"

namespace lockstep::e2e {
namespace {

namespace fs = std::filesystem;

struct Serve : testing::Test {
  Folder folder;
  std::string data = folder.path("data");
  int started = 0;

  std::string said() { return folder.path("said-" + std::to_string(++started)); }
  Serving start(const std::string& more = "") {
    Serving serving(write_serve_config(folder, "serve.toml", data, more), said());
    EXPECT_TRUE(serving.wait_until_ready()) << serving.said();
    return serving;
  }
};

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

void expect_one_line(const Ran& ran, const std::string& part) {
  EXPECT_EQ(ran.code, 2) << ran.out << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(lines(ran.err), 1u) << ran.err;
  EXPECT_TRUE(ran.err.starts_with("lockstep: ")) << ran.err;
  EXPECT_NE(ran.err.find(part), std::string::npos) << ran.err;
}

std::string text_of(const Answered& answered) { return answered.text; }

u64 position_of(const Serving& serving) {
  const Answered answered = serving.call("ops", "lockstep/overview");
  EXPECT_EQ(answered.status, 200) << text_of(answered);
  return answered.result().value("position", u64{0});
}

// The USDT of an account, "100000".
std::string balance(const Serving& serving, const std::string& account) {
  const Answered answered = serving.call("ops", "lockstep/account", {{"account", account}});
  EXPECT_EQ(answered.status, 200) << text_of(answered);
  if (answered.status != 200) return "";
  for (const Tree& row : answered.result()["balances"]) {
    if (row["asset"] == "USDT") return row["amount"];
  }
  return "0";
}

// ---- configuration ----

TEST_F(Serve, TheConfigurationIsSaidWithoutSecrets) {
  const std::string config = write_serve_config(folder, "serve.toml", data);
  const Ran ran = run({"serve", "--config", config, "--check-config"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.err, "");
  EXPECT_NE(ran.out.find("alice"), std::string::npos) << ran.out;
  for (const ServeKey& key : usual_keys()) {
    EXPECT_EQ(ran.out.find(secret_of(key.id)), std::string::npos) << key.id;
  }
  EXPECT_FALSE(fs::exists(data)) << "looking creates nothing";
}

TEST_F(Serve, AWrongConfigurationIsOneLineAndNothingStarts) {
  const auto with = [&](const std::string& more) {
    return run({"serve", "--config", write_serve_config(folder, "wrong.toml", data, more)});
  };
  expect_one_line(run({"serve", "--config", folder.path("none.toml")}), "none.toml");
  expect_one_line(with("[server]\nprot = 1\n"), "prot");
  expect_one_line(with("[server]\nport = 70000\n"), "port");
  expect_one_line(with("[server]\nport = 0\naddress = \"0.0.0.0\"\n"), "insecure");
  expect_one_line(with("[server\n"), "wrong.toml");
  expect_one_line(with("[access]\naccess_token = \"1 s\"\n"), "access_token");
  const std::string open = write_serve_config(folder, "open.toml", data);
  ::chmod(open.c_str(), 0644);
  const Ran ran = run({"serve", "--config", open});
  expect_one_line(ran, "open.toml");
  EXPECT_EQ(ran.err.find("secret-of"), std::string::npos) << ran.err;
  const std::vector<ServeKey> twice = {{"a", R"("read")", "p"}, {"a", R"("read")", "p"}};
  expect_one_line(run({"serve", "--config", write_serve_config(folder, "wrong.toml", data, "", twice)}), "a");
  EXPECT_FALSE(fs::exists(data));
}

TEST_F(Serve, APortThatIsTakenIsOneLine) {
  Serving first = start();
  const std::string port = std::to_string(first.port());
  const std::string config =
      write_serve_config(folder, "second.toml", folder.path("other"), "[server]\nport = " + port + "\n");
  expect_one_line(run({"serve", "--config", config}), "cannot listen on 127.0.0.1 port " + port);
  EXPECT_EQ(first.http("GET", "/ready").status, 200);
}

TEST_F(Serve, AFolderThatIsServedAlreadyIsOneLine) {
  Serving first = start();
  const std::string config = write_serve_config(folder, "second.toml", data);
  expect_one_line(run({"serve", "--config", config}), "another process");
  EXPECT_EQ(first.http("GET", "/ready").status, 200);
  EXPECT_EQ(first.terminate(), 0) << first.said();
}

// ---- beginnings and ends ----

TEST_F(Serve, AWholeVenueIsSetUpThroughTheApi) {
  Serving serving = start();
  set_up_venue(serving);
  if (HasFatalFailure()) return;
  // By the other doors, too: REST, and a trader's own order.
  const Header ops{"Authorization", basic("ops", secret_of("ops"))};
  const Answered rest = serving.http("POST", "/v1/commands",
                                     R"({"command":"deposit","account":"bob-1","asset":"USDT","amount":"1"})",
                                     {ops, {"Content-Type", "application/json"}});
  EXPECT_EQ(rest.status, 201) << rest.text;
  EXPECT_EQ(balance(serving, "bob-1"), "100001");
  const Answered bought =
      serving.call("alice", "private/buy",
                   {{"instrument_name", "BTC-PERP"}, {"amount", 0.5}, {"type", "limit"}, {"price", 100000}});
  EXPECT_EQ(bought.status, 200) << bought.text;
  const Answered account = serving.call("alice", "lockstep/account", {{"account", "alice-1"}});
  ASSERT_EQ(account.result()["orders"].size(), 1u) << account.text;
  EXPECT_EQ(account.result()["orders"][0]["price"], "100000");
  EXPECT_EQ(serving.terminate(), 0) << serving.said();
  // What the log says of it is what the service said.
  const Ran verified = run({"verify", data});
  EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
  EXPECT_EQ(last_line(verified.out), serving.end());
}

TEST_F(Serve, AFolderThatARunLeftIsServedFromItsEnd) {
  const Ran ran = run({"run", "--once", "--log", data, "--accounts", "200", "--to", "2025-10-10T03:00"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const std::string end = last_line(ran.out);  // "state HASH at POSITION"
  Serving serving = start("[clock]\ntick = \"1 h\"\n");
  const Answered overview = serving.call("ops", "lockstep/overview");
  ASSERT_EQ(overview.status, 200) << overview.text;
  EXPECT_EQ(overview.result()["accounts"]["total"], 200);
  // One tick, soon after the start: the log's time is the clock's from here on.
  const u64 ticked = std::stoull(end.substr(end.rfind(' '))) + 1;
  for (int waited = 0; waited < 60'000 && position_of(serving) < ticked; waited += 20) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(position_of(serving), ticked);
  EXPECT_EQ(serving.terminate(), 0) << serving.said();
  EXPECT_EQ(run({"verify", data}).code, 0);
}

TEST_F(Serve, AFolderThatAKilledRunLeftIsServed) {
  ASSERT_TRUE(run_and_kill({"run", "--once", "--log", data, "--accounts", "200"}, data + "/snapshots", 1));
  Serving serving = start();
  EXPECT_GT(position_of(serving), 0u);
  EXPECT_EQ(serving.terminate(), 0) << serving.said();
  const Ran verified = run({"verify", data});
  EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
}

TEST_F(Serve, AHistoryThatIsLostIsFilledAgainFromTheLog) {
  {
    Serving serving = start();
    set_up_venue(serving);
    EXPECT_EQ(serving.terminate(), 0);
  }
  std::size_t removed = 0;
  for (const auto& entry : fs::directory_iterator(data)) {
    if (entry.path().filename().string().starts_with("history")) removed += fs::remove(entry.path()) ? 1 : 0;
  }
  EXPECT_GT(removed, 0u);
  Serving serving = start();
  const Answered log =
      serving.call("ops", "lockstep/log", {{"command", "open_account"}, {"descending", false}});
  ASSERT_EQ(log.status, 200) << log.text;
  EXPECT_EQ(log.result()["rows"].size(), 3u) << log.text;
}

// ---- what was acknowledged ----

// Deposits of 1 USDT to alice-1 from several clients, each under its own key, until nobody answers.
class Load {
 public:
  explicit Load(const Serving& serving, int clients = 3) {
    for (int client = 0; client < clients; ++client) {
      threads_.emplace_back([this, &serving, client] {
        for (int i = 0; !ended_; ++i) {
          const Answered answered =
              serving.call("ops", "lockstep/command",
                           {{"command", "deposit"},
                            {"account", "alice-1"},
                            {"asset", "USDT"},
                            {"amount", "1"},
                            {"key", "load-" + std::to_string(client) + "-" + std::to_string(i)}});
          ++asked_;
          if (answered.status != 200) return;
          const std::lock_guard lock(mutex_);
          positions_.insert(answered.result().value("position", u64{0}));
        }
      });
    }
  }
  ~Load() { end(); }
  void end() {
    ended_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  std::size_t acknowledged() {
    const std::lock_guard lock(mutex_);
    return positions_.size();
  }
  bool wait_for(std::size_t count) {
    for (int i = 0; i < 6'000 && acknowledged() < count; ++i) ::usleep(10'000);
    return acknowledged() >= count;
  }
  u64 asked() const { return asked_; }
  const std::set<u64>& positions() const { return positions_; }

 private:
  std::vector<std::thread> threads_;
  std::atomic<bool> ended_{false};
  std::atomic<u64> asked_{0};
  std::mutex mutex_;
  std::set<u64> positions_;
};

// Every acknowledged deposit is in the log at the position that was said, and the others at most once.
void expect_all_there(const Serving& serving, Load& load) {
  std::set<u64> logged;
  for (u64 from = 0;;) {
    const Answered page = serving.call("ops", "lockstep/log",
                                       {{"command", "deposit"},
                                        {"account", "alice-1"},
                                        {"descending", false},
                                        {"limit", 500},
                                        {"from", from}});
    ASSERT_EQ(page.status, 200) << page.text;
    const Tree& rows = page.result()["rows"];
    for (const Tree& row : rows) {
      if (row["outcome"] == "accepted") logged.insert(row["position"].get<u64>());
    }
    if (rows.size() < 500) break;
    from = rows.back()["position"].get<u64>() + 1;
  }
  for (const u64 position : load.positions()) EXPECT_TRUE(logged.contains(position)) << position;
  EXPECT_EQ(balance(serving, "alice-1"),
            std::to_string(100'000 + logged.size() - 1));  // less the first of all
  EXPECT_LE(logged.size() - 1, load.asked());
}

TEST_F(Serve, ATerminatedServiceHasEverythingThatItAcknowledged) {
  Serving serving = start();
  set_up_venue(serving);
  if (HasFatalFailure()) return;
  Load load(serving);
  ASSERT_TRUE(load.wait_for(60));
  EXPECT_EQ(serving.terminate(), 0) << serving.said();
  load.end();
  const Ran verified = run({"verify", data});
  EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
  EXPECT_EQ(last_line(verified.out), serving.end());
  Serving again = start();
  expect_all_there(again, load);
}

TEST_F(Serve, AKilledServiceHasEverythingThatItAcknowledged) {
  Serving serving = start();
  set_up_venue(serving);
  if (HasFatalFailure()) return;
  Load load(serving);
  ASSERT_TRUE(load.wait_for(60));
  serving.kill();
  load.end();
  Serving again = start();
  expect_all_there(again, load);
  EXPECT_EQ(again.terminate(), 0) << again.said();
  EXPECT_EQ(run({"verify", data}).code, 0);
}

// The log does not say them: the database does, up to its last commit.
TEST_F(Serve, SamplesOfTheBookAreThereAgain) {
  const auto stability = [](const Serving& serving) {
    return serving.call("ops", "lockstep/stability").result();
  };
  Tree first;
  {
    Serving serving = start();
    set_up_venue(serving);
    if (HasFatalFailure()) return;
    for (int i = 0; i < 300; ++i) {
      first = stability(serving);
      if (first["samples"] >= 3) break;
      ::usleep(50'000);
    }
    ASSERT_GE(first["samples"], 3) << first;
    EXPECT_EQ(serving.terminate(), 0) << serving.said();
  }
  {
    Serving again = start();
    const Tree second = stability(again);
    EXPECT_EQ(second["from_ms"], first["from_ms"]);
    EXPECT_GE(second["samples"], first["samples"]);
    again.kill();
  }
  Serving after_a_kill = start();
  const Tree third = stability(after_a_kill);
  EXPECT_EQ(third["from_ms"], first["from_ms"]);
  EXPECT_GE(third["samples"], first["samples"]);
}

TEST_F(Serve, LabelsOfOrdersAreShownAndThereAgain) {
  const Tree buy = {{"instrument_name", "BTC-PERP"}, {"amount", 1}, {"price", 100'000}, {"label", "grid-1"}};
  std::string id;
  {
    Serving serving = start();
    set_up_venue(serving);
    if (HasFatalFailure()) return;
    RpcSocket socket(serving.port()), other(serving.port());
    ASSERT_TRUE(socket.sign_in("alice") && other.sign_in("alice"));
    socket.subscribe({"user.orders.any.any.raw"});
    other.subscribe({"user.changes.any.any.raw"});
    const Tree placed = socket.call("private/buy", buy)["result"]["order"];
    EXPECT_EQ(placed["label"], "grid-1");
    id = placed["order_id"];
    EXPECT_EQ(socket.next_of("user.orders.any.any.raw")["label"], "grid-1");
    EXPECT_EQ(other.next_of("user.changes.any.any.raw")["orders"][0]["label"], "grid-1");
    EXPECT_EQ(socket.call("private/buy", {{"instrument_name", "BTC-PERP"},
                                          {"amount", 1},
                                          {"price", 99'000}})["result"]["order"]["label"],
              "");
    serving.kill();
  }
  Serving again = start();
  const Tree of_currency = {{"label", "grid-1"}, {"currency", "USDT"}};
  const Tree found = again.call("alice", "private/get_order_state_by_label", of_currency).result();
  ASSERT_EQ(found.size(), 1u) << found;
  EXPECT_EQ(found[0]["order_id"], id);
  EXPECT_EQ(found[0]["order_state"], "open");
  // Others have none of it.
  EXPECT_EQ(again.call("bob", "private/get_order_state_by_label", of_currency).result(), Tree::array());
  EXPECT_EQ(again.call("bob", "private/cancel_by_label", {{"label", "grid-1"}}).result(), 0);
  again.command("ops", {{"command", "fill"},
                        {"account", "alice-1"},
                        {"order", std::stoull(id.substr(id.find('-') + 1))},
                        {"instrument", "BTC-PERP"},
                        {"side", "buy"},
                        {"price", "100000"},
                        {"lots", 1}});
  const Tree trades = again.call("alice", "private/get_user_trades_by_order", {{"order_id", id}}).result();
  ASSERT_EQ(trades.size(), 1u) << trades;
  EXPECT_EQ(trades[0]["label"], "grid-1");
  EXPECT_EQ(again.call("alice", "private/cancel_by_label", {{"label", "grid-1"}}).result(), 1);
  const Tree ended = again.call("alice", "private/get_order_state_by_label", of_currency).result();
  ASSERT_EQ(ended.size(), 1u) << ended;
  EXPECT_EQ(ended[0]["order_state"], "cancelled");
  EXPECT_EQ(ended[0]["label"], "grid-1");
}

TEST_F(Serve, AnIdempotencyKeyHoldsAcrossAKill) {
  const std::string body = R"({"command":"deposit","account":"alice-1","asset":"USDT","amount":"250"})";
  const auto deposit = [&](const Serving& serving, const std::string& by, const std::string& key) {
    return serving.http("POST", "/v1/commands", body,
                        {{"Authorization", basic(by, secret_of(by))},
                         {"Content-Type", "application/json"},
                         {"Idempotency-Key", key}});
  };
  Answered first;
  {
    Serving serving = start();
    set_up_venue(serving);
    first = deposit(serving, "ops", "\"k-1\"");
    ASSERT_EQ(first.status, 201) << first.text;
    const Answered second = deposit(serving, "ops", "\"k-1\"");
    EXPECT_EQ(second.text, first.text);
    EXPECT_NE(second.head.find("Idempotent-Replayed: true"), std::string::npos) << second.head;
    serving.kill();
  }
  Serving serving = start();
  const Answered again = deposit(serving, "ops", "\"k-1\"");
  EXPECT_EQ(again.status, first.status) << again.text;
  EXPECT_EQ(again.body["position"], first.body["position"]) << again.text;
  EXPECT_EQ(balance(serving, "alice-1"), "100250");
  // Another command under the same key is a mistake, and another key is another command.
  const Answered other = serving.http(
      "POST", "/v1/commands", R"({"command":"deposit","account":"alice-1","asset":"USDT","amount":"3"})",
      {{"Authorization", basic("ops", secret_of("ops"))},
       {"Content-Type", "application/json"},
       {"Idempotency-Key", "\"k-1\""}});
  EXPECT_GE(other.status, 400) << other.text;
  EXPECT_EQ(balance(serving, "alice-1"), "100250");
  EXPECT_EQ(deposit(serving, "ops", "\"k-2\"").status, 201);
  EXPECT_EQ(balance(serving, "alice-1"), "100500");
}

// Whoever waits for an answer when the service is told to end is answered, or was not executed.
TEST_F(Serve, AtTheEndASocketIsToldSo) {
  Serving serving = start();
  set_up_venue(serving);
  RpcSocket socket(serving.port());
  ASSERT_TRUE(socket.sign_in("alice"));
  EXPECT_EQ(serving.terminate(), 0) << serving.said();
  EXPECT_TRUE(socket.next().is_null());
  EXPECT_EQ(socket.close_code(), 1001);
}

}  // namespace
}  // namespace lockstep::e2e
