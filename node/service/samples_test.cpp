// The desk's samples of the book, written and read back: nothing of a row is lost, and thinning is followed.
#include <gtest/gtest.h>

#include "node/service/state.h"

namespace lockstep::service {
namespace {

view::BookSample sample(i64 at) {
  const auto value = [at](i64 n) { return Value::from_raw((i128{1} << 100) * n + at); };  // more than 64 bits
  view::BookSample one;
  one.at = Time::from_raw(at);
  one.lead = Price::from_raw(at + 1);
  one.equity = value(-1), one.initial = value(2), one.maintenance = value(3), one.notional = value(4);
  one.fund = value(5), one.below = 6, one.called = 7;
  one.rulebooks = {{value(8), value(9), value(10)}, {value(11), value(12), value(13)}};
  return one;
}

void expect_equal(const view::BookSample& a, const view::BookSample& b) {
  EXPECT_EQ(a.at, b.at);
  EXPECT_EQ(a.lead, b.lead);
  EXPECT_EQ(a.equity, b.equity);
  EXPECT_EQ(a.initial, b.initial);
  EXPECT_EQ(a.maintenance, b.maintenance);
  EXPECT_EQ(a.notional, b.notional);
  EXPECT_EQ(a.fund, b.fund);
  EXPECT_EQ(a.below, b.below);
  EXPECT_EQ(a.called, b.called);
  ASSERT_EQ(a.rulebooks.size(), b.rulebooks.size());
  for (std::size_t i = 0; i < a.rulebooks.size(); ++i) {
    EXPECT_EQ(a.rulebooks[i].initial, b.rulebooks[i].initial);
    EXPECT_EQ(a.rulebooks[i].maintenance, b.rulebooks[i].maintenance);
    EXPECT_EQ(a.rulebooks[i].notional, b.rulebooks[i].notional);
  }
}

// A service that starts on what the other one kept, at this time of the log.
std::unique_ptr<ServiceState> restarted(ServiceState& before, Time now) {
  auto after = std::make_unique<ServiceState>();
  after->past = std::move(before.past);
  after->engine.state.time = now;
  restore_samples(*after);
  return after;
}

constexpr i64 seconds = 1'000'000;

TEST(Samples, AreReadBackAsTheyWere) {
  ServiceState s;
  s.past = history::History::open("").value();
  s.desk.samples.rows = {sample(10 * seconds + 3), sample(11 * seconds)};
  keep_samples(s);
  s.desk.samples.rows.push_back(sample(12 * seconds + 500));
  s.desk.samples.every = second + second;
  keep_samples(s);
  ASSERT_TRUE(s.past->commit());
  const std::vector<view::BookSample> told = s.desk.samples.rows;
  const Time now = Time::from_raw(12 * seconds + 500);
  const std::unique_ptr<ServiceState> again = restarted(s, now);
  ASSERT_EQ(again->desk.samples.rows.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) expect_equal(again->desk.samples.rows[i], told[i]);
  EXPECT_EQ(again->desk.samples.every, second + second);
  EXPECT_EQ(again->desk.samples.next, Time::from_raw(14 * seconds));
  // What is later than the log is of nothing that happened.
  EXPECT_EQ(restarted(*again, Time::from_raw(11 * seconds))->desk.samples.rows.size(), 2u);
}

TEST(Samples, ThinningIsFollowed) {
  ServiceState s;
  s.past = history::History::open("").value();
  std::vector<view::BookSample>& rows = s.desk.samples.rows;
  for (i64 i = 1; i <= static_cast<i64>(view::samples_max); ++i) rows.push_back(sample(i * seconds));
  keep_samples(s);
  for (std::size_t i = 1; 2 * i < view::samples_max; ++i) rows[i] = rows[2 * i];
  rows.resize(view::samples_max / 2);
  rows.push_back(sample(5'000 * seconds));
  keep_samples(s);
  const std::unique_ptr<ServiceState> again = restarted(s, Time::from_raw(6'000 * seconds));
  ASSERT_EQ(again->desk.samples.rows.size(), view::samples_max / 2 + 1);
  EXPECT_EQ(again->desk.samples.rows[1].at, Time::from_raw(3 * seconds));
  EXPECT_EQ(again->desk.samples.rows.back().at, Time::from_raw(5'000 * seconds));
}

TEST(Samples, OthersNotesArePassedOver) {
  ServiceState s;
  s.past = history::History::open("").value();
  s.past->keep_notes(
      {{Time::from_raw(1), Bytes{9, 9}}, {Time::from_raw(2), Bytes{}}, {Time::from_raw(3), Bytes{1}}}, false);
  EXPECT_TRUE(restarted(s, Time::from_raw(9))->desk.samples.rows.empty());
}

}  // namespace
}  // namespace lockstep::service
