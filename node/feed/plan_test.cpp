#include "node/feed/plan.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "core/base/hash.h"
#include "core/units/limits.h"
#include "core/wire/codec.h"
#include "node/feed/calendar.h"
#include "node/io/linux_disk.h"
#include "node/io/memory_disk.h"

namespace lockstep {
namespace {

Scheme scheme(MarginMode mode, bool pooled) {
  Scheme result;
  result.mode = mode;
  result.pooled = pooled;
  return result;
}

FeedRequest request(u32 accounts) {
  FeedRequest result;
  result.first_rulebook.name = "one";
  result.first_rulebook.schemes = {scheme(MarginMode::cross, false), scheme(MarginMode::portfolio, false)};
  result.second_rulebook.name = "two";
  result.second_rulebook.schemes = {scheme(MarginMode::isolated, false), scheme(MarginMode::cross, false),
                                    scheme(MarginMode::cross, true)};
  result.portfolios.accounts = accounts;
  return result;
}

// Follows a feed as an engine would, as far as ids, order and exactness go.
struct Follower {
  u32 assets = 0, indexes = 0, parties = 0, accounts = 0;
  std::vector<RegisterInstrument> instruments;
  std::vector<bool> expired;
  std::set<std::string> names;
  u64 sequence = 0;
  Time now;
  std::map<u32, i64> net;  // bought minus sold, by instrument
  std::map<std::string, u64> counts;

  void new_name(const std::string& kind, const std::string& name) {
    ASSERT_TRUE(names.insert(kind + ":" + name).second) << name;
    ASSERT_LE(name.size(), limits::name_size_max);
  }
  void batch(u16 source, u64 number, std::size_t rows) {
    ASSERT_EQ(source, 1);
    ASSERT_GT(number, sequence);
    ASSERT_GT(rows, 0u);
    ASSERT_LE(rows, limits::rows_per_command_max);
    sequence = number;
  }
  void live(InstrumentId id) {
    ASSERT_LT(id.index, instruments.size());
    ASSERT_FALSE(expired[id.index]) << instruments[id.index].name;
  }

  void see(const RegisterAsset& c) { new_name("asset", c.name), ++assets; }
  void see(const RegisterIndex& c) {
    new_name("index", c.name), ++indexes;
    ASSERT_LT(c.base.index, assets);
    ASSERT_LT(c.quote.index, assets);
  }
  void see(const RegisterInstrument& c) {
    new_name("instrument", c.name);
    ASSERT_LT(c.index.index, indexes);
    ASSERT_EQ(c.price_max.raw() % c.tick.raw(), 0) << c.name;
    ASSERT_TRUE(c.expiry == Time{} || c.expiry > now) << c.name;
    const bool option = c.kind == InstrumentKind::option;
    // Premium in whole 10^-8 coins.
    ASSERT_TRUE(!option || i128{c.tick.raw()} * c.lot % pow10(8) == 0) << c.name;
    if (!c.inverse || option) {
      ASSERT_LE(i128{c.price_max.raw()} * c.lot * c.lots_max.raw(), limits::holding_value_raw_max) << c.name;
    } else {  // coins at the lowest price
      const i128 coins = i128{c.lot} * c.lots_max.raw() / c.tick.raw();
      ASSERT_LE(coins * value_one, limits::holding_value_raw_max) << c.name;
    }
    ASSERT_LE(c.lots_max.raw(), limits::lots_raw_max);
    instruments.push_back(c);
    expired.push_back(false);
  }
  void see(const OpenParty& c) { new_name("party", c.name), ++parties; }
  void see(const OpenAccount& c) {
    new_name("account", c.name), ++accounts;
    ASSERT_LT(c.party.index, parties);
  }
  void see(const IndexPrices& c) {
    batch(c.source, c.sequence, c.rows.size());
    for (const IndexPrice& row : c.rows) ASSERT_GT(row.price.raw(), 0);
  }
  void see(const MarkPrices& c) {
    batch(c.source, c.sequence, c.rows.size());
    for (const MarkPrice& row : c.rows) live(row.instrument);
  }
  void see(const VolatilitySurface& c) { batch(c.source, c.sequence, c.rows.size()); }
  void see(const ForwardCurve& c) {
    batch(c.source, c.sequence, c.rows.size());
    for (const ExpiryForward& row : c.rows) ASSERT_GT(row.expiry, now);
  }
  void see(const Fill& c) {
    live(c.instrument);
    ASSERT_LT(c.account.index, accounts);
    const RegisterInstrument& what = instruments[c.instrument.index];
    ASSERT_EQ(c.price.raw() % what.tick.raw(), 0) << what.name;
    ASSERT_GT(c.price.raw(), 0);
    ASSERT_LE(c.price, what.price_max);
    ASSERT_GT(c.lots.raw(), 0);
    ASSERT_LE(c.lots, what.lots_max);
    ASSERT_GE(c.fee.raw(), 0);
    net[c.instrument.index] += c.side == Side::buy ? c.lots.raw() : -c.lots.raw();
  }
  void see(const PlaceOrder& c) {
    live(c.instrument);
    ASSERT_EQ(c.price.raw() % instruments[c.instrument.index].tick.raw(), 0);
    ASSERT_GT(c.lots.raw(), 0);
  }
  void see(const Deposit& c) { ASSERT_GT(c.amount.raw(), 0); }
  void see(const FundingRate& c) { live(c.instrument); }
  void see(const Settle& c) { live(c.instrument); }
  void see(const Expire& c) {
    live(c.instrument);
    ASSERT_EQ(instruments[c.instrument.index].expiry, now);
    expired[c.instrument.index] = true;
  }
  template <class Other>
  void see(const Other&) {}

