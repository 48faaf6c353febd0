#include "tests/world/world.h"

#include <algorithm>
#include <map>

#include "core/ledger/ledger.h"
#include "core/ledger/valuation.h"
#include "core/risk/risk_book.h"

namespace lockstep::world {
namespace {

constexpr Time now = Time::from_raw(1'767'225'600'000'000);  // 2026-01-01
constexpr i64 day = i64{86'400} * 1'000'000;

struct Coin {
  const char* name;
  i64 cents;  // its price
};
constexpr Coin coins_of_world[] = {{"BTC", 5'000'000}, {"ETH", 250'000}, {"SOL", 10'000},
                                   {"XRP", 200},       {"LTC", 8'000},   {"XYZ", 40}};
constexpr const char* dollars[] = {"USD", "USDC", "USDT"};

Price cents(i64 count) { return Price::from_raw(count * (price_one / 100)); }

struct Builder {
  Engine& engine;
  std::map<std::string, u32> assets, indexes;
  u64 sequence = 0;

  bool apply_to(const Command& command) { return apply(engine, now, command).accepted(); }
  void must(const Command& command) { LS_ASSERT(apply_to(command)); }

  void asset(const std::string& name) {
    must(RegisterAsset{name, 8});
    assets.emplace(name, static_cast<u32>(assets.size()));
  }
  void index(const std::string& base, const std::string& quote, Price price) {
    const std::string name = base + "-" + quote;
    must(RegisterIndex{name, AssetId{assets.at(base)}, AssetId{assets.at(quote)}});
    const IndexId id{static_cast<u32>(indexes.size())};
    indexes.emplace(name, id.index);
    must(IndexPrices{1, ++sequence, {{id, price}}});
  }
};

struct Candidate {
  RegisterInstrument command;
  Price price;  // of the underlying
};

Candidate contract(const Builder& builder, const Coin& coin, const char* dollar, InstrumentKind kind,
                   bool inverse) {
  Candidate candidate;
  RegisterInstrument& r = candidate.command;
  candidate.price = cents(coin.cents);
  r.kind = kind;
  r.inverse = inverse;
  r.index = IndexId{builder.indexes.at(std::string(coin.name) + "-" + dollar)};
  r.rulebook = RulebookId{0};
  r.name = std::string(coin.name) + "-" + dollar;
  // About ten dollars a lot.
  r.lot =
      inverse && kind != InstrumentKind::option ? i64{10} * 100'000'000 : i64{100'000'000'000} / coin.cents;
  r.tick =
      inverse && kind != InstrumentKind::option ? Price::from_raw(candidate.price.raw() / 1'000) : cents(1);
  r.price_max = Price::from_raw(candidate.price.raw() * 100);
  r.lots_max = Lots::from_raw(1'000'000);
  return candidate;
}

void add_options(const Builder& builder, const Coin& coin, const char* dollar, bool inverse,
                 std::vector<Candidate>& out) {
  for (const i64 days : {i64{14}, i64{90}}) {
    for (const i64 percent : {i64{90}, i64{100}, i64{110}}) {
      for (const OptionType type : {OptionType::call, OptionType::put}) {
        Candidate candidate = contract(builder, coin, dollar, InstrumentKind::option, inverse);
        RegisterInstrument& r = candidate.command;
        r.strike = Price::from_raw(candidate.price.raw() / 100 * percent);
        r.expiry = now + Duration::from_raw(days * day);
        r.option = type;
        r.name.append(inverse ? "-COIN-" : "-").append(std::to_string(days)).append("D");
        r.name.append(std::to_string(percent)).append(type == OptionType::call ? "-C" : "-P");
        if (inverse) {
          r.price_max = Price::from_raw(100 * price_one);
          r.tick = Price::from_raw(price_one / 2'000);
        }
        out.push_back(candidate);
      }
    }
  }
}

std::vector<Candidate> candidates(const Builder& builder) {
  std::vector<Candidate> out;
  for (const Coin& coin : coins_of_world) {
    for (const char* dollar : dollars) {
      Candidate perpetual = contract(builder, coin, dollar, InstrumentKind::perpetual, false);
      perpetual.command.name += "-PERP";
      out.push_back(perpetual);
      Candidate future = contract(builder, coin, dollar, InstrumentKind::future, false);
      future.command.expiry = now + Duration::from_raw(90 * day);
      future.command.name += "-90D";
      out.push_back(future);
      add_options(builder, coin, dollar, false, out);
    }
    Candidate inverse = contract(builder, coin, "USD", InstrumentKind::perpetual, true);
    inverse.command.name += "-COIN-PERP";
    out.push_back(inverse);
    add_options(builder, coin, "USD", true, out);
  }
  return out;
}

void price_it(Builder& builder, InstrumentId id, const Candidate& candidate) {
  MarkPrice mark;
  mark.instrument = id;
  if (candidate.command.kind == InstrumentKind::option) {
    mark.volatility = Rate::from_raw(rate_one * 60 / 100);
    mark.forward = candidate.price;
  } else {
    mark.price = candidate.price;
  }
  builder.must(MarkPrices{1, ++builder.sequence, {mark}});
  const Value interest = Value::from_raw(i128{1'000} * value_one);
  builder.must(
      Observations{1, ++builder.sequence, {{ObservationKind::open_interest, id.index, Time{}, interest}}});
}

// What a rulebook says of assets that this world does not have is left out.
Rulebook fitted(const Builder& builder, Rulebook rules) {
  std::erase_if(rules.collateral,
                [&](const Collateral& row) { return builder.assets.count(row.asset) == 0; });
  return rules;
}

void observe_totals(Builder& builder) {
  for (const auto& [name, id] : builder.assets) {
    const Value total = Value::from_raw(i128{10} * value_one);
    builder.must(Observations{
        1,
        ++builder.sequence,
        {{ObservationKind::deposits, id, Time{}, total}, {ObservationKind::debts, id, Time{}, total}}});
  }
}

}  // namespace

World world_of(const Rulebook& rules, bool reversed) {
  World world;
  world.engine = std::make_unique<Engine>();
  Builder builder{*world.engine, {}, {}, 0};
  for (const char* dollar : dollars) builder.asset(dollar);
  for (const Coin& coin : coins_of_world) builder.asset(coin.name);
  builder.must(ProposeRulebook{fitted(builder, rules)});
  ScheduleEpoch schedule;
  schedule.rulebook = RulebookId{0};
  schedule.epoch = 1;
  builder.must(schedule);
  for (const char* quote : dollars) {
    for (const char* base : dollars) {
      if (std::string(base) != quote) builder.index(base, quote, cents(100));
    }
    for (const Coin& coin : coins_of_world) builder.index(coin.name, quote, cents(coin.cents));
  }
  observe_totals(builder);
  std::vector<Candidate> all = candidates(builder);
  if (reversed) std::reverse(all.begin(), all.end());
  for (const Candidate& candidate : all) {
    if (!builder.apply_to(candidate.command)) continue;
    const InstrumentId id{static_cast<u32>(world.engine->state.instruments.size() - 1)};
    price_it(builder, id, candidate);
    world.instruments.push_back(id);
  }
  builder.must(OpenParty{"owner"});
  return world;
}

std::vector<InstrumentId> usable(World& world, const Scheme& scheme) {
  std::vector<InstrumentId> found;
  for (const InstrumentId id : world.instruments) {
    bool good = true;
    for (const i64 sign : {1, -1}) {
      const Draw one{world.engine->state.instrument(id).name,
                     Value::from_raw(i128{sign} * 1'000 * value_one)};
      const Account account = account_of(world, scheme, {one}, Amount::from_raw(1'000'000'000'000));
      good = good && assess(world.engine->state, world.engine->risk, account).obstacle == Obstacle::none;
    }
    if (good) found.push_back(id);
  }
  return found;
}

std::vector<Draw> draw(World& world, const std::vector<InstrumentId>& from, const Scheme& scheme,
                       std::size_t count, Prng& prng) {
  const State& state = world.engine->state;
  std::vector<InstrumentId> left = from;
  if (!scheme.exclusive.empty() && !from.empty()) {
    const AssetId base = state.index(state.instrument(from[prng.below(from.size())]).index).base;
    std::erase_if(left,
                  [&](InstrumentId id) { return state.index(state.instrument(id).index).base != base; });
  }
  std::vector<Draw> draws;
  while (draws.size() < count && !left.empty()) {
    const std::size_t at = prng.below(left.size());
    const i64 worth = (prng.below(2) == 0 ? 1 : -1) * static_cast<i64>(100 + prng.below(50'000));
    draws.push_back({state.instrument(left[at]).name, Value::from_raw(i128{worth} * value_one)});
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return draws;
}

Account account_of(const World& world, const Scheme& scheme, const std::vector<Draw>& draws, Amount cash) {
  Engine& engine = *world.engine;
  const State& state = engine.state;
  Account account;
  account.name = "drawn";
  account.party = PartyId{0};
  account.rulebook = RulebookId{0};
  account.mode = scheme.mode;
  account.pooled = scheme.pooled;
  const Rulebook& rules = state.rulebook(account.rulebook).rules();
  if (scheme.pooled) add_balance(account, AssetId{engine.lookup.assets.at(rules.money)}, cash);
  for (const Draw& drawn : draws) {
    const InstrumentId id{engine.lookup.instruments.at(drawn.instrument)};
    const Instrument& instrument = state.instrument(id);
    Holding holding;
    holding.instrument = id;
    holding.lots = Lots::from_raw(static_cast<i64>(drawn.worth.raw() / (value_one * 10)));
    if (holding.lots == Lots{}) holding.lots = Lots::from_raw(1);
    holding.cost = times(risk_row(state, engine.risk, id).mark, holding.lots);
    const auto place = std::find_if(account.holdings.begin(), account.holdings.end(),
                                    [&](const Holding& other) { return id < other.instrument; });
    account.holdings.insert(place, holding);
    const bool has = std::any_of(account.balances.begin(), account.balances.end(),
                                 [&](const Balance& b) { return b.asset == instrument.settle; });
    if (!scheme.pooled && !has) add_balance(account, instrument.settle, cash);
  }
  return account;
}

}  // namespace lockstep::world
