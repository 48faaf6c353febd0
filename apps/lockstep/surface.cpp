// `lockstep surface`: recorded option chains to surfaces, and how good they are.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <optional>

#include "apps/lockstep/options.h"
#include "apps/lockstep/options_surface.h"
#include "apps/lockstep/surface_report.h"
#include "apps/lockstep/terminal.h"
#include "node/feed/calendar.h"
#include "node/feed/contracts.h"
#include "node/feed/folder.h"
#include "node/io/linux_disk.h"
#include "node/surface/recorded.h"

namespace lockstep {
namespace {

struct Span {
  std::optional<Time> from, to, at;
};

Result<Span, Fault> span_of(const SurfaceOptions& options) {
  Span span;
  const auto read = [](const std::string& text, const char* name, std::optional<Time>& time) -> std::string {
    if (text.empty()) return {};
    const Result<Time, Fault> parsed = parse_time(text, name);
    if (!parsed) return parsed.error().what;
    time = parsed.value();
    return {};
  };
  for (std::string fault : {read(options.from, "--from", span.from), read(options.to, "--to", span.to),
                            read(options.at, "--at", span.at)}) {
    if (!fault.empty()) return Fault{std::move(fault)};
  }
  return span;
}

// Processor time of this process, so that a busy machine does not show.
i64 cpu_us() { return static_cast<i64>(std::clock()) * 1'000'000 / CLOCKS_PER_SEC; }

class Run {
 public:
  explicit Run(const SurfaceOptions& options) : options_(options) {
    for (u8 coin = 0; coin < coins.size(); ++coin) totals_[coin].coin = coins[coin].name;
  }

  // One snapshot; `wanted` says whether the picture is of it.
  void add(const ChainSnapshot& snapshot, bool wanted) {
    for (u8 coin = 0; coin < coins.size(); ++coin) {
      if (!options_.coin.empty() && coins[coin].name != options_.coin) continue;
      const surface::Chain chain = surface::chain_of(snapshot, coin);
      if (chain.options.empty()) continue;
      const i64 start = cpu_us();
      Result<surface::Surface, surface::ChainReject> made = surface::update(chain, {}, states_[coin]);
      SurfaceLine line;
      line.coin = coins[coin].name;
      line.cpu_us = cpu_us() - start;
      if (!made) {
        std::fprintf(stderr, "left out %s at %s: %s\n", line.coin.c_str(), format_time(snapshot.at).c_str(),
                     surface::reject_name(made.error()).data());
        continue;
      }
      line.surface = std::move(made).value();
      SurfaceTotals& totals = totals_[coin];
      surface::add(totals.totals, line.surface, surface_delta_min);
      totals.cpu_us += line.cpu_us;
      totals.cpu_us_max = std::max(totals.cpu_us_max, line.cpu_us);
      print_line(options_.json ? surface_line_json(line) : surface_line_text(line));
      if (wanted) pictures_[coin] = std::move(line);
    }
  }

  int finish() {
    bool arbitrage = false, any = false;
    for (const SurfaceTotals& totals : totals_) {
      if (totals.totals.surfaces == 0) continue;
      any = true;
      arbitrage = arbitrage || totals.totals.with_arbitrage > 0;
      print_line(options_.json ? surface_totals_json(totals) : "\n" + surface_totals_text(totals));
    }
    if (!any) return unusable(options_.data + ": no option chain of this coin in this span");
    for (const std::optional<SurfaceLine>& picture : pictures_) {
      if (!picture) continue;
      std::ofstream file(options_.svg, std::ios::binary);
      file << surface_picture(options_, *picture);
      file.close();
      if (!file) return unusable(options_.svg + ": cannot be written");
      break;
    }
    return arbitrage ? exit_negative : exit_success;
  }

 private:
  const SurfaceOptions& options_;
  std::array<surface::SurfaceState, coins.size()> states_;
  std::array<SurfaceTotals, coins.size()> totals_;
  std::array<std::optional<SurfaceLine>, coins.size()> pictures_;
};

}  // namespace

int surface_verb(const SurfaceOptions& options) {
  const Result<Span, Fault> span = span_of(options);
  if (!span) return unusable(span.error());
  const bool known = options.coin.empty() || std::any_of(coins.begin(), coins.end(), [&](const Coin& coin) {
                       return coin.name == options.coin;
                     });
  if (!known) return unusable("--coin is BTC or ETH, not \"" + options.coin + "\"");
  LinuxDisk disk;
  Result<Tape, Fault> tape = open_folder(disk, options.data, span.value().from, span.value().to);
  if (!tape) return unusable(tape.error());
  if (!tape.value().next_snapshot) return unusable(options.data + ": no option chain in this span");
  Run run(options);
  ChainSnapshot snapshot;
  bool drawn = false;
  for (u32 count = 0; options.limit == 0 || count < options.limit; ++count) {
    const Result<bool, Fault> next = tape.value().next_snapshot(snapshot, tape.value().rows);
    if (!next) return unusable(next.error());
    if (!next.value()) break;
    const std::optional<Time>& at = span.value().at;
    const bool wanted = !options.svg.empty() && !drawn && (!at || snapshot.at >= *at);
    run.add(snapshot, wanted);
    drawn = drawn || (wanted && at);
  }
  return run.finish();
}

}  // namespace lockstep
