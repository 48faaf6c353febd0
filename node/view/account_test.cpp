// One account in numbers worked by hand: testing_stress.h's book, 5 % of BTC at 20,000, and testing_book.h's.
#include <gtest/gtest.h>

#include "node/stress/testing_stress.h"
#include "node/view/account_json.h"
#include "node/view/holding.h"
#include "node/view/testing_view.h"
#include "node/whatif/testing_book.h"

namespace lockstep::view {
namespace {

struct ShortBook : testing::Test {
  std::unique_ptr<Engine> engine = stress::testing_engine();
  Asking asking{*engine};
};

// 1 BTC long on 2,000, entered and marked at 20,000, at leverage 10: maintenance 5 %, initial a tenth.
TEST_F(ShortBook, AccountByHand) {
  const Tree account = asking.ask("account", {{"account", "long"}});
  EXPECT_EQ(account["state"], "normal");
  EXPECT_EQ(account["mode"], "cross");
  EXPECT_EQ(account["epoch"], 1);
  EXPECT_EQ(account["obstacle"], "none");
  EXPECT_TRUE(account["call_until_ms"].is_null());
  ASSERT_EQ(account["pools"].size(), 1u);
  const Tree& pool = account["pools"][0];
  EXPECT_EQ(pool["pool"], "USDT");
  EXPECT_TRUE(pool["isolated"].is_null());
  EXPECT_EQ(pool["equity"], "2000");
  EXPECT_EQ(pool["maintenance"], "1000");
  EXPECT_EQ(pool["initial"], "2000");
  EXPECT_EQ(pool["available"], "0");
  EXPECT_EQ(pool["usage"], "0.5000");
  EXPECT_EQ(account["balances"], Tree::parse(R"([{"asset":"USDT","amount":"2000"}])"));
  ASSERT_EQ(account["holdings"].size(), 1u);
  const Tree& holding = account["holdings"][0];
  EXPECT_EQ(holding["instrument"], "BTC-PERP");
  EXPECT_EQ(holding["size"], "1");
  EXPECT_EQ(holding["size_unit"], "BTC");
  EXPECT_EQ(holding["lots"], 1'000);
  EXPECT_EQ(holding["entry"], "20000");
  EXPECT_EQ(holding["mark"], "20000");
  EXPECT_EQ(holding["value"], "20000");
  EXPECT_EQ(holding["unrealised"], "0");
  EXPECT_EQ(holding["delta"], "1");
  EXPECT_FALSE(account.contains("liquidation_prices"));
}

// Between 2,000 + (P - 20,000) and 5 % of P: P = 18,000 / 0.95 = 18,947.37; on the tick below it, 18,947.3.
TEST_F(ShortBook, LiquidationPriceStandsBesideTheHolding) {
  const Tree account = asking.ask("account", {{"account", "long"}, {"prices", true}});
  EXPECT_EQ(account["holdings"][0]["liquidation_price"], "18947.3");
  EXPECT_EQ(account["liquidation_prices"][0]["below"], "18947.3");
  EXPECT_TRUE(account["liquidation_prices"][0]["above"].is_null());
}

TEST_F(ShortBook, WaterfallGoesFromBalancesToWhatIsFree) {
  const Tree pools = asking.ask("account", {{"account", "wide"}})["waterfall"];
  ASSERT_EQ(pools.size(), 1u);
  std::vector<std::string> steps;
  for (const Tree& step : pools[0]["steps"]) {
    steps.push_back(std::string(step["kind"]) + " " + std::string(step["rule"]) + " " +
                    std::string(step["amount"]));
  }
  // 5 % of 10,000 and 10 % of 10,000; a tenth of 10,000 and, ETH at leverage 5 at most, a fifth.
  const std::vector<std::string> expected = {
      "balance 4.4 20000",    "balance 4.3 0",        "balance 4.3 0",        "total 4.4 20000",
      "total 4.5 20000",      "requirement 4.7 500",  "requirement 4.7 1000", "total 4.8 1500",
      "requirement 4.7 1000", "requirement 4.7 2000", "total 4.8 3000",       "free 4.9 17000"};
  EXPECT_EQ(steps, expected);
}

TEST_F(ShortBook, StatementLinesNameTheLogPositionOfTheirPrices) {
  const Tree statement = asking.ask("statement", {{"account", "long"}});
  const u64 of_mark = engine->state.markets[0].stamp.position;
  bool found = false;
  for (const Tree& line : statement["lines"]) {
    for (const Tree& input : line["inputs"]) {
      if (input["name"] != "mark") continue;
      found = true;
      EXPECT_EQ(input["value"], "20000");
      EXPECT_EQ(input["position"], of_mark);
    }
  }
  EXPECT_TRUE(found);
  EXPECT_EQ(statement["lines"].back()["rule"], "4.9");
  EXPECT_EQ(statement["lines"].back()["amount"], "0");
}

// At -5 % equity is 1,000 and maintenance 950; at -7.5 %, 500 and 925.
TEST_F(ShortBook, WhatIfByHand) {
  const Tree answer = asking.ask("what_if", {{"account", "long"}, {"changes", {"price BTC -5 %"}}});
  EXPECT_EQ(answer["before"]["pools"][0]["equity"], "2000");
  EXPECT_EQ(answer["after"]["pools"][0]["equity"], "1000");
  EXPECT_EQ(answer["after"]["pools"][0]["maintenance"], "950");
  EXPECT_TRUE(answer["allowed"].is_null());
  EXPECT_FALSE(answer["after"].contains("lines"));
  const Tree trade = asking.ask("what_if", {{"account", "long"}, {"changes", {"trade BTC-PERP 1"}}});
  EXPECT_EQ(trade["allowed"], false);
  EXPECT_EQ(trade["missing"], "2000");
  EXPECT_EQ(trade["missing_asset"], "USDT");
}

TEST_F(ShortBook, ABatchIsItsQuestions) {
  const Tree questions = Tree::parse(R"([
      {"name": "five", "account": "long", "if": ["price BTC -5 %"]},
      {"account": "long", "if": ["price BTC -7.5 %"]},
      {"account": "short", "if": ["price BTC 10 %"]}])");
  const Tree answers = asking.ask("what_if_batch", {{"questions", questions}})["answers"];
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0]["name"], "five");
  EXPECT_EQ(answers[1]["name"], "question 2");
  EXPECT_EQ(answers[1]["after"]["pools"][0]["maintenance"], "925");
  EXPECT_EQ(answers[1]["after"]["state"], "liquidation");
  EXPECT_EQ(answers[2]["after"]["pools"][0]["equity"], "1000");
  EXPECT_EQ(answers[2]["after"]["pools"][0]["maintenance"], "1100");
  Tree alone = asking.ask("what_if", {{"account", "long"}, {"changes", {"price BTC -5 %"}}});
  alone.erase("position");
  alone["name"] = "five";
  EXPECT_EQ(alone, answers[0]);
}

