// lockstep/reconcile on testing_stress.h's account `long`: 2,000 USDT, 1 BTC from 20,000, 5 % maintenance and
// a tenth initial margin; and on a profit that one side counts into the balance.
#include <gtest/gtest.h>

#include "node/stress/testing_stress.h"
#include "node/view/testing_view.h"
#include "node/whatif/testing_book.h"

namespace lockstep::view {
namespace {

struct Reconcile : testing::Test {
  std::unique_ptr<Engine> engine = stress::testing_engine();
  Asking asking{*engine};
  Tree of(const char* rows) {
    return asking.ask("reconcile", {{"account", "long"}, {"rows", Tree::parse(rows)}});
  }
  // "verdict kind name: verdict, ..."
  static std::string brief(const Tree& answer) {
    std::string text = answer["verdict"];
    for (const Tree& row : answer["rows"]) {
      text += " | " + std::string(row["kind"]) + " " + std::string(row["verdict"]);
    }
    return text;
  }
};

TEST_F(Reconcile, TheSameIsMatched) {
  const Tree answer = of(R"({"balances":[{"asset":"USDT","amount":"2000.00"}],
      "positions":[{"instrument":"BTC-PERP","size":1}],
      "initial":"2000","maintenance":"1000","equity":"2000"})");
  EXPECT_EQ(brief(answer),
            "matched | balance matched | position matched | initial matched | maintenance matched | "
            "equity matched");
  EXPECT_EQ(answer["rows"][1]["ours"], "1");
  EXPECT_EQ(answer["rows"][1]["difference"], "0");
}

TEST_F(Reconcile, WhatTheyDidNotSayIsUnknownAndNotFlat) {
  EXPECT_EQ(brief(of("{}")),
            "unknown | balance unknown | position unknown | initial unknown | maintenance unknown | "
            "equity unknown");
  const Tree answer = of(R"({"positions":[{"instrument":"BTC-PERP","size":"1"}]})");
  EXPECT_EQ(answer["verdict"], "unknown");
  EXPECT_EQ(answer["rows"][0]["reason"], "they say nothing of balances");
  EXPECT_EQ(answer["rows"][0]["theirs"], "");
  // A list that was said and lacks what we hold is another matter.
  const Tree none = of(R"({"positions":[]})");
  EXPECT_EQ(none["verdict"], "break");
  EXPECT_EQ(none["rows"][1]["reason"], "they do not list it");
}

TEST_F(Reconcile, FiguresFollowFromSizesThatDiffer) {
  const Tree answer = of(R"({"balances":[{"asset":"USDT","amount":"2000"}],
      "positions":[{"instrument":"BTC-PERP","size":"0.5"}],
      "initial":"1000","maintenance":"500","equity":"1999"})");
  EXPECT_EQ(brief(answer),
            "break | balance matched | position break | initial explained | maintenance explained | "
            "equity break");
  EXPECT_EQ(answer["rows"][1]["difference"], "-0.5");
  EXPECT_EQ(answer["rows"][2]["reason"], "follows from the balances and positions that differ");
  // What only they hold enters at the mark: 10 ETH at 1,000 need a fifth.
  const Tree more = of(R"({"balances":[{"asset":"USDT","amount":"2000"}],
      "positions":[{"instrument":"BTC-PERP","size":"1"},{"instrument":"ETH-PERP","size":"-10"}],
      "initial":"4000","maintenance":"2000","equity":"2000"})");
  EXPECT_EQ(brief(more),
            "break | balance matched | position matched | position break | initial explained | "
            "maintenance explained | equity matched");
}

TEST_F(Reconcile, AToleranceIsOfAmounts) {
  const char* rows = R"({"balances":[{"asset":"USDT","amount":"2000.01"}],"tolerance":"0.01",
      "positions":[{"instrument":"BTC-PERP","size":"1"}],
      "initial":"2000.02","maintenance":"1000.01","equity":"2000"})";
  EXPECT_EQ(brief(of(rows)),
            "break | balance explained | position matched | initial break | maintenance explained | "
            "equity matched");
}

TEST_F(Reconcile, ProfitInTheirBalanceExplainsIt) {
  const auto other = whatif::testing_engine(rules_of("binance-usdm.toml"));
  Asking there(*other);
  const Tree rows = Tree::parse(R"({"balances":[{"asset":"USDT","amount":"300000"}]})");
  const Tree answer = there.ask("reconcile", {{"rows", rows}});
  EXPECT_EQ(answer["rows"][0]["verdict"], "explained");  // 10 BTC gained 10,000 each
  EXPECT_EQ(answer["rows"][0]["reason"], "theirs counts unrealised profit");
}

TEST_F(Reconcile, LegsOfAHedgedAccountAreApart) {
  const auto hedged = book_of("binance-usdm.toml", "binance-isolated.toml");
  Asking there(*hedged);
  const Tree rows = Tree::parse(R"({"positions":[{"instrument":"BTCUSDT-PERP","size":"0.75"},
      {"instrument":"BTCUSDT-PERP","size":"-0.5","leg":"short"}],
      "balances":[{"asset":"USDT","amount":"27854"}]})");
  const Tree answer = there.ask("reconcile", {{"rows", rows}});
  EXPECT_EQ(answer["rows"][0]["reason"], "theirs counts the margin set aside for isolated holdings");
  EXPECT_EQ(answer["rows"][1]["verdict"], "matched");
  EXPECT_EQ(answer["rows"][1]["name"], "BTCUSDT-PERP long");
  EXPECT_EQ(answer["rows"][2]["verdict"], "matched");
}

TEST_F(Reconcile, SaysInOneLineWhatItCannotRead) {
  for (const char* rows :
       {R"({"positions":[{"instrument":"DOGE","size":"1"}]})", R"({"balances":[{"asset":"USDT"}]})",
        R"({"positions":[{"instrument":"BTC-PERP","size":"0.0001"}]})", R"({"bogus":1})",
        R"({"equity":"a lot"})", R"({"balances":{}})", R"({"positions":[7]})", R"({"tolerance":"-1"})",
        R"({"balances":[{"asset":"USDT","amount":"1"},{"asset":"USDT","amount":"1"}]})",
        R"({"positions":[{"instrument":"BTC-PERP","size":"1","leg":"up"}]})",
        R"({"equity":"99999999999999999999999999999999999999999"})"}) {
    const api::Answer answer =
        asking.answer("reconcile", {{"account", "long"}, {"rows", Tree::parse(rows)}}, operator_key());
    ASSERT_FALSE(answer) << rows;
    EXPECT_EQ(answer.error().code, api::code::invalid_params) << rows;
    EXPECT_EQ(answer.error().param, "rows") << rows;
    EXPECT_EQ(answer.error().reason.find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace lockstep::view
