#include "node/calibrate/price_filter.h"

#include <algorithm>
#include <cmath>

namespace lockstep::calibrate {
namespace {

void drop(PriceFilter& filter, BadPrice why) { filter.dropped[static_cast<std::size_t>(why)] += 1; }

constexpr u32 venues_max = 10'000;  // of a stored state

double distance(double a, double b) { return std::abs(a / b - 1); }

void take(PriceFilter& filter, const VenuePrice& bar) {
  if (filter.last.size() <= bar.venue) filter.last.resize(bar.venue + 1);
  VenuePrice& last = filter.last[bar.venue];
  if (!is_price(bar.price)) return drop(filter, BadPrice::not_a_price);
  if (last.price != 0 && bar.at <= last.at) return drop(filter, BadPrice::out_of_order);
  last = bar;
}

// Of the venues that take part; 0: none.  prices: ascending, not empty.
double middle_of(const std::vector<double>& prices, double accepted, const PriceFilterPolicy& policy) {
  const std::size_t n = prices.size();
  if (n % 2 == 1) return prices[n / 2];
  const double low = prices[n / 2 - 1], high = prices[n / 2];
  if (distance(high, low) <= policy.agree) return (low + high) / 2;
  if (accepted == 0) return 0;
  return distance(low, accepted) <= distance(high, accepted) ? low : high;
}

std::optional<double> vote(PriceFilter& filter, std::vector<double>& prices,
                           const PriceFilterPolicy& policy) {
  if (prices.empty()) return std::nullopt;
  std::sort(prices.begin(), prices.end());
  const double middle = middle_of(prices, filter.accepted, policy);
  for (const double price : prices) {
    if (middle == 0 || distance(price, middle) > policy.agree) drop(filter, BadPrice::outvoted);
  }
  if (middle == 0) return std::nullopt;
  return middle;
}

}  // namespace

bool is_price(double price) { return price >= 1e-12 && price <= 1e15; }

bool is_jump(double price, double accepted, Duration elapsed, const PriceFilterPolicy& policy) {
  const double hours = static_cast<double>(elapsed.raw()) / static_cast<double>(hour.raw());
  return distance(price, accepted) > policy.jump * std::sqrt(std::max(hours, 1.0));
}

std::optional<double> one_price(PriceFilter& filter, std::span<const VenuePrice> bars, Time now,
                                const PriceFilterPolicy& policy) {
  for (const VenuePrice& bar : bars) take(filter, bar);
  std::vector<double> prices;
  for (const VenuePrice& venue : filter.last) {
    if (venue.price == 0) continue;
    if (now - venue.at <= policy.stale_after) {
      prices.push_back(venue.price);
    } else {
      drop(filter, BadPrice::stale);
    }
  }
  const std::optional<double> price = vote(filter, prices, policy);
  if (!price) return std::nullopt;
  if (filter.accepted != 0 && is_jump(*price, filter.accepted, now - filter.accepted_at, policy)) {
    const bool confirmed =
        filter.waiting != 0 && (filter.waiting > filter.accepted) == (*price > filter.accepted);
    if (!confirmed) {
      if (filter.waiting != 0) drop(filter, BadPrice::unconfirmed);
      filter.waiting = *price;
      return std::nullopt;
    }
  } else if (filter.waiting != 0) {
    drop(filter, BadPrice::unconfirmed);
  }
  filter.waiting = 0;
  filter.accepted = *price;
  filter.accepted_at = now;
  return price;
}

void PriceFilter::write(Writer& writer) const {
  writer.integer(static_cast<u32>(last.size()));
  for (const VenuePrice& venue : last) {
    writer.integer(venue.venue);
    writer.integer(venue.at.raw());
    stats::write_number(writer, venue.price);
  }
  stats::write_number(writer, accepted);
  writer.integer(accepted_at.raw());
  stats::write_number(writer, waiting);
  for (const u64 count : dropped) writer.integer(count);
}

namespace {

// A price, or 0.
double read_price(Reader& reader) {
  const double price = stats::read_not_negative(reader);
  if (price != 0 && !is_price(price)) reader.fail();
  return price;
}

}  // namespace

void PriceFilter::read(Reader& reader) {
  const u32 venues = reader.integer<u32>();
  if (venues > venues_max) return reader.fail();
  last.assign(venues, {});
  for (VenuePrice& venue : last) {
    venue.venue = reader.integer<u32>();
    venue.at = Time::from_raw(stats::read_microseconds(reader));
    venue.price = read_price(reader);
  }
  accepted = read_price(reader);
  accepted_at = Time::from_raw(stats::read_microseconds(reader));
  waiting = read_price(reader);
  for (u64& count : dropped) count = reader.integer<u64>();
}

}  // namespace lockstep::calibrate