// What takes long is work for the worker, and answered alike.
TEST_F(ShortBook, ManyQuestionsAreAJob) {
  const auto is_job = [&](const char* method, const Tree& params) {
    return std::holds_alternative<api::Job>(asking.reply(method, params, operator_key()));
  };
  Tree questions = Tree::array();
  for (int i = 0; i < 101; ++i) questions.push_back({{"account", "long"}, {"if", {"price BTC -5 %"}}});
  EXPECT_TRUE(is_job("what_if_batch", {{"questions", questions}}));
  const Tree answers = asking.ask("what_if_batch", {{"questions", questions}})["answers"];
  ASSERT_EQ(answers.size(), 101u);
  EXPECT_EQ(answers[100]["after"]["pools"][0]["maintenance"], "950");
  questions.erase(100);
  EXPECT_FALSE(is_job("what_if_batch", {{"questions", questions}}));
  EXPECT_TRUE(is_job("what_if_batch", {{"questions", questions}, {"explain", true}}));
  const Tree large = {
      {"account", "long"}, {"prices", std::vector<int>(41, -5)}, {"volatilities", std::vector<int>(21, 10)}};
  EXPECT_TRUE(is_job("heat_map", large));
  EXPECT_FALSE(is_job("heat_map", {{"account", "long"}}));
  EXPECT_EQ(asking.ask("heat_map", large)["cells"][40][20], "-1000.00");
}

