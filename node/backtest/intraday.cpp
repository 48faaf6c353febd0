#include "node/backtest/intraday.h"

#include <algorithm>
#include <deque>

#include "core/math/elementary.h"
#include "node/feed/calendar.h"

namespace lockstep::backtest {
namespace {

constexpr Duration chain_span_min = Duration::from_raw(60 * day.raw());

bool is_spot(const PriceSeries& series) { return series.file.find("spot") != std::string::npos; }
bool has_range(const PriceSeries& series) { return series.closes.front().high > 0; }

// Better to have at a moment: perpetuals, then what reaches a day further, highs and lows, the finer.
bool is_better(const PriceSeries& a, const PriceSeries& b) {
  if (is_spot(a) != is_spot(b)) return !is_spot(a);
  const i64 ahead = (a.closes.back().at - b.closes.back().at).raw();
  if (ahead > day.raw() || ahead < -day.raw()) return ahead > 0;
  if (has_range(a) != has_range(b)) return has_range(a);
  if (a.interval != b.interval) return a.interval < b.interval;
  return ahead > 0;
}

double high_of(const Close& bar) { return bar.high > 0 ? bar.high : bar.close; }
double low_of(const Close& bar) { return bar.low > 0 ? bar.low : bar.close; }

// Lowest low and highest high of the bars that close in (at, at + horizon] of each bar; 0 where they end
// first or pause.
struct Ahead {
  double low = 0, high = 0;
};

std::vector<Ahead> look_ahead(const std::vector<Close>& bars, Duration horizon) {
  std::vector<Ahead> result(bars.size());
  std::deque<std::size_t> lows, highs;  // candidates, the extreme first
  std::size_t next = 0;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const Time until = bars[i].at + horizon;
    for (; next < bars.size() && bars[next].at <= until; ++next) {
      while (!lows.empty() && low_of(bars[next]) <= low_of(bars[lows.back()])) lows.pop_back();
      while (!highs.empty() && high_of(bars[next]) >= high_of(bars[highs.back()])) highs.pop_back();
      lows.push_back(next);
      highs.push_back(next);
    }
    while (!lows.empty() && lows.front() <= i) lows.pop_front();
    while (!highs.empty() && highs.front() <= i) highs.pop_front();
    if (next == bars.size() && bars.back().at < until) continue;
    if (lows.empty() || highs.empty()) continue;
    result[i] = {low_of(bars[lows.front()]), high_of(bars[highs.front()])};
  }
  return result;
}

void note(Side& side, double loss, double range, Time at, Time& last_day) {
  side.worst = std::max(side.worst, loss);
  const double excess = loss / range - 1;
  if (side.worst_range == 0 || excess > side.worst_excess) {
    side.worst_excess = excess;
    side.worst_at = at;
    side.worst_range = range;
  }
  if (loss <= range) return;
  ++side.breaches;
  const Time today = Time::from_raw(at.raw() - at.raw() % day.raw());
  if (today != last_day) ++side.days;
  last_day = today;
}

struct Counter {
  Span span;
  Time long_day, short_day;
  void add(const Close& bar, const Ahead& ahead, double range) {
    if (span.bars == 0) span.range_first = range;
    span.range_most = std::max(span.range_most, range);
    ++span.bars;
    note(span.longs, 1 - ahead.low / bar.close, range, bar.at, long_day);
    note(span.shorts, ahead.high / bar.close - 1, range, bar.at, short_day);
  }
};

// The published range of one model as it goes along, and what it met.
struct Publisher {
  calibrate::ScanPolicy scan;
  std::optional<calibrate::Published> published;
  Counter all;
  std::vector<Counter> crashes;

  void publish(const calibrate::AssetRisk& risk, Time now, const calibrate::PublishPolicy& policy) {
    if (published && now.raw() / hour.raw() == published->at.raw() / hour.raw()) return;  // once an hour
    const auto targets = calibrate::scan_targets(risk, scan);
    if (!targets) return;
    const calibrate::IndexMove move{risk.moves.latest, policy.emergency_venues};
    published = calibrate::publish_step(published, targets.value().target, move, now, policy).next;
  }

