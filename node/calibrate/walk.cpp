#include "node/calibrate/walk.h"

#include <algorithm>
#include <set>

#include "core/base/hash.h"
#include "core/wire/codec.h"
#include "node/feed/calendar.h"

namespace lockstep::calibrate {
namespace {

constexpr u64 state_mark = 0x32656c6163'6b6c;  // "lk" "cale2": another layout is another mark
constexpr std::size_t hash_size = 16;
constexpr Duration span_without_chains = Duration::from_raw(14 * day.raw());

void write_hash(Writer& writer, Hash128 hash) {
  writer.integer(hash.high);
  writer.integer(hash.low);
}
Hash128 read_hash(Reader& reader) {
  const u64 high = reader.integer<u64>();
  return {high, reader.integer<u64>()};
}

// Everything that was recorded so far, in one number.
Hash128 hash_of(Hash128 before, const Event& event) {
  Bytes bytes;
  Writer writer(bytes);
  write_hash(writer, before);
  writer.integer(event.at.raw());
  for (const HourClose& close : event.closes) {
    writer.integer(close.closed.raw());
    writer.integer(close.asset);
    writer.integer(close.venue);
    stats::write_number(writer, close.price);
    stats::write_number(writer, close.volume);
  }
  for (const OptionQuote& quote : event.chain.options) {
    writer.text(quote.name);
    for (const Price price : {quote.forward, quote.index, quote.bid, quote.ask}) writer.integer(price.raw());
  }
  return hash_bytes(bytes);
}

// The state without its hash at the end; empty: they do not belong together.
std::span<const u8> whole_state(std::span<const u8> bytes) {
  if (bytes.size() < hash_size) return {};
  const std::span<const u8> content = bytes.first(bytes.size() - hash_size);
  Reader reader(bytes.last(hash_size));
  return read_hash(reader) == hash_bytes(content) ? content : std::span<const u8>();
}

struct Walk {
  Calibrator calibrator;
  Rulebook rules;
  Time from;     // evaluated from here on
  Time through;  // of the last event
  Hash128 seen;  // of all events
  WalkCounts counts;

