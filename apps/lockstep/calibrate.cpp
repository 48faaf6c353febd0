// `lockstep calibrate`: what a calibrator would have made of recorded markets.
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "apps/lockstep/calibrate_report.h"
#include "apps/lockstep/options.h"
#include "apps/lockstep/rulebook_file.h"
#include "apps/lockstep/source.h"
#include "apps/lockstep/terminal.h"
#include "node/feed/calendar.h"
#include "node/io/linux_disk.h"
#include "node/rules/rulebook_text.h"

namespace lockstep {
namespace {

using calibrate::WalkReport;
using calibrate::WalkRequest;

Result<std::optional<Time>, Fault> optional_time(const std::string& text, const char* name) {
  if (text.empty()) return std::optional<Time>();
  const Result<Time, Fault> time = parse_time(text, name);
  if (!time) return time.error();
  return std::optional<Time>(time.value());
}

Result<WalkRequest, Fault> request_of(const CalibrateOptions& options) {
  WalkRequest request;
  request.folder = options.data;
  const Result<std::optional<Time>, Fault> from = optional_time(options.from, "--from");
  if (!from) return from.error();
  const Result<std::optional<Time>, Fault> to = optional_time(options.to, "--to");
  if (!to) return to.error();
  request.from = from.value();
  request.to = to.value();
  if (request.from && request.to && *request.from > *request.to) return Fault{"--from lies behind --to"};
  std::string file = options.rulebook;
  if (file.empty()) {
    const Result<std::string, Fault> folder = rulebooks_folder("");
    if (!folder) return folder.error();
    file = folder.value() + "/lockstep.toml";
  }
  const Result<Rulebook, Fault> rules = read_rulebook(file);
  if (!rules) return rules.error();
  request.rulebook = rules.value();
  if (!options.state.empty() && std::filesystem::exists(options.state)) {
    const Result<std::string, Fault> state = read_text_file(options.state);
    if (!state) return state.error();
    request.state = Bytes(state.value().begin(), state.value().end());
  }
  return request;
}

// Under another name first, so that a state is never half written.
Result<Done, Fault> write_file(const std::string& path, std::string_view content) {
  const std::string fresh = path + ".new";
  std::ofstream file(fresh, std::ios::binary);
  file << content;
  file.close();
  std::error_code error;
  if (file) std::filesystem::rename(fresh, path, error);
  if (!file || error) return Fault{path + ": cannot be written"};
  return Done{};
}

Result<Done, Fault> write_results(const CalibrateOptions& options, const WalkReport& walk) {
  if (!options.write.empty()) {
    if (const Result<Done, Fault> done = write_file(options.write, rulebook_text(walk.rules)); !done)
      return done;
  }
  if (!options.svg.empty()) {
    if (const Result<Done, Fault> done = write_file(options.svg, calibrate_picture(options, walk)); !done)
      return done;
  }
  if (options.state.empty()) return Done{};
  return write_file(options.state, {reinterpret_cast<const char*>(walk.state.data()), walk.state.size()});
}

Result<Done, Fault> show_to_book(const CalibrateOptions& options, CalibrateReport& report) {
  MarginOptions of;
  of.log = options.log;
  const Result<std::unique_ptr<Engine>, Fault> opened = open_accounts(of);
  if (!opened) return opened.error();
  const Result<calibrate::Passed, std::string> passed =
      calibrate::pass_gate(*opened.value(), report.walk.rules, calibrate::depth_of(report.walk.estimates),
                           calibrate::GatePolicy{});
  if (!passed) return Fault{options.log + ": " + passed.error()};
  report.gate = passed.value();
  return Done{};
}

}  // namespace

int calibrate_verb(const CalibrateOptions& options) {
  LinuxDisk disk;
  const Result<WalkRequest, Fault> request = request_of(options);
  if (!request) return unusable(request.error());
  bool headed = options.json;  // not before the data turned out to be some
  const auto head = [&] {
    if (!std::exchange(headed, true)) print_calibrate_header(request.value().rulebook);
  };
  const calibrate::WalkWatcher watcher = [&](const calibrate::Evaluation& evaluation) {
    head();
    print_evaluation(evaluation, options.json);
  };
  Result<WalkReport, Fault> walked = calibrate::walk(disk, request.value(), watcher);
  if (!walked) return unusable(walked.error());
  CalibrateReport report;
  report.walk = std::move(walked).value();
  if (!options.log.empty()) {
    if (const Result<Done, Fault> done = show_to_book(options, report); !done) return unusable(done.error());
  }
  if (const Result<Done, Fault> done = write_results(options, report.walk); !done)
    return unusable(done.error());
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  report.cpu_seconds = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                       static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  report.memory_bytes = static_cast<u64>(usage.ru_maxrss) * 1024;
  if (options.json) {
    print_calibrate_json(report);
  } else {
    head();
    print_calibrate_text(report, options.explain);
  }
  return exit_success;
}

}  // namespace lockstep
