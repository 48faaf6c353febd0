// The part of check_rulebook() that looks at how funding rates are made.
#include "core/risk/check_parts.h"
#include "core/units/limits.h"

namespace lockstep {
namespace {

constexpr i64 samples_max = 1'000'000;  // of one interval

bool within(Rate rate, i64 low, i64 high) { return rate.raw() >= low && rate.raw() <= high; }

std::string spans_defect(const FundingRow& row) {
  const Duration month = Duration::from_raw(31 * day.raw());
  if (row.period <= Duration{} || row.period > month) return "period lies above 0 s and at most at 31 d";
  if (row.sample < Duration{} || row.interval < Duration{}) return "a span is not negative";
  if (row.interval > row.period) return "interval is at most the period that the rate is quoted for";
  if (row.interval == Duration{}) {
    if (row.sample > row.period) return "sample is at most the period";
    if (row.samples_min != 1 || row.average != FundingAverage::mean) {
      return "an interval of 0 s is continuous: there are no samples to count or to weigh";
    }
    return {};
  }
  if (row.sample == Duration{} || row.interval.raw() % row.sample.raw() != 0) {
    return "interval is a multiple of sample, and sample is not 0 s";
  }
  const i64 room = row.interval.raw() / row.sample.raw();
  if (room > samples_max) return "an interval has room for at most a million samples";
  if (row.samples_min < 1 || row.samples_min > room) {
    return "samples_min lies between 1 and what an interval has room for, " + std::to_string(room);
  }
  return {};
}

std::string defect_of(const FundingRow& row) {
  std::string defect = spans_defect(row);
  if (!defect.empty()) return defect;
  if (!within(row.interest, -rate_one, rate_one)) return "interest lies between -100 % and 100 %";
  if (!within(row.band, 0, rate_one)) return "band lies between 0 % and 100 %";
  if (row.formula == FundingFormula::plain && row.band != Rate{}) return "a plain rate has no band";
  if (row.formula == FundingFormula::dead_band && row.interest != Rate{}) {
    return "a rate with a dead band has no interest";
  }
  if (!within(row.premium_cap, 0, rate_one) || !within(row.rate_cap, 0, rate_one)) {
    return "premium_cap and rate_cap lie between 0 % (none) and 100 %";
  }
  if (!within(row.cap_of_maintenance, 0, 100 * rate_one) || !within(row.cap_of_margin, 0, 100 * rate_one)) {
    return "cap_of_maintenance and cap_of_margin lie between 0 % (none) and 10000 %";
  }
  return {};
}

}  // namespace

RulebookDefect check_funding(const Rulebook& rules) {
  if (rules.funding.size() > 5000) return {"funding", "at most 5000 rows of funding"};
  if (rules.funding_made && rules.funding.empty()) {
    return {"funding", "the engine makes rates by rows, and there is none"};
  }
  for (std::size_t i = 0; i < rules.funding.size(); ++i) {
    const FundingRow& row = rules.funding[i];
    const std::string path = "funding.rows." + to_text(row.key);
    if (row.key.base.size() > 64 || row.key.settle.size() > 64)
      return {"funding", "a row's name is too long"};
    std::string defect = defect_of(row);
    if (!defect.empty()) return {path, std::move(defect)};
    for (std::size_t j = 0; j < i; ++j) {
      if (to_text(rules.funding[j].key) == to_text(row.key)) return {path, "this row is listed twice"};
    }
  }
  return {};
}

}  // namespace lockstep
