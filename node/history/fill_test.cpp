// A history filled from the log is the one that was recorded live, row for row.
#include "node/history/fill.h"

#include "node/history/history_testing.h"
#include "node/io/memory_disk.h"

namespace lockstep::history {
namespace {

const std::string folder = "node";

// A node on a log of small segments, so that it can be trimmed.
std::unique_ptr<Node> node_of(MemoryDisk& disk) {
  auto node = std::make_unique<Node>();
  node->options.folder = folder;
  node->disk = &disk;
  LogOptions options;
  options.segment_size = 4'096;
  Result<std::unique_ptr<EmbeddedLog>, Fault> log = EmbeddedLog::open(disk, log_folder(folder), options);
  LS_ASSERT(log);
  node->log = std::move(log).value();
  return node;
}

void submit_all(Node& node, const std::vector<Told>& told) {
  for (const Told& one : told) {
    ASSERT_TRUE(submit(node, one.time, std::span(&one.command, 1), {}));
  }
}

// Trading, a liquidation, a settlement, and refusals.
void trade(Recorded& v) {
  Rulebook rules = small_rulebook();
  rules.liquidation.size = LiquidationSize::whole;
  rules.liquidation.backstop = "backstop";
  rules.liquidation.backstop_at = Rate::from_raw(rate_one);
  v.play(opening(rules, {{"alice", 1'000}, {"bob", 2'000}, {"backstop", 100'000}}));
  v.must(fill_of(0, Side::buy, 300, 20'000));
  for (int i = 0; i < 20; ++i) {
    v.now = v.now + second;
    const OrderId order = static_cast<OrderId>(i + 1);
    v.must(order_of(1, order, Side::sell, 10, 20'000));
    v.must(fill_of(1, Side::sell, 10 - i % 3, 20'000 + i, order));
    if (i % 3 != 0) v.must(CancelOrder{AccountId{1}, order});
    (void)v.tell(Withdraw{AccountId{1}, AssetId{0}, Amount::from_raw(i128{i} * 100'000'000)});
    v.must(Tick{});
  }
  v.price(17'000);
  v.must(Tick{});
  v.must(Settle{InstrumentId{0}, Price{}});
  v.commit();
}

template <class Row>
void expect_same(const std::vector<Row>& a, const std::vector<Row>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(text_of(a[i]), text_of(b[i])) << i;
}

std::string text_of(const EndedOrder& o) {
  return std::to_string(o.position) + " " + std::to_string(o.order.id) + " " +
         std::to_string(o.order.filled.raw()) + " " + std::to_string(static_cast<int>(o.reason)) + " " +
         to_decimal(o.average.raw(), price_decimals);
}
std::string text_of(const LogRow& r) {
  return std::to_string(r.position) + " " + std::to_string(r.time.raw()) + " " + r.command + " " + r.text +
         " " + std::string(refusal_name(r.refusal));
}

void expect_equal(const History& a, const History& b) {
  Select all;
  all.limit = 100'000;
  all.rising = true;
  expect_same(a.trades(all), b.trades(all));
  expect_same(a.payments(all), b.payments(all));
  const std::vector<EndedOrder> orders = a.orders(all);
  ASSERT_EQ(orders.size(), b.orders(all).size());
  for (std::size_t i = 0; i < orders.size(); ++i) EXPECT_EQ(text_of(orders[i]), text_of(b.orders(all)[i]));
  const std::vector<LogRow> log = a.log(all);
  ASSERT_EQ(log.size(), b.log(all).size());
  for (std::size_t i = 0; i < log.size(); ++i) {
    EXPECT_EQ(text_of(log[i]), text_of(b.log(all)[i]));
    EXPECT_EQ(a.command_at(log[i].position), b.command_at(log[i].position));
  }
  EXPECT_EQ(a.position(), b.position());
}

std::unique_ptr<History> in_memory() {
  Result<std::unique_ptr<History>, Fault> history = History::open("");
  LS_ASSERT(history);
  return std::move(history).value();
}

TEST(Fill, FromTheLogAsItWasRecordedLive) {
  Recorded live;
  trade(live);
  MemoryDisk disk;
  const std::unique_ptr<Node> node = node_of(disk);
  submit_all(*node, live.told);

  const std::unique_ptr<History> filled = in_memory();
  Engine engine;
  const Result<Filled, Fault> done = fill_from_log(disk, folder, *filled, engine);
  ASSERT_TRUE(done) << done.error().what;
  EXPECT_TRUE(done.value().warnings.empty());
  EXPECT_EQ(done.value().recorded, live.engine.state.position);
  EXPECT_EQ(done.value().frame, node->log->tail().index);
  EXPECT_EQ(state_hash(engine), state_hash(live.engine));
  expect_equal(*live.history, *filled);
  // Again: nothing is left to do.
  const Result<Filled, Fault> again = fill_from_log(disk, folder, *filled, engine);
  ASSERT_TRUE(again);
  EXPECT_EQ(again.value().recorded, 0u);
  expect_equal(*live.history, *filled);
}

// Half of it was recorded, with an order half filled there, and a snapshot lies before that.
TEST(Fill, GoesOnFromASnapshot) {
  Recorded live;
  trade(live);
  MemoryDisk disk;
  const std::unique_ptr<Node> node = node_of(disk);
  const std::unique_ptr<History> filled = in_memory();
  Engine engine;
  const std::size_t third = live.told.size() / 3;
  submit_all(*node, {live.told.begin(), live.told.begin() + static_cast<std::ptrdiff_t>(third)});
  ASSERT_TRUE(take_snapshot(*node));
  submit_all(*node, {live.told.begin() + static_cast<std::ptrdiff_t>(third),
                     live.told.begin() + static_cast<std::ptrdiff_t>(2 * third)});
  ASSERT_TRUE(fill_from_log(disk, folder, *filled, engine));
  EXPECT_EQ(filled->position(), 2 * third);
  ASSERT_TRUE(take_snapshot(*node));
  submit_all(*node, {live.told.begin() + static_cast<std::ptrdiff_t>(2 * third), live.told.end()});
  const Result<Filled, Fault> done = fill_from_log(disk, folder, *filled, engine);
  ASSERT_TRUE(done);
  EXPECT_EQ(done.value().recorded, live.told.size() - 2 * third);
  expect_equal(*live.history, *filled);
}

TEST(Fill, SaysWhatATrimmedLogDoesNotHave) {
  Recorded live;
  trade(live);
  MemoryDisk disk;
  const std::unique_ptr<Node> node = node_of(disk);
  const std::size_t half = live.told.size() / 2;
  submit_all(*node, {live.told.begin(), live.told.begin() + static_cast<std::ptrdiff_t>(half)});
  ASSERT_TRUE(take_snapshot(*node));
  const u64 at = node->log->tail().index;
  submit_all(*node, {live.told.begin() + static_cast<std::ptrdiff_t>(half), live.told.end()});
  ASSERT_TRUE(node->log->trim(at));
  ASSERT_GT(node->log->first_index(), 1u);
  const std::unique_ptr<History> filled = in_memory();
  Engine engine;
  const Result<Filled, Fault> done = fill_from_log(disk, folder, *filled, engine);
  ASSERT_TRUE(done) << done.error().what;
  ASSERT_EQ(done.value().warnings.size(), 1u);
  EXPECT_NE(done.value().warnings[0].find("from position 0 to " + std::to_string(half)), std::string::npos);
  EXPECT_EQ(done.value().recorded, live.told.size() - half);
  EXPECT_EQ(state_hash(engine), state_hash(live.engine));
  Select oldest;
  oldest.rising = true;
  oldest.limit = 1;
  EXPECT_EQ(filled->log(oldest).at(0).position, half);
  const Result<std::string, Fault> identity = log_identity(*node->log);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity.value(), "");
}

TEST(Fill, AHistoryThatIsAheadIsMadeAnew) {
  Recorded live;
  trade(live);
  MemoryDisk disk;
  const std::unique_ptr<Node> node = node_of(disk);
  submit_all(*node, opening(small_rulebook(), {{"zoe", 5}}));
  const Result<std::string, Fault> identity = log_identity(*node->log);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity.value().size(), 64u);
  Engine engine;
  const Result<Filled, Fault> done = fill_from_log(disk, folder, *live.history, engine);
  ASSERT_TRUE(done) << done.error().what;
  EXPECT_EQ(done.value().warnings.size(), 1u);
  EXPECT_EQ(live.history->position(), engine.state.position);
  EXPECT_EQ(live.history->payments(all_of(0)).size(), 1u);
  MemoryDisk empty;
  EXPECT_FALSE(fill_from_log(empty, folder, *live.history, engine));
}

}  // namespace
}  // namespace lockstep::history
