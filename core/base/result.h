// Result<T, E>: a value or an error, without exceptions.  [[nodiscard]] on the class, so that neither
// compiler lets one be dropped.  Not a general library: no monadic chains; test it, then take the value.
//
//   Result<File, Fault> file = open(path);
//   if (!file) return file.error();
//   use(file.value());
#pragma once

#include <utility>
#include <variant>

#include "core/base/assert.h"

namespace lockstep {

template <class T, class E>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : content_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return content_.index() == 0; }
  const T& value() const& {
    LS_ASSERT(content_.index() == 0);
    return *std::get_if<0>(&content_);
  }
  T& value() & {
    LS_ASSERT(content_.index() == 0);
    return *std::get_if<0>(&content_);
  }
  T&& value() && {
    LS_ASSERT(content_.index() == 0);
    return std::move(*std::get_if<0>(&content_));
  }
  const E& error() const {
    LS_ASSERT(content_.index() == 1);
    return *std::get_if<1>(&content_);
  }

 private:
  std::variant<T, E> content_;
};

// For functions that return nothing but may fail: Result<Done, Fault>.
struct Done {};

}  // namespace lockstep