TEST_F(ShortBook, WhatIfSaysInOneLineWhatIsWrong) {
  const auto reason = [&](const Tree& params) {
    const api::Answer answer = asking.answer("what_if", params, operator_key());
    EXPECT_FALSE(answer);
    EXPECT_EQ(answer.error().code, api::code::invalid_params);
    EXPECT_EQ(answer.error().reason.find('\n'), std::string::npos);
    return answer.error().reason;
  };
  EXPECT_EQ(reason({{"account", "long"}, {"changes", {"trade BTC-PERP much"}}}),
            "changes: \"trade BTC-PERP much\": the size must be a number that is not 0, not \"much\"");
  EXPECT_EQ(reason({{"account", "long"}, {"changes", {"rulebook /etc/passwd"}}}),
            "changes: \"rulebook /etc/passwd\": a rulebook file cannot be read here; lockstep/preview takes "
            "a rulebook");
  EXPECT_NE(reason({{"account", "long"}}).find("1 to 200 changes"), std::string::npos);
  const Tree batch = {{"questions", {{{"account", "long"}, {"if", {"bogus"}}}}}};
  const api::Answer answer = asking.answer("what_if_batch", batch, operator_key());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().param, "questions[0].if");
}

TEST_F(ShortBook, HeatMapByHand) {
  const Tree map = asking.ask(
      "heat_map", {{"account", "long"}, {"prices", {"-5", 0, "+5 %"}}, {"volatilities", {"0", "50"}}});
  EXPECT_EQ(map["base"], "BTC");  // what it holds
  EXPECT_EQ(map["prices"], Tree::parse(R"(["-0.05","0","0.05"])"));
  EXPECT_EQ(map["cells"], Tree::parse(R"([["-1000.00","-1000.00"],["0.00","0.00"],["1000.00","1000.00"]])"));
  EXPECT_EQ(map["margin"],  // 950 / 1,000, 1,000 / 2,000, 1,050 / 3,000
            Tree::parse(R"([["0.9500","0.9500"],["0.5000","0.5000"],["0.3500","0.3500"]])"));
  EXPECT_EQ(map["worst"], Tree::parse(R"({"price":0,"volatility":0})"));
  EXPECT_EQ(asking.ask("heat_map", {{"account", "long"}})["cells"].size(), 11u);
  for (const Tree& bad : {Tree{"-100"}, Tree{"much"}, Tree(std::vector<int>(42, 1))}) {
    EXPECT_FALSE(asking.answer("heat_map", {{"account", "long"}, {"prices", bad}}, operator_key()));
  }
  EXPECT_FALSE(asking.answer("heat_map", {{"account", "idle"}}, operator_key()));  // holds nothing
}

TEST_F(ShortBook, AccountsAreSortedFilteredAndCut) {
  const auto names = [&](const Tree& params) {
    std::string text;
    const Tree page = asking.ask("accounts", params);
    for (const Tree& row : page["rows"]) text += std::string(row["account"]) + " ";
    return text;
  };
  EXPECT_EQ(names(Tree::object()), "long short wide idle ");  // 0.5, 0.33, 0.075, 0
  EXPECT_EQ(names({{"descending", false}}), "idle wide short long ");
  EXPECT_EQ(names({{"sort", "name"}, {"descending", false}}), "idle long short wide ");
  EXPECT_EQ(names({{"sort", "equity"}}), "wide short long idle ");
  EXPECT_EQ(names({{"sort", "maintenance"}}), "wide long short idle ");  // equal ones by number
  EXPECT_EQ(names({{"offset", 1}, {"limit", 2}}), "short wide ");
  EXPECT_EQ(names({{"offset", 4}}), "");
  EXPECT_EQ(names({{"filter", "id"}}), "wide idle ");
  EXPECT_EQ(names({{"rulebook", "short"}, {"limit", 1}}), "long ");
  const Tree none = asking.ask("accounts", {{"states", {"liquidation", "bankrupt"}}});
  EXPECT_EQ(none["total"], 0);
  EXPECT_EQ(none["counts"]["normal"], 4);
  const Tree row = asking.ask("accounts", {{"filter", "wide"}})["rows"][0];
  EXPECT_EQ(row["equity_dollars"], "20000.00");
  EXPECT_EQ(row["initial_dollars"], "3000.00");
  EXPECT_EQ(row["available_dollars"], "17000.00");
  EXPECT_EQ(row["usage"], "0.0750");
  EXPECT_EQ(row["holdings"], 2);
  for (const Tree& bad : {Tree{{"sort", "size"}}, Tree{{"limit", 501}}, Tree{{"states", {"fine"}}},
                          Tree{{"rulebook", "none"}}}) {
    const api::Answer answer = asking.answer("accounts", bad, operator_key());
    ASSERT_FALSE(answer) << bad;
    EXPECT_EQ(answer.error().code, api::code::invalid_params);
  }
}

