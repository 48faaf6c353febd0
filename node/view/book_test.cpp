// The whole book: ladders, previews, epochs, replicas, stability, history.
#include <gtest/gtest.h>

#include "core/model/commands.h"
#include "node/stress/testing_stress.h"
#include "node/view/testing_view.h"

namespace lockstep::view {
namespace {

struct WholeBook : testing::Test {
  std::unique_ptr<Engine> engine = stress::testing_engine();
  Asking asking{*engine};
  void must(const Command& command) {
    const Outcome outcome = apply(*engine, engine->state.time, command);
    ASSERT_TRUE(outcome.accepted()) << refusal_name(outcome.refusal);
    asking.desk.observe(*engine, command, outcome);
  }
};

TEST_F(WholeBook, OverviewByHand) {
  const Tree overview = asking.ask("overview");
  EXPECT_EQ(overview["accounts"]["total"], 4);
  EXPECT_EQ(overview["accounts"]["normal"], 4);
  EXPECT_EQ(overview["equity_dollars"], "25100.00");
  EXPECT_EQ(overview["initial_dollars"], "7000.00");  // 2,000 + 2,000 + (1,000 + 2,000)
  EXPECT_EQ(overview["maintenance_dollars"], "3500.00");
  EXPECT_EQ(overview["called_dollars"], "0.00");
  EXPECT_EQ(overview["lead"], Tree::parse(R"({"index":"BTCUSDT","price":"20000"})"));
  EXPECT_EQ(overview["instruments"], 2);
  EXPECT_EQ(overview["indexes"].size(), 2u);
  EXPECT_EQ(overview["rulebooks"][0]["name"], "short");
  EXPECT_EQ(overview["rulebooks"][0]["accounts"], 4);
  EXPECT_EQ(overview["state_hash"], to_hex(state_hash(*engine)));
  asking.desk.source = {"run", "crash", true, "60", true};
  EXPECT_EQ(asking.ask("overview")["source"],
            Tree::parse(R"({"kind":"run","name":"crash","running":true,"pace":"60",
                            "allows_market_moves":true})"));
}

// long falls below maintenance between 5 and 7.5 %; short between 7.5 and 10 % upwards.
TEST_F(WholeBook, LadderByHand) {
  const Tree answer = asking.ask("ladder", {{"base", "BTC"}});
  ASSERT_EQ(answer["ladders"].size(), 1u);
  const Tree& ladder = answer["ladders"][0];
  EXPECT_EQ(ladder["base"], "BTC");
  EXPECT_EQ(ladder["accounts"], 3);
  EXPECT_EQ(ladder["open_dollars"], "30000.00");  // 1.5 coins long
  std::map<std::string, int> liquidated;
  for (const Tree& step : ladder["steps"]) liquidated[step["move"]] = step["liquidated"];
  EXPECT_EQ(liquidated.at("-0.075"), 1);
  EXPECT_EQ(liquidated.at("-0.05"), 0);
  EXPECT_EQ(liquidated.at("0.075"), 0);
  EXPECT_EQ(liquidated.at("0.1"), 1);
  EXPECT_EQ(asking.ask("ladder")["ladders"].size(), 3u);  // BTC, ETH, all together
  EXPECT_FALSE(asking.answer("ladder", {{"base", "DOGE"}}, operator_key()));
  EXPECT_GE(answer["funds"].size(), 4u);
}

TEST_F(WholeBook, StressIsThatOfTheCommandLine) {
  const Tree stress = asking.ask("stress");
  EXPECT_EQ(stress["accounts"], 4);
  EXPECT_EQ(stress["ladders"].size(), 3u);
  EXPECT_EQ(stress["leverage"]["holding"], 3);
  EXPECT_TRUE(stress["margin"].is_null());
}

// At 15 % long needs 3,000 and has 2,000; short needs 3,000 and has that.
TEST_F(WholeBook, PreviewSaysWhoCrosses) {
  std::string rules = stress::testing_rules;
  rules.replace(rules.find("LIQUIDATION"), 11, "");
  const std::string row = R"([["0", "5 %", "10", "0"]])";
  rules.replace(rules.find(row), row.size(), R"([["0", "15 %", "5", "0"]])");
  const Tree preview = asking.ask("preview", {{"rulebook_text", rules}});
  EXPECT_EQ(preview["epoch"], 2);
  EXPECT_EQ(preview["accounts_total"], 4);
  std::map<std::string, int> entered;
  for (const Tree& level : preview["levels"]) entered[level["level"]] = level["entered"];
  EXPECT_EQ(entered.at("liquidation"), 1);
  EXPECT_EQ(preview["accounts"][0]["account"], "long");
  EXPECT_EQ(preview["accounts"][0]["after"]["maintenance"], "3000");
  EXPECT_EQ(preview["underlyings"][0]["maintenance_before"], "2500");  // 5 % of 20,000 twice and of 10,000
  EXPECT_EQ(preview["underlyings"][0]["maintenance_after"], "7500");
  // The same as an epoch that was proposed.
  ProposeRulebook propose;
  propose.image = compile_rulebook_text(rules, "proposed").value();
  must(propose);
  Tree of_epoch = asking.ask("preview", {{"rulebook", "short"}, {"epoch", 2}});
  EXPECT_EQ(of_epoch["epoch"], 2);
  EXPECT_EQ(of_epoch["levels"], preview["levels"]);
  EXPECT_EQ(preview["differences_total"], preview["differences"].size());
  EXPECT_EQ(preview["differences"].back(), "component brackets, BTC/USDT, bracket 1: rate 5 % -> 15 %");
  EXPECT_EQ(of_epoch["differences"], preview["differences"]);
  EXPECT_EQ(of_epoch["underlyings"], preview["underlyings"]);
  for (const Tree& bad : {Tree::object(), Tree{{"rulebook", "short"}}, Tree{{"rulebook_text", "x = 1"}},
                          Tree{{"rulebook", "short"}, {"epoch", 9}}, Tree{{"epoch", 1}}}) {
    EXPECT_FALSE(asking.answer("preview", bad, operator_key())) << bad;
  }
}

TEST_F(WholeBook, EpochsWithTheirApprovals) {
  ProposeRulebook propose;
  propose.image = engine->state.rulebooks[0].rules();
  propose.image.components[0].brackets[0].brackets[0].rate = Rate::from_raw(rate_one / 100 * 6);
  propose.by = "desk", propose.note = "wider brackets";
  must(propose);
  ApproveEpoch approve;
  approve.rulebook = RulebookId{0}, approve.epoch = 2, approve.by = "risk", approve.note = "seen";
  must(approve);
  ScheduleEpoch schedule;
  schedule.rulebook = RulebookId{0}, schedule.epoch = 2;
  schedule.at_time = engine->state.time + hour;
  must(schedule);
  const Tree answer = asking.ask("epochs", {{"rulebook", "short"}});
  const Tree& rulebook = answer["rulebooks"][0];
  EXPECT_EQ(rulebook["active"], 1);
  EXPECT_EQ(rulebook["rules"],
            Tree::parse(R"({"approvals":0,"emergency_approvals":0,"notice":"0 s","grace":"0 s"})"));
  ASSERT_EQ(rulebook["epochs"].size(), 2u);
  const Tree& epoch = rulebook["epochs"][1];
  EXPECT_EQ(epoch["status"], "scheduled");
  EXPECT_EQ(epoch["proposer"], "desk");
  EXPECT_EQ(epoch["note"], "wider brackets");
  EXPECT_EQ(epoch["approvals"][0]["by"], "risk");
  const i64 at = schedule.at_time.raw() / 1'000;
  EXPECT_EQ(epoch["at_time_ms"], at);
  EXPECT_EQ(epoch["differences"], Tree{"component brackets, BTC/USDT, bracket 1: rate 5 % -> 6 %"});
  EXPECT_FALSE(rulebook["epochs"][0].contains("differences"));
  const Tree overview = asking.ask("overview");
  EXPECT_EQ(overview["rulebooks"][0]["scheduled"][0]["epoch"], 2);
  EXPECT_EQ(overview["rulebooks"][0]["scheduled"][0]["at_time_ms"], at);
  EXPECT_FALSE(asking.answer("epochs", {{"rulebook", "none"}}, operator_key()));
}

TEST_F(WholeBook, ReplicasWithTheirLagAndHashes) {
  const u64 here = engine->state.position;
  ReplicaRow writer;
  writer.name = "writer", writer.role = "sequencer", writer.position = here + 5, writer.hash_agrees = true;
  ReplicaRow own;
  own.name = "service", own.role = "service", own.position = here;
  asking.desk.replicas = {writer, own};
  asking.desk.tick(here, Hash128{1, 2}, Hash128{1, 2});
  asking.desk.tick(here, Hash128{1, 2}, Hash128{1, 3});
  const Tree answer = asking.ask("replicas");
  EXPECT_EQ(answer["replicas"][0]["lag"], 0);
  EXPECT_EQ(answer["replicas"][0]["hash_agrees"], true);
  EXPECT_EQ(answer["replicas"][1]["lag"], 5);
  EXPECT_TRUE(answer["replicas"][1]["hash_agrees"].is_null());
  EXPECT_EQ(answer["ticks"][0]["agrees"], true);
  EXPECT_EQ(answer["ticks"][1]["agrees"], false);
  EXPECT_EQ(answer["ticks"][1]["hash"], "00000000000000010000000000000003");
}

BookSample sample(i64 days, i64 maintenance) {
  BookSample out;
  out.at = Time::from_raw(1'760'000'000'000'000 + days * day.raw());
  out.lead = Price::from_raw(100 * price_one);
  out.equity = stress::dollars(1'000 + days), out.initial = stress::dollars(2 * maintenance);
  out.maintenance = stress::dollars(maintenance), out.notional = stress::dollars(100);
  out.rulebooks = {{out.initial, out.maintenance, out.notional}};
  out.below = static_cast<u64>(days);
  return out;
}

// Rates of 5, 6, 9, 8 and 4 % on days 0, 1, 4, 10 and 31.  The largest rises: in a day or more from 6 to 9,
// in five from 5 to 8, in thirty from 5 to 4.
TEST_F(WholeBook, StabilityByHand) {
  asking.desk.samples.rows = {sample(0, 5), sample(1, 6), sample(4, 9), sample(10, 8), sample(31, 4)};
  const Tree answer = asking.ask("stability");
  ASSERT_EQ(answer["rows"].size(), 2u);
  EXPECT_EQ(answer["samples"], 5);
  for (const Tree& row : answer["rows"]) {
    EXPECT_EQ(row["rate"], "0.04");
    EXPECT_EQ(row["maintenance_dollars"], "4.00");
    EXPECT_EQ(row["peak"], "0.09");
    EXPECT_EQ(row["trough"], "0.04");
    EXPECT_EQ(row["peak_to_trough"], "2.25");
    EXPECT_EQ(row["rise_1d"]["rise"], "0.5");
    EXPECT_EQ(row["rise_5d"]["rise"], "0.6");
    EXPECT_EQ(row["rise_30d"]["rise"], "-0.2");
  }
  EXPECT_EQ(answer["rows"][1]["rulebook"], "short");
  asking.desk.samples.rows.clear();
  EXPECT_TRUE(asking.ask("stability")["rows"][0]["rise_1d"].is_null());
}

TEST_F(WholeBook, HistoryInColumnsEndsWithNow) {
  asking.desk.samples.rows = {sample(0, 5), sample(1, 6), sample(2, 4)};
  const Tree all = asking.ask("history");
  EXPECT_EQ(all["columns"]["equity_dollars"], Tree::parse(R"(["1000.00","1001.00","1002.00"])"));
  EXPECT_EQ(all["columns"]["below"], Tree::parse("[0,1,2]"));
  EXPECT_EQ(all["columns"]["time_ms"][0], 1'760'000'000'000);
  const Tree two = asking.ask("history", {{"points", 2}});
  EXPECT_EQ(two["columns"]["maintenance_dollars"], Tree::parse(R"(["5.00","4.00"])"));
  EXPECT_FALSE(asking.answer("history", {{"points", 2'001}}, operator_key()));
}

}  // namespace
}  // namespace lockstep::view
