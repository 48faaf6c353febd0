// For tests: a small market with its past, and somebody who calls methods on it the way the service does.
//
// BTC at 50000, an inverse perpetual at the same, a call and a put at 50000 that expire in 365 days to the
// second with forward 50000 and volatility 50 %, so that figures can be worked by hand.  alice has 1 BTC, is
// long 10,000 USD of the perpetual from 40000, short 0.2 calls, and buys 1,000 USD at 45000 (order 7).
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "node/book/book.h"
#include "node/deribit/methods.h"
#include "node/deribit/testing_past.h"
#include "node/rules/compile.h"

namespace lockstep::deribit {

using Tree = nlohmann::json;

inline const Rulebook& deribit_rules() {
  static const Rulebook rules = [] {
    std::ostringstream text;
    text << std::ifstream(LOCKSTEP_SOURCE_DIR "/rulebooks/deribit.toml").rdbuf();
    return compile_rulebook_text(text.str(), "deribit.toml").value();
  }();
  return rules;
}

inline std::unique_ptr<Engine> testing_market() {
  constexpr const char* text = R"(
at = "2026-01-01T00:00:00Z"
[assets]
BTC = 8
USD = 2
[index.BTC-USD]
base = "BTC"
quote = "USD"
price = "50000"
[instrument.BTC-PERPETUAL]
kind = "perpetual"
inverse = true
index = "BTC-USD"
lot = "10"
tick = "0.5"
mark = "50000"
[instrument.BTC-1JAN27-50000-C]
kind = "option"
option = "call"
inverse = true
index = "BTC-USD"
strike = "50000"
expiry = "2027-01-01T00:00:00Z"
lot = "0.1"
tick = "0.0005"
volatility = "50 %"
forward = "50000"
[instrument.BTC-1JAN27-50000-P]
kind = "option"
option = "put"
inverse = true
index = "BTC-USD"
strike = "50000"
expiry = "2027-01-01T00:00:00Z"
lot = "0.1"
tick = "0.0005"
volatility = "50 %"
forward = "50000"
[[account]]
name = "alice"
mode = "cross"
balances = { BTC = "1" }
[[account.holding]]
instrument = "BTC-PERPETUAL"
size = "10000"
entry = "40000"
[[account.holding]]
instrument = "BTC-1JAN27-50000-C"
size = "-0.2"
entry = "0.18"
[[account.order]]
id = 7
instrument = "BTC-PERPETUAL"
side = "buy"
size = "1000"
price = "45000"
)";
  Result<std::unique_ptr<Engine>, Fault> opened = open_book(text, "market", deribit_rules());
  if (!opened) ADD_FAILURE() << opened.error().what;
  std::unique_ptr<Engine> engine = std::move(opened).value();
  const Time now = engine->state.time;
  EXPECT_TRUE(apply(*engine, now, OpenParty{"stranger"}).accepted());
  OpenAccount open;
  open.name = "bob", open.party = PartyId{1}, open.rulebook = RulebookId{0};
  EXPECT_TRUE(apply(*engine, now, open).accepted());
  return engine;
}

struct Called {
  Tree result;
  int code = 0;  // of an error; 0: none
  std::string message, reason, param, text;
};

// No number of an answer may be above 2^53: see text.h.
inline void expect_small(const Tree& tree, const std::string& where) {
  if (tree.is_number_unsigned()) {
    EXPECT_LE(tree.get<u64>(), u64{1} << 53) << where;
  }
  if (tree.is_number_float()) {
    EXPECT_LE(std::abs(tree.get<double>()), 0x1p53) << where;
  }
  if (!tree.is_structured()) return;
  for (const auto& [key, value] : tree.items()) expect_small(value, where + "." + key);
}

struct TestingDesk {
  std::unique_ptr<Engine> engine = testing_market();
  ToldPast past;
  api::Caller caller;
  std::vector<api::Method> table =
      methods([this](AccountId account, OrderId order, Time at, const std::string& label) {
        past.keep_label(account, order, at, label);
      });
  std::vector<api::Submitted> submitted;  // of the last call

  TestingDesk() {
    caller.by = "key", caller.party = "owner";
    caller.read = caller.simulate = caller.trade = true;
  }

  const api::Method& method(const std::string& name) const {
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const auto& m) { return m.name == name; });
    if (found == table.end()) ADD_FAILURE() << name;
    return found == table.end() ? table.front() : *found;
  }

  Called call(const std::string& name, api::Params params) {
    api::Context context{*engine, past, caller, 1'767'225'600'000'123};
    api::Reply reply = method(name).call(context, params);
    submitted.clear();
    if (auto* submission = std::get_if<api::Submission>(&reply)) {
      for (const Command& command : submission->commands) {
        const u64 position = engine->state.position;
        submitted.push_back({command, position, apply(*engine, engine->state.time, command)});
      }
      reply = submission->then(context, submitted);
    }
    const api::Answer& answer = std::get<api::Answer>(reply);
    Called called;
    if (answer) {
      called.text = answer.value();
      called.result = Tree::parse(answer.value(), nullptr, false);
      EXPECT_FALSE(called.result.is_discarded()) << name << ": " << answer.value();
      expect_small(called.result, name);
    } else {
      called.code = answer.error().code, called.message = answer.error().message;
      called.reason = answer.error().reason, called.param = answer.error().param;
    }
    return called;
  }
  // What must succeed.
  Tree ask(const std::string& name, const std::string& json = "{}") {
    const Called called = call(name, json);
    EXPECT_EQ(called.code, 0) << name << " " << json << ": " << called.reason;
    return called.result;
  }
  // Parameters as JSON.
  Called call(const std::string& name, const std::string& json = "{}") {
    return call(name, api::Params(parse_json(json).value()));
  }
  // And as a query string, as ccxt sends them.
  Called get(const std::string& name, const std::string& query) {
    return call(name, api::Params::of_query(query).value());
  }
};

}  // namespace lockstep::deribit
