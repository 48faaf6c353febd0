// A key of one party never sees another party's account, in any method; and to it such an account is as one
// that does not exist.
#include <gtest/gtest.h>

#include "node/view/testing_view.h"
#include "node/whatif/testing_book.h"

namespace lockstep::view {
namespace {

// testing_book.h, and a second party with an account of a name that occurs nowhere else.
std::unique_ptr<Engine> two_parties() {
  auto engine = whatif::testing_engine(rules_of("binance-usdm.toml"));
  const auto must = [&](const Command& command) {
    LS_ASSERT(apply(*engine, engine->state.time, command).accepted());
  };
  must(OpenParty{"strangers"});
  OpenAccount open;
  open.name = "xenon", open.party = PartyId{1}, open.rulebook = RulebookId{0};
  must(open);
  Deposit deposit;
  deposit.account = AccountId{1}, deposit.asset = AssetId{0};
  deposit.amount = Amount::from_raw(i128{77'777} * 1'000'000);
  must(deposit);
  return engine;
}

// Parameters that make the method answer, about the account if it is about one.
Tree params_of(const std::string& method, const std::string& account) {
  const Tree question = {{"name", "q"}, {"account", account}, {"if", {"price BTC -10 %"}}};
  if (method == "what_if_batch") return {{"questions", {question}}};
  if (method == "what_if") return {{"account", account}, {"changes", {"price BTC -10 %"}}};
  if (method == "reconcile") return {{"account", account}, {"rows", Tree::object()}};
  if (method == "preview") return {{"rulebook", "binance-usdm"}, {"epoch", 1}};
  if (method == "heat_map") return {{"account", account}, {"base", "BTC"}};
  if (method == "account" || method == "statement") return {{"account", account}};
  return Tree::object();
}

std::string short_name(const api::Method& method) { return method.name.substr(method.name.find('/') + 1); }

struct Isolation : testing::Test {
  std::unique_ptr<Engine> engine = two_parties();
  Asking asking{*engine};
};

TEST_F(Isolation, NoMethodShowsAStrangersAccount) {
  ASSERT_EQ(asking.all.size(), 16u);
  for (const api::Method& method : asking.all) {
    const std::string name = short_name(method);
    for (const char* account : {"account", "xenon", "nobody", ""}) {
      Tree params = params_of(name, account);
      const std::string said = asking.text(name, params, party_key("owner"));
      if (std::string(account) == "xenon") {
        // Only what was asked comes back.
        EXPECT_EQ(said.find("77777"), std::string::npos) << name << ": " << said;
      } else {
        EXPECT_EQ(said.find("xenon"), std::string::npos) << name << ": " << said;
        EXPECT_EQ(said.find("strangers"), std::string::npos) << name << ": " << said;
        EXPECT_EQ(said.find("77777"), std::string::npos) << name << ": " << said;
      }
    }
  }
}

TEST_F(Isolation, AStrangersAccountIsAsOneThatDoesNotExist) {
  for (const char* name : {"account", "statement", "what_if", "what_if_batch", "heat_map", "reconcile"}) {
    const api::Answer there = asking.answer(name, params_of(name, "xenon"), party_key("owner"));
    const api::Answer not_there = asking.answer(name, params_of(name, "nobody"), party_key("owner"));
    ASSERT_FALSE(there) << name;
    ASSERT_FALSE(not_there) << name;
    EXPECT_EQ(there.error().code, api::code::not_found);
    EXPECT_EQ(not_there.error().code, api::code::not_found);
    std::string reason = there.error().reason;
    reason.replace(reason.find("xenon"), 5, "nobody");
    EXPECT_EQ(reason, not_there.error().reason);
    EXPECT_TRUE(asking.answer(name, params_of(name, "account"), party_key("owner"))) << name;
    EXPECT_TRUE(asking.answer(name, params_of(name, "xenon"), operator_key())) << name;
  }
}

TEST_F(Isolation, AKeyWithoutAPartySeesNothingUnlessItOperates) {
  api::Caller nobody;
  nobody.by = "key", nobody.read = nobody.simulate = true;
  EXPECT_EQ(asking.ask("overview", Tree::object(), nobody)["accounts"]["total"], 0);
  EXPECT_EQ(asking.ask("accounts", Tree::object(), nobody)["total"], 0);
  EXPECT_FALSE(asking.answer("account", {{"account", "account"}}, nobody));
  EXPECT_FALSE(asking.answer("account", Tree::object(), nobody));
  for (const char* name : {"history", "ladder", "stress", "preview", "stability"}) {
    const api::Answer answer = asking.answer(name, params_of(name, ""), party_key("owner"));
    ASSERT_FALSE(answer) << name;
    EXPECT_EQ(answer.error().code, api::code::forbidden) << name;
  }
}

TEST_F(Isolation, APartysOverviewAndAccountsAreItsOwn) {
  const Tree own = asking.ask("overview", Tree::object(), party_key("strangers"));
  EXPECT_EQ(own["accounts"]["total"], 1);
  EXPECT_EQ(own["equity_dollars"], "77777.00");
  EXPECT_EQ(own["rulebooks"][0]["accounts"], 1);
  const Tree all = asking.ask("overview");
  EXPECT_EQ(all["accounts"]["total"], 2);
  EXPECT_EQ(all["equity_dollars"], "377777.00");  // 200,000 and 10 BTC that gained 10,000 each
  const Tree rows = asking.ask("accounts", Tree::object(), party_key("strangers"));
  ASSERT_EQ(rows["rows"].size(), 1u);
  EXPECT_EQ(rows["rows"][0]["account"], "xenon");
  EXPECT_EQ(rows["counts"]["normal"], 1);
}

TEST_F(Isolation, APartysLiquidationsAreItsOwn) {
  Outcome outcome;
  LiquidationCrossed crossed;
  crossed.buyer = AccountId{1}, crossed.seller = AccountId{0};
  DebtCovered covered;
  covered.account = AccountId{0};
  outcome.events = {crossed, covered};
  asking.desk.observe(*engine, Tick{}, outcome);
  const Tree own = asking.ask("overview", Tree::object(), party_key("strangers"));
  EXPECT_EQ(own["liquidation"]["crossed"], 1);
  EXPECT_EQ(own["liquidation"]["debts"], 0);
  EXPECT_EQ(asking.ask("overview", Tree::object(), party_key("owner"))["liquidation"]["debts"], 1);
  EXPECT_EQ(asking.ask("overview")["liquidation"]["crossed"], 1);
  EXPECT_FALSE(own["funds"].dump().find("fees") != std::string::npos);
}

TEST_F(Isolation, EveryMethodRefusesWhatItDoesNotKnow) {
  for (const api::Method& method : asking.all) {
    Tree params = params_of(short_name(method), "account");
    params["bogus"] = 1;
    const api::Answer answer = asking.answer(short_name(method), params, operator_key());
    ASSERT_FALSE(answer) << method.name;
    EXPECT_EQ(answer.error().code, api::code::invalid_params) << method.name;
    EXPECT_EQ(answer.error().param, "bogus") << method.name;
  }
}

TEST_F(Isolation, EveryMethodAnswersTheOperatorInJson) {
  for (const api::Method& method : asking.all) {
    const Tree tree = asking.ask(short_name(method), params_of(short_name(method), "account"));
    EXPECT_TRUE(tree.is_object()) << method.name << ": " << tree;
    EXPECT_EQ(tree["position"], engine->state.position) << method.name;
    EXPECT_FALSE(method.text.empty());
  }
}

}  // namespace
}  // namespace lockstep::view