  void judge(const Close& bar, const Ahead& ahead, const std::vector<Crash>& spans) {
    if (!published || ahead.low == 0) return;
    all.add(bar, ahead, published->value);
    for (std::size_t i = 0; i < spans.size(); ++i) {
      if (bar.at >= spans[i].from && bar.at < spans[i].to) crashes[i].add(bar, ahead, published->value);
    }
  }
};

Publisher publisher_of(const WalkPolicy& policy, calibrate::ScanModel model, Duration horizon,
                       const std::vector<Crash>& spans) {
  Publisher publisher{policy.scan, {}, {}, {}};
  publisher.scan.model = model;
  publisher.scan.horizon = horizon;
  for (const Crash& span : spans) {
    Counter counter;
    counter.span.name = span.name;
    publisher.crashes.push_back(std::move(counter));
  }
  return publisher;
}

}  // namespace

std::vector<Crash> crashes() {
  const auto span = [](const char* name, const char* from, const char* to) {
    return Crash{name, parse_time(from, "from").value(), parse_time(to, "to").value()};
  };
  return {span("2020-03-12", "2020-03-11", "2020-03-14"),   span("2021-05-19", "2021-05-17", "2021-05-24"),
          span("2022-05 LUNA", "2022-05-07", "2022-05-14"), span("2022-06", "2022-06-10", "2022-06-20"),
          span("2022-11 FTX", "2022-11-05", "2022-11-15"),  span("2024-08-05", "2024-08-02", "2024-08-08"),
          span("2025-02-03", "2025-01-31", "2025-02-05"),   span("2025-04", "2025-04-02", "2025-04-11"),
          span("2025-10-10", "2025-10-09", "2025-10-13"),   span("2026-02-05", "2026-01-28", "2026-02-11")};
}

BarChain bar_chain(const PriceHistory& history, const std::string& base) {
  std::vector<const PriceSeries*> candidates;
  for (const PriceSeries& series : history.series) {
    const bool is_long = series.closes.back().at - series.closes.front().at >= chain_span_min;
    if (series.base == base && series.interval <= hour && is_long && is_dense(series))
      candidates.push_back(&series);
  }
  BarChain chain;
  for (;;) {
    const Time last = chain.bars.empty() ? Time{} : chain.bars.back().at;
    const PriceSeries* best = nullptr;
    for (const PriceSeries* series : candidates) {
      if (series->closes.back().at <= last + hour) continue;
      if (best == nullptr) {
        best = series;
        continue;
      }
      // Whichever has the next bar; of several the better one.
      const Time from = std::max(series->closes.front().at, last + hour);
      const Time best_from = std::max(best->closes.front().at, last + hour);
      const Duration earlier = best_from - from;
      if (earlier > day || (earlier.raw() >= -day.raw() && is_better(*series, *best))) best = series;
    }
    if (best == nullptr) return chain;
    const std::size_t before = chain.bars.size();
    for (const Close& bar : best->closes) {
      if (bar.at > last) chain.bars.push_back(bar);
    }
    chain.parts.push_back(best->file + " " + format_time(chain.bars[before].at).substr(0, 10) + " to " +
                          format_time(chain.bars.back().at).substr(0, 10));
  }
}

std::vector<Intraday> judge_bars(const BarChain& chain, const DailyPrices& daily,
                                 const std::vector<calibrate::ScanModel>& models, const WalkPolicy& policy,
                                 Duration horizon) {
  const std::vector<Crash> spans = crashes();
  const std::vector<Ahead> ahead = look_ahead(chain.bars, horizon);
  const u32 warm_up = warm_up_of(daily.closes.size(), policy.warm_up);
  calibrate::RiskSetup setup = policy.setup;
  setup.move_window = horizon;
  calibrate::AssetRisk risk(setup);
  std::vector<Publisher> publishers;
  for (const calibrate::ScanModel model : models) {
    publishers.push_back(publisher_of(policy, model, horizon, spans));
  }
  const auto observe = [&](const Close& bar) {
    if (!risk.add(bar) || risk.returns < warm_up) return;
    for (Publisher& publisher : publishers) publisher.publish(risk, bar.at, policy.publish);
  };
  for (const Close& close : daily.closes) {
    if (!chain.bars.empty() && close.at < chain.bars.front().at) observe(close);
  }
  for (std::size_t i = 0; i < chain.bars.size(); ++i) {
    observe(chain.bars[i]);
    if (chain.bars[i].at < policy.from || chain.bars[i].at > policy.to) continue;
    for (Publisher& publisher : publishers) publisher.judge(chain.bars[i], ahead[i], spans);
  }
  std::vector<Intraday> results;
  for (const Publisher& publisher : publishers) {
    Intraday result{daily.base, publisher.scan.model, horizon, chain.parts, publisher.all.span, {}};
    for (const Counter& counter : publisher.crashes) {
      if (counter.span.bars != 0) result.crashes.push_back(counter.span);
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace lockstep::backtest