  void step(const Step& step) {
    ASSERT_TRUE(now == Time{} || step.time > now);
    now = step.time;
    for (const Command& command : step.commands) {
      ++counts[std::string(command_name(command))];
      std::visit([this](const auto& c) { see(c); }, command);
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
};

struct Summary {
  Hash128 hash;
  u64 commands = 0;
  u32 snapshots = 0;
  FeedReport report;
  RepriceReport reprice;
  std::string fault;
};

Summary follow(Disk& disk, FeedRequest what, Follower& follower) {
  Summary summary;
  Result<Feed, Fault> feed = open_feed(disk, std::move(what));
  if (!feed) return summary.fault = feed.error().what, summary;
  Step step;
  for (;;) {
    const Result<bool, Fault> more = feed.value().next(step);
    if (!more) return summary.fault = more.error().what, summary;
    if (!more.value()) break;
    follower.step(step);
    if (::testing::Test::HasFatalFailure()) return summary;
    summary.snapshots += step.snapshot ? 1 : 0;
    for (const Command& command : step.commands) {
      // Sums do not care about order, so the position goes into each digest.
      Bytes bytes = encode(command);
      Writer(bytes).integer(summary.commands++);
      summary.hash = summary.hash + hash_bytes(bytes);
    }
  }
  summary.report = feed.value().report();
  summary.reprice = feed.value().reprice();
  return summary;
}

TEST(Plan, ThePresetIsAStreamThatAnEmptyEngineCanFollow) {
  MemoryDisk disk;
  Follower follower;
  const Summary summary = follow(disk, request(500), follower);
  ASSERT_EQ(summary.fault, "");
  EXPECT_EQ(summary.snapshots, 51u);
  EXPECT_EQ(follower.accounts, 500u);
  EXPECT_EQ(follower.counts["propose_rulebook"], 2u);
  EXPECT_EQ(follower.counts["volatility_surface"], 2 * 51u);
  EXPECT_GT(follower.counts["expire"], 100u);  // two daily series end inside the span
  EXPECT_EQ(follower.counts["settle"], 4u);    // two coins, two mornings
  for (const auto& [instrument, lots] : follower.net) EXPECT_EQ(lots, 0) << instrument;
}

TEST(Plan, SameRequestSameCommandsOtherSeedOthers) {
  MemoryDisk disk;
  FeedRequest other = request(200);
  other.portfolios.seed = 2;
  Follower a, b, c;
  const Summary first = follow(disk, request(200), a);
  const Summary again = follow(disk, request(200), b);
  const Summary seeded = follow(disk, other, c);
  EXPECT_EQ(first.hash, again.hash);
  EXPECT_FALSE(first.hash == seeded.hash);
}

TEST(Plan, ContractsWithoutParametersAreLeftOutWithANoteAndNothingRefersToThem) {
  MemoryDisk disk;
  FeedRequest picky = request(100);
  picky.accepts = [](const RegisterInstrument&, std::string_view base, std::string_view) {
    return base == "BTC" || base == "SOL";
  };
  Follower follower;
  const Summary summary = follow(disk, std::move(picky), follower);
  ASSERT_EQ(summary.fault, "");
  for (const RegisterInstrument& contract : follower.instruments) {
    EXPECT_TRUE(contract.name.starts_with("BTC") || contract.name.starts_with("SOL")) << contract.name;
  }
  bool noted = false;
  for (const std::string& note : summary.report.notes) noted = noted || note.find("left out ETHUSDT") == 0;
  EXPECT_TRUE(noted);
}

// ---- small folders

std::string ms(Time time) { return std::to_string(time.raw() / 1'000); }

// Two days of one expiry, a snapshot every twelve hours, index 100,000 then 90,000.
std::string small_chain() {
  std::string text =
      "snapshot_ms,instrument_name,underlying_price,index_price,mark_price,mark_iv,open_interest\n";
  const Time begin = time_of_date(2026, 1, 10);
  for (int i = 0; i <= 4; ++i) {
    const Time time = begin + Duration::from_raw(i * 12 * hour.raw());
    const std::string prices = i == 0 ? ",101000,100000" : ",90900,90000";
    text += ms(time) + ",BTC-12JAN26-100000-C" + prices + ",0.02,0.5,50\n";
    text += ms(time) + ",BTC-27MAR26-100000-P" + prices + ",0.07,0.5,50\n";
  }
  return text;
}

TEST(Plan, BetweenSnapshotsIndexAndForwardsMoveAsTheBarsMove) {
  MemoryDisk disk;
  const std::string chain = small_chain();
  disk.set_content("d/deribit_options/c.csv", Bytes(chain.begin(), chain.end()));
  // Hourly bars: 50,000 until the bar that closes at 02:00, then 55,000, up by a tenth.
  std::string bars = "open_ms,BTCUSDT\n";
  for (int i = -5; i < 48; ++i) {
    bars += ms(time_of_date(2026, 1, 10) + Duration::from_raw(i * hour.raw())) +
            (i < 1 ? ",50000\n" : ",55000\n");
  }
  disk.set_content("d/perps/b.csv", Bytes(bars.begin(), bars.end()));
  FeedRequest what = request(20);
  what.data = "d";
  Result<Feed, Fault> feed = open_feed(disk, what);
  ASSERT_TRUE(feed) << feed.error().what;
  std::map<std::string, Price> index_at, forward_at;
  Step step;
  while (feed.value().next(step).value()) {
    for (const Command& command : step.commands) {
      const std::string time = format_time(step.time).substr(8, 8);
      if (const auto* batch = std::get_if<IndexPrices>(&command)) index_at[time] = batch->rows[0].price;
      if (const auto* curve = std::get_if<ForwardCurve>(&command)) forward_at[time] = curve->rows[0].price;
    }
  }
  EXPECT_EQ(index_at.at("10 00:00").raw(), 100'000 * price_one);
  EXPECT_EQ(index_at.at("10 01:00").raw(), 100'000 * price_one);
  EXPECT_EQ(index_at.at("10 02:00").raw(), 110'000 * price_one);
  EXPECT_EQ(forward_at.at("10 02:00").raw(), 111'100 * price_one);
  EXPECT_EQ(index_at.at("10 12:00").raw(), 90'000 * price_one);
  EXPECT_EQ(index_at.at("10 13:00").raw(), 90'000 * price_one);
  EXPECT_EQ(forward_at.at("11 03:00").raw(), 90'900 * price_one);
}

TEST(Plan, AChainAloneIsEnough) {
  MemoryDisk disk;
  const std::string chain = small_chain();
  disk.set_content("d/deribit_options/c.csv", Bytes(chain.begin(), chain.end()));
  FeedRequest what = request(40);
  what.data = "d";
  Follower follower;
  const Summary summary = follow(disk, std::move(what), follower);
  ASSERT_EQ(summary.fault, "");
  EXPECT_EQ(summary.snapshots, 5u);
  EXPECT_EQ(summary.reprice.count, 10u);
  EXPECT_EQ(follower.accounts, 40u);
}

TEST(Plan, BarsAloneAreEnoughAndSummariesComeEverySixHours) {
  MemoryDisk disk;
  std::string bars = "open_ms,XRPUSDT\n";
  for (int i = 0; i < 48; ++i) {
    bars += ms(time_of_date(2026, 1, 10) + Duration::from_raw(i * hour.raw())) + ",2.5\n";
  }
  disk.set_content("d/b.csv", Bytes(bars.begin(), bars.end()));
  FeedRequest what = request(40);
  what.data = "d";
  Follower follower;
  const Summary summary = follow(disk, std::move(what), follower);
  ASSERT_EQ(summary.fault, "");
  EXPECT_EQ(follower.accounts, 40u);
  EXPECT_EQ(summary.snapshots, 9u);  // at the first price, then 06:00 of the first day to 00:00 of the third
}

TEST(Plan, OneRulebookOfOneNameHoldsBothHalves) {
  FeedRequest what = request(40);
  what.second_rulebook = what.first_rulebook;
  MemoryDisk disk;
  Result<Feed, Fault> feed = open_feed(disk, what);
  ASSERT_TRUE(feed) << feed.error().what;
  u32 proposed = 0;
  Step step;
  while (feed.value().next(step).value()) {
    for (const Command& command : step.commands) {
      proposed += std::holds_alternative<ProposeRulebook>(command) ? 1 : 0;
      if (const auto* contract = std::get_if<RegisterInstrument>(&command)) {
        EXPECT_EQ(contract->rulebook, RulebookId{0}) << contract->name;
      }
      if (const auto* account = std::get_if<OpenAccount>(&command)) {
        EXPECT_EQ(account->rulebook, RulebookId{0}) << account->name;
      }
    }
  }
  EXPECT_EQ(proposed, 1u);
}

TEST(Plan, TheRecordedFortnightHas55SnapshotsAndRepricesAsItsNotesSay) {
  const char* given = std::getenv("LOCKSTEP_SHARED");
  const std::string shared = given != nullptr ? given : std::string(LOCKSTEP_SOURCE_DIR) + "/../shared";
  LinuxDisk disk;
  if (!disk.list(shared + "/data/deribit_options")) GTEST_SKIP() << "no recorded data in " << shared;
  FeedRequest what = request(10'000);
  what.data = shared + "/data";
  Follower follower;
  const Summary summary = follow(disk, std::move(what), follower);
  ASSERT_EQ(summary.fault, "");
  EXPECT_EQ(summary.snapshots, 55u);
  EXPECT_EQ(format_time(summary.report.from), "2026-01-28 04:00:47");
  EXPECT_EQ(format_time(summary.report.to), "2026-02-10 21:42:24");
  EXPECT_EQ(summary.reprice.count, 87'344u);
  EXPECT_LT(summary.reprice.median, 1e-5);
  EXPECT_LT(summary.reprice.percentile_95, 5e-4);
  EXPECT_LT(summary.reprice.worst, 5e-3);  // a put worth 4.46 coins, whose forward was taken seconds apart
  EXPECT_EQ(follower.accounts, 10'000u);
  EXPECT_GT(follower.counts["expire"], 1'000u);
  for (const auto& [instrument, lots] : follower.net) {
    EXPECT_EQ(lots, 0) << follower.instruments[instrument].name;
  }
}

}  // namespace
}  // namespace lockstep
