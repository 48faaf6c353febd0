#include "apps/lockstep/run_report.h"

#include <cstdio>

#include "apps/lockstep/terminal.h"
#include "node/book/words.h"
#include "node/json/json.h"

namespace lockstep {
namespace {

std::string dollars(i64 amount) { return grouped_decimal(amount, 0); }

std::string coins(double amount) {
  char text[64];
  std::snprintf(text, sizeof text, "%.8f", amount);
  return text;
}

std::string fixed(double number, const char* format) {
  char text[64];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

std::string deficit_text(const Deficit& deficit) {
  return deficit.account_name + " $" + dollars(deficit.missing_dollars);
}

void print_rulebooks(const MainJobReport& report) {
  Table table({false, true, true, true, true, true, true, true, true, true, true, true, false});
  table.row({"rulebook", "normal", "warning", "call", "reduce only", "liquidation", "bankrupt", "unjudged",
             "equity $", "IM $", "MM $", "called $", "largest deficits to MM"});
  for (const auto& [name, summary] : report.by_rulebook) {
    std::vector<std::string> cells{name};
    for (const u32 count : summary.by_state) cells.push_back(grouped_decimal(i128{count}, 0));
    cells.push_back(grouped_decimal(i128{summary.unjudged}, 0));
    for (const i64 amount : {summary.equity, summary.initial, summary.maintenance, summary.called}) {
      cells.push_back(dollars(amount));
    }
    std::string worst;
    for (const Deficit& deficit : summary.worst) worst += (worst.empty() ? "" : ", ") + deficit_text(deficit);
    cells.push_back(worst.empty() ? "none" : worst);
    table.row(std::move(cells));
  }
  print("\n" + table.str());
}

void print_counts(const MainJobReport& report) {
  Table commands({false, true, true});
  commands.row({"command", "accepted", "refused"});
  for (const CommandCount& row : report.commands) {
    if (row.accepted + row.refused == 0) continue;
    commands.row({row.name, grouped_decimal(i128{row.accepted}, 0), grouped_decimal(i128{row.refused}, 0)});
  }
  print("\n" + commands.str());
  if (report.refusals.empty()) return;
  Table refusals({false, true, false});
  refusals.row({"refusal", "count", "meaning"});
  for (const RefusalCount& row : report.refusals) {
    refusals.row(
        {std::to_string(static_cast<unsigned>(row.refusal)) + " " + std::string(refusal_name(row.refusal)),
         grouped_decimal(i128{row.count}, 0), std::string(refusal_text(row.refusal))});
  }
  print("\n" + refusals.str());
}

void print_reprice(const RepriceReport& reprice) {
  if (reprice.count == 0) {
    print("\nre-pricing: this source has no recorded option marks to compare with\n");
    return;
  }
  print("\nre-pricing of " + grouped_decimal(i128{reprice.count}, 0) +
        " recorded option marks, error in coin: median " + coins(reprice.median) + ", 95 % " +
        coins(reprice.percentile_95) + ", worst " + coins(reprice.worst) + " (" + reprice.worst_instrument +
        " at " + time_text(reprice.worst_at) + ")\n");
}

void print_liquidation(const MainJobReport& report) {
  const LiquidationCount& count = report.liquidation;
  const auto number = [](u64 n) { return grouped_decimal(i128{n}, 0); };
  print("\nliquidation: " + number(count.accounts) + " accounts, " + number(count.orders) + " orders, " +
        number(count.crossed) + " crossed, " + number(count.taken_over) + " taken over, " +
        number(count.deleveraged) + " closed against winners; " + number(count.debts) +
        " debts brought to zero, " + number(count.shared) + " parts borne by winners; " +
        number(count.below_zero) + " accounts below zero at the end\n");
  Table funds({false, true, true, true});
  funds.row({"insurance fund", "has", "paid for debts", "winners bore"});
  for (const FundCount& row : report.funds) {
    const auto amount = [&](Amount a) { return grouped_decimal(a.raw(), row.decimals); };
    funds.row({row.asset, amount(row.fund), amount(row.paid), amount(row.shared)});
  }
  if (!report.funds.empty()) print(funds.str());
}

void print_text(const MainJobReport& report, const std::string& folder, const std::string& etcd,
                const RunCost& cost) {
  if (report.recovered.frames != 0 || report.recovered.snapshot_position != 0) {
    print("\ncontinued a log: " + grouped_decimal(i128{report.skipped}, 0) +
          " commands were there already (snapshot at " +
          grouped_decimal(i128{report.recovered.snapshot_position}, 0) + ", then " +
          grouped_decimal(i128{report.recovered.frames}, 0) + " frames replayed)\n");
  }
  for (const std::string& warning : report.recovered.warnings) print("warning: " + warning + "\n");
  if (!report.worst_moment.empty()) print("\nworst moment  " + report.worst_moment + "\n");
  print_rulebooks(report);
  print_counts(report);
  print_liquidation(report);
  print_reprice(report.reprice);
  print("margin state changes: " + grouped_decimal(i128{report.state_changes}, 0) + "\n");
  print("rows of data: " + grouped_decimal(i128{report.feed.rows_used}, 0) + " used, " +
        grouped_decimal(i128{report.feed.rows_skipped}, 0) + " outside the span or not modelled\n");
  print("wall " + fixed(cost.wall_seconds, "%.1f s") + ", CPU " + fixed(cost.cpu_seconds, "%.1f s") +
        ", peak memory " + fixed(static_cast<double>(cost.memory_bytes) / (1 << 20), "%.0f MiB") + "\n");
  if (etcd.empty()) {
    print("next: lockstep accounts --log " + folder + "    lockstep margin --log " + folder +
          " --account NAME --explain\n");
  } else {
    print("next: lockstep verify " + folder + " --etcd " + etcd + "\n");
  }
  print_line("state " + to_hex(report.state_hash) + " at " + std::to_string(report.position));
}

// The last line stays the one with the state, so these are written before its "state" and "position".
void write_summary(Json& json, const BookSummary& summary) {
  json.field("time", time_text(summary.time))
      .field("position", summary.position)
      .field("index", summary.lead)
      .field("index_price", to_decimal(summary.lead_price.raw(), price_decimals))
      .key("accounts")
      .begin_object();
  for (std::size_t i = 0; i < summary.by_state.size(); ++i) {
    json.field(word(static_cast<MarginState>(i)), summary.by_state[i]);
  }
  json.field("unjudged", summary.unjudged).end_object();
  json.field("equity_dollars", summary.equity).field("initial_dollars", summary.initial);
  json.field("maintenance_dollars", summary.maintenance).field("called_dollars", summary.called);
}

void write_worst(Json& json, const BookSummary& summary) {
  json.key("worst").begin_array();
  for (const Deficit& deficit : summary.worst) {
    json.begin_object().field("account", deficit.account_name).field("asset", deficit.asset_name);
    json.field("missing", exact(deficit.missing))
        .field("missing_dollars", deficit.missing_dollars)
        .end_object();
  }
  json.end_array();
}

void write_liquidation(Json& json, const MainJobReport& report) {
  const LiquidationCount& count = report.liquidation;
  json.key("liquidation").begin_object();
  json.field("accounts", count.accounts).field("orders", count.orders).field("crossed", count.crossed);
  json.field("taken_over", count.taken_over).field("deleveraged", count.deleveraged);
  json.field("debts", count.debts).field("shared", count.shared).field("below_zero", count.below_zero);
  json.key("funds").begin_array();
  for (const FundCount& row : report.funds) {
    json.begin_object().field("asset", row.asset).field("fund", to_decimal(row.fund.raw(), row.decimals));
    json.field("paid", to_decimal(row.paid.raw(), row.decimals));
    json.field("shared", to_decimal(row.shared.raw(), row.decimals)).end_object();
  }
  json.end_array().end_object();
}

void print_json(const MainJobReport& report, const std::string& folder, const RunCost& cost) {
  Json json;
  json.begin_object().field("kind", "end").field("log", folder).field("skipped", report.skipped);
  write_liquidation(json, report);
  json.key("rulebooks").begin_array();
  for (const auto& [name, summary] : report.by_rulebook) {
    json.begin_object().field("rulebook", name);
    write_summary(json, summary);
    write_worst(json, summary);
    json.end_object();
  }
  json.end_array().key("commands").begin_object();
  for (const CommandCount& row : report.commands) {
    if (row.accepted + row.refused == 0) continue;
    json.key(row.name)
        .begin_object()
        .field("accepted", row.accepted)
        .field("refused", row.refused)
        .end_object();
  }
  json.end_object().key("refusals").begin_object();
  for (const RefusalCount& row : report.refusals) json.field(refusal_name(row.refusal), row.count);
  json.end_object().key("reprice").begin_object().field("count", report.reprice.count);
  if (report.reprice.count != 0) {
    json.field("median", coins(report.reprice.median))
        .field("percentile_95", coins(report.reprice.percentile_95));
    json.field("worst", coins(report.reprice.worst))
        .field("worst_instrument", report.reprice.worst_instrument);
    json.field("worst_at", time_text(report.reprice.worst_at));
  }
  json.end_object().field("margin_state_changes", report.state_changes);
  json.field("rows_used", report.feed.rows_used).field("rows_skipped", report.feed.rows_skipped);
  json.field("wall_seconds", fixed(cost.wall_seconds, "%.3f"))
      .field("cpu_seconds", fixed(cost.cpu_seconds, "%.3f"));
  json.field("memory_bytes", cost.memory_bytes);
  json.field("state", to_hex(report.state_hash)).field("position", report.position).end_object();
  print_line(json.str());
}

}  // namespace

void print_header(const RunOptions& options, const FeedReport& feed, const std::string& folder) {
  if (options.json) {
    Json json;
    json.begin_object()
        .field("kind", "start")
        .field("source", feed.source)
        .field("from", time_text(feed.from));
    json.field("to", time_text(feed.to)).field("accounts", options.accounts).field("seed", options.seed);
    json.field("log", folder).key("notes").begin_array();
    for (const std::string& note : feed.notes) json.text(note);
    json.end_array().end_object();
    print_line(json.str());
    return;
  }
  Table table({false, false});
  table.row({"source", feed.source});
  table.row({"span", time_text(feed.from) + " to " + time_text(feed.to) + " UTC"});
  table.row(
      {"accounts", grouped_decimal(i128{options.accounts}, 0) + ", seed " + std::to_string(options.seed)});
  for (const std::string& note : feed.notes) table.row({"note", note});
  table.row({"log", folder});
  table.row({"check it", "lockstep verify " + folder});
  print_line(table.str());
}

void print_summary(const RunOptions& options, const BookSummary& summary) {
  if (!options.json) return print_line(summary_line(summary));
  Json json;
  json.begin_object().field("kind", "summary");
  write_summary(json, summary);
  write_worst(json, summary);
  json.end_object();
  print_line(json.str());
}

void print_report(const RunOptions& options, const MainJobReport& report, const std::string& folder,
                  const RunCost& cost) {
  if (options.json) {
    print_json(report, folder, cost);
  } else {
    print_text(report, folder, options.etcd.address, cost);
  }
}

}  // namespace lockstep
