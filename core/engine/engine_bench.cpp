// Apply rates on one thread: with validation, margin judgement where the command needs it, events, and the
// state hash renewed once per 1,000 commands, as a frame would.  Durability is measured in node/log.
#include <benchmark/benchmark.h>

#include "core/base/prng.h"
#include "core/engine/engine.h"
#include "core/engine/engine_testing.h"

namespace lockstep {
namespace {

constexpr u32 account_count = 10'000;
constexpr u32 instrument_count = 4;

// Accounts with 1,000,000 USDT each and one holding in every instrument.
struct Venue {
  SmallVenue small;
  Engine& engine = small.engine;

  Venue() {
    for (u32 i = 1; i < instrument_count; ++i) {
      small.must(SmallVenue::perpetual(("PERP-" + std::to_string(i)).c_str()));
      small.must(MarkPrices{1, ++small.sequence, {{InstrumentId{i}, dollars(20'000), Rate{}, Price{}}}});
    }
    for (u32 a = 2; a < account_count; ++a) {
      small.must(
          OpenAccount{"a" + std::to_string(a), PartyId{0}, RulebookId{0}, MarginMode::cross, false, false});
      small.must(Deposit{AccountId{a}, AssetId{0}, Amount::from_raw(1'000'000'000'000)});
      for (u32 i = 0; i < instrument_count; ++i) small.must(fill(a, i, Side::buy, 20));
    }
  }
  static Fill fill(u32 account, u32 instrument, Side side, i64 lots) {
    Fill f = small_fill();
    f.account = AccountId{account};
    f.instrument = InstrumentId{instrument};
    f.side = side;
    f.lots = Lots::from_raw(lots);
    return f;
  }
};

Venue& venue() {
  static Venue v;
  return v;
}

template <class Make>
void run(benchmark::State& state, Make make) {
  Engine& engine = venue().engine;
  Prng prng(1);
  std::vector<Command> commands;
  for (int i = 0; i < 100'000; ++i) commands.push_back(make(prng));
  std::size_t next = 0;
  u64 refused = 0;
  for (auto _ : state) {
    refused += apply(engine, engine.state.time, commands[next]).accepted() ? 0 : 1;
    if (++next == commands.size()) next = 0;
    if (next % 1'000 == 0) benchmark::DoNotOptimize(entities_hash(engine));
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["refused"] = static_cast<double>(refused);
}

// A fill without an order: judged like a new order (two assessments at most).
void fill_judged(benchmark::State& state) {
  run(state, [](Prng& prng) -> Command {
    const Side side = prng.chance(1, 2) ? Side::buy : Side::sell;
    return Venue::fill(static_cast<u32>(prng.between(2, account_count - 1)),
                       static_cast<u32>(prng.below(instrument_count)), side, prng.between(1, 5));
  });
}
BENCHMARK(fill_judged);

// A fill of a resting order, which was judged when it was placed.
void fill_of_order(benchmark::State& state) {
  Venue& v = venue();
  for (u32 a = 2; a < account_count; ++a) {
    if (!v.engine.state.accounts[a].orders.empty()) continue;
    PlaceOrder order = small_order();
    order.account = AccountId{a};
    order.order = 1;
    order.price = dollars(20'000);
    order.lots = Lots::from_raw(40'000);
    order.side = Side::buy;
    v.small.apply(order);
  }
  run(state, [](Prng& prng) -> Command {
    Fill f = Venue::fill(static_cast<u32>(prng.between(2, account_count - 1)), 0, Side::buy, 1);
    f.order = 1;
    return f;
  });
}
BENCHMARK(fill_of_order);

void mark_price(benchmark::State& state) {
  Venue& v = venue();
  Engine& engine = v.engine;
  Prng prng(2);
  u64 n = 0;
  MarkPrices command{2, 0, {{InstrumentId{0}, dollars(20'000), Rate{}, Price{}}}};
  for (auto _ : state) {
    command.sequence = ++v.small.sequence;
    command.rows[0].instrument = InstrumentId{static_cast<u32>(prng.below(instrument_count))};
    command.rows[0].price = Price::from_raw((200'000 + prng.between(-5, 5)) * 10'000'000);
    apply(engine, engine.state.time, command);
    if (++n % 1'000 == 0) benchmark::DoNotOptimize(entities_hash(engine));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(mark_price);

// An index on which many instruments are written, as a chain of options is: 1,600 more without holders.
void index_price(benchmark::State& state) {
  Venue& v = venue();
  Engine& engine = v.engine;
  for (u32 i = static_cast<u32>(engine.state.instruments.size()); i < 1'604; ++i) {
    v.small.must(SmallVenue::perpetual(("LISTED-" + std::to_string(i)).c_str()));
  }
  Prng prng(3);
  u64 n = 0;
  IndexPrices command{2, 0, {{IndexId{0}, dollars(20'000)}}};
  for (auto _ : state) {
    command.sequence = ++v.small.sequence;
    command.rows[0].price = Price::from_raw((200'000 + prng.between(-5, 5)) * 10'000'000);
    apply(engine, engine.state.time, command);
    if (++n % 1'000 == 0) benchmark::DoNotOptimize(entities_hash(engine));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(index_price);

// Every account assessed; items are accounts.
void tick(benchmark::State& state) {
  Engine& engine = venue().engine;
  for (auto _ : state) apply(engine, engine.state.time, Tick{});
  state.SetItemsProcessed(state.iterations() * account_count);
}
BENCHMARK(tick);

}  // namespace
}  // namespace lockstep
