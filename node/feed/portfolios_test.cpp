#include "node/feed/portfolios.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/units/limits.h"
#include "core/wire/codec.h"
#include "node/feed/calendar.h"
#include "node/feed/contracts.h"
#include "node/feed/trades.h"

namespace lockstep {
namespace {

// Two coins with three expiries and nine strikes each, three linear perpetuals.
Universe small_universe() {
  Universe universe;
  universe.now = time_of_date(2026, 2, 1);
  universe.first = {"first", RulebookId{0}, false, true, false, true, true};
  universe.second = {"second", RulebookId{1}, true, true, true, false, false};
  universe.coins = {AssetId{0}, AssetId{1}};
  universe.dollar = AssetId{2};
  universe.second_dollar = AssetId{3};
  u32 instrument = 0;
  const i64 spots[] = {80'000, 2'500};
  for (u8 coin = 0; coin < 2; ++coin) {
    universe.inverse.push_back({InstrumentId{instrument++}, std::string(coins[coin].name) + "-PERPETUAL",
                                true, coins[coin].perpetual_lot, coins[coin].perpetual_tick,
                                Lots::from_raw(1'000'000'000), Price::from_raw(spots[coin] * price_one),
                                universe.coins[coin]});
  }
  for (const char* symbol : {"BTCUSDT", "ETHUSDT", "XRPUSDT"}) {
    const i64 price = symbol[0] == 'B' ? spots[0] : symbol[0] == 'E' ? spots[1] : 2;
    const RegisterInstrument contract =
        linear_perpetual(symbol, Price::from_raw(price * price_one), RulebookId{1}, IndexId{});
    universe.linear.push_back({InstrumentId{instrument++}, symbol, false, contract.lot, contract.tick,
                               contract.lots_max, Price::from_raw(price * price_one), AssetId{4}});
  }
  for (u8 coin = 0; coin < 2; ++coin) {
    for (const char* expiry : {"6FEB26", "27FEB26", "27MAR26"}) {
      for (i64 percent = 80; percent <= 120; percent += 5) {
        for (const bool is_call : {true, false}) {
          OptionView option;
          option.instrument = InstrumentId{instrument++};
          option.coin = coin;
          EXPECT_TRUE(parse_expiry(expiry, option.expiry));
          option.strike = Price::from_raw(spots[coin] * percent / 100 * price_one);
          option.is_call = is_call;
          option.lot = coins[coin].option_lot;
          option.tick = Price::from_raw(10'000);
          option.mark = Price::from_raw(price_one / 20);
          option.volatility = 0.6;
          option.forward = static_cast<double>(spots[coin]);
          option.open_interest = 500;
          universe.options.push_back(option);
        }
      }
    }
  }
  return universe;
}

PortfolioPlan plan_of(u32 accounts, u64 seed) {
  PortfolioPlan plan;
  plan.accounts = accounts;
  plan.seed = seed;
  return plan;
}

struct Opened {
  std::vector<OpenAccount> accounts;
  std::map<u32, std::vector<Fill>> fills;  // by account
  std::map<u32, i64> net;                  // by instrument
  u32 deposits = 0;
};

Opened opened(const std::vector<Command>& commands) {
  Opened result;
  for (const Command& command : commands) {
    if (const auto* open = std::get_if<OpenAccount>(&command)) result.accounts.push_back(*open);
    if (std::holds_alternative<Deposit>(command)) ++result.deposits;
    if (const auto* fill = std::get_if<Fill>(&command)) {
      result.fills[fill->account.index].push_back(*fill);
      result.net[fill->instrument.index] += fill->side == Side::buy ? fill->lots.raw() : -fill->lots.raw();
    }
  }
  return result;
}

TEST(Portfolios, SameSeedSameCommands) {
  const Universe universe = small_universe();
  PlannedBook a, b, c;
  const std::vector<Command> first = open_portfolios(plan_of(300, 7), universe, a);
  EXPECT_EQ(encode_batch(first), encode_batch(open_portfolios(plan_of(300, 7), universe, b)));
  EXPECT_NE(encode_batch(first), encode_batch(open_portfolios(plan_of(300, 8), universe, c)));
  for (int hours = 0; hours < 20; ++hours) {
    EXPECT_EQ(encode_batch(portfolio_activity(plan_of(300, 7), universe, a)),
              encode_batch(portfolio_activity(plan_of(300, 7), universe, b)));
  }
}

TEST(Portfolios, TheClearingHouseEndsFlatForAnyNumberOfAccounts) {
  const Universe universe = small_universe();
  for (const u32 accounts : {4u, 10u, 99u, 1'000u}) {
    PlannedBook book;
    const Opened result = opened(open_portfolios(plan_of(accounts, 3), universe, book));
    EXPECT_EQ(result.accounts.size(), accounts);
    for (const auto& [instrument, lots] : result.net) EXPECT_EQ(lots, 0) << accounts << " " << instrument;
  }
}

TEST(Portfolios, ClientsHoldOneToTwelveLegsAndEveryKindOfAccountOccurs) {
  const Universe universe = small_universe();
  PlannedBook book;
  const Opened result = opened(open_portfolios(plan_of(1'000, 1), universe, book));
  std::set<std::pair<MarginMode, bool>> first, second;
  for (u32 i = 0; i < 1'000; ++i) {
    const OpenAccount& account = result.accounts[i];
    (account.rulebook == RulebookId{0} ? first : second).insert({account.mode, account.pooled});
    EXPECT_EQ(account.rulebook, (RulebookId{i < 500 ? 0u : 1u}));
    const bool maker = (i >= 490 && i < 500) || i >= 990;
    if (maker) continue;
    ASSERT_TRUE(result.fills.contains(i)) << i;
    EXPECT_LE(result.fills.at(i).size(), 12u);
  }
  EXPECT_EQ(first.size(), 2u);   // cross and portfolio
  EXPECT_EQ(second.size(), 3u);  // isolated, cross, pooled
  EXPECT_GE(result.deposits, 1'000u);
}

TEST(Portfolios, OnlyModesThatTheVenueHasAreOpened) {
  Universe universe = small_universe();
  universe.first = {"first", RulebookId{0}, false, true, false, false, false};
  universe.second = {"second", RulebookId{1}, false, false, false, false, false};
  PlannedBook book;
  const Opened result = opened(open_portfolios(plan_of(100, 1), universe, book));
  EXPECT_EQ(result.accounts.size(), 100u);  // all under the venue that can have any
  for (const OpenAccount& account : result.accounts) {
    EXPECT_EQ(account.mode, MarginMode::cross);
    EXPECT_EQ(account.rulebook, RulebookId{0});
  }
}

TEST(Portfolios, ActivityStaysInItsBoundsAndItsVenueAndForgetsWhatExpired) {
  Universe universe = small_universe();
  PlannedBook book;
  const PortfolioPlan plan = plan_of(400, 5);
  (void)open_portfolios(plan, universe, book);
  std::map<std::string_view, int> counts;
  for (int hours = 0; hours < 200; ++hours) {
    if (hours == 100) universe.options.clear();
    const std::vector<Command> commands = portfolio_activity(plan, universe, book);
    EXPECT_GE(commands.size(), plan.actions_per_hour);
    EXPECT_LE(commands.size(), plan.actions_per_hour + 1);
    EXPECT_LE(book.orders.size(), 2'000u);
    for (const Command& command : commands) {
      ++counts[command_name(command)];
      const auto* fill = std::get_if<Fill>(&command);
      if (fill == nullptr) continue;
      const Tradable what = find_tradable(universe, fill->instrument);
      ASSERT_FALSE(what.instrument.is_none());
      EXPECT_EQ(fill->account.index >= book.accounts_first, what.kind == FeeKind::linear);
    }
  }
  for (const char* kind : {"fill", "place_order", "amend_order", "cancel_order", "deposit", "withdraw"}) {
    EXPECT_GT(counts[kind], 0) << kind;
  }
}

TEST(Trades, FeesAreWhatTheirRuleGivesByHand) {
  Tradable option{InstrumentId{0}, FeeKind::option, 10'000'000, Price::from_raw(10'000),
                  Price::from_raw(5'000'000)};
  // 10 lots of 0.1 coin: 3 basis points of one coin.
  EXPECT_EQ(fill_at_mark(AccountId{0}, option, 10).fee.raw(), 30'000);
  option.mark = Price::from_raw(20'000);  // premium 0.0002 coin, an eighth of it
  EXPECT_EQ(fill_at_mark(AccountId{0}, option, 10).fee.raw(), 2'500);
  // 1,000 lots of 10 dollars at 50,000: 0.2 coin, 5 basis points of it.
  const Tradable inverse{InstrumentId{0}, FeeKind::inverse, 10 * price_one, Price::from_raw(50'000'000),
                         Price::from_raw(50'000 * price_one)};
  EXPECT_EQ(fill_at_mark(AccountId{0}, inverse, -1'000).fee.raw(), 10'000);
  // 2 lots of 0.001 at 80,000: 160 dollars, 0.08 of fee.
  const Tradable linear{InstrumentId{0}, FeeKind::linear, 100'000, Price::from_raw(10'000'000),
                        Price::from_raw(80'000 * price_one)};
  EXPECT_EQ(fill_at_mark(AccountId{0}, linear, 2).fee.raw(), 80'000);
}

TEST(Contracts, NamesOfOptionsAreReadAndWrittenAlike) {
  OptionQuote quote;
  ASSERT_TRUE(parse_option_name("BTC-28JAN26-82000-C", quote));
  EXPECT_EQ(quote.coin, 0);
  EXPECT_EQ(format_time(quote.expiry), "2026-01-28 08:00:00");
  EXPECT_EQ(quote.strike.raw(), 82'000 * price_one);
  EXPECT_EQ(option_name(0, quote.expiry, quote.strike, quote.option), "BTC-28JAN26-82000-C");
  ASSERT_TRUE(parse_option_name("ETH-6FEB26-2d5-P", quote));
  EXPECT_EQ(quote.strike.raw(), 250'000'000);
  EXPECT_EQ(option_name(1, quote.expiry, quote.strike, quote.option), "ETH-6FEB26-2d5-P");
  for (const char* name :
       {"", "BTC", "BTC-PERPETUAL", "BTC-28JAN26", "BTC-28JAN26-82000", "BTC-28JAN26-82000-X",
        "BTC-30FEB26-82000-C", "BTC-28JAN26-0-C", "BTC-28JAN26--C", "SOL_USDC-28JAN26-100-C",
        "BTC-28JAN26-8.5-C", "BTC-28JAN26-82000-C-D", "btc-28JAN26-82000-C"}) {
    EXPECT_FALSE(parse_option_name(name, quote)) << name;
  }
}

TEST(Contracts, LinearContractsGetTicksAndLotsOfTheUsualSize) {
  const auto contract = [](i64 raw) {
    return linear_perpetual("XUSDT", Price::from_raw(raw), RulebookId{}, IndexId{});
  };
  EXPECT_EQ(contract(89'015 * price_one).tick.raw(), 1'000'000);  // 0.01
  EXPECT_EQ(contract(89'015 * price_one).lot, 100'000);           // 0.001
  EXPECT_EQ(contract(3'000 * price_one).tick.raw(), 100'000);     // 0.001
  EXPECT_EQ(contract(10'000'000).tick.raw(), 10);                 // a tenth of a dollar: 0.0000001
  EXPECT_EQ(contract(10'000'000).lot, 1'000 * price_one);
  for (i64 raw = 1; raw <= limits::price_raw_max / 10; raw *= 7) {
    const RegisterInstrument c = contract(raw);
    EXPECT_GE(c.lots_max.raw(), 1'000) << raw;
    EXPECT_LE(i128{c.price_max.raw()} * c.lot * c.lots_max.raw(), limits::holding_value_raw_max) << raw;
  }
}

}  // namespace
}  // namespace lockstep
