// What the scenarios do not reach of funding that is made: epochs that begin or end it, late ticks, and the
// order in which a rate that is sent is refused.
#include <gtest/gtest.h>

#include "core/engine/engine_testing.h"

namespace lockstep {
namespace {

constexpr Rate bp(i64 whole) { return Rate::from_raw(whole * (rate_one / 10'000)); }

// Every hour an eighth of the mean premium of the mark, taken every ten minutes.
Rulebook making(bool made) {
  Rulebook rules = small_rulebook();
  rules.version = made ? "made" : "sent";
  FundingRow row;
  row.formula = FundingFormula::plain;
  row.interval = hour;
  row.sample = Duration::from_raw(10 * minute.raw());
  rules.funding_made = made;
  rules.funding = {row};
  return rules;
}

struct Made : SmallVenue {
  Made() {
    now = Time::from_raw(1'800'000 * hour.raw());  // the beginning of an hour
    epoch(true);
  }
  void epoch(bool made) {
    must(ProposeRulebook{making(made)});
    const u32 newest = static_cast<u32>(engine.state.rulebooks[0].epochs.size());
    must(ScheduleEpoch{RulebookId{0}, newest, 0, Time{}});
  }
  void marks(i64 index, i64 mark) {
    must(IndexPrices{1, ++sequence, {{IndexId{0}, dollars(index)}}});
    must(MarkPrices{1, ++sequence, {{InstrumentId{0}, dollars(mark), Rate{}, Price{}}}});
  }
  void wait(i64 minutes) { now = now + Duration::from_raw(minutes * minute.raw()); }
  // The rates of what the tick charged.
  std::vector<Rate> tick() {
    std::vector<Rate> rates;
    for (const Event& event : must(Tick{}).events) {
      if (const FundingCharged* charge = std::get_if<FundingCharged>(&event)) rates.push_back(charge->rate);
    }
    return rates;
  }
  const FundingWindow& window() const { return engine.state.markets[0].window; }
};

using Rates = std::vector<Rate>;

TEST(MadeFunding, ALateTickChargesTheIntervalItFindsAndNoOther) {
  Made venue;
  venue.marks(20'000, 20'020);
  EXPECT_EQ(venue.tick(), Rates{});
  venue.wait(300);
  EXPECT_EQ(venue.tick(), Rates{bp(10)});
  EXPECT_TRUE(venue.engine.state.markets[0].funding.raw() * 8 == value_one * 20'020 / 1'000 / 1'000);
  venue.wait(59);
  EXPECT_EQ(venue.tick(), Rates{});
}

TEST(MadeFunding, APremiumIsTakenOnceASpan) {
  Made venue;
  venue.marks(20'000, 20'020);
  venue.tick();
  venue.wait(9);
  venue.marks(20'000, 21'000);
  venue.tick();
  EXPECT_EQ(venue.window().count, 1u);
  venue.wait(1);
  venue.marks(20'000, 20'040);
  venue.tick();
  EXPECT_EQ(venue.window().count, 2u);
  venue.wait(50);
  EXPECT_EQ(venue.tick(), Rates{bp(15)});
}

TEST(MadeFunding, AnEpochThatStopsItForgetsTheWindow) {
  Made venue;
  venue.marks(20'000, 20'020);
  venue.tick();
  venue.epoch(false);
  venue.tick();
  EXPECT_EQ(venue.window().count, 0u);
  EXPECT_EQ(venue.window().charged_at, Time{});
  venue.must(FundingRate{InstrumentId{0}, bp(1), Price{}});
  venue.epoch(true);
  venue.wait(60);
  EXPECT_EQ(venue.tick(), Rates{});
}

TEST(MadeFunding, ARateThatIsSentIsRefusedBeforeItsNumberIsLookedAt) {
  Made venue;
  EXPECT_EQ(venue.refusal(FundingRate{InstrumentId{1}, bp(1), Price{}}), Refusal::unknown_instrument);
  EXPECT_EQ(venue.refusal(FundingRate{InstrumentId{0}, Rate::from_raw(2 * rate_one), Price{}}),
            Refusal::funding_computed);
}

}  // namespace
}  // namespace lockstep
