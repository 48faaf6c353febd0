// The two arrays of rolling_quantile.h and how one value replaces another in both.
#include "node/stats/rolling_quantile.h"

#include <algorithm>

#include "core/base/assert.h"

namespace lockstep::stats {

RollingQuantile::RollingQuantile(u32 capacity) : capacity_(capacity) {
  LS_ASSERT(1 <= capacity && capacity <= capacity_max);
}

bool RollingQuantile::add(double value) {
  if (!is_finite(value)) {
    ++rejected_;
    return false;
  }
  value += 0.0;  // -0 becomes +0: equal values must be the same bits, or a removal could take the wrong one
  const auto to = std::lower_bound(sorted_.begin(), sorted_.end(), value);
  if (ring_.size() < capacity_) {
    sorted_.insert(to, value);
    ring_.push_back(value);
    return true;
  }
  const double oldest = ring_[next_];
  const auto from = std::lower_bound(sorted_.begin(), sorted_.end(), oldest);
  if (from < to) {
    std::move(from + 1, to, from);
    *(to - 1) = value;
  } else {
    std::move_backward(to, from, from + 1);
    *to = value;
  }
  ring_[next_] = value;
  next_ = next_ + 1 == capacity_ ? 0 : next_ + 1;
  return true;
}

std::optional<double> RollingQuantile::quantile(double alpha) const {
  LS_ASSERT(0 < alpha && alpha <= 1);
  if (sorted_.empty()) return std::nullopt;
  const double position = alpha * static_cast<double>(sorted_.size()) - 1e-9;
  std::size_t whole = position > 0 ? static_cast<std::size_t>(position) : 0;  // rounds down
  if (static_cast<double>(whole) < position) ++whole;
  return sorted_[std::clamp<std::size_t>(whole, 1, sorted_.size()) - 1];
}

double RollingQuantile::newest(u32 age) const {
  LS_ASSERT(age < size());
  const u32 n = size();
  return ring_[(next_ + n - 1 - age) % n];
}

void RollingQuantile::write(Writer& writer) const {
  writer.integer(capacity_);
  writer.integer(rejected_);
  writer.integer(size());
  for (u32 age = size(); age > 0; --age) write_number(writer, newest(age - 1));
}

void RollingQuantile::read(Reader& reader) {
  capacity_ = reader.integer<u32>();
  rejected_ = reader.integer<u64>();
  const u32 size = reader.integer<u32>();
  next_ = 0;
  ring_.clear();
  sorted_.clear();
  if (capacity_ < 1 || capacity_ > capacity_max || size > capacity_ || reader.left() / 8 < size) {
    return reader.fail();
  }
  for (u32 i = 0; i < size; ++i) {
    const double value = read_number(reader, -0x1.fffffffffffffp+1023, 0x1.fffffffffffffp+1023);
    if (std::bit_cast<u64>(value) == u64{1} << 63) return reader.fail();  // -0 is never kept
    ring_.push_back(value);
  }
  sorted_ = ring_;
  std::sort(sorted_.begin(), sorted_.end());
}

}  // namespace lockstep::stats
