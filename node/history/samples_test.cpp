// What is kept beside what the log says: samples of prices, notes and labels, and that a restart has them.
#include <unistd.h>

#include <filesystem>

#include "node/history/history_testing.h"
#include "node/history/sqlite.h"

namespace lockstep::history {
namespace {

struct TestFile {
  std::string path = "/tmp/lockstep-samples-" + std::to_string(::getpid()) + ".db";
  TestFile() { remove(); }
  ~TestFile() { remove(); }
  void remove() const {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  }
};

using Rows = std::vector<std::pair<i64, i64>>;  // seconds since the start, whole dollars
Rows rows_of(const std::vector<PriceSample>& samples) {
  Rows rows;
  for (const PriceSample& one : samples) {
    rows.emplace_back((one.at - start_time).raw() / 1'000'000, one.price.raw() / price_one);
  }
  return rows;
}

constexpr Duration minutes(i64 n) { return Duration::from_raw(n * 60'000'000); }
// Spans begin with it; the venue begins before.
Time full_hour() { return Time::from_raw((start_time.raw() / hour.raw() + 1) * hour.raw()); }

TEST(Samples, TheFirstPriceOfEachSpan) {
  Recorded v;
  v.play(opening(small_rulebook(), {{"alice", 1'000}}));
  const i64 offset = (full_hour() - start_time).raw() / 1'000'000;
  const auto at = [&](Duration since) { v.now = full_hour() + since; };
  at(minutes(-1)), v.price(19'000);
  at(second), v.price(20'000);
  at(minutes(2)), v.price(20'500);
  at(minutes(5)), v.must(Tick{});
  at(minutes(6)), v.price(21'000);
  at(minutes(60)), v.must(Tick{});
  at(minutes(65)), v.price(22'000);
  at(minutes(71));
  EXPECT_FALSE(v.tell(MarkPrices{1, 2, {{InstrumentId{0}, dollars(1), Rate{}, Price{}}}})
                   .accepted());  // an old number
  v.commit();
  const Rows marks = rows_of(v.history->marks(InstrumentId{0}, full_hour(), {}));
  EXPECT_EQ(marks, (Rows{{offset + 1, 20'000}, {offset + 360, 21'000}, {offset + 3'900, 22'000}}));
  const Rows indexes = rows_of(v.history->index_prices(IndexId{0}, full_hour(), {}));
  EXPECT_EQ(indexes, (Rows{{offset + 1, 20'000}, {offset + 3'900, 22'000}}));
  EXPECT_EQ(rows_of(v.history->marks(InstrumentId{0}, full_hour() + minutes(1), full_hour() + minutes(6))),
            (Rows{{offset + 360, 21'000}}));
  EXPECT_TRUE(v.history->marks(InstrumentId{1}, {}, {}).empty());
}

TEST(Samples, ARestartGoesOnInTheSpanItFinds) {
  TestFile file;
  std::vector<Told> told;
  {
    Recorded v(file.path);
    v.play(opening(small_rulebook(), {{"alice", 1'000}}));
    v.now = full_hour() + minutes(-1), v.price(20'000);
    v.now = full_hour() + second, v.price(20'000);
    v.commit();
    told = v.told;
  }
  Recorded again(file.path);
  again.play(told);
  again.sequence += 4;
  again.now = full_hour() + minutes(3), again.price(21'000);
  again.now = full_hour() + minutes(7), again.price(22'000);
  again.commit();
  EXPECT_EQ(again.history->index_prices(IndexId{0}, full_hour(), {}).size(), 1u);
  EXPECT_EQ(again.history->marks(InstrumentId{0}, full_hour(), {}).size(), 2u);
}

TEST(Samples, OldOnesGo) {
  Recorded v;
  v.play(opening(small_rulebook(), {{"alice", 1'000}}));
  for (const int days : {0, 7, 8, 31, 32}) {
    v.now = full_hour() + Duration::from_raw(days * day.raw()) + second;
    v.price(20'000);
    v.now = full_hour() + Duration::from_raw(days * day.raw()) + minutes(5);
    v.price(20'000 + days);
  }
  v.commit();
  std::vector<i64> kept;
  for (const PriceSample& one : v.history->marks(InstrumentId{0}, {}, {})) {
    kept.push_back((one.at - full_hour()).raw() / day.raw());
  }
  EXPECT_EQ(kept, (std::vector<i64>{31, 31, 32, 32}));
  const std::vector<PriceSample> indexes = v.history->index_prices(IndexId{0}, {}, {});
  ASSERT_EQ(indexes.size(), 4u);
  EXPECT_EQ((indexes.front().at - full_hour()).raw() / day.raw(), 7);
}

// The log goes on without prices: once a day, and at a start, what is too old goes all the same.
TEST(Samples, OldOnesGoOfWhatHasNoPricesAnyMore) {
  TestFile file;
  const auto hours = [](i64 n) { return minutes(n * 60); };
  std::vector<Told> told;
  {
    Recorded v(file.path);
    v.play(opening(small_rulebook(), {{"alice", 1'000}}));
    const auto tick_at = [&](Duration since) {
      v.now = start_time + since;
      v.must(Tick{});
      v.commit();
    };
    const auto marks = [&] { return v.history->marks(InstrumentId{0}, {}, {}).size(); };
    tick_at(hours(7 * 24 - 1));
    EXPECT_EQ(marks(), 1u);
    tick_at(hours(8 * 24 - 2));  // not a day later
    EXPECT_EQ(marks(), 1u);
    told = v.told;
  }
  Recorded v(file.path);
  EXPECT_TRUE(v.history->marks(InstrumentId{0}, {}, {}).empty());
  EXPECT_EQ(v.history->index_prices(IndexId{0}, {}, {}).size(), 1u);
  v.play(told);
  v.now = start_time + hours(31 * 24 + 1);
  v.must(Tick{});
  v.commit();
  EXPECT_TRUE(v.history->index_prices(IndexId{0}, {}, {}).empty());
}

TEST(Samples, NotesStayUntilAllAreWrittenAnew) {
  TestFile file;
  const auto note = [](i64 at) {
    return Note{start_time + Duration::from_raw(at), Bytes{static_cast<u8>(at)}};
  };
  const auto times = [](const History& history) {
    std::vector<int> all;
    for (const Note& one : history.notes()) all.push_back(one.bytes.at(0));
    return all;
  };
  {
    Recorded v(file.path);
    v.history->keep_notes({note(1), note(2)}, false);
    v.history->keep_notes({note(3)}, false);
    EXPECT_EQ(times(*v.history), (std::vector<int>{1, 2, 3}));  // whoever reads sees what is not committed
    v.commit();
  }
  Recorded again(file.path);
  EXPECT_EQ(times(*again.history), (std::vector<int>{1, 2, 3}));
  again.history->keep_notes({note(4)}, false);
  again.history->keep_notes({note(1), note(5)}, true);
  again.commit();
  EXPECT_EQ(times(*again.history), (std::vector<int>{1, 5}));
  ASSERT_TRUE(again.history->forget());
  EXPECT_TRUE(again.history->notes().empty());
}

TEST(Samples, ALabelIsOfTheOrderAndNotOfItsNumber) {
  TestFile file;
  const AccountId alice{0}, bob{1};
  Time first, later;
  std::vector<Told> told;
  {
    Recorded v(file.path);
    v.play(opening(small_rulebook(), {{"alice", 1'000}, {"bob", 1'000}}));
    EXPECT_EQ(v.history->label(alice, 7, v.now), "");
    first = v.now;
    v.must(order_of(0, 7, Side::buy, 10, 19'000));
    v.history->keep_label(alice, 7, v.now, "grid");
    v.must(order_of(0, 8, Side::buy, 10, 19'000));
    v.history->keep_label(alice, 8, v.now, "grid");
    v.must(order_of(1, 7, Side::buy, 10, 19'000));
    v.must(CancelOrder{alice, 7});
    later = v.now = v.now + second;
    v.must(order_of(0, 7, Side::buy, 10, 18'000));  // the same number again, without a label
    v.commit();
    told = v.told;
  }
  Recorded again(file.path);
  const History& history = *again.history;
  EXPECT_EQ(history.label(alice, 7, first), "grid");
  EXPECT_EQ(history.label(alice, 7, later), "");
  EXPECT_EQ(history.label(alice, 8, later), "grid");
  EXPECT_EQ(history.label(bob, 7, later), "");
  const auto labelled = [&](AccountId account, const std::string& label, u32 limit) {
    std::vector<std::pair<OrderId, Time>> found;
    for (const EndedOrder& row : history.labelled(account, label, limit)) {
      EXPECT_EQ(row.label, label);
      found.emplace_back(row.order.id, row.order.placed_at);
    }
    return found;
  };
  using Found = std::vector<std::pair<OrderId, Time>>;
  EXPECT_EQ(labelled(alice, "grid", 10), (Found{{7, first}}));  // 8 is open
  again.play(told);
  again.must(fill_of(0, Side::buy, 10, 18'000, 7));
  again.must(fill_of(0, Side::buy, 5, 18'000, 8));
  again.must(CancelOrder{alice, 8});
  EXPECT_EQ(labelled(alice, "grid", 10), (Found{{8, first}, {7, first}}));
  EXPECT_EQ(labelled(alice, "grid", 1), (Found{{8, first}}));
  EXPECT_TRUE(labelled(bob, "grid", 10).empty());
  EXPECT_TRUE(labelled(alice, "", 10).empty());
  Select select = all_of(0);
  const auto labels = [](const auto& rows) {
    std::vector<std::string> all;
    for (const auto& row : rows) all.push_back(row.label);
    return all;
  };
  using Texts = std::vector<std::string>;
  EXPECT_EQ(labels(history.orders(select)), (Texts{"", "", ""}));  // nobody asked
  select.labels = true;
  EXPECT_EQ(labels(history.orders(select)), (Texts{"grid", "", "grid"}));
  EXPECT_EQ(labels(history.trades(select)), (Texts{"", "grid"}));
  again.now = again.now + second;
  again.must(order_of(0, 7, Side::buy, 10, 18'000));
  again.history->keep_label(alice, 7, again.now, "new");
  EXPECT_EQ(history.label(alice, 7, again.now), "new");
  EXPECT_EQ(history.label(alice, 7, first), "grid");
}

// The labels of open orders are in memory.  Somebody else locks the database here, so that the writer waits;
// whoever asked it would wait, too, and find that it failed.
TEST(Samples, TheLabelOfAnOpenOrderIsNotReadFromTheDatabase) {
  TestFile file;
  const AccountId alice{0};
  std::vector<Told> told;
  {
    Recorded v(file.path);
    v.play(opening(small_rulebook(), {{"alice", 1'000}}));
    v.must(order_of(0, 7, Side::buy, 10, 19'000));
    v.history->keep_label(alice, 7, v.now, "grid");
    v.must(order_of(0, 8, Side::buy, 10, 19'000));
    v.must(order_of(0, 9, Side::buy, 10, 19'000));
    v.history->keep_label(alice, 9, v.now, "ends");
    v.commit();
    told = v.told;
  }
  Recorded v(file.path);
  v.play(told);
  v.now = v.now + second;
  v.must(CancelOrder{alice, 9});                         // recording begins with it, and finds what is open
  EXPECT_EQ(v.history->label(alice, 9, v.now), "ends");  // everything is written
  Result<std::unique_ptr<Database>, Fault> other = Database::open(file.path);
  ASSERT_TRUE(other);
  other.value()->execute("begin immediate");
  ASSERT_EQ(other.value()->fault(), nullptr);
  v.must(order_of(0, 10, Side::buy, 10, 19'000));
  v.history->keep_label(alice, 10, v.now, "new");
  v.must(order_of(0, 11, Side::buy, 10, 19'000));
  v.must(order_of(0, 9, Side::buy, 10, 19'000));  // the number again, without a label
  v.commit();                                     // the writer waits from here on
  EXPECT_EQ(v.history->label(alice, 7, start_time), "grid");
  EXPECT_EQ(v.history->label(alice, 8, v.now), "");
  EXPECT_EQ(v.history->label(alice, 9, v.now), "");
  EXPECT_EQ(v.history->label(alice, 10, v.now), "new");
  EXPECT_EQ(v.history->label(alice, 11, v.now), "");
  other.value()->execute("rollback");
  EXPECT_EQ(v.history->label(alice, 9, v.now - second), "ends");  // waits until the writer has succeeded
  v.commit();
}

// A database that takes no labels any more: commands go on, and nothing is told that was not kept.
TEST(Samples, AFaultOfTheDatabaseStopsNoCommand) {
  TestFile file;
  Recorded v(file.path);
  v.play(opening(small_rulebook(), {{"alice", 1'000}}));
  v.commit();
  EXPECT_TRUE(v.history->notes().empty());  // everything is written
  {
    Result<std::unique_ptr<Database>, Fault> other = Database::open(file.path);
    ASSERT_TRUE(other);
    other.value()->execute("alter table labels rename to away");
    ASSERT_EQ(other.value()->fault(), nullptr);
  }
  v.must(order_of(0, 7, Side::buy, 10, 19'000));
  v.history->keep_label(AccountId{0}, 7, v.now, "grid");
  v.history->keep_notes({{v.now, Bytes{1}}}, false);
  EXPECT_TRUE(v.history->notes().empty());  // waits for the writer, which fails
  EXPECT_FALSE(v.history->commit());
  v.must(order_of(0, 8, Side::buy, 10, 19'000));
  v.history->keep_label(AccountId{0}, 8, v.now, "grid");
  v.history->keep_notes({{v.now, Bytes{2}}}, true);
  EXPECT_FALSE(v.history->commit());
  EXPECT_EQ(v.history->label(AccountId{0}, 8, v.now), "");
  EXPECT_TRUE(v.history->labelled(AccountId{0}, "grid", 10).empty());
}

}  // namespace
}  // namespace lockstep::history
