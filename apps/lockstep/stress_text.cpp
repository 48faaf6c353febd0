#include <algorithm>

#include "apps/lockstep/stress_report.h"
#include "apps/lockstep/terminal.h"
#include "node/runtime/summary.h"
#include "node/stress/exposure.h"

namespace lockstep {
namespace {

using stress::Concentration;
using stress::Ladder;
using stress::LadderStep;
using stress::ShockResult;
using stress::SideShares;

std::string count(u64 n) { return grouped_decimal(i128{n}, 0); }

// Whole dollars.
std::string whole(Value dollars) { return grouped_decimal(div(dollars.raw(), value_one, Round::nearest), 0); }

// A share in per cent with one decimal.
std::string share(Rate rate) { return to_decimal(div(rate.raw(), rate_one / 1000, Round::nearest), 1, 1); }

// A number with two decimals.
std::string number(Rate rate) {
  return grouped_decimal(div(rate.raw(), rate_one / 100, Round::nearest), 2, 2);
}

const LadderStep* step_at(const Ladder& ladder, Rate move) {
  for (const LadderStep& step : ladder.steps) {
    if (step.move == move) return &step;
  }
  return nullptr;
}

void add_step(std::vector<std::string>& cells, const LadderStep* step) {
  if (step == nullptr) return;
  for (std::string cell : {move_text(step->move), count(step->liquidated), count(step->bankrupt),
                           whole(step->closed()), share(step->share)}) {
    cells.push_back(std::move(cell));
  }
}

std::string ladder_text(const State& state, const Ladder& ladder) {
  u64 unjudged = 0;
  for (const LadderStep& step : ladder.steps) unjudged = std::max(unjudged, step.unjudged);
  std::string text = ladder_name(state, ladder) + ": open " + whole(ladder.open) + " $, accounts concerned " +
                     count(ladder.accounts);
  if (unjudged != 0) text += ", of which up to " + count(unjudged) + " cannot be judged";
  text += "\n";
  Table table(std::vector<bool>(10, true));
  table.row({"down", "liquidated", "bankrupt", "closed $", "% open", "up", "liquidated", "bankrupt",
             "closed $", "% open"});
  for (const LadderStep& up : ladder.steps) {
    if (up.move < Rate{}) continue;
    std::vector<std::string> cells;
    add_step(cells, step_at(ladder, -up.move));
    if (up.move != Rate{}) add_step(cells, &up);
    table.row(std::move(cells));
  }
  return text + table.str("  ");
}

std::string ladders_text(const State& state, const StressReport& report, u32 limit) {
  const std::size_t underlyings = report.ladders.size() - 1;
  const std::size_t shown = limit == 0 ? underlyings : std::min<std::size_t>(limit, underlyings);
  std::string text = "Liquidation ladder\n";
  for (std::size_t i = 0; i < shown; ++i) text += ladder_text(state, report.ladders[i]);
  if (shown < underlyings) {
    text += count(underlyings - shown) + " more; --limit 0 prints all\n";
  }
  return text + ladder_text(state, report.ladders.back());
}

std::string losers_text(const State& state, const ShockResult& shock) {
  std::string text;
  for (const stress::Loser& loser : shock.largest) {
    text += (text.empty() ? "" : ", ") + state.account(loser.account).name;
  }
  return text;
}

std::string shocks_text(const State& state, const StressReport& report) {
  Table table({false, true, true, true, true, true, true, true, true, false, false});
  table.row({"Insurance fund", "bankrupt", "at price $", "unpaid $", "of two $", "fund $", "/ all", "/ two",
             "missing $", "", "largest two"});
  for (const ShockResult& shock : report.shocks) {
    const bool any = shock.after_closing > Value{};
    const char* verdict = shock.sufficient() ? "suffices" : shock.covers_two() ? "covers two" : "does not";
    table.row({shock.name, count(shock.bankrupt), whole(shock.at_price), whole(shock.after_closing),
               whole(shock.largest_two), whole(shock.fund), any ? number(shock.of_all) : "-",
               any ? number(shock.of_two) : "-", whole(shock.missing), verdict, losers_text(state, shock)});
  }
  return table.str();
}

// By asset and rulebook, of the shock after which most is missing.
std::string worst_shock_text(const State& state, const StressReport& report) {
  const ShockResult* worst = nullptr;
  for (const ShockResult& shock : report.shocks) {
    if (shock.missing > Value{} && (worst == nullptr || shock.missing > worst->missing)) worst = &shock;
  }
  if (worst == nullptr) return {};
  Table table({false, false, true, true, true, true});
  table.row({worst->name, "asset", "unpaid", "fund holds", "may pay", "missing"});
  for (const stress::FundRow& row : worst->rows) {
    table.row({state.rulebook(row.rulebook).name, state.asset(row.asset).name,
               money(state, row.asset, row.unpaid), money(state, row.asset, row.fund),
               money(state, row.asset, row.payable), money(state, row.asset, row.missing())});
  }
  return table.str("  ");
}

std::vector<std::string> side_cells(const std::string& base, const char* side, const SideShares& shares,
                                    const std::string& largest) {
  return {base,
          side,
          whole(shares.open),
          count(shares.accounts),
          share(shares.one),
          share(shares.five),
          share(shares.ten),
          to_decimal(div(shares.herfindahl.raw(), rate_one / 10'000, Round::nearest), 4, 4),
          largest};
}

std::string concentration_text(const State& state, const StressReport& report) {
  Table table({false, false, true, true, true, true, true, true, false});
  table.row({"Concentration", "side", "open $", "accounts", "% of 1", "% of 5", "% of 10", "Herfindahl",
             "largest"});
  std::string depth;
  for (const Concentration& c : report.concentrations) {
    const std::string base = state.asset(c.base).name;
    const auto name = [&](const SideShares& side) {
      return side.accounts == 0 ? std::string("-") : state.account(side.largest).name;
    };
    table.row(side_cells(base, "long", c.longs, name(c.longs)));
    table.row(side_cells("", "short", c.shorts, name(c.shorts)));
    if (!c.of_depth && !c.of_volume) continue;
    depth += "  " + base + ": " + state.account(c.largest).name + " holds " + whole(c.held) + " $";
    if (c.of_depth) depth += ", " + number(*c.of_depth) + " times the depth observed";
    if (c.of_volume) depth += ", " + number(*c.of_volume) + " days of volume";
    depth += "\n";
  }
  if (depth.empty())
    depth = "  no depth or volume was observed: how fast the largest can be closed is not known\n";
  return table.str() + depth;
}

std::string leverage_text(const stress::LeverageReport& report) {
  Table table({false, true, true, true});
  table.row({"Leverage", "accounts", "notional $", "% notional"});
  for (std::size_t i = 0; i < report.buckets.size(); ++i) {
    const stress::LeverageBucket& bucket = report.buckets[i];
    const bool last = i + 1 == report.buckets.size();
    const std::string name = bucket.most != 0 ? "up to " + std::to_string(bucket.most)
                             : last           ? "no equity"
                                              : "above";
    table.row({name, count(bucket.accounts), whole(bucket.notional),
               share(stress::ratio(bucket.notional, report.notional))});
  }
  const auto text = [](const std::optional<Rate>& leverage) {
    return leverage ? number(*leverage) : "no equity";
  };
  std::string line = "  of " + count(report.holding) + " accounts that hold something: median " +
                     text(report.median) + ", 90 % " + text(report.ninety) + ", 99 % " +
                     text(report.ninety_nine) + "; all together ";
  line += report.equity > Value{} ? number(stress::ratio(report.notional, report.equity)) : "no equity";
  if (report.unjudged != 0) line += "; " + count(report.unjudged) + " cannot be judged";
  return table.str() + line + "\n";
}

std::string rise_text(const char* span, const std::optional<stress::Rise>& rise) {
  if (!rise) return std::string("  largest rise in ") + span + ": the log is shorter\n";
  return std::string("  largest rise in ") + span + ": " + move_text(rise->rise) + ", from " +
         time_text(rise->from) + "\n";
}

std::string margin_text(const StressReport& report) {
  std::string text = "Margin over time\n";
  if (!report.history) return text + "  --history replays the log and says how the margin rate moved\n";
  if (!report.margin) return text + "  the log has no moment at which anything was held\n";
  const stress::Procyclicality& m = *report.margin;
  Table table({false, false, true, true, true, true});
  table.row({"", "time", "IM $", "MM $", "notional $", "MM / notional %"});
  const auto add = [&](const char* name, const stress::Sample& s) {
    table.row({name, time_text(s.at), whole(s.initial), whole(s.maintenance), whole(s.notional),
               to_decimal(div(s.rate.raw(), rate_one / 100'000, Round::nearest), 3, 3)});
  };
  add("first", m.first);
  add("trough", m.trough);
  add("peak", m.peak);
  add("last", m.last);
  return text + table.str("  ") + "  " + count(m.samples) + " samples; peak over trough " +
         number(m.peak_to_trough) + "\n" + rise_text("1 day", m.one_day) + rise_text("5 days", m.five_days);
}

}  // namespace

std::string move_text(Rate move) {
  return (move > Rate{} ? "+" : "") + to_decimal(div(move.raw(), rate_one / 100'000, Round::nearest), 3) +
         " %";
}

std::string stress_text(const State& state, const StressReport& report, u32 limit) {
  return "position " + count(state.position) + "    " + time_text(state.time) + " UTC    " +
         count(state.accounts.size()) + " accounts\n\n" + ladders_text(state, report, limit) + "\n" +
         shocks_text(state, report) + worst_shock_text(state, report) + "\n" +
         concentration_text(state, report) + "\n" + leverage_text(report.leverage) + "\n" +
         margin_text(report);
}

}  // namespace lockstep