  void write(Bytes& bytes) const {
    Writer writer(bytes);
    writer.integer(state_mark);
    writer.integer(from.raw());
    writer.integer(through.raw());
    write_hash(writer, seen);
    const Bytes image = encode(rules);
    writer.integer(static_cast<u32>(image.size()));
    writer.bytes(image);
    for (const u64 count : {counts.hours, counts.chains, counts.evaluations, counts.published, counts.urgent})
      writer.integer(count);
    calibrator.write(writer);
    write_hash(writer, hash_bytes(bytes));
  }
  bool read(std::span<const u8> bytes) {
    Reader reader(bytes);
    if (reader.integer<u64>() != state_mark) return false;
    from = Time::from_raw(stats::read_microseconds(reader));
    through = Time::from_raw(stats::read_microseconds(reader));
    seen = read_hash(reader);
    const std::span<const u8> image = reader.bytes(reader.integer<u32>());
    if (reader.failed() || !decode(image, rules)) return false;
    for (u64* count : {&counts.hours, &counts.chains, &counts.evaluations, &counts.published, &counts.urgent})
      *count = reader.integer<u64>();
    calibrator.read(reader);
    return reader.done() && calibrator.estimator.now <= through;
  }
};

Result<Time, Fault> default_from(Disk& disk, const WalkRequest& request, const Replay& replay) {
  const Result<std::optional<Time>, Fault> chain = densest_chain_from(disk, request.folder, request.to);
  if (!chain) return chain.error();
  if (chain.value()) return *chain.value();
  return request.to.value_or(replay.last()) - span_without_chains;
}

// The price at this very hour, and the target that the estimates have for it.
HistoryPoint point_of(const Calibrator& calibrator, const std::string& base) {
  const std::vector<AssetEstimator>& assets = calibrator.estimator.assets;
  const auto asset =
      std::find_if(assets.begin(), assets.end(), [&](const AssetEstimator& a) { return a.base == base; });
  HistoryPoint point{.at = calibrator.estimator.now, .price = {}, .target = {}};
  if (asset == assets.end() || asset->priced != point.at) return point;
  point.price = asset->price;
  const Result<ScanTargets, Lacking> targets = scan_targets(asset->risk, calibrator.policy.estimator.scan);
  if (targets) point.target = targets.value().target;
  return point;
}

// A row's path is component.NAME.rows.BASE.moves, or BASE/SETTLE.
bool urgently_moved(const Evaluation& evaluation, const std::string& base) {
  if (evaluation.action != Action::proposed) return false;
  const auto of_base = [&](const std::string& field) {
    return field.find(".rows." + base + ".") != std::string::npos ||
           field.find(".rows." + base + "/") != std::string::npos;
  };
  return std::any_of(evaluation.proposal.explanations.begin(), evaluation.proposal.explanations.end(),
                     [&](const Explanation& e) {
                       return e.changed && e.urgent && e.field.ends_with(".moves") && of_base(e.field);
                     });
}

// With the rulebook that was in force until now.
void note_hour(const Walk& walk, const Evaluation& evaluation, std::vector<History>& histories) {
  std::set<std::string> noted;  // of several rows of one underlying the first counts
  for (const auto& [base, range] : scan_ranges(walk.rules)) {
    if (!noted.insert(base).second) continue;
    auto known = std::find_if(histories.begin(), histories.end(),
                              [&base = base](const History& h) { return h.base == base; });
    if (known == histories.end()) known = histories.insert(known, History{.base = base, .points = {}});
    HistoryPoint point = point_of(walk.calibrator, base);
    point.range = range;
    point.urgent = urgently_moved(evaluation, base);
    add_point(*known, point);
  }
}

void evaluate_hour(Walk& walk, WalkReport& report, const WalkWatcher& watcher) {
  Evaluation evaluation = evaluate(walk.calibrator, walk.rules);
  note_hour(walk, evaluation, report.histories);
  walk.counts.evaluations += 1;
  if (evaluation.action == Action::proposed) {
    walk.counts.published += 1;
    walk.counts.urgent += is_urgent(evaluation.proposal) ? 1 : 0;
    if (watcher) watcher(evaluation);
    walk.rules = std::move(evaluation.rules);
  }
  report.last = std::move(evaluation.proposal);
}

// Passes over what the state has seen, and proves that it is the same.
Result<Done, Fault> go_on(Replay& replay, Walk& walk, std::span<const u8> state) {
  const Fault other{"this state is of other data or another build; begin without one", FaultKind::conflict};
  if (!walk.read(state)) return other;
  Hash128 seen;
  Event event;
  for (;;) {
    const Result<bool, Fault> more = replay.next(walk.through, event);
    if (!more) return more.error();
    if (!more.value()) break;
    seen = hash_of(seen, event);
  }
  if (!(seen == walk.seen)) return other;
  return Done{};
}

void finish(const Walk& walk, const Replay& replay, WalkReport& report) {
  report.counts = walk.counts;
  report.counts.dropped_rows = replay.chain_troubles();
  report.rules = walk.rules;
  report.to = walk.through;
  for (const AssetEstimator& asset : walk.calibrator.estimator.assets) {
    for (std::size_t i = 0; i < asset.filter.dropped.size(); ++i)
      report.counts.dropped_prices[i] += asset.filter.dropped[i];
  }
  for (const CoinState& coin : walk.calibrator.coins) {
    report.counts.rejected_chains += coin.rejected;
    for (std::size_t i = 0; i < coin.drops.size(); ++i) report.counts.dropped_quotes[i] += coin.drops[i];
  }
  report.ranges = walk.calibrator.ranges;
  report.metrics = metrics_of(walk.calibrator, walk.rules, walk.rules);
  report.estimates = estimates_of(walk.calibrator.estimator);
  walk.write(report.state);
}

}  // namespace

Result<WalkReport, Fault> walk(Disk& disk, const WalkRequest& request, const WalkWatcher& watcher) {
  std::span<const u8> state;
  if (request.state) {
    state = whole_state(*request.state);
    if (state.empty()) return Fault{"this state is damaged; begin without one", FaultKind::corrupt};
  }
  Result<Replay, Fault> opened = Replay::open(disk, request.folder);
  if (!opened) return opened.error();
  Replay& replay = opened.value();
  Walk walk{Calibrator(replay.bases(), request.policy), request.rulebook, {}, {}, {}, {}};
  WalkReport report;
  report.notes = replay.notes();
  if (request.state) {
    if (const Result<Done, Fault> done = go_on(replay, walk, state); !done) return done.error();
    report.from = walk.through;
  } else {
    const Result<Time, Fault> from = request.from ? *request.from : default_from(disk, request, replay);
    if (!from) return from.error();
    report.from = walk.from = from.value();
    walk.calibrator.published.since = report.from;
  }
  const Time until = request.to.value_or(Time::from_raw(INT64_MAX));
  Event event;
  for (;;) {
    const Result<bool, Fault> more = replay.next(until, event);
    if (!more) return more.error();
    if (!more.value()) break;
    observe(walk.calibrator, event);
    walk.through = event.at;
    walk.seen = hash_of(walk.seen, event);
    (event.is_hour ? walk.counts.hours : walk.counts.chains) += 1;
    if (event.is_hour && event.at >= walk.from) evaluate_hour(walk, report, watcher);
  }
  finish(walk, replay, report);
  return report;
}

}  // namespace lockstep::calibrate
