// What holds for every account and instrument of a seeded book under two rulebooks, in a crash: the
// identities that clients rely on, and that every answer is JSON without numbers that they cannot read.
#include <set>

#include "core/ledger/ledger.h"
#include "node/deribit/testing_desk.h"
#include "node/feed/plan.h"
#include "node/io/linux_disk.h"

namespace lockstep::deribit {
namespace {

Rulebook rules(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(LOCKSTEP_SOURCE_DIR "/rulebooks/" + name).rdbuf();
  return compile_rulebook_text(text.str(), name).value();
}

// Up to a while behind the fall.
std::unique_ptr<Engine> crashed(u32 accounts) {
  LinuxDisk disk;
  FeedRequest request;
  request.first_rulebook = deribit_rules();
  request.second_rulebook = rules("binance-usdm.toml");
  request.portfolios.accounts = accounts;
  Result<Feed, Fault> feed = open_feed(disk, std::move(request));
  if (!feed) ADD_FAILURE() << feed.error().what;
  auto engine = std::make_unique<Engine>();
  Step step;
  for (;;) {
    const Result<bool, Fault> more = feed.value().next(step);
    if (!more || !more.value()) break;
    for (const Command& command : step.commands) apply(*engine, step.time, command);
    if (step.time.raw() > 1'760'133'600'000'000) break;  // 2025-10-10 22:00
  }
  return engine;
}

// The digits of a number of the text, at 10^-16.
i128 exact(const Tree& raw, const std::string& text, const std::string& key) {
  if (!raw[key].is_number()) ADD_FAILURE() << key << ": " << text;
  const std::string name = "\"" + key + "\":";
  const std::size_t from = text.find(name) + name.size();
  i128 out = 0;
  EXPECT_TRUE(parse_decimal(text.substr(from, text.find_first_of(",}", from) - from), 16, out)) << key;
  return out;
}

TEST(EveryAccount, AvailableIsMarginBalanceLessInitialMargin) {
  TestingDesk desk;
  desk.engine = crashed(600);
  desk.caller.party = "", desk.caller.operate = true;
  const State& state = desk.engine->state;
  ASSERT_GT(state.accounts.size(), 500u);
  u32 judged = 0, in_use = 0, used_all = 0;
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    const Account& account = state.accounts[i];
    for (const Asset& asset : state.assets) {
      const Called call =
          desk.call("private/get_account_summary",
                    R"({"currency":")" + asset.name + R"(","account":")" + account.name + "\"}");
      ASSERT_EQ(call.code, 0) << call.reason;
      const Tree& s = call.result;
      if (s["margin_balance"].is_null()) continue;
      ++judged;
      const auto at = [&](const char* key) { return exact(s, call.text, key); };
      const i128 balance = at("margin_balance"), initial = at("initial_margin");
      EXPECT_EQ(at("available_funds"), balance - initial) << call.text;
      EXPECT_LE(at("maintenance_margin"), initial) << call.text;
      if (initial != 0) ++in_use;
      const bool isolated = account.mode == MarginMode::isolated;
      if (initial == 0 && !account.pooled && !isolated && s["options_value"] == 0) {
        EXPECT_EQ(at("equity"), at("available_funds") + at("maintenance_margin")) << call.text;
        ++used_all;
      }
      // What it consists of is what it is worth.
      if (!account.pooled && account.mode != MarginMode::isolated) {
        const i128 sum = at("balance") + at("session_upl") + at("session_rpl") + at("options_value") +
                         at("options_session_rpl");
        const i128 unit = pow10(16 - asset.decimals);
        EXPECT_LE(abs(at("equity") - sum), unit * 64) << call.text;
      }
    }
  }
  EXPECT_GT(judged, 1'000u);
  EXPECT_GT(in_use, 300u);
  EXPECT_GT(used_all, 100u);
}

TEST(EveryAccount, PositionsAddUpToTheAccount) {
  TestingDesk desk;
  desk.engine = crashed(400);
  desk.caller.party = "", desk.caller.operate = true;
  const State& state = desk.engine->state;
  u32 compared = 0;
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    const Account& account = state.accounts[i];
    const Tree positions = desk.ask("private/get_positions", R"({"account":")" + account.name + "\"}");
    std::map<std::string, double> initial, floating;
    for (const Tree& p : positions) {
      const u32 id = desk.engine->lookup.instruments.find(p["instrument_name"].get<std::string>())->second;
      const std::string settle = state.asset(state.instruments[id].settle).name;
      EXPECT_EQ(p["size"].get<double>() < 0, p["direction"] == "sell") << p;
      if (p["initial_margin"].is_number()) initial[settle] += p["initial_margin"].get<double>();
      if (p["kind"] == "future") floating[settle] += p["floating_profit_loss"].get<double>();
    }
    if (account.mode != MarginMode::cross || account.pooled || !account.orders.empty()) continue;
    for (const auto& [currency, sum] : initial) {
      const Tree s = desk.ask("private/get_account_summary",
                              R"({"currency":")" + currency + R"(","account":")" + account.name + "\"}");
      if (!s["initial_margin"].is_number()) continue;
      EXPECT_NEAR(s["initial_margin"].get<double>(), sum, 1e-6 + sum * 1e-9) << account.name << s;
      EXPECT_NEAR(s["session_upl"].get<double>(), floating[currency], 1e-6) << account.name;
      ++compared;
    }
  }
  EXPECT_GT(compared, 50u);
}

TEST(EveryInstrument, Answers) {
  TestingDesk desk;
  desk.engine = crashed(100);
  for (const Instrument& instrument : desk.engine->state.instruments) {
    const std::string params = R"({"instrument_name":")" + instrument.name + "\"}";
    const Tree ticker = desk.ask("public/ticker", params);
    const Tree contract = desk.ask("public/get_instrument", params);
    const Tree summary = desk.ask("public/get_book_summary_by_instrument", params)[0];
    EXPECT_EQ(summary["mark_price"], ticker["mark_price"]);
    EXPECT_TRUE(ticker["mark_price"].is_number()) << ticker;
    if (contract["kind"] == "option") {
      const double delta = ticker["greeks"]["delta"].get<double>();
      EXPECT_TRUE(contract["option_type"] == "call" ? delta >= 0 && delta <= 1 : delta <= 0 && delta >= -1);
      EXPECT_GE(ticker["greeks"]["vega"].get<double>(), 0);
      EXPECT_GT(ticker["mark_iv"].get<double>(), 0);
    }
    EXPECT_GE(ticker["open_interest"].get<double>(), 0);
  }
  const Tree all = desk.ask("public/get_instruments");
  std::set<std::string> currencies;
  for (const Tree& row : desk.ask("public/get_currencies"))
    currencies.insert(row["currency"].get<std::string>());
  for (const Tree& row : all) EXPECT_TRUE(currencies.contains(row["settlement_currency"].get<std::string>()));
}

}  // namespace
}  // namespace lockstep::deribit
