// The page of metrics: what it holds, that labels stay bounded, and that Prometheus's own checker finds
// nothing.
#include "node/metrics/metrics.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>

namespace lockstep::metrics {
namespace {

bool has(const std::string& page, const std::string& line) {
  return page.find("\n" + line + "\n") != std::string::npos;
}

std::size_t count(const std::string& page, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = page.find(part); at != std::string::npos; at = page.find(part, at + 1)) ++n;
  return n;
}

void use_all(Metrics& m) {
  m.applied("deposit", "", 2e-6);
  m.applied("deposit", "", 3e-6);
  m.applied("withdraw", "balance_insufficient", 1e-6);
  m.recomputed(Scope::account, 0.004);
  m.log_synced(0.0011);
  m.positions(120, 100, 90);
  m.hash_mismatch();
  m.input_age("7", 1.5);
  m.accounts(MarginState::call, 3);
  m.recon_breaks("deribit", "break", 2);
  m.request("ws", "lockstep/accounts", 0, 0.002);
  m.request("http", "lockstep/accounts", 13009, 0.0001);
  m.connections("ws", 4);
  m.queue_dropped("log", 5);
  m.rate_limited("private/buy");
  m.auth_failed("bad_signature");
}

TEST(Metrics, WhatWasCountedIsOnThePage) {
  const std::unique_ptr<Metrics> metrics = Metrics::make("0.7.0", 1, 6);
  use_all(*metrics);
  const std::string page = metrics->text();
  EXPECT_TRUE(has(page, "margin_commands_total{result=\"accepted\",type=\"deposit\"} 2")) << page;
  EXPECT_TRUE(has(page, "margin_commands_total{result=\"refused\",type=\"withdraw\"} 1"));
  EXPECT_TRUE(has(page, "margin_refusals_total{reason=\"balance_insufficient\"} 1"));
  EXPECT_TRUE(has(page, "margin_apply_duration_seconds_count 3"));
  EXPECT_TRUE(has(page, "margin_recompute_duration_seconds_bucket{scope=\"account\",le=\"0.0025\"} 0"));
  EXPECT_TRUE(has(page, "margin_recompute_duration_seconds_bucket{scope=\"account\",le=\"0.005\"} 1"));
  EXPECT_TRUE(has(page, "margin_replica_lag_sequences 20"));
  EXPECT_TRUE(has(page, "margin_snapshot_position 90"));
  EXPECT_TRUE(has(page, "margin_state_hash_mismatch_total 1"));
  EXPECT_TRUE(has(page, "margin_input_age_seconds{source=\"7\"} 1.5"));
  EXPECT_TRUE(has(page, "margin_accounts{state=\"call\"} 3"));
  EXPECT_TRUE(has(page, "margin_accounts{state=\"bankrupt\"} 0"));
  EXPECT_TRUE(has(page, "margin_recon_breaks{severity=\"break\",venue=\"deribit\"} 2"));
  EXPECT_TRUE(
      has(page, "lockstep_requests_total{code=\"13009\",door=\"http\",method=\"lockstep/accounts\"} 1"));
  EXPECT_TRUE(has(page, "lockstep_build_info{behaviour=\"1\",schema=\"6\",version=\"0.7.0\"} 1"));
  EXPECT_TRUE(has(page, "lockstep_queue_dropped_total{queue=\"log\"} 5"));
  EXPECT_EQ(count(page, "# TYPE "), count(page, "# HELP "));
}

TEST(Metrics, LabelsHaveABoundedNumberOfValues) {
  const std::unique_ptr<Metrics> metrics = Metrics::make("0", 1, 1);
  for (int i = 0; i < 5'000; ++i) metrics->request("http", "unknown/" + std::to_string(i), 0, 0);
  const std::string page = metrics->text();
  EXPECT_EQ(count(page, "\nlockstep_requests_total{"), 257u);
  EXPECT_TRUE(has(page, "lockstep_requests_total{code=\"0\",door=\"http\",method=\"other\"} 4744"));
}

TEST(Metrics, TheProcessIsMeasured) {
  const ProcessUse use = process_use();
  EXPECT_GT(use.resident_bytes, u64{1} << 20);
  EXPECT_GT(use.virtual_bytes, use.resident_bytes);
  EXPECT_GE(use.open_fds, 3u);
  EXPECT_GE(use.max_fds, use.open_fds);
  EXPECT_GE(use.threads, 1u);
  EXPECT_GT(use.start_seconds, 1.7e9);
  EXPECT_LE(use.start_seconds, static_cast<double>(::time(nullptr)) + 2);
}

// promtool (Debian: prometheus) reads the page as Prometheus does and names what breaks its conventions.
TEST(Metrics, TheCheckerOfPrometheusFindsNothing) {
  const std::unique_ptr<Metrics> metrics = Metrics::make("0.7.0", 1, 6);
  use_all(*metrics);
  const std::string path = "/tmp/lockstep-metrics-" + std::to_string(::getpid()) + ".txt";
  std::ofstream(path) << metrics->text();
  std::FILE* checker = ::popen(("promtool check metrics < " + path + " 2>&1").c_str(), "r");
  ASSERT_NE(checker, nullptr);
  std::string said;
  std::array<char, 256> buffer;
  while (std::fgets(buffer.data(), buffer.size(), checker) != nullptr) said += buffer.data();
  const int status = ::pclose(checker);
  std::remove(path.c_str());
  EXPECT_EQ(said, "");
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace lockstep::metrics
