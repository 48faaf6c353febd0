#include "node/feed/preset.h"

#include <gtest/gtest.h>

#include "core/pricing/surface.h"
#include "node/feed/calendar.h"

namespace lockstep {
namespace {

Tape crash() { return open_preset("crash-2025-10-10", {}, {}).value(); }

TEST(Preset, EverySmileOfEverySnapshotIsFreeOfArbitrage) {
  Tape tape = crash();
  ChainSnapshot snapshot;
  RowCount rows;
  int count = 0;
  for (; tape.next_snapshot(snapshot, rows).value(); ++count) {
    ASSERT_FALSE(snapshot.smiles.empty());
    for (std::size_t i = 0; i < snapshot.smiles.size(); ++i) {
      const ExpirySmile& smile = snapshot.smiles[i];
      ASSERT_EQ(smile_defect(smile.slice), SmileDefect::none) << format_time(snapshot.at) << " " << i;
      if (i == 0 || snapshot.smiles[i - 1].coin != smile.coin) continue;
      ASSERT_LT(snapshot.smiles[i - 1].expiry, smile.expiry);
      ASSERT_TRUE(calendar_consistent(smile_of(snapshot.smiles[i - 1].slice), smile_of(smile.slice)))
          << format_time(snapshot.at) << " " << i;
    }
  }
  EXPECT_EQ(count, 51);
}

TEST(Preset, EveryOptionHasASmileAndNoneHasExpired) {
  Tape tape = crash();
  ChainSnapshot snapshot;
  RowCount rows;
  while (tape.next_snapshot(snapshot, rows).value()) {
    for (const OptionQuote& quote : snapshot.options) {
      ASSERT_GT(quote.expiry, snapshot.at);
      bool found = false;
      for (const ExpirySmile& smile : snapshot.smiles) {
        found = found || (smile.coin == quote.coin && smile.expiry == quote.expiry);
      }
      ASSERT_TRUE(found) << quote.name;
    }
  }
}

TEST(Preset, PricesPassThroughThePublishedLows) {
  const Tape tape = crash();
  Price bitcoin_low = Price::from_raw(INT64_MAX);
  Price ripple_low = bitcoin_low;
  for (const BarClose& close : tape.perpetual) {
    if (tape.symbols[close.symbol] == "BTCUSDT") bitcoin_low = std::min(bitcoin_low, close.price);
    if (tape.symbols[close.symbol] == "XRPUSDT") ripple_low = std::min(ripple_low, close.price);
  }
  EXPECT_EQ(bitcoin_low.raw(), 10'151'650'000'000);
  EXPECT_EQ(ripple_low.raw(), 117'920'000);
}

TEST(Preset, UnknownNamesAndSpansOutsideAreFaults) {
  EXPECT_EQ(open_preset("crash", {}, {}).error().what,
            "--preset: there is no preset \"crash\"; expected crash-2025-10-10");
  const Result<Tape, Fault> outside = open_preset("crash-2025-10-10", time_of_date(2025, 10, 9), {});
  EXPECT_NE(outside.error().what.find("does not lie within 2025-10-10 00:00:00 to 2025-10-11 12:00:00"),
            std::string::npos);
}

}  // namespace
}  // namespace lockstep
