#include "node/calibrate/calibrator.h"

#include <algorithm>

#include "core/units/limits.h"
#include "node/feed/contracts.h"
#include "node/surface/recorded.h"

namespace lockstep::calibrate {
namespace {

constexpr std::size_t path_max = 512;  // of a stored state
constexpr std::size_t name_max = 64;   // of a stored state

constexpr double reference_years = OptionMoves::tenors[OptionMoves::reference] / 365;

std::string percent(double share) {
  const i64 tenths = static_cast<i64>(share * 1000 + (share < 0 ? -0.5 : 0.5));
  return std::string(tenths < 0 ? "-" : "") + std::to_string(std::abs(tenths) / 10) + "." +
         std::to_string(std::abs(tenths) % 10) + " %";
}

// The smiles as core/pricing reads them, of expiries that lie ahead.
void add_surface(AssetEstimator& asset, const surface::Surface& fitted, double index) {
  std::vector<Expiry> expiries;
  std::vector<ForwardAt> forwards;
  for (const surface::ExpiryFit& fit : fitted.expiries) {
    expiries.push_back({fit.years, smile_of(fit.slice)});
    forwards.push_back({fit.years, fit.forward.price});
  }
  if (!asset.options.add(fitted.at, expiries, forwards, index)) return;
  const auto off = [](const surface::ExpiryFit& fit) { return std::abs(fit.years - reference_years); };
  const auto nearest = std::min_element(fitted.expiries.begin(), fitted.expiries.end(),
                                        [&](const auto& a, const auto& b) { return off(a) < off(b); });
  asset.shock_factor = surface::scan_multiplier(nearest->rung);
}

// A chain whose index is far from what the venues say is wrong, and its forwards are no better.
bool may_be_index(const Calibrator& calibrator, const AssetEstimator& asset, const surface::Chain& chain) {
  if (asset.price == 0) return true;
  return !is_jump(chain.index, asset.price, chain.at - asset.priced, calibrator.policy.estimator.filter);
}

void observe_chain(Calibrator& calibrator, const ChainSnapshot& snapshot) {
  for (u8 coin = 0; coin < lockstep::coins.size(); ++coin) {
    CoinState& state = calibrator.coins[coin];
    state.last.reset();
    const surface::Chain chain = surface::chain_of(snapshot, coin);
    if (chain.options.empty()) continue;
    AssetEstimator* const asset = find_asset(calibrator.estimator, lockstep::coins[coin].name);
    if (asset != nullptr && !may_be_index(calibrator, *asset, chain)) {
      state.rejected += 1;
      continue;
    }
    Result<surface::Surface, surface::ChainReject> fitted =
        surface::update(chain, calibrator.policy.surface, state.surface);
    if (!fitted) {
      state.rejected += 1;
      continue;
    }
    state.chains += 1;
    for (std::size_t i = 0; i < state.drops.size(); ++i) state.drops[i] += fitted.value().drops[i];
    if (asset != nullptr) add_surface(*asset, fitted.value(), chain.index);
    state.last = std::move(fitted).value();
  }
}

}  // namespace

Calibrator::Calibrator(std::vector<std::string> bases, const CalibratorPolicy& chosen)
    : policy(chosen), estimator(std::move(bases), chosen.estimator), coins(lockstep::coins.size()) {}

void observe(Calibrator& calibrator, const Event& event) {
  if (event.is_hour) {
    add_hour(calibrator.estimator, event.at, event.closes);
  } else {
    observe_chain(calibrator, event.chain);
  }
}

bool is_publishing_hour(const Calibrator& calibrator) {
  return calibrator.estimator.now.raw() % calibrator.policy.publish_every.raw() == 0;
}

Proposal propose(const Calibrator& calibrator, const Rulebook& in_force) {
  return derive(in_force, estimates_of(calibrator.estimator), calibrator.published,
                calibrator.policy.parameters);
}

bool is_urgent(const Proposal& proposal) {
  return std::any_of(proposal.explanations.begin(), proposal.explanations.end(),
                     [](const Explanation& e) { return e.changed && e.urgent; });
}

std::string_view text_of(Action action) {
  switch (action) {
    case Action::unchanged: return "unchanged";
    case Action::proposed: return "proposed";
    case Action::partly: return "proposed in part";
    case Action::held: return "held by the gate";
    case Action::refused: break;
  }
  return "refused by the engine";
}

namespace {

void write_published(Writer& writer, const PublishState& state) {
  writer.integer(state.since.raw());
  writer.integer(static_cast<u32>(state.fields.size()));
  for (const auto& [path, field] : state.fields) {
    writer.text(path);
    stats::write_number(writer, field.value);
    stats::write_number(writer, field.exact);
    writer.integer(field.at.raw());
    writer.integer(field.emergency ? field.emergency->raw() : i64{0});
  }
}

// Not after the last hour.
Time read_past(Reader& reader, Time now) {
  const Time at = Time::from_raw(stats::read_microseconds(reader));
  if (at > now) reader.fail();
  return at;
}

void read_published(Reader& reader, Time now, PublishState& state) {
  state = {};
  // When a walk begins may lie ahead.
  state.since = Time::from_raw(stats::read_microseconds(reader));
  const u32 count = reader.integer<u32>();
  for (u32 i = 0; i < count && !reader.failed(); ++i) {
    const std::string path = reader.text(path_max);
    Published field;
    field.value = stats::read_sum(reader);
    field.exact = stats::read_sum(reader);
    field.at = read_past(reader, now);
    const Time emergency = read_past(reader, now);
    if (emergency != Time{}) field.emergency = emergency;
    if (!state.fields.empty() && path <= state.fields.rbegin()->first) return reader.fail();
    state.fields[path] = field;
  }
}

}  // namespace

std::vector<std::pair<std::string, double>> scan_ranges(const Rulebook& rules) {
  std::vector<std::pair<std::string, double>> ranges;
  for (const Component& component : rules.components) {
    if (component.kind != ComponentKind::scenario_grid) continue;
    for (const GridRow& row : component.grids) {
      if (row.key.base.empty() || row.moves.empty()) continue;
      const double range = static_cast<double>(row.moves.back().raw()) / static_cast<double>(rate_one);
      ranges.emplace_back(row.key.base, range);
    }
  }
  return ranges;
}

void note_ranges(Calibrator& calibrator, const Rulebook& in_force) {
  for (const auto& [base, range] : scan_ranges(in_force)) {
    const auto known = std::find_if(calibrator.ranges.begin(), calibrator.ranges.end(),
                                    [&base = base](const RangeHistory& h) { return h.base == base; });
    RangeHistory& history =
        known == calibrator.ranges.end() ? calibrator.ranges.emplace_back(RangeHistory{base, {}}) : *known;
    if (history.points.empty() || history.points.back().margin != range)
      history.points.push_back({calibrator.estimator.now, range});
  }
}

std::vector<RangeMetrics> metrics_of(const Calibrator& calibrator, const Rulebook& in_force,
                                     const Rulebook& next) {
  std::vector<RangeMetrics> out;
  const std::vector<std::pair<std::string, double>> before = scan_ranges(in_force);
  for (const auto& [base, range] : scan_ranges(next)) {
    RangeMetrics metrics{base, 0, range, {}};
    for (const auto& [name, value] : before) {
      if (name == base) metrics.before = value;
    }
    std::vector<stats::MarginPoint> series;
    for (const RangeHistory& history : calibrator.ranges) {
      if (history.base == base) series = history.points;
    }
    series.push_back({calibrator.estimator.now + microsecond, range});
    metrics.cycle = stats::procyclicality(series);
    out.push_back(metrics);
  }
  return out;
}

std::map<std::string, double> depth_of(const Estimates& estimates) {
  std::map<std::string, double> depth;
  for (const AssetEstimates& asset : estimates.assets) {
    if (asset.depth) depth[asset.base] = asset.depth->value;
  }
  return depth;
}

bool acts_now(const Calibrator& calibrator, const Proposal& proposal) {
  return calibrator.ramping || is_publishing_hour(calibrator) || is_urgent(proposal);
}

void accept(Calibrator& calibrator, const Proposal& proposal, Accepted accepted) {
  calibrator.ramping = accepted != Accepted::whole;
  if (accepted == Accepted::none) return;  // nothing moved: the time that a step may use goes on
  calibrator.published = proposal.state;
  // Values of a part are not what is remembered, so they start afresh, from now: limits hold through a ramp.
  calibrator.published.since = calibrator.estimator.now;
}

Evaluation evaluate(Calibrator& calibrator, const Rulebook& in_force) {
  Evaluation out;
  out.at = calibrator.estimator.now;
  note_ranges(calibrator, in_force);
  out.proposal = propose(calibrator, in_force);
  if (!acts_now(calibrator, out.proposal)) return out;
  accept(calibrator, out.proposal, Accepted::whole);
  if (!out.proposal.changed) return out;
  out.action = Action::proposed;
  out.rules = out.proposal.next;
  out.metrics = metrics_of(calibrator, in_force, out.rules);
  return out;
}

Evaluation evaluate(Calibrator& calibrator, const Engine& engine, RulebookId rulebook) {
  Evaluation out;
  out.at = calibrator.estimator.now;
  const Estimates estimates = estimates_of(calibrator.estimator);
  const Rulebook& in_force = engine.state.rulebook(rulebook).rules();
  note_ranges(calibrator, in_force);
  out.proposal = derive(in_force, estimates, calibrator.published, calibrator.policy.parameters);
  if (!acts_now(calibrator, out.proposal)) return out;
  if (!out.proposal.changed) {
    accept(calibrator, out.proposal, Accepted::whole);
    return out;
  }
  const Result<Passed, std::string> passed =
      pass_gate(engine, out.proposal.next, depth_of(estimates), calibrator.policy.gate);
  if (!passed) {
    accept(calibrator, out.proposal, Accepted::none);
    out.action = Action::refused;
    out.why = passed.error();
    return out;
  }
  out.gate = passed.value();
  const bool whole = out.gate.step == out.gate.steps;
  accept(calibrator, out.proposal,
         whole               ? Accepted::whole
         : out.gate.step > 0 ? Accepted::part
                             : Accepted::none);
  out.action = whole ? Action::proposed : out.gate.step > 0 ? Action::partly : Action::held;
  if (!whole) out.why = out.gate.whole.reason;
  if (out.gate.step == 0) return out;
  out.rules = out.gate.rules;
  out.metrics = metrics_of(calibrator, in_force, out.rules);
  return out;
}

std::string note_of(const Evaluation& evaluation) {
  std::string note = "from the market at " + version_text(evaluation.at);
  if (evaluation.gate.steps != 0) note += "; gate: " + evaluation.gate.taken.reason;
  if (evaluation.action == Action::partly) {
    note += "; " + std::to_string(evaluation.gate.step) + " of " + std::to_string(evaluation.gate.steps) +
            " steps, because all of it: " + evaluation.gate.whole.reason;
  }
  for (const RangeMetrics& m : evaluation.metrics) {
    note += "\n" + m.base + " range " + percent(m.before) + " -> " + percent(m.after) +
            "; most in 1, 5, 30 days " + percent(m.cycle.rise_1_day) + ", " + percent(m.cycle.rise_5_days) +
            ", " + percent(m.cycle.rise_30_days);
  }
  std::size_t left = 0;
  for (const Explanation& e : evaluation.proposal.explanations) {
    if (!e.changed) continue;
    const std::string line =
        "\n" + e.field + ": " + e.in_force + " -> " + e.published + " (" + e.decision + ")";
    if (left > 0 || note.size() + line.size() + 40 > limits::note_size_max) {
      ++left;
    } else {
      note += line;
    }
  }
  if (left > 0) note += "\nand " + std::to_string(left) + " more";
  return note;
}

void Calibrator::write(Writer& writer) const {
  estimator.write(writer);
  for (const CoinState& coin : coins) {
    const Bytes bytes = surface::encode(coin.surface);
    writer.integer(static_cast<u32>(bytes.size()));
    writer.bytes(bytes);
    writer.integer(coin.chains);
    writer.integer(coin.rejected);
    for (const u64 count : coin.drops) writer.integer(count);
  }
  write_published(writer, published);
  writer.integer(static_cast<u8>(ramping ? 1 : 0));
  writer.integer(static_cast<u32>(ranges.size()));
  for (const RangeHistory& range : ranges) {
    writer.text(range.base);
    writer.integer(static_cast<u32>(range.points.size()));
    for (const stats::MarginPoint& point : range.points) {
      writer.integer(point.at.raw());
      stats::write_number(writer, point.margin);
    }
  }
}

void Calibrator::read(Reader& reader) {
  estimator.read(reader);
  for (CoinState& coin : coins) {
    const std::span<const u8> bytes = reader.bytes(reader.integer<u32>());
    if (reader.failed() || !surface::decode(bytes, coin.surface)) return reader.fail();
    coin.chains = reader.integer<u64>();
    coin.rejected = reader.integer<u64>();
    for (u64& count : coin.drops) count = reader.integer<u64>();
  }
  read_published(reader, estimator.now, published);
  const u8 flag = reader.integer<u8>();
  if (flag > 1) return reader.fail();
  ramping = flag == 1;
  const u32 count = reader.integer<u32>();
  ranges.clear();
  for (u32 i = 0; i < count && !reader.failed(); ++i) {
    RangeHistory range;
    range.base = reader.text(name_max);
    const u32 points = reader.integer<u32>();
    for (u32 n = 0; n < points && !reader.failed(); ++n) {
      const Time at = read_past(reader, estimator.now);
      if (!range.points.empty() && at < range.points.back().at) return reader.fail();
      range.points.push_back({at, stats::read_number(reader, 0, 1e6)});
    }
    ranges.push_back(std::move(range));
  }
}

}  // namespace lockstep::calibrate
