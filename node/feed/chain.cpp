#include "node/feed/chain.h"

#include <set>

#include "core/units/limits.h"
#include "node/feed/contracts.h"

namespace lockstep {
namespace {

constexpr std::string_view chain_columns[] = {"snapshot_ms",  "instrument_name", "underlying_price",
                                              "index_price",  "mark_price",      "mark_iv",
                                              "open_interest"};
constexpr i64 open_interest_max = 1'000'000'000;
constexpr i64 volatility_raw_max = 100 * rate_one;

}  // namespace

std::string missing_chain_column(const CsvReader& csv) {
  for (const std::string_view name : chain_columns) {
    if (csv.column(name) == csv.columns().size()) return std::string(name);
  }
  return {};
}

Result<ChainScan, Fault> scan_chain(CsvReader csv, std::optional<Time> from, std::optional<Time> to) {
  ChainScan scan;
  const std::size_t column = csv.column("snapshot_ms");
  Time previous;
  for (;;) {
    const Result<bool, Fault> row = csv.next_row();
    if (!row) return row.error();
    if (!row.value()) return scan;
    const Result<Time, Fault> at = csv.time_ms(column);
    if (!at) return at.error();
    if (at.value() < previous)
      return csv.fault(column, "is before the row above; expected snapshots in order");
    if (at.value() == previous) continue;
    previous = at.value();
    if ((from && previous < *from) || (to && previous > *to)) continue;
    if (scan.snapshots == 0) scan.first = previous;
    scan.last = previous;
    ++scan.snapshots;
  }
}

ChainReader::ChainReader(CsvReader csv, Time from, Time to)
    : csv_(std::move(csv)),
      from_(from),
      to_(to),
      at_(csv_.column("snapshot_ms")),
      name_(csv_.column("instrument_name")),
      forward_(csv_.column("underlying_price")),
      index_(csv_.column("index_price")),
      mark_(csv_.column("mark_price")),
      volatility_(csv_.column("mark_iv")),
      open_interest_(csv_.column("open_interest")) {}

Result<Done, Fault> ChainReader::add_row(ChainSnapshot& snapshot, RowCount& rows) {
  OptionQuote quote;
  if (!parse_option_name(csv_.field(name_), quote) || quote.expiry <= snapshot.at) {
    ++rows.skipped;
    return Done{};
  }
  const Result<i64, Fault> forward = csv_.positive(forward_, price_decimals, "89015.58301378122");
  if (!forward) return forward.error();
  const Result<i64, Fault> index = csv_.positive(index_, price_decimals, "89021.44");
  if (!index) return index.error();
  const Result<i64, Fault> mark = csv_.number(mark_, price_decimals, "0.07881298");
  if (!mark) return mark.error();
  const Result<i64, Fault> volatility = csv_.number(volatility_, rate_decimals, "0.6586");
  if (!volatility) return volatility.error();
  const Result<i64, Fault> open_interest = csv_.number(open_interest_, 0, "125.7");
  if (!open_interest) return open_interest.error();
  if (mark.value() < 0) return csv_.fault(mark_, "is negative; expected e.g. 0.07881298");
  if (mark.value() > 100 * price_one)
    return csv_.fault(mark_, "is above 100 coins; expected e.g. 0.07881298");
  if (volatility.value() < 0) return csv_.fault(volatility_, "is negative; expected e.g. 0.6586");
  if (volatility.value() > volatility_raw_max) {
    return csv_.fault(volatility_, "is above 100 (10,000 %); expected a fraction, e.g. 0.6586");
  }
  if (open_interest.value() > open_interest_max) {
    return csv_.fault(open_interest_, "is above 1000000000 coins; expected e.g. 125.7");
  }
  if (open_interest.value() < 0) return csv_.fault(open_interest_, "is negative; expected e.g. 125.7");
  if (forward.value() > limits::price_raw_max) return csv_.fault(forward_, "is above 100000000 USD");
  if (index.value() > limits::price_raw_max) return csv_.fault(index_, "is above 100000000 USD");
  quote.forward = Price::from_raw(forward.value());
  quote.index = Price::from_raw(index.value());
  quote.mark = Price::from_raw(mark.value());
  quote.volatility = Rate::from_raw(volatility.value());
  quote.open_interest = open_interest.value();
  snapshot.options.push_back(std::move(quote));
  ++rows.used;
  return Done{};
}

Result<bool, Fault> ChainReader::next(ChainSnapshot& snapshot, RowCount& rows) {
  snapshot = {};
  std::set<std::string, std::less<>> names;
  while (!ended_) {
    if (started_ && row_at_ >= from_ && row_at_ <= to_) {
      if (snapshot.at != Time{} && snapshot.at != row_at_) return true;
      snapshot.at = row_at_;
      if (!names.emplace(csv_.field(name_)).second) {
        return csv_.fault(name_, "appears twice in this snapshot; expected each option once");
      }
      const Result<Done, Fault> added = add_row(snapshot, rows);
      if (!added) return added.error();
    } else if (started_) {
      ++rows.skipped;
    }
    const Result<bool, Fault> row = csv_.next_row();
    if (!row) return row.error();
    ended_ = !row.value();
    if (ended_) break;
    const Result<Time, Fault> at = csv_.time_ms(at_);
    if (!at) return at.error();
    if (started_ && at.value() < row_at_) {
      return csv_.fault(at_, "is before the row above; expected snapshots in order");
    }
    row_at_ = at.value();
    started_ = true;
  }
  return snapshot.at != Time{};
}

}  // namespace lockstep
