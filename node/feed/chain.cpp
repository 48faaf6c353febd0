#include "node/feed/chain.h"

#include <algorithm>
#include <set>

#include "core/units/limits.h"
#include "node/feed/contracts.h"

namespace lockstep {
namespace {

constexpr std::string_view chain_columns[] = {"snapshot_ms",  "instrument_name", "underlying_price",
                                              "index_price",  "mark_price",      "mark_iv",
                                              "open_interest"};
constexpr Duration chain_span_min = Duration::from_raw(2 * day.raw());
constexpr i64 open_interest_max = 1'000'000'000;
constexpr Price quote_max = Price::from_raw(100 * price_one);
constexpr i64 volatility_raw_max = 100 * rate_one;

}  // namespace

std::string missing_chain_column(const CsvReader& csv) {
  for (const std::string_view name : chain_columns) {
    if (csv.column(name) == csv.columns().size()) return std::string(name);
  }
  return {};
}

Result<ChainScan, Fault> scan_chain(CsvReader csv, std::optional<Time> from, std::optional<Time> to,
                                    BadRows bad_rows) {
  ChainScan scan;
  const std::size_t column = csv.column("snapshot_ms");
  Time previous;
  for (;;) {
    const Result<bool, Fault> row = csv.next_row();
    if (!row) return row.error();
    if (!row.value()) return scan;
    const Result<Time, Fault> at = csv.time_ms(column);
    if (bad_rows == BadRows::skip && (!at || at.value() < previous)) continue;
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

bool is_denser(const ChainScan& a, const ChainScan& b) {
  const bool a_spans = a.last - a.first >= chain_span_min;
  const bool b_spans = b.last - b.first >= chain_span_min;
  if (a_spans != b_spans) return a_spans;
  const i64 a_span = std::max((a.last - a.first).raw(), day.raw());
  const i64 b_span = std::max((b.last - b.first).raw(), day.raw());
  return i128{a.snapshots} * b_span > i128{b.snapshots} * a_span;
}

ChainReader::ChainReader(CsvReader csv, Time from, Time to, BadRows bad_rows)
    : csv_(std::move(csv)),
      from_(from),
      to_(to),
      bad_rows_(bad_rows),
      at_(csv_.column("snapshot_ms")),
      name_(csv_.column("instrument_name")),
      forward_(csv_.column("underlying_price")),
      index_(csv_.column("index_price")),
      mark_(csv_.column("mark_price")),
      volatility_(csv_.column("mark_iv")),
      open_interest_(csv_.column("open_interest")),
      bid_(csv_.column("bid_price")),
      ask_(csv_.column("ask_price")) {}

Result<Price, Fault> ChainReader::quoted(std::size_t column) const {
  if (column == csv_.columns().size() || csv_.field(column).empty()) return Price{};
  const Result<i64, Fault> price = csv_.number(column, price_decimals, "0.0785");
  if (!price) return price.error();
  if (price.value() < 0) return csv_.fault(column, "is negative; expected e.g. 0.0785, or nothing");
  if (price.value() > quote_max.raw()) return csv_.fault(column, "is above 100 coins; expected e.g. 0.0785");
  return Price::from_raw(price.value());
}

Result<Done, Fault> ChainReader::add_row(ChainSnapshot& snapshot, RowCount& rows) {
  OptionQuote quote;
  const bool known = parse_option_name(csv_.field(name_), quote);
  if (!known || quote.expiry <= snapshot.at) {
    ++rows.skipped;
    count(known ? ChainTrouble::expired : ChainTrouble::unknown);
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
  if (mark.value() > quote_max.raw())
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
  const Result<Price, Fault> bid = quoted(bid_);
  if (!bid) return bid.error();
  const Result<Price, Fault> ask = quoted(ask_);
  if (!ask) return ask.error();
  quote.bid = bid.value();
  quote.ask = ask.value();
  quote.forward = Price::from_raw(forward.value());
  quote.index = Price::from_raw(index.value());
  quote.mark = Price::from_raw(mark.value());
  quote.volatility = Rate::from_raw(volatility.value());
  quote.open_interest = open_interest.value();
  snapshot.options.push_back(std::move(quote));
  ++rows.used;
  return Done{};
}

bool ChainReader::has_no_number() const {
  i64 raw = 0;
  const auto bad = [&](std::size_t column, bool required) {
    if (column == csv_.columns().size() || (!required && csv_.field(column).empty())) return false;
    return !parse_number(csv_.field(column), 0, raw);
  };
  for (const std::size_t column : {forward_, index_, mark_, volatility_, open_interest_}) {
    if (bad(column, true)) return true;
  }
  return bad(bid_, false) || bad(ask_, false);
}

Result<Done, Fault> ChainReader::next_row() {
  for (;;) {
    const Result<bool, Fault> row = csv_.next_row();
    if (!row) return row.error();
    ended_ = !row.value();
    if (ended_) return Done{};
    const Result<Time, Fault> at = csv_.time_ms(at_);
    const bool early = at && started_ && at.value() < row_at_;
    if (bad_rows_ == BadRows::skip && (!at || at.value() > to_ || early)) {
      count(early ? ChainTrouble::out_of_order : ChainTrouble::bad_time);
      continue;
    }
    if (!at) return at.error();
    if (early) return csv_.fault(at_, "is before the row above; expected snapshots in order");
    row_at_ = at.value();
    started_ = true;
    return Done{};
  }
}

Result<bool, Fault> ChainReader::next(ChainSnapshot& snapshot, RowCount& rows) {
  snapshot = {};
  std::set<std::string, std::less<>> names;
  while (!ended_) {
    if (started_ && row_at_ >= from_ && row_at_ <= to_) {
      if (snapshot.at != Time{} && snapshot.at != row_at_) return true;
      snapshot.at = row_at_;
      if (bad_rows_ == BadRows::fault && !names.emplace(csv_.field(name_)).second) {
        return csv_.fault(name_, "appears twice in this snapshot; expected each option once");
      }
      const Result<Done, Fault> added = add_row(snapshot, rows);
      if (!added && bad_rows_ == BadRows::fault) return added.error();
      if (!added) count(has_no_number() ? ChainTrouble::no_number : ChainTrouble::out_of_range);
    } else if (started_) {
      ++rows.skipped;
    }
    if (const Result<Done, Fault> read = next_row(); !read) return read.error();
  }
  return snapshot.at != Time{};
}

}  // namespace lockstep
