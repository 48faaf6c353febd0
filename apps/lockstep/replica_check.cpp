#include "apps/lockstep/replica_check.h"

#include <string>

#include "apps/lockstep/replica_check_texts.h"
#include "core/base/prng.h"
#include "core/engine/engine.h"
#include "node/book/book.h"
#include "node/rules/compile.h"

namespace lockstep {
namespace {

constexpr u64 seed = 20260205;
constexpr int steps = 300;
constexpr u16 walk_source = 2;

// One quarter of an hour: index and marks move by up to half a percent, funding is charged, somebody trades.
void step(Engine& engine, Prng& prng, u64 number) {
  const Time now = engine.state.time + Duration::from_raw(15 * minute.raw());
  const auto moved = [&prng](Price price, i64 tick) {
    const i64 raw =
        static_cast<i64>(div(i128{price.raw()} * prng.between(9'950, 10'049), 10'000, Round::nearest));
    return Price::from_raw(raw - raw % tick);
  };
  const auto id_of = [&engine](const char* name) {
    return InstrumentId{engine.lookup.instruments.find(name)->second};
  };
  IndexPrices index{walk_source, number * 3, {}};
  for (u32 i = 0; i < 2; ++i)
    index.rows.push_back({IndexId{i}, moved(engine.state.indexes[i].price, 1'000'000)});
  MarkPrices marks{walk_source, number * 3 + 1, {}};
  for (const char* name : {"perpetual", "linear", "future"}) {
    MarkPrice row;
    row.instrument = id_of(name);
    row.price =
        moved(engine.state.market(row.instrument).mark, engine.state.instrument(row.instrument).tick.raw());
    marks.rows.push_back(row);
  }
  Fill fill;
  fill.account = AccountId{static_cast<u32>(number % 2)};
  fill.instrument = id_of(number % 2 == 0 ? "call" : "linear");
  fill.side = prng.chance(1, 2) ? Side::buy : Side::sell;
  const Instrument& traded = engine.state.instrument(fill.instrument);
  fill.price =
      number % 2 == 0 ? Price::from_raw(prng.between(100, 400) * traded.tick.raw()) : marks.rows[1].price;
  fill.lots = Lots::from_raw(prng.between(1, 40));
  const Time expiry = engine.state.instrument(id_of("call")).expiry;
  ForwardCurve forward{
      IndexId{0}, walk_source, number * 3 + 2, {{expiry, moved(index.rows[0].price, 1'000'000)}}};
  FundingRate funding;
  funding.instrument = id_of("perpetual");
  funding.rate = Rate::from_raw(prng.between(-50'000'000, 100'000'000));
  for (const Command& command :
       {Command(index), Command(marks), Command(forward), Command(fill), Command(funding), Command(Tick{})}) {
    apply(engine, now, command);
  }
}

}  // namespace

const Hash128 replica_check_expected{0x5fa61a71d5eb3e33, 0x235a1b19da79b71c};

Result<Hash128, Fault> replica_check_hash() {
  const Result<Rulebook, Fault> rules =
      compile_rulebook_text(replica_check_rules, "the self-test's rulebook");
  if (!rules) return rules.error();
  Result<std::unique_ptr<Engine>, Fault> engine =
      open_book(replica_check_book, "the self-test's book", rules.value());
  if (!engine) return engine.error();
  Prng prng(seed);
  std::string everything;
  for (int i = 1; i <= steps; ++i) {
    step(*engine.value(), prng, static_cast<u64>(i));
    for (u32 account = 0; account < engine.value()->state.accounts.size(); ++account) {
      Statement statement;
      assess_account(*engine.value(), AccountId{account}, &statement);
      for (const StatementLine& line : statement.lines) {
        everything += line.rule + line.label + to_decimal(line.amount.raw(), value_decimals) + "\n";
      }
    }
  }
  everything += to_hex(state_hash(*engine.value()));
  return hash_bytes(std::span(reinterpret_cast<const u8*>(everything.data()), everything.size()));
}

}  // namespace lockstep
