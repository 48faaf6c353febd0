// `lockstep run`: the main job (node/runtime/main_job.h), asked for and reported.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "apps/lockstep/calibrate_report.h"
#include "apps/lockstep/feed_source.h"
#include "apps/lockstep/options.h"
#include "apps/lockstep/run_report.h"
#include "apps/lockstep/run_service.h"
#include "apps/lockstep/source.h"
#include "apps/lockstep/terminal.h"
#include "node/calibrate/follow.h"
#include "node/io/linux_disk.h"
#include "node/json/json.h"
#include "node/runtime/main_job.h"

namespace lockstep {
namespace {

Result<std::string, Fault> log_folder_of(const RunOptions& options) {
  if (!options.log.empty()) return options.log;
  std::error_code error;
  const std::filesystem::path base = std::filesystem::temp_directory_path(error);
  if (error) return Fault{"no folder for temporary files (" + error.message() + "); name one with --log"};
  return (base / ("lockstep-run-" + std::to_string(::getpid()))).string();
}

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

RunCost cost_since(i64 started_us, LinuxClock& clock) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  RunCost cost;
  cost.wall_seconds = static_cast<double>(clock.monotonic_us() - started_us) / 1e6;
  cost.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  cost.memory_bytes = static_cast<u64>(usage.ru_maxrss) * 1024;
  return cost;
}

}  // namespace

int run_verb(const RunOptions& options) {
  LinuxClock clock;
  const i64 started_us = clock.monotonic_us();
  const Result<std::string, Fault> folder = log_folder_of(options);
  if (!folder) return unusable(folder.error());
  Result<FeedRequest, Fault> feed = feed_request(options);
  if (!feed) return unusable(feed.error());

  LinuxDisk disk;
  MainJobRequest request;
  request.feed = std::move(feed.value());
  request.folder = folder.value();
  const Result<EtcdPlace, Fault> etcd = etcd_place(options.etcd);
  if (!etcd) return unusable(etcd.error());
  request.prefix = etcd.value().prefix;
  request.etcd = etcd.value().options;
  Progress progress;
  std::optional<calibrate::Follower> follower;
  if (options.calibrate) {
    Result<calibrate::Follower, Fault> opened = calibrate::Follower::open(
        disk, options.data, request.feed.first_rulebook.name, calibrate::CalibratorPolicy{});
    if (!opened) return unusable(opened.error());
    follower.emplace(std::move(opened).value());
    follower->on_evaluation = [&](const calibrate::Evaluation& evaluation) {
      progress.clear();
      print_evaluation(evaluation, options.json);
    };
    request.companion = calibrate::companion_of(*follower);
  }
  Time from, to;
  MainJobWatcher watcher;
  watcher.on_start = [&](const FeedReport& report) {
    from = report.from;
    to = report.to;
    print_header(options, report, request.folder);
  };
  watcher.on_progress = [&](Time now, u64 position) {
    if (!progress.due()) return;
    const i64 span = (to - from).raw();
    progress.draw(span > 0 ? static_cast<double>((now - from).raw()) / static_cast<double>(span) : 1,
                  position, "commands");
  };
  watcher.on_summary = [&](const BookSummary& summary) {
    progress.clear();
    print_summary(options, summary);
  };
  std::unique_ptr<RunService> service;
  if (!options.once) {
    Result<std::unique_ptr<RunService>, Fault> opened = RunService::open(options, request.folder);
    if (!opened) return unusable(opened.error());
    service = std::move(opened).value();
    stop_on_signals();
    watcher.on_open = [&service](Node& node) { return service->start(node); };
    request.between = [&service](Node& node, Time time, bool over) {
      return service->between(node, time, over);
    };
  }
  const Result<MainJobReport, Fault> report = run_main_job(disk, request, watcher);
  progress.clear();
  if (!report) return unusable(report.error());
  print_report(options, report.value(), request.folder, cost_since(started_us, clock));
  return exit_success;
}

}  // namespace lockstep
