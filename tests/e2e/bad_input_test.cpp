// Unusable input: exit code 2, nothing on standard output, and exactly one line that says what, where, and
// what would be right.
#include <gtest/gtest.h>

#include "tests/e2e/process.h"

namespace lockstep::e2e {
namespace {

void expect_unusable(const Ran& ran, const std::string& line) {
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "lockstep: " + line + "\n");
}

// The covered call, with one piece of text replaced.
std::string changed_book(const std::string& from, const std::string& to) {
  std::string text = read_file(std::string(LOCKSTEP_SOURCE_DIR) + "/books/deribit-covered-call.toml");
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

void expect_bad_book(const std::string& from, const std::string& to, const std::string& where_and_what) {
  const Folder folder;
  const std::string path = folder.write("book.toml", changed_book(from, to));
  const Ran ran = run({"margin", "--rulebook", "rulebooks/deribit.toml", "--book", path});
  expect_unusable(ran, path + ":" + where_and_what);
}

TEST(BadBook, UnknownKey) {
  expect_bad_book(
      "contracts  = \"5\"", "contrcats  = \"5\"",
      "57:1: unknown key \"contrcats\"; holding has instrument, size, contracts, leg, entry, margin");
}
TEST(BadBook, MalformedNumber) {
  expect_bad_book("\"0.061\"", "\"0,061\"",
                  "53:1: entry must be a decimal number in quotes, with at most 8 decimals, not \"0,061\"");
}
TEST(BadBook, NumberWithoutQuotes) {
  expect_bad_book("\"0.061\"", "0.061",
                  "53:1: entry must be a decimal number in quotes, with at most 8 decimals, not a number");
}
TEST(BadBook, ImpossibleDate) {
  expect_bad_book("2026-02-05T21:29:00Z", "2026-02-30T21:29:00Z",
                  "5:1: at: \"2026-02-30T21:29:00Z\" is no date: February 2026 has 28 days");
}
TEST(BadBook, DuplicateKey) {
  const Folder folder;
  const std::string path = folder.write("book.toml", changed_book("USD = 2", "USD = 2\nBTC = 8"));
  const Ran ran = run({"margin", "--rulebook", "rulebooks/deribit.toml", "--book", path});
  EXPECT_EQ(ran.code, 2);
  EXPECT_TRUE(ran.err.starts_with("lockstep: " + path + ":10:")) << ran.err;
  EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
}
TEST(BadBook, DuplicateHolding) {
  expect_bad_book("BTC-27MAR26-50000-P\"\ncontracts", "BTC-27MAR26-70000-C\"\ncontracts",
                  "56:1: instrument has a holding in this account already");
}
TEST(BadBook, DuplicateOrder) {
  expect_bad_book("price      = \"0.0585\"",
                  "price      = \"0.0585\"\n[[account.order]]\nid = 1\ninstrument = "
                  "\"BTC-27MAR26-70000-C\"\nside = \"buy\"\n"
                  "contracts = \"1\"\nprice = \"0.05\"",
                  "66:1: this account already has an order of this number (refusal 2010 order_exists)");
}
TEST(BadBook, DuplicateAccount) {
  expect_bad_book("[[account]]", "[[account]]\nname = \"covered\"\nmode = \"cross\"\n[[account]]",
                  "49:1: this name is registered already (refusal 1002 name_taken)");
}
TEST(BadBook, NegativeSizeOfAnOrder) {
  expect_bad_book("contracts  = \"10\"", "contracts  = \"-10\"",
                  "64:1: contracts must be from 1 to 1099511627776, not -10");
}
TEST(BadBook, PriceOffTheTick) {
  expect_bad_book("0.0585", "0.05855", "65:1: price 0.05855 is not a multiple of the tick, 0.0001");
}
TEST(BadBook, SizeOffTheLot) {
  expect_bad_book("contracts  = \"-20\"", "size  = \"-2.05\"",
                  "52:1: size -2.05 is not a multiple of the lot, 0.1");
}
TEST(BadBook, HoldingOverALimit) {
  expect_bad_book("contracts  = \"-20\"", "contracts  = \"-1099511627776\"",
                  "50:1: the holding would exceed the instrument's limit or the account's number of holdings "
                  "(refusal 3018 holding_limit)");
}
TEST(BadBook, UnknownInstrument) {
  expect_bad_book("instrument = \"BTC-27MAR26-50000-P\"", "instrument = \"BTC-27MAR26-50000-X\"",
                  "56:1: instrument names no instrument of this book: \"BTC-27MAR26-50000-X\"");
}
TEST(BadBook, UnknownWord) {
  expect_bad_book("mode     = \"cross\"", "mode     = \"crossed\"",
                  "47:1: mode must be one of isolated, cross, portfolio, not \"crossed\"");
}
TEST(BadBook, ModeThatTheVenueDoesNotHave) {
  expect_bad_book(
      "mode     = \"cross\"", "mode     = \"isolated\"",
      "47:1: mode must be one that the rulebook has: cross, portfolio, cross pooled, portfolio pooled");
}
TEST(BadBook, SmileWithArbitrage) {
  expect_bad_book(
      "rho = \"-0.34\"", "rho = \"-1.5\"",
      "39:1: the volatility slice is not free of arbitrage or out of range (refusal 4004 surface_invalid)");
}
TEST(BadBook, MissingFile) {
  expect_unusable(run({"margin", "--rulebook", "rulebooks/deribit.toml", "--book", "books/none.toml"}),
                  "open books/none.toml: No such file or directory");
}

TEST(GoodQuestion, WithoutAnAnswerIsNegative) {
  // Without a volatility, an option cannot be valued, and the account cannot be judged.
  const Folder folder;
  const std::string path = folder.write(
      "book.toml",
      changed_book("essvi   = { theta",
                   "svi = { a = \"0\", b = \"0\", rho = \"0\", m = \"0\", sigma = \"1\" } # { theta"));
  std::string text = changed_book("[[surface]]", "[[unused]]");
  const std::size_t begin = text.find("# Both are valued");
  text.erase(begin, text.find("[[account]]") - begin);
  const std::string without = folder.write("without.toml", text);
  const Ran ran = run({"margin", "--rulebook", "rulebooks/deribit.toml", "--book", without});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.err, "");
  EXPECT_NE(ran.out.find("price_missing BTC-27MAR26-70000-C: a price or an observation that is needed has "
                         "never been received"),
            std::string::npos)
      << ran.out;
}

TEST(GoodQuestion, ThatNeedsAnUnpublishedRuleNamesTheGap) {
  const Folder folder;
  const std::string path =
      folder.write("book.toml", changed_book("mode     = \"cross\"", "mode     = \"cross\"\npooled = true"));
  const Ran ran = run({"margin", "--rulebook", "rulebooks/deribit.toml", "--book", path, "--explain"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("gap cross_collateral: "), std::string::npos) << ran.out;
}

TEST(BadRulebook, UnknownKeyIsNamedWithLineAndColumn) {
  const Folder folder;
  std::string text = read_file(std::string(LOCKSTEP_SOURCE_DIR) + "/rulebooks/deribit.toml");
  const std::size_t at = text.find("version  =");
  text.replace(at, 7, "vresion");
  const std::string path = folder.write("r.toml", text);
  const Ran ran = run({"rulebook", "check", path});
  EXPECT_EQ(ran.code, 2);
  EXPECT_TRUE(ran.err.starts_with("lockstep: " + path + ":11:1: unknown key \"vresion\"")) << ran.err;
}

TEST(Rulebook, DiffIsNegativeWhereTheyDiffer) {
  EXPECT_EQ(run({"rulebook", "diff", "rulebooks/deribit.toml", "rulebooks/deribit.toml"}).code, 0);
  EXPECT_EQ(run({"rulebook", "diff", "rulebooks/deribit.toml", "rulebooks/binance-usdm.toml"}).code, 1);
}

TEST(BadArguments, OneLineThatPointsToTheHelp) {
  expect_unusable(run({}), "a verb is missing; `lockstep --help` lists them");
  expect_unusable(run({"rum"}), "there is no verb 'rum'; `lockstep --help` lists them");
  expect_unusable(run({"margin"}), "margin needs --rulebook FILE --book FILE, or --log DIR --account NAME");
  expect_unusable(run({"margin", "--log", "x"}), "--log requires --account; see `lockstep margin --help`");
  expect_unusable(run({"run", "--accounts", "0"}),
                  "--accounts: Value 0 not in range 1 to 1000000; see `lockstep run --help`");
  expect_unusable(run({"run", "--speed"}),
                  "The following argument was not expected: --speed; see `lockstep run --help`");
}

TEST(BadArguments, TimesAreTimes) {
  expect_unusable(run({"run", "--from", "2026-02-30"}),
                  "--from: \"2026-02-30\" is no date: February 2026 has 28 days");
}

TEST(BadFolder, ThatHoldsNoLog) {
  const Folder folder;
  const std::string line =
      folder.path() + ": there is no log here; name the folder that `lockstep run --log` was given";
  expect_unusable(run({"verify", folder.path()}), line);
  expect_unusable(run({"margin", "--log", folder.path(), "--account", "alice"}), line);
  EXPECT_EQ(run({"snapshot", folder.path("none")}).code, 2);
  EXPECT_EQ(run({"diff", folder.path("none"), folder.path()}).code, 2);
}

TEST(BadFolder, ThatCannotBeWritten) {
  const Ran ran = run({"run", "--once", "--accounts", "10", "--log", "/proc/lockstep"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  EXPECT_NE(ran.err.find("/proc/lockstep"), std::string::npos) << ran.err;
}

TEST(BadData, FoldersAndArchives) {
  const Folder folder;
  const Ran missing = run({"run", "--data", folder.path("none"), "--log", folder.path("log")});
  EXPECT_EQ(missing.code, 2);
  EXPECT_NE(missing.err.find("none"), std::string::npos) << missing.err;
  const Ran empty = run({"run", "--data", folder.path(), "--log", folder.path("log")});
  EXPECT_EQ(empty.code, 2);
  EXPECT_EQ(std::count(empty.err.begin(), empty.err.end(), '\n'), 1) << empty.err;
  // A zstd archive that ends after its magic number.
  folder.write("chain.csv.zst", std::string("\x28\xb5\x2f\xfd\x04", 5));
  const Ran cut = run({"run", "--data", folder.path(), "--log", folder.path("log")});
  EXPECT_EQ(cut.code, 2);
  EXPECT_NE(cut.err.find("chain.csv.zst"), std::string::npos) << cut.err;
}

}  // namespace
}  // namespace lockstep::e2e
