// Little-endian writing and reading of bytes.  The writer appends to a vector.  The reader never reads past
// its end: after the first short read it is `failed`, every later value is zero, and the caller checks once
// at the end.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/int.h"

namespace lockstep {

using Bytes = std::vector<u8>;

class Writer {
 public:
  explicit Writer(Bytes& out) : out_(out) {}

  template <class T>
  void integer(T value) {  // any integer type, i128 included
    using U = std::conditional_t<sizeof(T) == 16, u128,
                                 std::make_unsigned_t<std::conditional_t<sizeof(T) == 16, u64, T>>>;
    U bits = static_cast<U>(value);
    u8 buffer[sizeof(T)];
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      buffer[i] = static_cast<u8>(bits & 0xff);
      if constexpr (sizeof(T) > 1) bits >>= 8;
    }
    out_.insert(out_.end(), buffer, buffer + sizeof(T));
  }
  void bytes(std::span<const u8> data) { out_.insert(out_.end(), data.begin(), data.end()); }
  void text(std::string_view text) {  // u32 length, then the bytes
    integer(static_cast<u32>(text.size()));
    out_.insert(out_.end(), text.begin(), text.end());
  }
  std::size_t size() const { return out_.size(); }

 private:
  Bytes& out_;
};

class Reader {
 public:
  explicit Reader(std::span<const u8> data) : data_(data) {}

  template <class T>
  T integer() {
    using U = std::conditional_t<sizeof(T) == 16, u128,
                                 std::make_unsigned_t<std::conditional_t<sizeof(T) == 16, u64, T>>>;
    if (data_.size() - at_ < sizeof(T)) {
      fail();
      return T{};
    }
    U bits = 0;
    for (std::size_t i = sizeof(T); i-- > 0;)
      bits = static_cast<U>(static_cast<U>(bits << (sizeof(T) > 1 ? 8 : 0)) | data_[at_ + i]);
    at_ += sizeof(T);
    return static_cast<T>(bits);
  }
  std::string text(std::size_t size_max) {
    const u32 size = integer<u32>();
    if (failed_ || size > size_max || size > data_.size() - at_) {
      fail();
      return {};
    }
    std::string text(reinterpret_cast<const char*>(data_.data()) + at_, size);
    at_ += size;
    return text;
  }
  std::span<const u8> bytes(std::size_t size) {
    if (failed_ || size > data_.size() - at_) {
      fail();
      return {};
    }
    const std::span<const u8> part = data_.subspan(at_, size);
    at_ += size;
    return part;
  }
  void fail() {
    failed_ = true;
    at_ = data_.size();
  }
  bool failed() const { return failed_; }
  bool done() const {
    return !failed_ && at_ == data_.size();
  }  // everything was read, and nothing was missing
  std::size_t left() const { return data_.size() - at_; }

 private:
  std::span<const u8> data_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace lockstep
