// What is kept from one question to the next, and shared between accounts, changes no answer.
#include <gtest/gtest.h>

#include "node/stress/fund.h"
#include "node/stress/ladder.h"
#include "node/view/testing_view.h"
#include "node/view/text.h"
#include "node/whatif/what_if.h"

namespace lockstep::view {
namespace {

const std::vector<std::vector<std::string>> questions = {
    {"price BTC -10 %"},
    {"price ETH +15 %", "volatility BTC +30 %"},
    {"time 12 h"},
    {"trade PERPETUAL -10"},
    {"volatility ETH -50 %"},
    {"price BTC -40 %", "trade OPTION 5"},
    {"time 30 d", "price BTC 5 %", "trade PERPETUAL -200"},
    {"price BTC +20 %", "cancel all"},
    {"transfer BTC -1000000"},
    {"trade PERPETUAL 1 @ 20000", "price NOTHING 1 %"},
};

// PERPETUAL and OPTION are the first of the account's rulebook.
std::vector<std::string> for_account(const State& state, const Account& account,
                                     std::vector<std::string> texts) {
  for (const InstrumentKind kind : {InstrumentKind::perpetual, InstrumentKind::option}) {
    const std::string word = kind == InstrumentKind::option ? "OPTION" : "PERPETUAL";
    for (const Instrument& instrument : state.instruments) {
      if (instrument.kind != kind || instrument.rulebook != account.rulebook) continue;
      for (std::string& text : texts) {
        if (const std::size_t at = text.find(word); at != std::string::npos)
          text.replace(at, word.size(), instrument.name);
      }
      break;
    }
  }
  return texts;
}

void move_index(Engine& engine, i64 percent) {
  IndexPrices indexes;
  indexes.source = 99, indexes.sequence = engine.state.position;
  const Price now = engine.state.indexes[0].price;
  indexes.rows.push_back({IndexId{0}, Price::from_raw(now.raw() / 100 * (100 + percent))});
  ASSERT_TRUE(apply(engine, engine.state.time, indexes).accepted());
}

TEST(Sharing, OneWorkspaceAnswersAsAFreshOneDoes) {
  PresetBook book(60, 20);
  Asking shared{*book.engine};
  std::size_t next = 0, answered = 0;
  for (const i64 percent : {0, -3, 2}) {
    if (percent != 0) move_index(*book.engine, percent);
    for (const Account& account : book.engine->state.accounts) {
      for (int i = 0; i < 3; ++i, ++next) {
        const Tree params = {
            {"account", account.name},
            {"changes", for_account(book.engine->state, account, questions[next % questions.size()])},
            {"explain", next % 4 == 0},
            {"prices", next % 11 == 0}};
        Asking fresh{*book.engine};
        const std::string said = fresh.text("what_if", params);
        ASSERT_EQ(shared.text("what_if", params), said) << params.dump();
        answered += said.starts_with('{');
      }
    }
  }
  EXPECT_GT(answered, next / 2);
}

// What the model says a lot is worth is paid for it, so nothing is gained or lost by the trade.
TEST(Sharing, AnOptionWithoutAMarkIsTradedAtTheModel) {
  PresetBook book(60, 20);
  const State& state = book.engine->state;
  u64 traded = 0;
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    const Account& account = state.accounts[i];
    if (account.mode == MarginMode::isolated) continue;
    for (u32 id = 0; id < state.instruments.size(); ++id) {
      const Instrument& instrument = state.instruments[id];
      if (instrument.kind != InstrumentKind::option || instrument.rulebook != account.rulebook) continue;
      if (state.markets[id].mark != Price{} || instrument.expired) continue;
      whatif::Asker asker(*book.engine, AccountId{i});
      whatif::Trade trade;
      trade.instrument = InstrumentId{id}, trade.lots = Lots::from_raw(3);
      const Result<whatif::Answer, std::string> answer = asker.ask(std::vector<whatif::Change>{trade});
      ASSERT_TRUE(static_cast<bool>(answer)) << instrument.name << ": " << answer.error();
      const auto equity = [&](const whatif::View& view) {
        const PoolTotals* pool = view.assessment.find(instrument.settle);
        return pool == nullptr ? Value{} : pool->equity;
      };
      EXPECT_EQ(equity(answer.value().after), equity(answer.value().before)) << instrument.name;
      ++traded;
      break;
    }
  }
  EXPECT_GT(traded, 10u);
}

std::string text_of(const stress::Fate& fate) {
  std::string text = std::to_string(fate.judged) + " " + std::to_string(static_cast<int>(fate.state));
  for (const Closing& closing : fate.closings) {
    text += " " + std::to_string(closing.instrument.index) + ":" + std::to_string(closing.lots.raw());
  }
  for (const stress::Debt& debt : fate.debts)
    text += " " + exact(debt.at_price) + "/" + exact(debt.after_closing);
  return text;
}

using Notable = std::map<u32, std::string>;

Notable one_by_one(const State& state, std::span<const stress::Move> moves) {
  stress::MovedMarket market(state);
  stress::FateScratch scratch;
  Notable out;
  market.move(moves);
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    const stress::Fate fate = stress::fate_of(market, state.accounts[i], scratch);
    if (!fate.judged || fate.state >= MarginState::liquidation) out[i] = text_of(fate);
  }
  return out;
}

// Each underlying alone and all of them, and the shocks with their volatilities.
TEST(Sharing, FatesFoundForOneMarketHoldInAllThatLookTheSame) {
  PresetBook book(400, 40);
  const State& state = book.engine->state;
  std::vector<std::vector<stress::Move>> markets;
  const std::vector<AssetId> bases = stress::movable_bases(state);
  for (const i64 percent : {-30, -10, 0, 20, 50}) {
    const Rate move = Rate::from_raw(rate_one / 100 * percent);
    std::vector<stress::Move>& all = markets.emplace_back();
    for (const AssetId base : bases) all.push_back({base, move, {}});
  }
  for (std::size_t i = 0; i < 5; ++i) {
    for (std::size_t b = 0; b < bases.size(); ++b) markets.push_back({markets[i][b]});
  }
  for (const stress::Shock& shock : stress::usual_shocks(state)) markets.push_back(shock.moves);
  stress::Fates fates(state);
  std::size_t notable = 0;
  for (const std::vector<stress::Move>& moves : markets) {
    Notable seen;
    const u64 asked = fates.sweep(
        moves, [](const Account&) { return true; },
        [&](AccountId id, const stress::Fate& fate) { seen[id.index] = text_of(fate); });
    EXPECT_EQ(asked, state.accounts.size());
    EXPECT_EQ(seen, one_by_one(state, moves));
    notable += seen.size();
  }
  EXPECT_GT(notable, 100u);
}

}  // namespace
}  // namespace lockstep::view
