// The three ways of synchronise.h.
#include "node/stats/synchronise.h"

#include <algorithm>

#include "core/math/elementary.h"

namespace lockstep::stats {
namespace {

bool is_price(double price) { return is_finite(price) && price >= 0x1p-1022; }

void write_counts(Writer& writer, const TickCounts& counts) {
  for (const u64 count : {counts.used, counts.bad_price, counts.out_of_order}) writer.integer(count);
}
void read_counts(Reader& reader, TickCounts& counts) {
  for (u64* count : {&counts.used, &counts.bad_price, &counts.out_of_order}) *count = reader.integer<u64>();
}

bool read_flag(Reader& reader) {
  const u8 flag = reader.integer<u8>();
  if (flag > 1) reader.fail();
  return flag == 1;
}

}  // namespace

BarReturns::BarReturns(u32 n, Duration bar, Time first_end)
    : length(bar), end(first_end), assets(n), returns(n) {
  LS_ASSERT(1 <= n && n <= assets_max && bar.raw() > 0);
}

bool BarReturns::add(u32 which, Time at, double price) {
  LS_ASSERT(which < assets.size() && !due(at));
  Asset& asset = assets[which];
  if (!is_price(price)) {
    ++counts.bad_price;
    return false;
  }
  // Two prices at one time are the order of the feed; the later stands.
  if (at <= end - length || (asset.traded && at < asset.last)) {
    ++counts.out_of_order;
    return false;
  }
  asset.last = at;
  asset.log_price = math::log(price);
  asset.traded = true;
  ++counts.used;
  return true;
}

Returns BarReturns::close() {
  for (std::size_t i = 0; i < assets.size(); ++i) {
    Asset& asset = assets[i];
    const bool was_stale = asset.silent == stale_after;
    asset.silent = asset.traded ? 0 : std::min(asset.silent + 1, stale_after);
    returns[i].reset();
    if (!was_stale && asset.silent < stale_after) returns[i] = asset.log_price - asset.log_before;
    asset.log_before = asset.log_price;
    asset.traded = false;
  }
  end = end + length;
  return returns;
}

void BarReturns::write(Writer& writer) const {
  writer.integer(length.raw());
  writer.integer(end.raw());
  writer.integer(static_cast<u32>(assets.size()));
  for (const Asset& asset : assets) {
    write_number(writer, asset.log_price);
    write_number(writer, asset.log_before);
    writer.integer(asset.last.raw());
    writer.integer(asset.silent);
    writer.integer(static_cast<u8>(asset.traded));
  }
  write_counts(writer, counts);
}

void BarReturns::read(Reader& reader) {
  length = Duration::from_raw(read_microseconds(reader));
  end = Time::from_raw(read_microseconds(reader));
  const u32 n = reader.integer<u32>();
  if (length.raw() <= 0 || n < 1 || n > assets_max) return reader.fail();
  assets.assign(n, Asset{});
  returns.assign(n, std::nullopt);
  for (Asset& asset : assets) {
    asset.log_price = read_number(reader, -return_max, return_max);
    asset.log_before = read_number(reader, -return_max, return_max);
    asset.last = Time::from_raw(read_microseconds(reader));
    asset.silent = reader.integer<u32>();
    asset.traded = read_flag(reader);
    if (asset.silent > stale_after) reader.fail();
  }
  read_counts(reader, counts);
}

std::vector<Time> refresh_times(std::span<const std::vector<Time>> times) {
  std::vector<Time> result;
  if (times.empty()) return result;
  std::vector<std::size_t> next(times.size(), 0);  // the first time after the last moment
  for (;;) {
    Time moment = Time::from_raw(INT64_MIN);
    for (std::size_t i = 0; i < times.size(); ++i) {
      if (next[i] == times[i].size()) return result;
      moment = std::max(moment, times[i][next[i]]);
    }
    result.push_back(moment);
    for (std::size_t i = 0; i < times.size(); ++i) {
      while (next[i] < times[i].size() && times[i][next[i]] <= moment) ++next[i];
    }
  }
}

bool HayashiYoshida::add(u32 which, Time at, double price) {
  LS_ASSERT(which <= 1);
  Side& own = side[which];
  Side& other = side[1 - which];
  if (!is_price(price)) {
    ++counts.bad_price;
    return false;
  }
  if ((own.seen && at <= own.last) || (other.seen && at < other.last)) {
    ++counts.out_of_order;
    return false;
  }
  ++counts.used;
  const double log_price = math::log(price);
  // The other side's returns that ended after own.last add up to its move since then.  A pair is taken when
  // the return that ends later is complete.
  if (own.seen) {
    const double r = log_price - own.log_price;
    variance[which] += r * r;
    if (other.seen) covariance += r * (other.log_price - own.other);
  }
  // Returns of this side count for the other from its first price on; and a price at the very time of the
  // other's last one is where the other's next return begins.
  if (other.seen && (!own.seen || other.last == at)) other.other = log_price;
  own = {.seen = true, .last = at, .log_price = log_price, .other = other.seen ? other.log_price : 0};
  return true;
}

double HayashiYoshida::correlation() const {
  const double scale = math::square_root(variance[0]) * math::square_root(variance[1]);
  return scale > 0 ? covariance / scale : 0;
}

void HayashiYoshida::write(Writer& writer) const {
  for (const Side& s : side) {
    writer.integer(static_cast<u8>(s.seen));
    writer.integer(s.last.raw());
    write_number(writer, s.log_price);
    write_number(writer, s.other);
  }
  write_number(writer, covariance);
  for (const double v : variance) write_number(writer, v);
  write_counts(writer, counts);
}

void HayashiYoshida::read(Reader& reader) {
  for (Side& s : side) {
    s.seen = read_flag(reader);
    s.last = Time::from_raw(read_microseconds(reader));
    s.log_price = read_number(reader, -return_max, return_max);
    s.other = read_number(reader, -return_max, return_max);
  }
  covariance = read_sum(reader);
  for (double& v : variance) v = read_not_negative(reader);
  read_counts(reader, counts);
}

}  // namespace lockstep::stats
