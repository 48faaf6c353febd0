// What the program prints where a difference needs a second look: statements of the example books, constants,
// help.
#include <gtest/gtest.h>

#include "tests/e2e/process.h"

namespace lockstep::e2e {
namespace {

void expect_statement(const std::string& rulebook, const std::string& book) {
  const Ran ran = run(
      {"margin", "--rulebook", "rulebooks/" + rulebook, "--book", "books/" + book + ".toml", "--explain"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err, "");
  expect_golden(book + ".txt", ran.out);
}

TEST(Golden, StatementOfAShortStrangleUnderPortfolioMargin) {
  expect_statement("deribit.toml", "deribit-strangle");
}
TEST(Golden, StatementOfACoveredCallUnderStandardMargin) {
  expect_statement("deribit.toml", "deribit-covered-call");
}
TEST(Golden, StatementsOfCrossMargin) { expect_statement("binance-usdm.toml", "binance-cross"); }
TEST(Golden, StatementsOfIsolatedMargin) { expect_statement("binance-usdm.toml", "binance-isolated"); }

TEST(Golden, Constants) {
  const Ran ran = run({"constants"});
  EXPECT_EQ(ran.code, 0);
  expect_golden("constants.txt", ran.out);
}

TEST(Golden, Refusals) {
  const Ran ran = run({"refusals"});
  EXPECT_EQ(ran.code, 0);
  expect_golden("refusals.txt", ran.out);
}

TEST(Golden, GeneratedDocumentsAreUpToDate) {
  const Ran ran = run({"docs", "--check"});
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err << "`./dev docs` writes them";
}

}  // namespace
}  // namespace lockstep::e2e
