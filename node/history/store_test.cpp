// The database: pages of rows, what a crash leaves, files of others.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "node/history/history_testing.h"
#include "node/history/sqlite.h"

namespace lockstep::history {
namespace {

// A file that is gone with the test.
struct TestFile {
  std::string folder;
  std::string path;
  TestFile() {
    char name[] = "/tmp/lockstep-history-XXXXXX";
    folder = ::mkdtemp(name);
    path = folder + "/history.db";
  }
  ~TestFile() { std::filesystem::remove_all(folder); }
};

std::vector<u64> positions(const std::vector<Payment>& rows) {
  std::vector<u64> all;
  for (const Payment& row : rows) all.push_back(row.position);
  return all;
}

TEST(Store, PagesOfRowsByPositionPartAndTime) {
  Recorded v;
  v.play(opening(small_rulebook(), {{"alice", 1'000}, {"bob", 1'000}}));
  const u64 first = v.engine.state.position;
  for (int i = 0; i < 10; ++i) {
    v.now = v.now + second;
    v.must(Transfer{AccountId{0}, AccountId{1}, AssetId{0}, Amount::from_raw(1'000'000)});
  }
  v.commit();
  Select select;
  select.account = AccountId{0};
  select.limit = 3;
  EXPECT_EQ(positions(v.history->payments(select)), (std::vector<u64>{first + 9, first + 8, first + 7}));
  select.before = first + 7;
  EXPECT_EQ(positions(v.history->payments(select)), (std::vector<u64>{first + 6, first + 5, first + 4}));
  select.behind = first + 5;
  EXPECT_EQ(positions(v.history->payments(select)), (std::vector<u64>{first + 6, first + 5}));
  select.rising = true;
  EXPECT_EQ(positions(v.history->payments(select)), (std::vector<u64>{first + 5, first + 6}));
  select.before = select.behind;
  EXPECT_TRUE(v.history->payments(select).empty());

  // Both sides of a transfer have its position; a page can end between them.
  Select both;
  both.limit = 1;
  both.before = first + 1;
  const Payment second_side = v.history->payments(both).at(0);
  EXPECT_EQ(second_side.account, AccountId{1});
  EXPECT_EQ(second_side.part, 1u);
  both.before = second_side.position, both.before_part = second_side.part;
  const Payment first_side = v.history->payments(both).at(0);
  EXPECT_EQ(first_side.account, AccountId{0});
  EXPECT_EQ(first_side.position, first);

  Select times;
  times.account = AccountId{1};
  times.from = start_time + Duration::from_raw(3'000'000);
  times.to = start_time + Duration::from_raw(5'000'000);
  EXPECT_EQ(positions(v.history->payments(times)), (std::vector<u64>{first + 4, first + 3, first + 2}));
  times.from = start_time + Duration::from_raw(60'000'000);
  times.to = Time{};
  EXPECT_TRUE(v.history->payments(times).empty());
  times.limit = 0;
  EXPECT_TRUE(v.history->payments(times).empty());
  Select log;
  log.from = log.to = start_time + second;
  EXPECT_EQ(v.history->log(log).size(), 1u);
}

TEST(Store, WhatWasCommittedIsThereAgainAndTheRestIsNot) {
  TestFile file;
  u64 committed = 0;
  {
    Recorded v(file.path);
    v.play(opening(small_rulebook(), {{"alice", 1'000}}));
    v.must(order_of(0, 1, Side::buy, 100, 19'000));
    v.must(fill_of(0, Side::buy, 40, 18'000, 1));
    v.commit();
    committed = v.engine.state.position;
    v.must(Deposit{AccountId{0}, AssetId{0}, Amount::from_raw(1)});
  }
  Recorded again(file.path);
  EXPECT_EQ(again.history->position(), committed);
  EXPECT_EQ(again.history->payments(all_of(0)).size(), 1u);
  // What it has is passed over; the average of the order that is open is whole all the same.
  again.play(opening(small_rulebook(), {{"alice", 1'000}}));
  again.must(order_of(0, 1, Side::buy, 100, 19'000));
  again.must(fill_of(0, Side::buy, 40, 18'000, 1));
  EXPECT_EQ(again.history->position(), committed);
  again.must(fill_of(0, Side::buy, 60, 19'000, 1));
  again.commit();
  EXPECT_EQ(again.history->trades(all_of(0)).size(), 2u);
  EXPECT_EQ(again.history->orders(all_of(0)).at(0).average, dollars(18'600));
}

// A process is killed while it records; whatever it had committed, position and rows agree.
TEST(Store, AKilledProcessLeavesPositionAndRowsEqual) {
  for (int run = 0; run < 4; ++run) {
    TestFile file;
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      Recorded v(file.path);
      v.play(opening(small_rulebook(), {{"alice", 1'000}, {"bob", 1'000}}));
      for (int i = 0;; ++i) {
        (void)v.tell(Transfer{AccountId{0}, AccountId{1}, AssetId{0}, Amount::from_raw(1)});
        if (i % 7 == 0 && !v.history->commit()) ::_exit(1);
        if (i == 700 + 211 * run && ::write(pipe_ends[1], "x", 1) != 1) ::_exit(1);
      }
    }
    char byte = 0;
    ASSERT_EQ(::read(pipe_ends[0], &byte, 1), 1);
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    ::close(pipe_ends[0]), ::close(pipe_ends[1]);
    Recorded after(file.path);
    Select select;
    select.limit = ~u32{0};
    const u64 log_rows = after.history->log(select).size();
    EXPECT_EQ(after.history->position(), log_rows);
    const std::vector<Payment> sent = after.history->payments(all_of(0));
    const std::vector<Payment> got = after.history->payments(all_of(1));
    ASSERT_EQ(sent.size(), got.size());
    if (!sent.empty()) {
      EXPECT_EQ(sent.back().balance + got.back().balance, Amount::from_raw(2'000'000'000));
    }
  }
}

TEST(Store, AFileOfAnotherLogOrVersionIsEmptied) {
  TestFile file;
  u64 position = 0;
  {
    Recorded v(file.path, "log one");
    v.play(opening(small_rulebook(), {{"alice", 1'000}}));
    v.commit();
    position = v.engine.state.position;
  }
  EXPECT_EQ(Recorded(file.path, "log one").history->position(), position);
  EXPECT_EQ(Recorded(file.path).history->position(), position);
  EXPECT_EQ(Recorded(file.path, "log two").history->position(), 0u);
  {
    Recorded v(file.path, "log two");
    v.play(opening(small_rulebook(), {{"alice", 1'000}}));
    v.commit();
  }
  {
    Result<std::unique_ptr<Database>, Fault> database = Database::open(file.path);
    ASSERT_TRUE(database);
    database.value()->execute("pragma user_version = 4711");
  }
  Recorded v(file.path, "log two");
  EXPECT_EQ(v.history->position(), 0u);
  Select select;
  EXPECT_TRUE(v.history->log(select).empty());
  v.play(opening(small_rulebook(), {{"alice", 1'000}}));
  v.commit();
  EXPECT_EQ(v.history->log(select).size(), position);
}

TEST(Store, WhatIsNoDatabaseIsAFaultAndStays) {
  TestFile file;
  std::ofstream(file.path) << std::string(5'000, 'x');
  const Result<std::unique_ptr<History>, Fault> opened = History::open(file.path);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, FaultKind::corrupt);
  EXPECT_NE(opened.error().what.find(file.path), std::string::npos);
  EXPECT_EQ(std::filesystem::file_size(file.path), 5'000u);
  const Result<std::unique_ptr<History>, Fault> nowhere = History::open("/nonexistent/history.db");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().kind, FaultKind::permission);
}

// A database that cannot be written any more: said at every commit, and nothing is recorded from then on.
TEST(Store, AFaultOfTheDatabaseIsToldAndStays) {
  TestFile file;
  u64 kept = 0;
  {
    Recorded v(file.path);
    v.play(opening(small_rulebook(), {{"alice", 1'000}}));
    v.commit();
    kept = v.history->payments(all_of(0)).size();
    Result<std::unique_ptr<Database>, Fault> other = Database::open(file.path);
    ASSERT_TRUE(other);
    other.value()->execute("alter table trades rename to away");
    ASSERT_EQ(other.value()->fault(), nullptr);
    v.must(Deposit{AccountId{0}, AssetId{0}, Amount::from_raw(1)});
    v.must(fill_of(0, Side::buy, 40, 20'000));
    (void)v.history->trades(all_of(0));  // waits until it was tried
    for (int i = 0; i < 2; ++i) {
      const Result<Done, Fault> told = v.history->commit();
      ASSERT_FALSE(told);
      EXPECT_NE(told.error().what.find(file.path), std::string::npos);
      EXPECT_NE(told.error().what.find("no such table"), std::string::npos) << told.error().what;
    }
    const u64 position = v.history->position();
    v.must(Deposit{AccountId{0}, AssetId{0}, Amount::from_raw(1)});
    EXPECT_EQ(v.history->position(), position);
    other.value()->execute("alter table away rename to trades");
  }
  Recorded again(file.path);  // the transaction that failed left nothing
  EXPECT_EQ(again.history->payments(all_of(0)).size(), kept);
}

// 128-bit amounts, beyond what an integer of the database holds.
TEST(Store, LargeAmountsAreExact) {
  Recorded v;
  std::vector<Told> commands = opening(small_rulebook(), {{"alice", 1}});
  commands.front().command = RegisterAsset{"USDT", 12};
  v.play(commands);
  const Amount large = Amount::from_raw(i128{100'000'000'001} * pow10(12) + 7);
  v.must(Deposit{AccountId{0}, AssetId{0}, large});
  v.commit();
  EXPECT_EQ(v.history->payments(all_of(0)).back().change, large);
}

}  // namespace
}  // namespace lockstep::history
