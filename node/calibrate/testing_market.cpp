#include "node/calibrate/testing_market.h"

#include <algorithm>
#include <cstdio>

#include "core/base/prng.h"
#include "core/math/elementary.h"
#include "core/pricing/black.h"
#include "node/feed/calendar.h"
#include "node/feed/contracts.h"

namespace lockstep::calibrate {
namespace {

constexpr u32 crash_days_before_end = 2;
constexpr u32 fine_days = 2;
constexpr u32 expiries = 3;
constexpr double strike_step = 0.05;  // of the price that a coin began at
constexpr std::array<double, 2> first_price = {60'000, 3'000};
constexpr std::array<double, 2> coins_an_hour = {10'000, 150'000};
constexpr std::array<const char*, 2> names = {"BTC", "ETH"};

struct Venue {
  const char* file;
  const char* tail;  // of its symbols
  double off;        // of the price: venues differ a little
};
constexpr std::array<Venue, 3> venues = {{{"perps/binance_um_1h.csv", "USDT", 1e-5},
                                          {"perps/binance_spot_1h.csv", "USDT", 0},
                                          {"perps/okx_swap_1h.csv", "-USDT-SWAP", -1e-5}}};

template <class... Values>
std::string line(const char* format, Values... values) {
  char text[256];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

double draw(Prng& prng) { return static_cast<double>(prng.between(-1'000'000, 1'000'000)) / 1e6; }

struct Path {
  std::vector<std::array<double, 2>> price;  // by hour
  std::vector<double> volatility;            // at 30 days, by day
};

// Restless thirds of the year; the coins move together, ETH by a fifth more; -15 % in three hours at the end.
Path path_of(const TestingMarket& market) {
  Prng prng(market.seed);
  Path path;
  const u32 hours = market.days * 24;
  const u32 crash = hours - crash_days_before_end * 24 - 11;
  std::array<double, 2> price = first_price;
  double volatility = 0.5;
  for (u32 hour_number = 0; hour_number <= hours; ++hour_number) {
    path.price.push_back(price);
    if (hour_number % 24 == 0) {
      path.volatility.push_back(volatility);
      volatility *= math::exp(0.03 * draw(prng) - 0.1 * math::log(volatility / 0.5));
      if (hour_number <= crash && crash < hour_number + 24) volatility *= 1.4;
    }
    const double size = 0.006 * (1 + 0.5 * static_cast<double>(hour_number / 900 % 3));
    double common = size * draw(prng);
    const double own = 0.4 * size * draw(prng);
    if (hour_number >= crash && hour_number < crash + 3) common = -0.054;
    price[0] *= math::exp(common);
    price[1] *= math::exp(1.2 * common + own);
  }
  return path;
}

std::string bar(Time open, const std::string& symbol, double from, double to, double volume) {
  return line("%s,%s,%.2f,%.2f,%.2f,%.2f,%.3f", milliseconds(open).c_str(), symbol.c_str(), from,
              std::max(from, to) * 1.001, std::min(from, to) * 0.999, to, volume);
}

void record_bars(const TestingMarket& market, const Path& path, Time begin, Recording& out) {
  constexpr const char* header = "open_ms,symbol,open,high,low,close,volume_base";
  Prng prng(market.seed + 1);
  for (const Venue& venue : venues) out[venue.file] = {header};
  std::vector<std::string>& fine = out["perps/binance_um_5m.csv"];
  fine = {header};
  const u32 last = market.days * 24;
  for (u32 n = last - market.bar_days * 24; n < last; ++n) {
    const Time open = begin + Duration::from_raw(n * hour.raw());
    for (u32 coin = 0; coin < 2; ++coin) {
      const double from = path.price[n][coin], to = path.price[n + 1][coin];
      const double volume = coins_an_hour[coin] * (1 + 0.3 * draw(prng));
      for (const Venue& venue : venues) {
        out[venue.file].push_back(bar(open, std::string(names[coin]) + venue.tail, from * (1 + venue.off),
                                      to * (1 + venue.off), volume));
      }
      for (u32 i = 0; i < 12 && n + fine_days * 24 >= last; ++i) {
        const double a = from + (to - from) * i / 12, b = from + (to - from) * (i + 1) / 12;
        fine.push_back(bar(open + Duration::from_raw(i * 5 * minute.raw()),
                           std::string(names[coin]) + venues[0].tail, a * (1 + venues[0].off),
                           b * (1 + venues[0].off), volume / 12));
      }
    }
  }
  // By time, then symbol.
  std::stable_sort(fine.begin() + 1, fine.end(), [](const std::string& a, const std::string& b) {
    return a.substr(0, 13) < b.substr(0, 13);
  });
}

void record_days(const TestingMarket& market, const Path& path, Time begin, Recording& out) {
  std::vector<std::string>& lines = out["daily/market.csv"];
  lines = {"coin,snapped_at_utc,price_usd,market_cap_usd,total_volume_usd"};
  for (u32 coin = 0; coin < 2; ++coin) {
    for (u32 n = 0; n <= market.days; ++n) {
      const std::string at = format_time(begin + Duration::from_raw(n * day.raw()));
      const double price = path.price[n * 24][coin];
      lines.push_back(
          line("%s,%s,%.2f,0,%.0f", names[coin], at.c_str(), price, price * coins_an_hour[coin] * 24));
    }
  }
}

// Of an option `deviations` of its own volatility above the forward.
double smile(double at_the_money, double deviations) {
  return at_the_money * (1 - 0.04 * deviations + 0.02 * deviations * deviations);
}

void record_option(Time at, Time expiry, u8 coin, double index, double at_30_days, double strike,
                   std::vector<std::string>& out) {
  const double days = static_cast<double>((expiry - at).raw()) / static_cast<double>(day.raw());
  const double years = days / 365;
  const double forward = index * math::exp(0.05 * years);
  const double level = at_30_days * math::exp(0.08 * math::log(30 / days));
  const double width = level * math::square_root(years);
  const double deviations = math::log(strike / forward) / width;
  if (deviations < -2.5 || deviations > 2.5) return;
  const double volatility = smile(level, deviations);
  for (const OptionType type : {OptionType::call, OptionType::put}) {
    const auto price = [&](double v) {
      return black_value(forward, strike, years, v, type == OptionType::call) / forward;
    };
    const Price whole = Price::from_raw(static_cast<i64>(strike) * price_one);
    out.push_back(line("%s,%s,%.4f,%.2f,%.8f,%.6f,100,%.6f,%.6f", milliseconds(at).c_str(),
                       option_name(coin, expiry, whole, type).c_str(), forward, index, price(volatility),
                       volatility, price(volatility - 0.01), price(volatility + 0.01)));
  }
}

void record_chains(const TestingMarket& market, const Path& path, Time begin, Recording& out) {
  std::vector<std::string>& lines = out["deribit_options/chain.csv"];
  lines = {
      "snapshot_ms,instrument_name,underlying_price,index_price,mark_price,mark_iv,open_interest,"
      "bid_price,ask_price"};
  const u32 every = 24 / market.chains_a_day;
  for (u32 n = (market.days - market.chain_days) * 24; n < market.days * 24; n += every) {
    const Time at = begin + Duration::from_raw(n * hour.raw() + 5 * minute.raw());
    const i64 weeks = (at - begin).raw() / (7 * day.raw());
    for (u8 coin = 0; coin < market.chain_coins; ++coin) {
      const double index = path.price[n][coin];
      for (u32 i = 0; i < expiries; ++i) {  // in one to three weeks, five to seven, thirteen to fifteen
        const i64 later = i == 0 ? 2 : i == 1 ? 6 : 14;
        const Time expiry =
            begin + Duration::from_raw((weeks / 2 * 2 + later) * 7 * day.raw() + 8 * hour.raw());
        const double step = strike_step * first_price[coin];
        for (u32 k = 4; k < 60; ++k) {
          record_option(at, expiry, coin, index, path.volatility[n / 24], k * step, lines);
        }
      }
    }
  }
}

}  // namespace

const Time testing_market_end = time_of_date(2026, 2, 5);

std::string milliseconds(Time at) { return std::to_string(at.raw() / 1'000); }

std::string text_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& each : lines) text += each + "\n";
  return text;
}

Recording record(const TestingMarket& market) {
  Recording out;
  const Path path = path_of(market);
  const Time begin = testing_market_end - Duration::from_raw(market.days * day.raw());
  record_days(market, path, begin, out);
  record_bars(market, path, begin, out);
  record_chains(market, path, begin, out);
  return out;
}

void put(MemoryDisk& disk, const std::string& folder, const Recording& recording) {
  for (const auto& [name, lines] : recording) {
    const std::string text = text_of(lines);
    disk.set_content(folder + "/" + name, Bytes(text.begin(), text.end()));
  }
}

}  // namespace lockstep::calibrate
