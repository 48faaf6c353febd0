// Recorded funding of three venues through the engine: who pays, at which hours, and whether our formulas
// give the venue's own figures.  What history says of a rate without its premium can only be checked for the
// sign, the hour and the arithmetic; where premium and prices are recorded together, so is the formula.
#include <gtest/gtest.h>
#include <zstd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

#include "core/engine/engine.h"
#include "core/funding/rate.h"
#include "core/funding/window.h"
#include "core/ledger/ledger.h"
#include "node/feed/csv.h"
#include "node/io/linux_disk.h"
#include "tests/conform/conform.h"

namespace lockstep {
namespace {

std::string shared_data(const std::string& path) {
  const char* given = std::getenv("LOCKSTEP_SHARED");
  const std::string folder = given != nullptr ? given : std::string(LOCKSTEP_SOURCE_DIR) + "/../shared";
  return folder + "/data/" + path;
}

struct Recorded {
  std::string symbol;
  Time at;
  Rate rate;
  Duration since;  // the one before it of the same symbol
};

// Empty: the file is not there.
std::vector<Recorded> history(const std::string& name) {
  std::vector<Recorded> rows;
  LinuxDisk disk;
  const std::string path = shared_data("perps/" + name);
  if (!std::ifstream(path)) return rows;
  Result<CsvReader, Fault> reader = CsvReader::open(disk, path, name);
  EXPECT_TRUE(reader) << reader.error().what;
  if (!reader) return rows;
  CsvReader& csv = reader.value();
  const std::size_t symbol = csv.column("symbol"), at = csv.column("funding_ms");
  const std::size_t rate = csv.column("funding_rate");
  std::map<std::string, Time> last;
  for (Result<bool, Fault> more = csv.next_row(); more && more.value(); more = csv.next_row()) {
    Recorded row;
    row.symbol = csv.field(symbol);
    row.at = csv.time_ms(at).value();
    row.rate = Rate::from_raw(csv.number(rate, rate_decimals, "0.0001").value());
    const auto before = last.find(row.symbol);
    if (before != last.end()) row.since = row.at - before->second;
    last[row.symbol] = row.at;
    rows.push_back(row);
  }
  return rows;
}

// ---- one perpetual at an index of 10,000, one who is long of it and one who is short

constexpr Price index_price = Price::from_raw(10'000 * price_one);
constexpr i128 value_per_price = value_one / price_one;

// damped by 0.05 % around 0.01 % of eight hours.
FundingRow usual_row(Duration interval, PremiumFrom premium) {
  FundingRow row;
  row.premium = premium;
  row.interval = interval;
  row.sample = interval;
  row.interest = Rate::from_raw(rate_one / 10'000);
  row.band = Rate::from_raw(rate_one / 2'000);
  return row;
}

Rulebook rulebook_with(const FundingRow& row) {
  Rulebook rules;
  rules.name = "recorded";
  rules.version = "1";
  rules.source = "made for recorded funding";
  rules.leverage_default = Rate::from_raw(rate_one);
  rules.prices.mark_stale_after = rules.prices.index_stale_after = minute;
  Component component;
  component.name = "futures";
  component.kind = ComponentKind::linear_in_size;
  component.applies = class_bit(InstrumentKind::perpetual, false);
  component.sizes = {{{}, Rate::from_raw(rate_one / 100), Rate::from_raw(rate_one / 200), Rate{}}};
  rules.components = {component};
  Scheme scheme;
  scheme.unit_initial = scheme.unit_maintenance = {"futures", {{OpCode::component, 0, Rate{}}}};
  scheme.pool_initial = scheme.pool_maintenance = {"sum(unit)", {{OpCode::sum_units, 0, Rate{}}}};
  rules.schemes = {scheme};
  rules.funding_made = true;
  rules.funding = {row};
  return rules;
}

class Venue {
 public:
  explicit Venue(const FundingRow& row) {
    const Time start = Time::from_raw(1);
    must(start, RegisterAsset{"USD", 6});
    must(start, RegisterAsset{"COIN", 8});
    must(start, RegisterIndex{"COIN-USD", AssetId{1}, AssetId{0}});
    must(start, ProposeRulebook{rulebook_with(row)});
    must(start, ScheduleEpoch{RulebookId{0}, 1, 0, Time{}});
    RegisterInstrument perpetual;
    perpetual.name = "COIN-PERP";
    perpetual.rulebook = RulebookId{0};
    perpetual.kind = InstrumentKind::perpetual;
    perpetual.index = IndexId{0};
    perpetual.lot = price_one;
    perpetual.tick = Price::from_raw(price_one / 100);
    perpetual.price_max = Price::from_raw(1'000'000 * price_one);
    perpetual.lots_max = Lots::from_raw(1'000);
    must(start, perpetual);
    must(start, OpenParty{"clients"});
    prices(start, index_price, index_price);
    for (u32 i = 0; i < 2; ++i) {
      OpenAccount open;
      open.name = i == 0 ? "long" : "short";
      open.party = PartyId{0};
      open.rulebook = RulebookId{0};
      open.mode = MarginMode::cross;
      must(start, open);
      must(start, Deposit{AccountId{i}, AssetId{0}, Amount::from_raw(pow10(12))});
      Fill fill;
      fill.account = AccountId{i};
      fill.instrument = InstrumentId{0};
      fill.side = i == 0 ? Side::buy : Side::sell;
      fill.price = index_price;
      fill.lots = Lots::from_raw(1);
      must(start, fill);
    }
  }

  void prices(Time at, Price index, Price mark) {
    must(at, IndexPrices{1, ++sequence_, {{IndexId{0}, index}}});
    must(at, MarkPrices{1, ++sequence_, {{InstrumentId{0}, mark, Rate{}, Price{}}}});
  }
  void impact(Time at, Price bid, Price ask) {
    const auto value = [](Price price) { return Value::from_raw(i128{price.raw()} * value_per_price); };
    must(at, Observations{1,
                          ++sequence_,
                          {{ObservationKind::impact_bid, 0, Time{}, value(bid)},
                           {ObservationKind::impact_ask, 0, Time{}, value(ask)}}});
  }
  // What the tick charged, if it did.
  std::vector<FundingCharged> tick(Time at) {
    std::vector<FundingCharged> charged;
    for (const Event& event : apply(engine_, at, Tick{}).events) {
      if (const FundingCharged* charge = std::get_if<FundingCharged>(&event)) charged.push_back(*charge);
    }
    return charged;
  }
  // What an account has been given so far, at an unchanged mark.
  Value gained(u32 account) {
    const Holding& holding = engine_.state.accounts[account].holdings.at(0);
    return times(holding.funding - engine_.state.markets[0].funding, holding.lots);
  }

 private:
  void must(Time at, const Command& command) {
    const Outcome outcome = apply(engine_, at, command);
    ASSERT_TRUE(outcome.accepted()) << command_name(command) << " " << refusal_name(outcome.refusal);
  }
  Engine engine_;
  u64 sequence_ = 0;
};

// The premium that the damped formula turns into `rate` of eight hours.
Rate premium_for(Rate rate, const FundingRow& row) {
  if (rate == row.interest) return rate;
  return rate > row.interest ? rate + row.band : rate - row.band;
}

// Every rate of one symbol: its premium is observed at the beginning of the interval; at the end, which is
// the venue's recorded moment, the engine charges that rate, longs to shorts if it is positive.
class Replay {
 public:
  explicit Replay(Duration interval)
      : row_(usual_row(interval, PremiumFrom::impact)), interval_(interval), venue_(row_) {}

  void add(const Recorded& recorded) {
    const Time end = span_begin(recorded.at + minute, interval_);  // the venue's clock jitters
    const Time begin = end - interval_;
    if (end_ != Time{} && begin < end_) return;
    if (end_ != Time{} && end_ < begin) finish();
    observe(begin, premium_for(for_period(recorded.rate), row_));
    take(venue_.tick(begin));
    EXPECT_TRUE(venue_.tick(end - microsecond).empty());
    pending_ = recorded.rate;
    end_ = end;
  }
  void finish() {
    take(venue_.tick(end_));  // prices are stale by now: nothing is sampled
    end_ = Time{};
  }
  u64 charges() const { return charges_; }

 private:
  Rate for_period(Rate rate) const { return Rate::from_raw(rate.raw() * (8 * hour.raw() / interval_.raw())); }
  void observe(Time at, Rate premium) {
    const Price price = Price::from_raw(index_price.raw() + premium.raw() * (index_price.raw() / rate_one));
    venue_.prices(at, index_price, index_price);
    venue_.impact(at, price, price);
  }
  // Of the interval that ended, if there was one.
  void take(const std::vector<FundingCharged>& charged) {
    ASSERT_EQ(charged.size(), end_ == Time{} ? 0u : 1u) << end_.raw();
    if (charged.empty()) return;
    ASSERT_EQ(charged[0].rate, for_period(pending_)) << end_.raw();
    ASSERT_EQ(charged[0].per_lot > Value{}, pending_ > Rate{});
    gained_ += Value::from_raw(i128{pending_.raw()} * (10'000 * value_one / rate_one));
    ASSERT_TRUE(venue_.gained(0) == -gained_ && venue_.gained(1) == gained_);
    ++charges_;
  }

  FundingRow row_;
  Duration interval_;
  Venue venue_;
  Rate pending_;
  Time end_;
  Value gained_;  // by the short
  u64 charges_ = 0;
};

// Of all symbols, where they are charged at this interval.
u64 replayed(const std::vector<Recorded>& rows, Duration interval) {
  std::map<std::string, Replay> venues;
  for (const Recorded& row : rows) {
    if (abs(i128{(row.since - interval).raw()}) > minute.raw()) continue;
    venues.try_emplace(row.symbol, interval).first->second.add(row);
  }
  u64 charges = 0;
  for (auto& [symbol, replay] : venues) {
    replay.finish();
    charges += replay.charges();
  }
  return charges;
}

// Rows that lie within a minute of where intervals of their own length begin, and the others.
struct Hours {
  u64 on = 0, off = 0;
};
Hours hours_of(const std::vector<Recorded>& rows) {
  Hours hours;
  for (const Recorded& row : rows) {
    const i128 length = div(row.since.raw(), hour.raw(), Round::nearest);
    if (length != 1 && length != 2 && length != 4 && length != 8) continue;
    const Duration interval = Duration::from_raw(static_cast<i64>(length) * hour.raw());
    const Time near = span_begin(row.at + minute, interval);
    const bool on = row.at <= near + minute;
    ++(on ? hours.on : hours.off);
  }
  return hours;
}

constexpr Duration eight_hours = Duration::from_raw(8 * hour.raw());

TEST(RecordedFunding, EveryEightHoursAtBinance) {
  const std::vector<Recorded> rows = history("binance_um_funding.csv.zst");
  if (rows.empty()) GTEST_SKIP() << "no recorded funding; LOCKSTEP_SHARED says where it is";
  EXPECT_EQ(replayed(rows, eight_hours), 28'759u);
  const Hours hours = hours_of(rows);
  EXPECT_EQ(hours.on, 45'089u);
  EXPECT_EQ(hours.off, 0u);
}

TEST(RecordedFunding, EveryHourAtHyperliquid) {
  const std::vector<Recorded> rows = history("hyperliquid_funding_1h_20230512_20250726.csv.zst");
  if (rows.empty()) GTEST_SKIP() << "no recorded funding; LOCKSTEP_SHARED says where it is";
  EXPECT_EQ(replayed(rows, hour), 80'093u);
  const Hours hours = hours_of(rows);
  EXPECT_EQ(hours.on, 80'350u);
  EXPECT_EQ(hours.off, 24u);  // charged late, up to a quarter of an hour
}

TEST(RecordedFunding, EveryEightHoursAtOkx) {
  const std::vector<Recorded> rows = history("okx_swap_funding_2025.csv.zst");
  if (rows.empty()) GTEST_SKIP() << "no recorded funding; LOCKSTEP_SHARED says where it is";
  EXPECT_EQ(replayed(rows, eight_hours), 7'372u);
  const Hours hours = hours_of(rows);
  EXPECT_EQ(hours.on, 9'400u);
  EXPECT_EQ(hours.off, 0u);
}

// ---- premiums that were recorded beside the prices they come from

std::string unpacked(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string packed(std::istreambuf_iterator<char>(file), {});
  std::string text;
  ZSTD_DStream* stream = ZSTD_createDStream();
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  std::string block(1 << 20, '\0');
  while (in.pos < in.size) {
    ZSTD_outBuffer out{block.data(), block.size(), 0};
    const std::size_t status = ZSTD_decompressStream(stream, &out, &in);
    if (ZSTD_isError(status) != 0) break;
    text.append(block, 0, out.pos);
  }
  ZSTD_freeDStream(stream);
  return text;
}

struct Context {
  Price bid, ask, oracle;
  Rate premium, hourly;
};

// What one message said of every coin of the venue's own markets.
std::vector<Context> recorded_contexts() {
  std::vector<Context> contexts;
  const std::string text = unpacked(shared_data("raw_messages/nautilus/hyperliquid.jsonl.zst"));
  const auto price = [](const conform::Json& json) {
    return Price::from_raw(static_cast<i64>(json.fixed(price_decimals)));
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.find("\"allDexsAssetCtxs\"") == std::string::npos) continue;
    const conform::Json message = conform::parse_json(line);
    for (const conform::Json& market : message.at("msg").at("data").at("ctxs").items) {
      if (!market.items.at(0).text.empty()) continue;  // markets of others make their own premiums
      for (const conform::Json& coin : market.items.at(1).items) {
        if (coin.at("premium").kind == conform::Json::Kind::null) continue;
        const std::vector<conform::Json>& impact = coin.at("impactPxs").items;
        contexts.push_back({price(impact.at(0)), price(impact.at(1)), price(coin.at("oraclePx")),
                            Rate::from_raw(static_cast<i64>(coin.at("premium").fixed(rate_decimals))),
                            Rate::from_raw(static_cast<i64>(coin.at("funding").fixed(rate_decimals)))});
      }
    }
  }
  return contexts;
}

// The premium is recorded to 10^-10, and so is the rate of the hour so far, which is the average of premiums
// that were not: with one premium alone it can be told only where the band hides the difference.
TEST(RecordedFunding, HyperliquidsPremiumsFromItsImpactPrices) {
  const std::vector<Context> contexts = recorded_contexts();
  if (contexts.empty()) GTEST_SKIP() << "no recorded messages; LOCKSTEP_SHARED says where they are";
  const i64 half = 50;  // of the last digit, in 10^-12
  u64 premiums = 0, rates = 0;
  for (const Context& coin : contexts) {
    const Rate premium = premium_to_impact(coin.bid, coin.ask, coin.oracle);
    premiums += abs(i128{premium.raw()} - coin.premium.raw()) <= half ? 1 : 0;
    const Rate rate = funding_rate(usual_row(hour, PremiumFrom::impact), premium, {});
    rates += abs(i128{rate.raw()} / 8 - coin.hourly.raw()) <= half ? 1 : 0;
  }
  EXPECT_EQ(contexts.size(), 179u);
  EXPECT_EQ(premiums, 179u);
  EXPECT_EQ(rates, 108u);
}

}  // namespace
}  // namespace lockstep
