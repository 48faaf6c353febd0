// The recorded crash of February 2026: no published surface has arbitrage, and errors stay where they were
// measured.  Needs the recorded chains; skipped without them.
#include "node/surface/recorded.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "node/feed/calendar.h"
#include "node/feed/folder.h"
#include "node/io/linux_disk.h"
#include "node/surface/measure.h"

namespace lockstep::surface {
namespace {

std::vector<double> joined(const std::array<std::vector<double>, buckets>& by_bucket) {
  std::vector<double> all;
  for (const std::vector<double>& values : by_bucket) all.insert(all.end(), values.begin(), values.end());
  return all;
}

TEST(RecordedCrash, HasNoArbitrageAndKnownErrors) {
  const char* folder = std::getenv("LOCKSTEP_SHARED");
  const std::string root = folder != nullptr ? folder : LOCKSTEP_SOURCE_DIR "/../shared";
  const std::string data = root + "/data/deribit_options";
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "no recorded chains in " << data;
  LinuxDisk disk;
  Result<Tape, Fault> tape = open_folder(disk, data, parse_time("2026-01-28", "from").value(),
                                         parse_time("2026-02-11", "to").value());
  ASSERT_TRUE(tape) << tape.error().what;
  SurfaceState states[2];
  Totals totals[2];
  ChainSnapshot snapshot;
  RowCount rows;
  for (;;) {
    const Result<bool, Fault> next = tape.value().next_snapshot(snapshot, rows);
    ASSERT_TRUE(next) << next.error().what;
    if (!next.value()) break;
    for (u8 coin = 0; coin < 2; ++coin) {
      const Result<Surface, ChainReject> surface = update(chain_of(snapshot, coin), {}, states[coin]);
      ASSERT_TRUE(surface);
      add(totals[coin], surface.value(), 0.01);
    }
  }
  for (const Totals& t : totals) {
    EXPECT_EQ(t.surfaces, 55u);
    EXPECT_EQ(t.with_arbitrage, 0u);
    EXPECT_GE(t.by_rung[0], 640u);  // of 664 smiles
    EXPECT_LE(t.by_rung[4] + t.by_rung[5], 0u);
    const Spread parity = spread_of(t.parity);
    EXPECT_LT(parity.median, 0.0003);
    const Spread fit = spread_of(joined(t.fitted));
    EXPECT_GT(fit.count, 15'000u);
    EXPECT_LT(fit.median, 0.003);
    EXPECT_LT(fit.most, 0.018);
    EXPECT_GT(static_cast<double>(t.inside.inside), 0.85 * static_cast<double>(t.inside.quotes));
    for (const std::size_t bucket : {3u, 4u}) EXPECT_LT(spread_of(t.fitted[bucket]).worst, 0.12) << bucket;
  }
}

}  // namespace
}  // namespace lockstep::surface
