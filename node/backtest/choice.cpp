#include "node/backtest/choice.h"

#include <algorithm>

#include "core/base/assert.h"

namespace lockstep::backtest {
namespace {

void judge_days(const Evidence& of, Choice& choice) {
  const Judged& days = *of.days;
  const double least = std::min(days.longs.coverage(), days.shorts.coverage());
  choice.least_side = std::min(choice.least_side, least);
  choice.peak_to_trough = std::max(choice.peak_to_trough, days.cycle.peak_to_trough);
  choice.rise_30 = std::max(choice.rise_30, days.cycle.rise_30_days);
  choice.worst_excess = std::max(choice.worst_excess, days.both.excess_max);
  if (least < side_coverage_min) choice.failed.push_back(of.base + ": a side below 99 % of days");
  if (days.acceptance() < acceptance_min) choice.failed.push_back(of.base + ": too many breaches");
  if (days.zone_worst() == stats::Zone::red) choice.failed.push_back(of.base + ": 250 days in red");
  if (days.independence().p_value < independence_min) choice.failed.push_back(of.base + ": clustered");
}

}  // namespace

double bar_coverage(const Span& span, const Side& side) {
  if (span.bars == 0) return 1;
  return 1 - static_cast<double>(side.breaches) / static_cast<double>(span.bars);
}

Choice weigh(calibrate::ScanModel model, double confidence, const std::vector<Evidence>& evidence) {
  LS_ASSERT(!evidence.empty());
  Choice choice;
  choice.model = model;
  choice.confidence = confidence;
  double sum = 0;
  for (const Evidence& of : evidence) {
    LS_ASSERT(of.days != nullptr);
    sum += of.days->cycle.mean;
    judge_days(of, choice);
    if (of.bars == nullptr || of.bars->all.bars == 0) continue;
    const Span& all = of.bars->all;
    const double least = std::min(bar_coverage(all, all.longs), bar_coverage(all, all.shorts));
    choice.least_side_bars = std::min(choice.least_side_bars, least);
    if (least < side_coverage_min) choice.failed.push_back(of.base + ": a side below 99 % of bars");
  }
  choice.mean_range = sum / static_cast<double>(evidence.size());
  return choice;
}

std::size_t cheapest(const std::vector<Choice>& choices) {
  std::size_t best = choices.size();
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (!choices[i].failed.empty()) continue;
    if (best == choices.size() || choices[i].mean_range < choices[best].mean_range) best = i;
  }
  return best;
}

}  // namespace lockstep::backtest