// An inverse contract of 10 dollars: 15,000 short from 65,120.5 at a mark of 63,455 (books/deribit-strangle).
TEST(Holding, InverseByHand) {
  const auto engine = book_of("deribit.toml", "deribit-strangle.toml");
  Asking asking(*engine);
  const Tree holding = asking.ask("account")["holdings"][0];
  EXPECT_EQ(holding["size"], "-150000");
  EXPECT_EQ(holding["size_unit"], "USD");
  EXPECT_EQ(holding["entry"], "65120.5");
  EXPECT_EQ(holding["mark"], "63455");
  // 150,000 / 63,455 = 2.36388 coins short; gained 150,000 / 63,455 - 150,000 / 65,120.5 = 0.0604578.
  EXPECT_EQ(std::string(holding["delta"]).substr(0, 8), "-2.36387");
  EXPECT_EQ(std::string(holding["unrealised"]).substr(0, 9), "0.0604577");
  const Tree put = asking.ask("account", {{"prices", true}})["holdings"][2];
  EXPECT_EQ(put["kind"], "option");
  EXPECT_EQ(put["entry"], "0.0189");
  EXPECT_GT(std::stod(std::string(put["delta"])), 0);  // a put that was written is long the coin, ...
  EXPECT_EQ(put["liquidation_price"], "34331.5");      // ... so that a fall is what hurts
}

TEST(Account, IsolatedPoolsAreNamedByTheirHolding) {
  const auto engine = book_of("binance-usdm.toml", "binance-isolated.toml");
  Asking asking(*engine);
  const Tree account = asking.ask("account");
  ASSERT_EQ(account["pools"].size(), 3u);
  EXPECT_EQ(account["pools"][1]["pool"], "BTCUSDT-PERP long");
  EXPECT_EQ(account["pools"][1]["isolated"], "BTCUSDT-PERP");
  EXPECT_EQ(account["pools"][1]["leg"], "long");
  EXPECT_EQ(account["waterfall"].size(), 3u);
  EXPECT_EQ(account["waterfall"][2]["steps"].back()["amount"], account["pools"][2]["available"]);
}

TEST(Account, WaterfallOfPooledAssetsShowsTheirCuts) {
  const auto engine = book_of("binance-usdm.toml", "binance-cross.toml");
  Asking asking(*engine);
  const Tree account = asking.ask("account", {{"account", "multi-assets"}});
  std::vector<std::string> cuts;
  for (const Tree& step : account["waterfall"][0]["steps"]) {
    if (step["kind"] == "haircut") cuts.push_back(step["label"]);
  }
  EXPECT_EQ(cuts, (std::vector<std::string>{"USDT as a debt at 100 %", "BTC after a haircut of 5 %"}));
  const Tree longs = asking.ask("account", {{"account", "longs"}});
  EXPECT_EQ(longs["orders"].size(), 2u);
  EXPECT_EQ(longs["orders"][0]["order"], 7);
  EXPECT_EQ(longs["orders"][0]["size"], "20");
  EXPECT_EQ(longs["orders"][0]["price"], "3500");
  EXPECT_EQ(longs["orders"][1]["reduce_only"], true);
  EXPECT_EQ(longs["leverages"][0], Tree::parse(R"({"instrument":"BTCUSDT-PERP","leverage":"10"})"));
}

}  // namespace
}  // namespace lockstep::view
