// Questions that make no sense, asked of a book of two rulebooks: every one is answered or refused in one
// line, and the engine is as it was.
#include <gtest/gtest.h>

#include "core/base/prng.h"
#include "node/view/testing_view.h"

namespace lockstep::view {
namespace {

struct Hostile : testing::Test {
  PresetBook book{60, 60};
  Engine& engine = *book.engine;
  Asking asking{engine};
  Prng prng{7};
  Hash128 before = state_hash(engine);
  int answered = 0;

  std::size_t below(std::size_t n) { return static_cast<std::size_t>(prng.below(n)); }
  const std::string& account() { return engine.state.accounts[below(engine.state.accounts.size())].name; }
  const std::string& instrument() {
    return engine.state.instruments[below(engine.state.instruments.size())].name;
  }
  const std::string& asset() { return engine.state.assets[below(engine.state.assets.size())].name; }
  std::string number() {
    constexpr const char* numbers[] = {"0",          "1",      "-1",           "0.5", "-100000000",
                                       "100000000",  "1e9",    "999999999999", "-50", "100",
                                       "0.00000001", "-99.99", "10000"};
    return numbers[below(std::size(numbers))];
  }
  std::string change() {
    switch (below(8)) {
      case 0: return "trade " + instrument() + " " + number();
      case 1: return "trade " + instrument() + " " + number() + " @ " + number();
      case 2: return "order buy " + number() + " " + instrument() + " @ " + number();
      case 3: return "transfer " + asset() + " " + number();
      case 4: return "price " + asset() + " " + number() + " %";
      case 5: return "volatility " + asset() + " " + number() + " %";
      case 6: return "time " + number() + " d";
      default: return "cancel " + number();
    }
  }
  void expect_answered(const std::string& method, const Tree& params) {
    const api::Answer answer = asking.answer(method, params, operator_key());
    answered += static_cast<bool>(answer);
    if (answer) {
      EXPECT_TRUE(Tree::accept(answer.value())) << method << params;
    } else {
      EXPECT_EQ(answer.error().reason.find('\n'), std::string::npos) << method << params;
    }
  }
};

TEST_F(Hostile, WhatIf) {
  for (int i = 0; i < 4'000; ++i) {
    Tree changes = Tree::array();
    for (std::size_t n = 1 + below(3); n > 0; --n) changes.push_back(change());
    SCOPED_TRACE(changes.dump());
    expect_answered("what_if", {{"account", account()}, {"changes", changes}, {"explain", i % 5 == 0}});
  }
  EXPECT_GT(answered, 400);  // not only refusals
  EXPECT_EQ(state_hash(engine), before);
}

TEST_F(Hostile, HeatMap) {
  for (int i = 0; i < 100; ++i) {
    const Tree moves = {number(), number()};
    expect_answered("heat_map",
                    {{"account", account()}, {"base", asset()}, {"prices", moves}, {"volatilities", moves}});
  }
  EXPECT_EQ(state_hash(engine), before);
}

TEST_F(Hostile, Reconcile) {
  for (int i = 0; i < 2'000; ++i) {
    const Tree rows = {{"balances", {{{"asset", asset()}, {"amount", number()}}}},
                       {"positions", {{{"instrument", instrument()}, {"size", number()}}}},
                       {"equity", number()},
                       {"tolerance", "1"}};
    SCOPED_TRACE(rows.dump());
    expect_answered("reconcile", {{"account", account()}, {"rows", rows}});
  }
  EXPECT_GT(answered, 200);
  EXPECT_EQ(state_hash(engine), before);
}

TEST_F(Hostile, EveryAccountCanBeLookedAt) {
  for (const Account& one : engine.state.accounts) {
    for (const char* method : {"account", "statement"}) expect_answered(method, {{"account", one.name}});
  }
  EXPECT_EQ(state_hash(engine), before);
}

}  // namespace
}  // namespace lockstep::view
