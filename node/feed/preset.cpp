// The smile of an expiry T years away, at a moment when the coin stands a share d below its highest price so
// far:
//
//   theta(T) = v_long T + (v_short - v_long) T / (1 + T/tau)     rises with T, so no calendar arbitrage
//   psi      = 0.4 sqrt(theta)                                   phi = psi/theta falls with T: likewise
//   rho      = -0.15 - d, not below -0.6                         the same for all expiries of the moment
//
// with at-the-money variances v of the short and the long end that rise with d.  Levels are chosen, not
// fitted: near what such days looked like, 36 % before and about 100 % for one-day BTC options at the low.
#include "node/feed/preset.h"

#include <algorithm>
#include <array>

#include "core/math/elementary.h"
#include "core/pricing/convert.h"
#include "core/pricing/inverse.h"
#include "core/pricing/surface.h"
#include "node/feed/calendar.h"
#include "node/feed/contracts.h"
#include "node/feed/csv.h"
#include "node/feed/preset_table.h"

namespace lockstep {
namespace {

constexpr std::string_view crash_name = "crash-2025-10-10";
constexpr Duration bar_interval = Duration::from_raw(5 * minute.raw());
constexpr double tau_years = 20.0 / 365;
constexpr double carry = 0.06;  // of the forward, a year
constexpr std::size_t crash_rows = std::size(crash_prices);

struct CoinModel {
  std::size_t symbol;                   // into crash_symbols
  double short_volatility, short_rise;  // rise: per unit of d
  double long_volatility, long_rise;
  i64 interest;              // open interest at the money of a monthly series, coins
  std::array<i64, 3> steps;  // dollars between strikes: daily, weekly, monthly
};
constexpr std::array<CoinModel, 2> coin_models = {{
    {1, 0.36, 4.0, 0.42, 0.3, 2'000, {1'000, 2'000, 5'000}},
    {3, 0.65, 3.5, 0.68, 0.4, 24'000, {50, 100, 250}},
}};

struct Listing {
  std::string_view expiry;
  std::size_t term;  // 0 daily, 1 weekly, 2 monthly
};
constexpr Listing listings[] = {{"10OCT25", 0}, {"11OCT25", 0}, {"12OCT25", 0},
                                {"17OCT25", 1}, {"24OCT25", 1}, {"31OCT25", 2},
                                {"28NOV25", 2}, {"26DEC25", 2}, {"27MAR26", 2}};
// Strikes of a term, in percent of the first price, and its share of the open interest.
struct Term {
  i64 low_percent, high_percent, interest_percent;
};
constexpr std::array<Term, 3> terms = {{{80, 115, 8}, {65, 130, 30}, {40, 200, 100}}};

Time crash_time(int minutes) {
  return time_of_date(2025, 10, 10) + Duration::from_raw(minutes * minute.raw());
}

i64 parsed(std::string_view text, int decimals) {
  i64 raw = 0;
  LS_ASSERT(parse_number(text, decimals, raw));
  return raw;
}
Price table_price(std::size_t row, std::size_t symbol) {
  return Price::from_raw(parsed(crash_prices[row].prices[symbol], price_decimals));
}

Price between(Price a, Price b, Duration part, Duration whole) {
  const i128 step = i128{(b - a).raw()} * part.raw();
  return Price::from_raw(a.raw() + static_cast<i64>(div(step, whole.raw(), Round::nearest)));
}

// Closes every five minutes and at every row of the table, in straight lines from row to row.
std::vector<BarClose> crash_closes(Time to) {
  std::vector<BarClose> closes;
  for (std::size_t row = 0; row < crash_rows; ++row) {
    const Time begin = crash_time(crash_prices[row].minute);
    const Time end = row + 1 < crash_rows ? crash_time(crash_prices[row + 1].minute) : begin + minute;
    for (Time at = begin; at < end && at <= to; at = at + bar_interval) {
      for (u32 symbol = 0; symbol < crash_symbols.size(); ++symbol) {
        const Price from = table_price(row, symbol);
        const Price next = row + 1 < crash_rows ? table_price(row + 1, symbol) : from;
        closes.push_back({at, symbol, between(from, next, at - begin, end - begin)});
      }
    }
  }
  return closes;
}

std::vector<FundingPoint> crash_funding_points() {
  std::vector<FundingPoint> points;
  for (const CrashFunding& row : crash_funding) {
    for (u32 symbol = 0; symbol < crash_symbols.size(); ++symbol) {
      points.push_back(
          {crash_time(row.minute), symbol, Rate::from_raw(parsed(row.rates[symbol], rate_decimals))});
    }
  }
  return points;
}

// How far the coin stands below its highest price up to this row, as a share.
double fall_of(const CoinModel& model, std::size_t row) {
  Price highest;
  for (std::size_t i = 0; i <= row; ++i) highest = std::max(highest, table_price(i, model.symbol));
  const double now = from_units(table_price(row, model.symbol).raw(), price_one);
  return 1 - now / from_units(highest.raw(), price_one);
}

SurfaceSlice smile_slice(const CoinModel& model, double fall, double years) {
  const double short_volatility = model.short_volatility + model.short_rise * fall;
  const double long_volatility = model.long_volatility + model.long_rise * fall;
  const double long_variance = long_volatility * long_volatility;
  const double excess = short_volatility * short_volatility - long_variance;
  const double theta = long_variance * years + excess * years / (1 + years / tau_years);
  SurfaceSlice slice;
  slice.kind = SliceKind::essvi;
  slice.p0 = to_units(theta, slice_one);
  slice.p1 = to_units(std::max(-0.15 - fall, -0.6), slice_one);
  slice.p2 = to_units(0.4 * math::square_root(theta), slice_one);
  return slice;
}

void add_series(ChainSnapshot& snapshot, u8 coin, const Listing& listing, std::size_t row) {
  const CoinModel& model = coin_models[coin];
  const Term& term = terms[listing.term];
  ExpirySmile smile;
  smile.coin = coin;
  LS_ASSERT(parse_expiry(listing.expiry, smile.expiry));
  if (smile.expiry <= snapshot.at) return;
  const double years = years_of(smile.expiry - snapshot.at);
  const Price spot = table_price(row, model.symbol);
  const double forward = from_units(spot.raw(), price_one) * (1 + carry * years);
  smile.forward = Price::from_raw(to_units(forward, price_one));
  smile.slice = smile_slice(model, fall_of(model, row), years);
  snapshot.smiles.push_back(smile);
  const Smile curve = smile_of(smile.slice);
  const i64 step = model.steps[listing.term];
  const i64 listed_at = table_price(0, model.symbol).raw() / price_one;  // strikes are set before the fall
  const i64 low = listed_at * term.low_percent / 100 / step;
  const i64 high = listed_at * term.high_percent / 100 / step;
  for (i64 n = low; n <= high; ++n) {
    const double strike = static_cast<double>(n * step);
    const double volatility_here = volatility(curve, years, math::log(strike / forward));
    for (const OptionType type : {OptionType::call, OptionType::put}) {
      OptionQuote quote;
      quote.coin = coin;
      quote.expiry = smile.expiry;
      quote.strike = Price::from_raw(n * step * price_one);
      quote.option = type;
      quote.name = option_name(coin, quote.expiry, quote.strike, type);
      quote.forward = smile.forward;
      quote.index = spot;
      const double value = inverse_value(forward, strike, years, volatility_here, type == OptionType::call);
      quote.mark = Price::from_raw(to_units(value, price_one));
      const i64 distance = std::abs(n * step - listed_at) * 20 / listed_at;  // in steps of 5 %
      quote.open_interest = model.interest * term.interest_percent / 100 / (1 + distance * distance);
      snapshot.options.push_back(std::move(quote));
    }
  }
}

ChainSnapshot crash_snapshot(std::size_t row) {
  ChainSnapshot snapshot;
  snapshot.at = crash_time(crash_prices[row].minute);
  for (u8 coin = 0; coin < coin_models.size(); ++coin) {
    for (const Listing& listing : listings) add_series(snapshot, coin, listing, row);
  }
  return snapshot;
}

}  // namespace

std::vector<std::string> preset_names() { return {std::string(crash_name)}; }

Result<Tape, Fault> open_preset(const std::string& name, std::optional<Time> from, std::optional<Time> to) {
  if (name != crash_name) {
    return Fault{"--preset: there is no preset \"" + name + "\"; expected " + std::string(crash_name)};
  }
  const Time first = crash_time(crash_prices[0].minute);
  const Time last = crash_time(crash_prices[crash_rows - 1].minute);
  Tape tape;
  tape.from = from.value_or(first);
  tape.to = to.value_or(last);
  if (tape.from < first || tape.to > last || tape.from >= tape.to) {
    return Fault{"preset " + name + ": the span " + format_time(tape.from) + " to " + format_time(tape.to) +
                 " does not lie within " + format_time(first) + " to " + format_time(last)};
  }
  tape.source = "preset " + name;
  tape.notes = {"perpetuals: prices of 6 symbols published by Binance, straight lines between " +
                    std::to_string(crash_rows) + " rows",
                "options: modelled, not recorded; volatility rises as the coin falls"};
  tape.symbols.assign(crash_symbols.begin(), crash_symbols.end());
  tape.perpetual = crash_closes(tape.to);
  tape.funding = crash_funding_points();
  std::size_t row = 0;
  while (crash_time(crash_prices[row].minute) < tape.from) ++row;
  tape.next_snapshot = [row, end = tape.to](ChainSnapshot& snapshot,
                                            RowCount& rows) mutable -> Result<bool, Fault> {
    if (row == crash_rows || crash_time(crash_prices[row].minute) > end) return false;
    snapshot = crash_snapshot(row++);
    rows.used += snapshot.options.size();
    return true;
  };
  return tape;
}

}  // namespace lockstep
