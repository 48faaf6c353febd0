#include "node/feed/reprice.h"

#include <algorithm>

#include "core/pricing/convert.h"
#include "core/pricing/inverse.h"

namespace lockstep {

void add_errors(RepriceErrors& errors, const ChainSnapshot& snapshot) {
  for (const OptionQuote& quote : snapshot.options) {
    if (quote.volatility.raw() <= 0 || quote.expiry <= snapshot.at) continue;
    const double forward = from_units(quote.forward.raw(), price_one);
    const double strike = from_units(quote.strike.raw(), price_one);
    const double years = years_of(quote.expiry - snapshot.at);
    const double volatility = from_units(quote.volatility.raw(), rate_one);
    const bool is_call = quote.option == OptionType::call;
    const double ours = inverse_value(forward, strike, years, volatility, is_call);
    const double difference = ours - from_units(quote.mark.raw(), price_one);
    const double error = difference < 0 ? -difference : difference;
    errors.errors.push_back(error);
    if (error > errors.worst) {
      errors.worst = error;
      errors.worst_instrument = quote.name;
      errors.worst_at = snapshot.at;
    }
  }
}

RepriceReport report_of(RepriceErrors errors) {
  RepriceReport report;
  std::vector<double>& sorted = errors.errors;
  if (sorted.empty()) return report;
  std::sort(sorted.begin(), sorted.end());
  report.count = sorted.size();
  report.median = sorted[(sorted.size() - 1) / 2];
  report.percentile_95 = sorted[(sorted.size() - 1) * 95 / 100];
  report.worst = errors.worst;
  report.worst_instrument = errors.worst_instrument;
  report.worst_at = errors.worst_at;
  return report;
}

}  // namespace lockstep
