// A calibrator beside an engine: what it says is in the log, at its position, and nothing else is needed to
// go on.
#include "node/calibrate/follow.h"

#include <gtest/gtest.h>

#include "core/units/limits.h"
#include "node/calibrate/testing_market.h"
#include "node/calibrate/testing_venue.h"
#include "node/feed/calendar.h"
#include "node/feed/contracts.h"
#include "node/runtime/main_job.h"

namespace lockstep::calibrate {
namespace {

using Changes = std::vector<std::pair<std::string, std::string>>;

constexpr u32 hours = 4 * 24;
constexpr u32 accounts = 30;
const RulebookId ours{0};

Time at(const std::string& text) { return parse_time(text, "test").value(); }

MemoryDisk& market() {
  static MemoryDisk disk;
  static const bool made = [] { return put(disk, "data", record(TestingMarket{})), true; }();
  LS_ASSERT(made);
  return disk;
}

// In force from 2026-02-01 00:05 on; hours are evaluated from 01:00 on, and published at 00:00.
TestingVenue venue_of(const Changes& changes, const CalibratorPolicy& policy = {}, u32 others = accounts) {
  return TestingVenue(market(), testing_feed(testing_rulebook(changes), hours, others), policy);
}

template <class C>
std::vector<Logged> only(const std::vector<Logged>& log) {
  std::vector<Logged> out;
  for (const Logged& logged : log) {
    if (std::holds_alternative<C>(logged.command)) out.push_back(logged);
  }
  return out;
}

u64 decisions(const TestingVenue& venue) {
  const std::vector<Logged> said = venue.said();
  return only<ProposeRulebook>(said).size() + only<ScheduleEpoch>(said).size() +
         only<CancelEpoch>(said).size();
}

Outcome approve(TestingVenue& venue, u32 epoch, const std::string& by) {
  ApproveEpoch command;
  command.rulebook = ours;
  command.epoch = epoch;
  command.by = by;
  return venue.send(command);
}

std::string state_of(const Calibrator& calibrator) { return to_hex(hash_bytes(stored(calibrator))); }

TEST(Follow, ProposesSchedulesAndIsActivatedAtItsPosition) {
  TestingVenue venue = venue_of(low_range);
  venue.run();
  const RulebookHistory& history = venue.history();
  ASSERT_GE(history.epochs.size(), 6u) << "four days and a crash";
  EXPECT_EQ(history.active, history.epochs.size());
  u32 urgent = 0;
  for (u32 n = 2; n <= history.epochs.size(); ++n) {
    const Epoch& epoch = venue.epoch(n);
    EXPECT_EQ(epoch.proposer, calibrator_name);
    const Time derived = at(epoch.rulebook.version);
    EXPECT_EQ(epoch.at_time, derived);
    EXPECT_EQ(epoch.status, n == history.active ? EpochStatus::active : EpochStatus::retired);
    EXPECT_NE(epoch.note.find("from the market at " + epoch.rulebook.version), std::string::npos)
        << epoch.note;
    EXPECT_NE(epoch.note.find("; gate: "), std::string::npos) << epoch.note;
    EXPECT_NE(epoch.note.find("BTC range "), std::string::npos) << epoch.note;
    EXPECT_NE(epoch.note.find("component."), std::string::npos) << epoch.note;
    EXPECT_LE(epoch.note.size(), limits::note_size_max);
    const bool at_midnight = derived.raw() % day.raw() == 0;
    EXPECT_EQ(epoch.note.starts_with("urgent: "), epoch.emergency);
    EXPECT_TRUE(at_midnight || epoch.emergency) << epoch.rulebook.version;
    urgent += epoch.emergency ? 1 : 0;
  }
  EXPECT_GE(urgent, 1u);
  u64 position = 0;
  for (const Logged& logged : venue.log) {
    ++position;
    EXPECT_TRUE(!logged.by_calibrator || logged.outcome.accepted())
        << static_cast<int>(logged.outcome.refusal);
    EXPECT_TRUE(!logged.by_calibrator || Follower::is_mine(logged.command));
    if (!std::holds_alternative<ScheduleEpoch>(logged.command) || !logged.by_calibrator) continue;
    EXPECT_EQ(venue.epoch(std::get<ScheduleEpoch>(logged.command).epoch).at_position, position - 1);
  }
  EXPECT_EQ(only<VolatilitySurface>(venue.said()).size(), 2u * 4) << "two coins, a chain a day";
  EXPECT_EQ(only<ForwardCurve>(venue.said()).size(), 2u * 4);
}

TEST(Follow, TwoOnTheSameMarketProposeTheSame) {
  TestingVenue one = venue_of(low_range), two = venue_of(low_range);
  one.run();
  two.run();
  EXPECT_EQ(to_hex(state_hash(one.engine)), to_hex(state_hash(two.engine)));
  EXPECT_EQ(one.engine.state.position, two.engine.state.position);
}

// In the middle of a day, in the crash, at a full hour that has been decided, and at the end.
TEST(Follow, OneThatStartsLateIsInTheStateOfOneThatWasThereAllTheTime) {
  TestingVenue whole = venue_of(low_range);
  TestingVenue changing = venue_of(low_range);
  for (const char* moment : {"2026-02-01T00:05", "2026-02-01T11:00", "2026-02-02T00:00", "2026-02-02T14:00",
                             "2026-02-02T16:00", "2026-02-03T02:10", "2026-02-04T00:00", "2026-02-05"}) {
    SCOPED_TRACE(moment);
    whole.run_to(at(moment));
    changing.run_to(at(moment));
    changing.start_calibrator();
    const u64 before = changing.log.size();
    EXPECT_TRUE(changing.send(Tick{}).accepted());
    EXPECT_EQ(changing.log.size(), before + 1) << "it has nothing new to say";
    EXPECT_TRUE(whole.send(Tick{}).accepted());
    EXPECT_EQ(state_of(changing.follower->calibrator()), state_of(whole.follower->calibrator()));
    EXPECT_EQ(changing.follower->calibrator().ramping, whole.follower->calibrator().ramping);
  }
  whole.run();
  changing.run();
  EXPECT_EQ(to_hex(state_hash(changing.engine)), to_hex(state_hash(whole.engine)));
}

TEST(Follow, WaitsForAnApprovalOfAnother) {
  TestingVenue venue = venue_of({{"approvals = \"0\"", "approvals = \"1\""}});
  venue.run_to(at("2026-02-02T05:00"));
  ASSERT_EQ(venue.history().epochs.size(), 2u);
  EXPECT_EQ(venue.epoch(2).status, EpochStatus::proposed);
  EXPECT_EQ(decisions(venue), 1u);
  EXPECT_EQ(approve(venue, 2, std::string(calibrator_name)).refusal, Refusal::approved_by_proposer);
  EXPECT_EQ(venue.epoch(2).status, EpochStatus::proposed);
  EXPECT_TRUE(approve(venue, 2, "bob").accepted());
  EXPECT_EQ(venue.epoch(2).status, EpochStatus::active);
  EXPECT_EQ(venue.epoch(2).at_time, venue.engine.state.time);
  EXPECT_EQ(decisions(venue), 2u);
}

// While one waits nothing else is proposed; patience ends it, and the next one rests on what is known then.
TEST(Follow, PatienceCancelsWhatNobodyApproves) {
  TestingVenue venue = venue_of({{"approvals = \"0\"", "approvals = \"1\""}});
  venue.run_to(at("2026-02-02T23:00"));
  EXPECT_EQ(decisions(venue), 1u);
  EXPECT_EQ(venue.epoch(2).status, EpochStatus::proposed);
  venue.run_to(at("2026-02-03T01:00"));
  EXPECT_EQ(venue.epoch(2).status, EpochStatus::cancelled);
  ASSERT_EQ(venue.history().epochs.size(), 3u);
  EXPECT_EQ(venue.epoch(3).rulebook.version, "2026-02-03T01:00Z") << "not in the hour of the cancellation";
  EXPECT_EQ(venue.epoch(3).status, EpochStatus::proposed);
  EXPECT_EQ(venue.history().active, 1u);
  EXPECT_EQ(decisions(venue), 3u);
}

TEST(Follow, NoticeIsKeptAndNothingElseIsProposedMeanwhile) {
  TestingVenue venue = venue_of({{"notice    = \"0 s\"", "notice    = \"30 h\""}});
  venue.run_to(at("2026-02-03T05:00"));
  ASSERT_EQ(venue.history().epochs.size(), 2u) << "not at the midnight between";
  EXPECT_EQ(venue.epoch(2).status, EpochStatus::scheduled);
  EXPECT_EQ(venue.epoch(2).at_time, at("2026-02-03T06:01")) << "a minute for the way to the log";
  venue.run_to(at("2026-02-03T07:00"));
  EXPECT_EQ(venue.epoch(2).status, EpochStatus::active);
  venue.run_to(at("2026-02-04T00:00"));
  ASSERT_EQ(venue.history().epochs.size(), 3u);
  EXPECT_EQ(venue.epoch(3).status, EpochStatus::scheduled);
  EXPECT_EQ(decisions(venue), 4u);
}

TEST(Follow, WhatIsUrgentOvertakesWhatWaits) {
  Changes changes = low_range;
  changes.emplace_back("notice    = \"0 s\"", "notice    = \"30 h\"");
  TestingVenue venue = venue_of(changes);
  venue.run_to(at("2026-02-02T13:00"));
  ASSERT_EQ(venue.history().epochs.size(), 2u);
  EXPECT_EQ(venue.epoch(2).status, EpochStatus::scheduled);
  venue.run_to(at("2026-02-02T17:00"));  // the crash is from 13:00 to 16:00
  ASSERT_GE(venue.history().epochs.size(), 3u);
  EXPECT_EQ(venue.epoch(2).status, EpochStatus::cancelled);
  EXPECT_TRUE(venue.epoch(3).emergency);
  EXPECT_TRUE(venue.epoch(3).note.starts_with("urgent: "));
  EXPECT_EQ(venue.epoch(3).at_time, at(venue.epoch(3).rulebook.version)) << "without notice";
  EXPECT_EQ(venue.history().active, venue.history().epochs.size());
  // One that joins now knows what became of it.
  TestingVenue late = venue_of(changes);
  late.run_to(at("2026-02-02T17:00"));
  late.start_calibrator();
  late.send(Tick{});
  venue.send(Tick{});
  EXPECT_EQ(state_of(late.follower->calibrator()), state_of(venue.follower->calibrator()));
}

TEST(Follow, AScheduleThatWasLostIsSaidAgainUntilPatienceEnds) {
  TestingVenue venue = venue_of({});
  venue.loses_schedules = true;
  venue.run_to(at("2026-02-02T22:00"));
  EXPECT_EQ(venue.epoch(2).status, EpochStatus::proposed);
  EXPECT_EQ(decisions(venue), 1u) << "the proposal";
  venue.loses_schedules = false;
  venue.run_to(at("2026-02-02T23:00"));
  EXPECT_EQ(venue.history().active, 2u);

  TestingVenue other = venue_of({});
  other.loses_schedules = true;
  other.run_to(at("2026-02-03T00:00"));
  EXPECT_EQ(other.epoch(2).status, EpochStatus::cancelled);
  EXPECT_EQ(other.history().active, 1u);
}

// Another account's trade: long 20 BTC at the mark, on what is asked for initially and no more.
AccountId open_at_the_limit(TestingVenue& venue) {
  State& state = venue.engine.state;
  const PartyId party{static_cast<u32>(state.parties.size())};
  const AccountId account{static_cast<u32>(state.accounts.size())};
  const AssetId dollar{venue.engine.lookup.assets.find("USDT")->second};
  const InstrumentId bitcoin{venue.engine.lookup.instruments.find("BTCUSDT")->second};
  EXPECT_TRUE(venue.send(OpenParty{"edge"}).accepted());
  EXPECT_TRUE(venue.send(OpenAccount{"edge", party, ours, MarginMode::portfolio, false, false}).accepted());
  EXPECT_TRUE(venue.send(Deposit{account, dollar, Amount::from_raw(1'000'000'000'000)}).accepted());
  Fill fill;
  fill.account = account;
  fill.instrument = bitcoin;
  fill.price = on_tick(state.market(bitcoin).mark, state.instrument(bitcoin).tick);
  fill.lots = Lots::from_raw(20 * price_one / state.instrument(bitcoin).lot);
  EXPECT_EQ(venue.send(fill).refusal, Refusal::none);
  const Assessment assessment = assess_account(venue.engine, account);
  const i64 rest = static_cast<i64>(assessment.find(dollar)->available.raw() / (value_one / 1'000'000));
  EXPECT_TRUE(venue.send(Withdraw{account, dollar, Amount::from_raw(rest - 1'000'000)}).accepted());
  return account;
}

Outcome top_up(TestingVenue& venue, AccountId account) {
  const AssetId dollar{venue.engine.lookup.assets.find("USDT")->second};
  return venue.send(Deposit{account, dollar, Amount::from_raw(1'000'000'000'000)});
}

// Half of the range that a calm market asks for.
const Changes very_low_range = {{"±0 4 8 12 16 %", "±0 1 2 3 4 %"},
                                {"extreme_range = \"16 %\"", "extreme_range = \"4 %\""}};

// Without limits of speed, so that the next epoch asks for twice as much; the gate lets nobody be pushed
// under.
CalibratorPolicy strict_gate(u32 steps) {
  CalibratorPolicy policy;
  policy.parameters.publish.rise_daily = 10;
  policy.gate = {0, steps};
  return policy;
}

TEST(Follow, TheGateLetsAPartPassAndTheRestLater) {
  TestingVenue venue = venue_of(very_low_range, strict_gate(8), 0);
  venue.run_to(at("2026-02-01T23:00"));
  const AccountId account = open_at_the_limit(venue);
  venue.run_to(at("2026-02-02T00:00"));
  ASSERT_EQ(venue.history().epochs.size(), 2u);
  EXPECT_EQ(venue.evaluations.back().action, Action::partly);
  EXPECT_NE(venue.epoch(2).rulebook.version.find("/8"), std::string::npos) << venue.epoch(2).rulebook.version;
  EXPECT_NE(venue.epoch(2).note.find(" of 8 steps, because all of it: 1 pushed under"), std::string::npos);
  EXPECT_EQ(venue.history().active, 2u);
  EXPECT_TRUE(venue.follower->calibrator().ramping);
  EXPECT_LT(assess_account(venue.engine, account).state, MarginState::liquidation);
  EXPECT_TRUE(top_up(venue, account).accepted());
  venue.run_to(at("2026-02-02T01:00"));
  ASSERT_EQ(venue.history().epochs.size(), 3u) << "an hour later, not a day";
  EXPECT_EQ(venue.evaluations.back().action, Action::proposed);
  EXPECT_EQ(venue.epoch(3).rulebook.version, "2026-02-02T01:00Z");
  EXPECT_FALSE(venue.follower->calibrator().ramping);
}

TEST(Follow, OneThatStartsLateGoesOnWithARamp) {
  TestingVenue whole = venue_of(very_low_range, strict_gate(8), 0);
  TestingVenue late = venue_of(very_low_range, strict_gate(8), 0);
  for (TestingVenue* venue : {&whole, &late}) {
    venue->run_to(at("2026-02-01T23:00"));
    const AccountId account = open_at_the_limit(*venue);
    venue->run_to(at("2026-02-02T01:00"));  // two parts of the way
    if (venue == &late) venue->start_calibrator();
    EXPECT_TRUE(top_up(*venue, account).accepted());
    EXPECT_TRUE(venue->follower->calibrator().ramping);
  }
  EXPECT_EQ(state_of(late.follower->calibrator()), state_of(whole.follower->calibrator()));
  for (TestingVenue* venue : {&whole, &late}) venue->run();
  EXPECT_EQ(to_hex(state_hash(late.engine)), to_hex(state_hash(whole.engine)));
}

TEST(Follow, WhatTheGateHoldsIsNotInTheLog) {
  TestingVenue venue = venue_of(very_low_range, strict_gate(1), 0);
  venue.run_to(at("2026-02-01T23:00"));
  const AccountId account = open_at_the_limit(venue);
  venue.run_to(at("2026-02-02T03:00"));
  EXPECT_EQ(decisions(venue), 0u);
  ASSERT_FALSE(venue.evaluations.empty());
  EXPECT_EQ(venue.evaluations.back().action, Action::held);
  EXPECT_EQ(venue.evaluations.size(), 4u) << "tried again every hour";
  EXPECT_TRUE(top_up(venue, account).accepted());
  venue.run_to(at("2026-02-02T04:00"));
  EXPECT_EQ(venue.history().active, 2u);
}

// The main job on a disk: killed at some call it goes on to the state of a run that was not.
struct JobRun {
  std::string fault;
  MainJobReport report;
};
JobRun job(MemoryDisk& disk) {
  MainJobRequest request;
  request.feed = testing_feed(testing_rulebook(low_range), hours, accounts);
  request.folder = "node";
  request.snapshot_every = 1;
  Result<Follower, Fault> follower = Follower::open(disk, "data", "lockstep", CalibratorPolicy{});
  if (!follower) return {follower.error().what, {}};
  request.companion = companion_of(follower.value());
  Result<MainJobReport, Fault> report = run_main_job(disk, request, {});
  if (!report) return {report.error().what, {}};
  return {"", std::move(report).value()};
}

TEST(Follow, AJobThatIsKilledGoesOnToTheSameState) {
  MemoryDisk disk(market());
  const JobRun whole = job(disk);
  ASSERT_EQ(whole.fault, "");
  const JobRun again = job(disk);
  ASSERT_EQ(again.fault, "");
  EXPECT_EQ(again.report.position, whole.report.position) << "nothing is said twice";
  EXPECT_EQ(to_hex(again.report.state_hash), to_hex(whole.report.state_hash));
  Prng prng(6);
  for (u64 kills = 1; kills <= 4; ++kills) {
    SCOPED_TRACE(kills);
    MemoryDisk victim(market());
    u32 killed = 0;
    for (u64 n = 0; n < kills; ++n) {
      victim.fail_from = victim.calls + 40 + prng.below(disk.calls / 3);
      killed += job(victim).fault.empty() ? 0 : 1;
      victim.crash(prng);
      victim.fail_from = ~u64{0};
    }
    EXPECT_GE(killed, 1u);
    const JobRun rest = job(victim);
    ASSERT_EQ(rest.fault, "");
    EXPECT_EQ(rest.report.position, whole.report.position);
    EXPECT_EQ(to_hex(rest.report.state_hash), to_hex(whole.report.state_hash));
  }
}

}  // namespace
}  // namespace lockstep::calibrate
