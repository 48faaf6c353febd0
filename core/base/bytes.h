// Little-endian writing and reading of bytes.  The writer appends to a vector.  The reader never reads past
// its end: after the first short read it is `failed`, every later value is zero, and the caller checks once
// at the end.  On a little-endian machine an integer is copied as it lies in memory; elsewhere its bytes are
// turned, so the bytes are the same everywhere.
#pragma once

#include <bit>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/int.h"

namespace lockstep {

using Bytes = std::vector<u8>;

// sizeof(T) bytes at `to` from an integer of any type, i128 included; and back.
template <class T>
void store_little(u8* to, T value) {
  std::memcpy(to, &value, sizeof(T));
  if constexpr (std::endian::native == std::endian::big) {
    for (std::size_t i = 0, j = sizeof(T) - 1; i < j; ++i, --j) std::swap(to[i], to[j]);
  }
}
template <class T>
T load_little(const u8* from) {
  u8 buffer[sizeof(T)];
  std::memcpy(buffer, from, sizeof(T));
  if constexpr (std::endian::native == std::endian::big) {
    for (std::size_t i = 0, j = sizeof(T) - 1; i < j; ++i, --j) std::swap(buffer[i], buffer[j]);
  }
  T value;
  std::memcpy(&value, buffer, sizeof(T));
  return value;
}

class Writer {
 public:
  explicit Writer(Bytes& out) : out_(out) {}

  template <class T>
  void integer(T value) {  // any integer type, i128 included
    u8 buffer[sizeof(T)];
    store_little(buffer, value);
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
    if (data_.size() - at_ < sizeof(T)) {
      fail();
      return T{};
    }
    const T value = load_little<T>(data_.data() + at_);
    at_ += sizeof(T);
    return value;
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
