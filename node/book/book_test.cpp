// A book says what it says, to the last digit; and whatever is wrong with it is one fault with its place.
// The one-line messages of the command line are tested in tests/e2e/bad_input_test.cpp; here is the rest.
#include "node/book/book.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/base/prng.h"
#include "core/ledger/ledger.h"
#include "node/rules/compile.h"

namespace lockstep {
namespace {

std::string file(const std::string& name) {
  std::ifstream in(std::string(LOCKSTEP_SOURCE_DIR) + "/" + name, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Rulebook rules(const std::string& name) {
  const Result<Rulebook, Fault> compiled = compile_rulebook_text(file("rulebooks/" + name), name);
  EXPECT_TRUE(compiled);
  return compiled.value();
}
const Rulebook& deribit() {
  static const Rulebook r = rules("deribit.toml");
  return r;
}
const Rulebook& binance() {
  static const Rulebook r = rules("binance-usdm.toml");
  return r;
}

std::string fault_of(const std::string& text, const Rulebook& rulebook) {
  const Result<std::unique_ptr<Engine>, Fault> opened = open_book(text, "book", rulebook);
  return opened ? "no fault" : opened.error().what;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Book, HoldsWhatTheFileSays) {
  const Result<std::unique_ptr<Engine>, Fault> opened =
      open_book(file("books/binance-cross.toml"), "book", binance());
  ASSERT_TRUE(opened) << opened.error().what;
  const State& s = opened.value()->state;
  ASSERT_EQ(s.accounts.size(), 3u);
  const Account& longs = s.accounts[0];
  EXPECT_EQ(longs.name, "longs");
  EXPECT_EQ(balance(longs, AssetId{0}), Amount::from_raw(25'000'000'000'000));
  ASSERT_EQ(longs.holdings.size(), 2u);
  EXPECT_EQ(longs.holdings[0].lots, Lots::from_raw(8'500));
  EXPECT_EQ(to_decimal(longs.holdings[0].cost.raw(), value_decimals), "1006673.445");  // 8.5 x 118,432.17
  ASSERT_EQ(longs.orders.size(), 2u);
  EXPECT_EQ(longs.orders[0].price, Price::from_raw(3'500 * price_one));
  EXPECT_TRUE(longs.orders[1].reduce_only);
  EXPECT_EQ(longs.leverages[1].leverage, Rate::from_raw(25 * rate_one));
  EXPECT_EQ(s.accounts[1].state, MarginState::liquidation);
  EXPECT_TRUE(s.accounts[2].pooled);
  EXPECT_EQ(balance(s.accounts[2], AssetId{0}), Amount::from_raw(-150'000'000'000));
}

TEST(Book, EveryExampleConservesMoneyAndLots) {
  for (const char* name : {"deribit-strangle", "deribit-covered-call", "binance-cross", "binance-isolated"}) {
    const Rulebook& r = std::string_view(name).starts_with("deribit") ? deribit() : binance();
    const auto opened = open_book(file("books/" + std::string(name) + ".toml"), name, r);
    ASSERT_TRUE(opened) << opened.error().what;
    const State& s = opened.value()->state;
    for (u32 i = 0; i < s.assets.size(); ++i) EXPECT_EQ(conservation(s, AssetId{i}), Value{}) << name;
    for (u32 i = 0; i < s.instruments.size(); ++i)
      EXPECT_EQ(lots_conservation(s, InstrumentId{i}), Lots{}) << name;
  }
}

TEST(Book, SizeAndContractsAreTheSameHolding) {
  const std::string text = file("books/deribit-strangle.toml");
  const auto in_size = open_book(text, "book", deribit());
  const auto in_contracts =
      open_book(replaced(text, "size       = \"-150000\"", "contracts  = \"-15000\""), "book", deribit());
  ASSERT_TRUE(in_size && in_contracts);
  EXPECT_EQ(state_hash(*in_size.value()), state_hash(*in_contracts.value()));
}

TEST(Book, OrderOfAccountsAndHoldingsInTheFileDoesNotMatterToTheirMargin) {
  const std::string text = file("books/binance-isolated.toml");
  const std::size_t first = text.find("[[account.holding]]");
  const std::size_t second = text.find("[[account.holding]]", first + 1);
  const std::string swapped =
      text.substr(0, first) + text.substr(second) + "\n" + text.substr(first, second - first);
  const auto one = open_book(text, "book", binance());
  const auto other = open_book(swapped, "book", binance());
  ASSERT_TRUE(one && other);
  EXPECT_EQ(state_hash(*one.value()), state_hash(*other.value()));
}

TEST(Book, FaultsOfTheMarket) {
  const std::string text = file("books/deribit-covered-call.toml");
  EXPECT_EQ(
      fault_of(replaced(text, "tick      = \"0.0001\"", "tick      = \"0.0000000001\""), deribit()),
      "book:25:1: tick must be a decimal number in quotes, with at most 8 decimals, not \"0.0000000001\"");
  EXPECT_EQ(fault_of(replaced(text, "tick      = \"0.0001\"", "tick      = \"0.00000003\""), deribit()),
            "book:16:13: tick times lot must be a whole number of ledger units of the asset that is paid "
            "(refusal 3002 "
            "instrument_inexact)");
  EXPECT_EQ(fault_of(replaced(text, "2026-03-27T08:00:00Z", "2026-01-27T08:00:00Z"), deribit()),
            "book:22:1: expiry lies before the time of the book");
  EXPECT_EQ(fault_of(replaced(text, "price = \"63480.25\"", "price = \"-63480.25\""), deribit()),
            "book:14:1: price must be from 0.00000001 to 100000000, not -63480.25");
  EXPECT_EQ(fault_of(replaced(text, "BTC = 8", "BTC = 13"), deribit()),
            "book:8:1: BTC must be the number of decimals of its ledger, 0 to 12");
  EXPECT_EQ(fault_of(replaced(text, "kind      = \"option\"", "kind      = \"opinion\""), deribit()),
            "book:17:1: kind must be one of spot, perpetual, future, option, not \"opinion\"");
  EXPECT_EQ(fault_of(replaced(text, "at = \"2026-02-05T21:29:00Z\"", ""), deribit()),
            "book:1:1: the book needs at, which must be a time in quotes such as \"2026-02-05T21:29:00Z\"");
  EXPECT_EQ(fault_of(replaced(text, "essvi   = ", "esvi   = "), deribit()),
            "book:39:1: surface needs one of svi = { a, b, rho, m, sigma } and essvi = { theta, rho, psi }");
}

TEST(Book, FaultsOfMoney) {
  const std::string text = file("books/binance-isolated.toml");
  EXPECT_EQ(fault_of(replaced(text, "USDT = 8\n", ""), binance()),
            "book:6:2: assets lacks USDT, in which the rulebook counts");
  EXPECT_EQ(
      fault_of(replaced(text, "margin     = \"5094\"", ""), binance()),
      "book:29:1: holding needs margin, which must be a decimal number in quotes, with at most 8 decimals");
  EXPECT_EQ(fault_of(replaced(text, "BTCUSDT-PERP = \"20\"", "BTCUSDT-PERP = \"200\""), binance()),
            "book:27:14: leverage is at least 1 and at most what the rulebook allows (refusal 3017 "
            "leverage_out_of_range)");
  EXPECT_EQ(fault_of(replaced(text, "leg        = \"long\"", "leg        = \"short\""), binance()),
            "book:29:1: a net account uses the net leg, a hedge-mode account the long or the short leg "
            "(refusal 3008 "
            "leg_invalid)");
}

TEST(Book, EveryCutOffFileIsOneFaultOrABook) {
  const std::string text = file("books/binance-cross.toml");
  for (std::size_t size = 0; size < text.size(); size += 7) {
    const std::string what = fault_of(text.substr(0, size), binance());
    EXPECT_TRUE(what == "no fault" || what.starts_with("book:")) << what;
    EXPECT_EQ(what.find('\n'), std::string::npos) << what;
  }
}

TEST(Book, EveryChangedByteIsOneFaultOrABook) {
  const std::string text = file("books/deribit-strangle.toml");
  constexpr std::string_view bytes = "0123456789-.\"[]={}#\n ,xX\xff";
  for (u64 seed = 0; seed < 500; ++seed) {
    Prng prng(seed);
    std::string changed = text;
    for (u64 n = 1 + prng.below(3); n > 0; --n)
      changed[prng.below(changed.size())] = bytes[prng.below(bytes.size())];
    const std::string what = fault_of(changed, deribit());
    EXPECT_TRUE(what == "no fault" || what.starts_with("book:")) << "seed " << seed << ": " << what;
  }
}

}  // namespace
}  // namespace lockstep
