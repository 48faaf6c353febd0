// Walks over a market on paper: what is published is the same however often the walk is stopped, no state is
// trusted, and too little data changes nothing.
#include "node/calibrate/walk.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "node/calibrate/testing_market.h"
#include "node/feed/calendar.h"
#include "node/rules/compile.h"

namespace lockstep::calibrate {
namespace {

Rulebook our_rulebook(bool low = false) {
  std::ostringstream file;
  file << std::ifstream(std::string(LOCKSTEP_SOURCE_DIR) + "/rulebooks/lockstep.toml").rdbuf();
  std::string text = file.str();
  const auto set = [&](const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    if (low && at != std::string::npos) text.replace(at, from.size(), to);
  };
  set("±0 4 8 12 16 %", "±0 2 4 6 8 %");
  set("extreme_range = \"16 %\"", "extreme_range = \"8 %\"");
  return compile_rulebook_text(text, "lockstep.toml").value();
}

Time before_end(i64 hours) { return testing_market_end - Duration::from_raw(hours * hour.raw()); }

WalkRequest request_of_five_days() {
  WalkRequest request;
  request.folder = "data";
  request.from = before_end(5 * 24);
  request.rulebook = our_rulebook();
  return request;
}

WalkReport walked(Disk& disk, const WalkRequest& request) {
  Result<WalkReport, Fault> report = walk(disk, request, {});
  EXPECT_TRUE(report) << report.error().what;
  return report ? std::move(report).value() : WalkReport{};
}

std::string fault_of(Disk& disk, const WalkRequest& request) {
  const Result<WalkReport, Fault> report = walk(disk, request, {});
  return report ? "" : report.error().what;
}

// The market, and what a walk over its last five days came to.
struct Walked {
  MemoryDisk disk;
  WalkRequest request = request_of_five_days();
  WalkReport report;
  std::vector<Evaluation> evaluations;
  explicit Walked(const Rulebook& rulebook) {
    request.rulebook = rulebook;
    put(disk, "data", record(TestingMarket{}));
    const auto keep = [this](const Evaluation& evaluation) { evaluations.push_back(evaluation); };
    report = walk(disk, request, keep).value();
  }
};
Walked& whole() {
  static Walked walked(our_rulebook());
  return walked;
}

std::string texts(const Proposal& proposal) {
  std::string text;
  for (const Explanation& e : proposal.explanations) {
    for (const std::string* part :
         {&e.field, &e.in_force, &e.target, &e.published, &e.data, &e.window, &e.rule, &e.decision})
      text += *part + "|";
    text += std::to_string(e.observations) + "\n";
  }
  return text;
}

TEST(Walk, PublishesOnceADayAndAtOnceInACrash) {
  const Walked w(our_rulebook(true));  // half of the range that the market asks for
  EXPECT_EQ(w.report.counts.evaluations, 5u * 24 + 1);
  EXPECT_EQ(w.report.counts.published, w.evaluations.size());
  u64 urgent = 0, daily = 0;
  std::string identity = w.request.rulebook.identity;
  for (const Evaluation& evaluation : w.evaluations) {
    EXPECT_EQ(evaluation.action, Action::proposed);
    EXPECT_NE(evaluation.rules.identity, identity) << "something changed";
    EXPECT_EQ(evaluation.rules.identity, rulebook_identity(evaluation.rules));
    EXPECT_EQ(evaluation.rules.version, version_text(evaluation.at));
    identity = evaluation.rules.identity;
    urgent += is_urgent(evaluation.proposal) ? 1 : 0;
    daily += evaluation.at.raw() % day.raw() == 0 ? 1 : 0;
  }
  EXPECT_EQ(identity, w.report.rules.identity);
  EXPECT_EQ(daily, 5u);  // at the first hour no time has passed yet
  EXPECT_GE(urgent, 1u);
  EXPECT_EQ(urgent, w.report.counts.urgent);
  EXPECT_GE(w.evaluations.size(), daily + urgent);
  for (const Explanation& e : w.report.last.explanations) {
    EXPECT_FALSE(e.decision.empty()) << e.field;
    const bool follows = e.decision.starts_with("follows");
    EXPECT_FALSE(e.changed && !follows && (e.data.empty() || e.window.empty())) << e.field;
    EXPECT_FALSE(e.changed && e.rule.empty()) << e.field;
  }
}

TEST(Walk, TwoAreEqualByteForByte) {
  const Walked again(our_rulebook());
  EXPECT_EQ(again.report.state, whole().report.state);
  EXPECT_EQ(again.report.rules.identity, whole().report.rules.identity);
  EXPECT_EQ(texts(again.report.last), texts(whole().report.last));
  ASSERT_EQ(again.evaluations.size(), whole().evaluations.size());
  for (std::size_t i = 0; i < again.evaluations.size(); ++i)
    EXPECT_EQ(note_of(again.evaluations[i]), note_of(whole().evaluations[i]));
}

// Before it evaluates anything, between an hour and a chain, behind a chain, in the crash, between hours, at
// the end.
TEST(Walk, StoppedAnywhereItGoesOnToTheSameState) {
  const Walked& w = whole();
  for (const Time stop :
       {before_end(9 * 24), before_end(96), before_end(96) + Duration::from_raw(5 * minute.raw()),
        before_end(57), before_end(58) - microsecond, before_end(0)}) {
    SCOPED_TRACE(format_time(stop));
    MemoryDisk disk(w.disk);
    WalkRequest request = w.request;
    request.to = stop;
    request.state = walked(disk, request).state;
    request.to.reset();
    request.from.reset();
    request.rulebook = Rulebook{};  // the state's counts
    const WalkReport rest = walked(disk, request);
    EXPECT_EQ(rest.state, w.report.state);
    EXPECT_EQ(rest.rules.identity, w.report.rules.identity);
    EXPECT_EQ(rest.counts.hours, w.report.counts.hours);
    EXPECT_EQ(rest.counts.published, w.report.counts.published);
    EXPECT_EQ(rest.counts.dropped_quotes, w.report.counts.dropped_quotes);
    EXPECT_EQ(texts(rest.last), stop == before_end(0) ? "" : texts(w.report.last));
  }
}

TEST(Walk, StoppedEveryFewHoursItGoesOnToTheSameState) {
  const Walked& w = whole();
  MemoryDisk disk(w.disk);
  WalkRequest request = w.request;
  for (i64 left = 5 * 24; left >= 0; left -= 17) {
    request.to = before_end(left);
    request.state = walked(disk, request).state;
  }
  request.to.reset();
  EXPECT_EQ(walked(disk, request).state, w.report.state);
}

TEST(Walk, ABrokenStateIsAFaultAndNeverACrash) {
  Walked& w = whole();
  WalkRequest request = w.request;
  const Bytes& state = w.report.state;
  const std::string damaged = "this state is damaged; begin without one";
  for (std::size_t size = 0; size < state.size(); size += size < 4'000 ? 1 : 61) {
    request.state = Bytes(state.begin(), state.begin() + static_cast<std::ptrdiff_t>(size));
    ASSERT_EQ(fault_of(w.disk, request), damaged) << "cut at " << size;
  }
  for (std::size_t at = 0; at < state.size(); at += at < 4'000 ? 1 : 61) {
    request.state = state;
    (*request.state)[at] ^= static_cast<u8>(1u << at % 8);
    ASSERT_EQ(fault_of(w.disk, request), damaged) << "flipped at " << at;
  }
  request.state = state;
  request.state->push_back(0);
  EXPECT_EQ(fault_of(w.disk, request), damaged);
}

// Behind a hash that holds: any cut or flip inside is a fault of the reader or a state that can be used.
TEST(Walk, ACalibratorReadsAnyBytesWithoutACrash) {
  const Bytes& state = whole().report.state;
  for (std::size_t at = 0; at < state.size(); at += 97) {
    Bytes bytes(state.begin() + static_cast<std::ptrdiff_t>(at), state.end());
    Calibrator calibrator({"BTC", "ETH"}, CalibratorPolicy{});
    Reader reader(bytes);
    calibrator.read(reader);
    EXPECT_FALSE(reader.done());
  }
}

TEST(Walk, AStateOfOtherDataIsRefused) {
  const Walked& w = whole();
  WalkRequest request = w.request;
  request.state = w.report.state;
  const std::string other = "this state is of other data or another build; begin without one";
  const auto refused = [&](const Recording& recording) {
    MemoryDisk disk;
    put(disk, "data", recording);
    return fault_of(disk, request);
  };
  TestingMarket market;
  EXPECT_EQ(refused(record(market)), "");
  Recording one_price = record(market);
  std::string& line = one_price["perps/okx_swap_1h.csv"][700];
  line.replace(line.rfind(',') - 1, 1, line[line.rfind(',') - 1] == '1' ? "2" : "1");
  EXPECT_EQ(refused(one_price), other);
  Recording one_coin = record(market);
  for (auto& [name, lines] : one_coin)
    std::erase_if(lines, [](const std::string& l) { return l.find("ETH") != std::string::npos; });
  EXPECT_EQ(refused(one_coin), other);
  market.seed = 2;
  EXPECT_EQ(refused(record(market)), other);
  Recording longer = record(TestingMarket{});
  longer["perps/binance_spot_1h.csv"].push_back(milliseconds(testing_market_end) +
                                                ",BTCUSDT,50000,50000,50000,50000,1");
  EXPECT_EQ(refused(longer), "") << "what lies behind the state may grow";
}

// Every number that rests on an estimate says what it lacks, and stays.
TEST(Walk, TooLittleDataKeepsTheLastEpochAndSaysSo) {
  TestingMarket market;
  market.days = 3;
  market.bar_days = 1;
  market.chain_days = 2;
  MemoryDisk disk;
  put(disk, "data", record(market));
  WalkRequest request = request_of_five_days();
  request.from = before_end(48);
  const WalkReport report = walked(disk, request);
  EXPECT_EQ(report.counts.published, 0u);
  EXPECT_GT(report.counts.evaluations, 20u);
  EXPECT_EQ(report.rules.identity, request.rulebook.identity);
  u32 lacking = 0;
  for (const Explanation& e : report.last.explanations) {
    EXPECT_EQ(e.published, e.in_force) << e.field;
    EXPECT_FALSE(e.changed) << e.field;
    const bool follows = e.decision.starts_with("follows");
    EXPECT_TRUE(follows || e.decision.find("kept") != std::string::npos) << e.field << ": " << e.decision;
    lacking += e.decision.find("kept: no data (") != std::string::npos ? 1 : 0;
    if (e.field == "component.moves.rows.BTC.moves") {
      EXPECT_NE(e.decision.find("returns; 250 are needed"), std::string::npos) << e.decision;
    }
  }
  EXPECT_GT(lacking, 40u);
}

TEST(Walk, WhatHasEnoughDataMovesAndTheRestIsKept) {
  TestingMarket market;
  market.days = 100;
  market.chain_days = 20;
  MemoryDisk disk;
  put(disk, "data", record(market));
  const WalkReport report = walked(disk, request_of_five_days());
  EXPECT_GT(report.counts.published, 0u);
  for (const Explanation& e : report.last.explanations) {
    if (e.field == "component.moves.rows.BTC.volatility_up") {
      EXPECT_EQ(e.published, "45 %");
      EXPECT_NE(e.decision.find("60 are needed"), std::string::npos) << e.decision;
    }
    if (e.field == "component.moves.rows.ETH.moves") {
      EXPECT_EQ(e.published, "±0 5 10 15 20 %");
      EXPECT_NE(e.decision.find("250 are needed"), std::string::npos) << e.decision;
    }
  }
}

TEST(Walk, WithoutPricesIsAFault) {
  MemoryDisk disk;
  put(disk, "data", {{"deribit_options/chain.csv", record(TestingMarket{})["deribit_options/chain.csv"]}});
  EXPECT_EQ(fault_of(disk, request_of_five_days()).rfind("data: holds no prices", 0), 0u);
}

}  // namespace
}  // namespace lockstep::calibrate
