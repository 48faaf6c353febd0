// Seeded runs of a whole cluster; `lockstep sim cluster` has more of them.
#include "node/sim/cluster.h"

#include <gtest/gtest.h>

namespace lockstep::sim {
namespace {

void expect_right(const Report& report) {
  EXPECT_EQ(report.broken, "");
  if (report.broken.empty()) return;
  for (const std::string& line : report.news) std::printf("%s\n", line.c_str());
}

TEST(Cluster, WithoutFaultsEverybodyComputesAlike) {
  Options options;
  options.faults = false;
  options.storm_us = 8'000'000;
  const Report report = run(options);
  expect_right(report);
  EXPECT_EQ(report.terms, 1u);
  EXPECT_GT(report.answered, 500u);
  EXPECT_GT(report.outputs, 100u);
}

TEST(Cluster, FaultsLoseNothingAndDoubleNothing) {
  for (u64 seed = 1; seed <= 2; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Options options;
    options.seed = seed;
    options.storm_us = 12'000'000;
    expect_right(run(options));
  }
}

TEST(Cluster, TheSameSeedIsTheSameRun) {
  Options options;
  options.seed = 77;
  options.storm_us = 6'000'000;
  const Report first = run(options);
  const Report second = run(options);
  EXPECT_TRUE(first.trace == second.trace);
  EXPECT_EQ(to_hex(first.state), to_hex(second.state));
  EXPECT_EQ(first.commands, second.commands);
}

// Of the sequencer, too: an even seed.
TEST(Cluster, ASequencerWithAFlippedBitStepsDownAndNamesIt) {
  Options options;
  options.seed = 2;
  options.planted = Planted::bit_flip;
  options.faults = false;
  options.storm_us = 8'000'000;
  const Report report = run(options);
  expect_right(report);
  EXPECT_EQ(report.terms, 2u);
}

TEST(Cluster, AMirrorWithoutItsDiskComesBackByASnapshotThroughFaults) {
  Options options;
  options.seed = 4;
  options.planted = Planted::lost_disk;
  options.storm_us = 20'000'000;
  const Report report = run(options);
  expect_right(report);
  EXPECT_GE(report.installs, 1u);
}

TEST(Cluster, WhatIsPlantedIsFoundAndNamed) {
  for (const Planted planted : {Planted::bit_flip, Planted::split, Planted::wrong_build, Planted::clock_fault,
                                Planted::broken_store, Planted::double_claim}) {
    SCOPED_TRACE("planted " + std::to_string(static_cast<int>(planted)));
    Options options;
    options.planted = planted;
    options.faults = false;
    options.storm_us = 8'000'000;
    expect_right(run(options));
  }
}

}  // namespace
}  // namespace lockstep::sim
