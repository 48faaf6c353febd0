// `lockstep calibrate` on paper.
#include <algorithm>
#include <set>

#include "apps/lockstep/calibrate_report.h"
#include "apps/lockstep/explanation_text.h"
#include "apps/lockstep/terminal.h"
#include "node/feed/calendar.h"
#include "node/json/json.h"

namespace lockstep {
namespace {

using calibrate::Evaluation;
using calibrate::RangeMetrics;

constexpr std::size_t notes_shown = 4;
constexpr std::size_t column = 18;

std::string tenths(double x) {
  const i64 n = static_cast<i64>(x * 10 + (x < 0 ? -0.5 : 0.5));
  return std::string(n < 0 ? "-" : "") + grouped_decimal(i128{std::abs(n)}, 1, 1);
}
std::string percent(double share) { return tenths(share * 100) + " %"; }
std::string two(double x) { return grouped_decimal(i128{static_cast<i64>(x * 100 + 0.5)}, 2, 2); }
std::string count(u64 n) { return grouped_decimal(i128{n}, 0); }

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

u64 changed_fields(const calibrate::Proposal& proposal) {
  return static_cast<u64>(std::count_if(proposal.explanations.begin(), proposal.explanations.end(),
                                        [](const calibrate::Explanation& e) { return e.changed; }));
}

std::string credits(const Rulebook& rules) {
  std::string text;
  for (const Component& component : rules.components) {
    for (const OffsetRow& row : component.offsets) {
      const double credit = static_cast<double>(row.credit.raw()) / static_cast<double>(rate_one);
      text += (text.empty() ? "" : ", ") + row.key.base + "-" + row.other + " " + percent(credit);
    }
  }
  return text;
}

// What does not wait for the next hour of publishing, in short.
std::string urgent_text(const calibrate::Proposal& proposal) {
  std::set<std::string> fields;
  for (const calibrate::Explanation& e : proposal.explanations) {
    if (e.changed && e.urgent) fields.insert(e.field);
  }
  std::string text;
  for (const std::string& field : fields) text += (text.empty() ? "urgent: " : ", ") + field;
  return text;
}

std::string gate_text(const Evaluation& evaluation) {
  const calibrate::Passed& gate = evaluation.gate;
  if (gate.step == gate.steps) return gate.taken.reason;
  return std::to_string(gate.step) + "/" + std::to_string(gate.steps) + " of the way: " + gate.whole.reason;
}

// What was left out, by reason; "none".
template <class Counts, class Words>
std::string dropped_text(const Counts& counts, const Words& words, std::size_t first = 0) {
  std::string text;
  for (std::size_t i = first; i < counts.size(); ++i) {
    if (counts[i] != 0) text += (text.empty() ? "" : ", ") + count(counts[i]) + " " + std::string(words(i));
  }
  return text.empty() ? "none" : text;
}
std::string_view price_word(std::size_t i) { return calibrate::bad_price_words[i]; }
std::string_view row_word(std::size_t i) { return chain_trouble_words[i]; }
std::string_view quote_word(std::size_t i) { return surface::drop_name(static_cast<surface::Drop>(i)); }

template <class Counts, class Words>
void dropped_json(Json& json, const char* name, const Counts& counts, const Words& words,
                  std::size_t first = 0) {
  json.key(name).begin_object();
  for (std::size_t i = first; i < counts.size(); ++i) json.field(std::string(words(i)), counts[i]);
  json.end_object();
}

void print_metrics(const calibrate::WalkReport& walk) {
  Table table({false, true, true, true, true, true, true, true});
  table.row(
      {"range", "at the end", "mean", "peak / trough", "most in 1 day", "5 days", "30 days", "changes"});
  for (const RangeMetrics& m : walk.metrics) {
    u64 changes = 0;
    for (const calibrate::RangeHistory& h : walk.ranges) {
      if (h.base == m.base) changes = h.points.size() - 1;
    }
    table.row({m.base, percent(m.after), percent(m.cycle.mean), two(m.cycle.peak_to_trough),
               percent(m.cycle.rise_1_day), percent(m.cycle.rise_5_days), percent(m.cycle.rise_30_days),
               count(changes)});
  }
  print(table.str());
}

void print_lacking(const calibrate::Estimates& estimates) {
  for (const calibrate::AssetEstimates& asset : estimates.assets) {
    for (const std::string& line : asset.lacking) {
      if (line.starts_with("everything")) continue;
      print_line("  lacking for " + asset.base + ": " + line);
    }
  }
}

void print_gate(const calibrate::Passed& gate) {
  print_line("");
  print_line("gate: " + gate.whole.reason);
  print_line("  maintenance of the book " + tenths(gate.whole.maintenance_before / 1e6) + " -> " +
             tenths(gate.whole.maintenance_after / 1e6) + " M$, " + count(gate.whole.called) +
             " accounts would be called");
  for (const calibrate::Implied& implied : gate.whole.implied) {
    print_line("  " + implied.base + ": " + tenths(implied.notional / 1e6) +
               " M$ to close against a depth of " + tenths(implied.depth / 1e6) + " M$");
  }
  if (gate.step == gate.steps) return print_line("  passes");
  if (gate.step == 0) return print_line("  held: not even a part passes, or it cannot be reached in steps");
  print_line("  " + count(gate.step) + " of " + count(gate.steps) + " steps pass: " + gate.taken.reason);
}

}  // namespace

void print_calibrate_header(const Rulebook& rules) {
  print_line("calibrating " + rules.name + " " + rules.version);
  std::string line = padded("published", column) + "fields  ";
  for (const auto& [base, range] : calibrate::scan_ranges(rules)) line += padded(base + " range", column);
  print_line(line + "credit");
}

void print_evaluation(const Evaluation& evaluation, bool json) {
  if (json) return;
  std::string line = padded(format_time(evaluation.at).substr(0, 16), column) +
                     padded(count(changed_fields(evaluation.proposal)), 8);
  for (const RangeMetrics& m : evaluation.metrics) {
    const bool same = m.before == m.after;
    line += padded(same ? percent(m.after) : percent(m.before) + " -> " + percent(m.after), column);
  }
  if (evaluation.metrics.empty())
    line += std::string(calibrate::text_of(evaluation.action)) + " " + evaluation.why + "  ";
  if (!evaluation.metrics.empty()) line += credits(evaluation.rules);
  if (evaluation.gate.steps != 0) line += "  " + gate_text(evaluation);
  const std::string urgent = urgent_text(evaluation.proposal);
  if (!urgent.empty()) line += "  " + urgent;
  print_line(line);
}

void print_calibrate_text(const CalibrateReport& report, bool explain) {
  const calibrate::WalkReport& walk = report.walk;
  if (walk.counts.published == 0) print_line("nothing was published");
  print_line("");
  if (explain) print(explanation_text(walk.last.explanations, true));
  print_metrics(walk);
  print_line("");
  print_lacking(walk.estimates);
  for (std::size_t i = 0; i < std::min(walk.notes.size(), notes_shown); ++i) print_line("  " + walk.notes[i]);
  if (walk.notes.size() > notes_shown)
    print_line("  " + count(walk.notes.size() - notes_shown) + " more notes");
  print_line("prices left out: " + dropped_text(walk.counts.dropped_prices, price_word));
  print_line("rows of chains left out: " + dropped_text(walk.counts.dropped_rows, row_word));
  print_line("quotes left out: " + dropped_text(walk.counts.dropped_quotes, quote_word, 1));
  if (walk.counts.rejected_chains != 0) {
    print_line("chains left out: " + count(walk.counts.rejected_chains) +
               " with an index that is none, or far from the venues' prices");
  }
  if (report.gate) print_gate(*report.gate);
  print_line(count(walk.counts.hours) + " hours and " + count(walk.counts.chains) + " chains, evaluated " +
             count(walk.counts.evaluations) + " times from " + format_time(walk.from) + " to " +
             format_time(walk.to) + "; CPU " + two(report.cpu_seconds) + " s, memory " +
             count(report.memory_bytes >> 20) + " MiB, state " + count(walk.state.size() >> 10) + " KiB");
  print_line("rulebook " + walk.rules.version + " " + walk.rules.identity.substr(0, 16) + " after " +
             count(walk.counts.published) + " published, " + count(walk.counts.urgent) + " of them urgent");
}

void print_calibrate_json(const CalibrateReport& report) {
  const calibrate::WalkReport& walk = report.walk;
  Json json;
  json.begin_object().field("from", format_time(walk.from)).field("to", format_time(walk.to));
  json.field("version", walk.rules.version).field("identity", walk.rules.identity);
  json.field("hours", walk.counts.hours).field("chains", walk.counts.chains);
  json.field("evaluations", walk.counts.evaluations).field("published", walk.counts.published);
  json.field("urgent", walk.counts.urgent);
  dropped_json(json, "prices_left_out", walk.counts.dropped_prices, price_word);
  dropped_json(json, "chain_rows_left_out", walk.counts.dropped_rows, row_word);
  dropped_json(json, "quotes_left_out", walk.counts.dropped_quotes, quote_word, 1);
  json.field("chains_left_out", walk.counts.rejected_chains).key("ranges").begin_array();
  for (const calibrate::RangeHistory& history : walk.ranges) {
    json.begin_object().field("base", history.base).key("points").begin_array();
    for (const stats::MarginPoint& point : history.points) {
      json.begin_object()
          .field("at", format_time(point.at))
          .field("range", percent(point.margin))
          .end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
  explanation_json(json, walk.last.explanations);
  if (report.gate) {
    json.key("gate").begin_object().field("reason", report.gate->whole.reason);
    json.field("step", report.gate->step).field("steps", report.gate->steps).end_object();
  }
  json.key("notes").begin_array();
  for (const std::string& note : walk.notes) json.text(note);
  json.end_array().end_object();
  print_line(json.str());
}

}  // namespace lockstep
