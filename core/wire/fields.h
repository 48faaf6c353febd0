// How each kind of field is written and read; private to core/wire/codec.cpp.
//
// Speed: the state hash encodes every entity that a command touched.  A struct without texts and vectors is
// written into a buffer on the stack and appended once: its encoding is never longer than the struct itself.
#pragma once

#include <array>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/wire/codec.h"
#include "core/wire/counts.h"
#include "core/wire/enums.h"

namespace lockstep::wire {

template <class T>
constexpr bool is_integer = std::is_integral_v<T> || std::is_same_v<T, i128> || std::is_same_v<T, u128>;
template <class T>
constexpr bool is_unit = false;
template <class Tag, class Rep>
constexpr bool is_unit<Unit<Tag, Rep>> = true;
template <class T>
constexpr bool is_id = false;
template <class Tag>
constexpr bool is_id<Id<Tag>> = true;
template <class T>
constexpr bool is_vector = false;
template <class T>
constexpr bool is_vector<std::vector<T>> = true;
template <class T>
constexpr bool is_array = false;
template <class T, std::size_t N>
constexpr bool is_array<std::array<T, N>> = true;
template <class T>
constexpr bool is_variant = false;
template <class... T>
constexpr bool is_variant<std::variant<T...>> = true;

// Writes into memory that is known to be large enough.
struct FlatWriter {
  u8* at;
  template <class T>
  void integer(T value) {
    store_little(at, value);
    at += sizeof(T);
  }
};

// x as the integer it is written as.  Only for scalars.
template <class T>
auto scalar(const T& x) {
  if constexpr (std::is_same_v<T, bool>) {
    return static_cast<u8>(x ? 1 : 0);
  } else if constexpr (std::is_enum_v<T>) {
    static_assert(sizeof(T) == 1, "an enum is one byte");
    LS_ASSERT(x <= LastValue<T>::last);
    return static_cast<u8>(x);
  } else if constexpr (is_unit<T>) {
    return x.raw();
  } else if constexpr (is_id<T>) {
    return x.index;
  } else {
    static_assert(is_integer<T>);
    return x;
  }
}
template <class T>
constexpr bool is_scalar = is_integer<T> || std::is_enum_v<T> || is_unit<T> || is_id<T>;

template <class W, class T>
void put(W& out, const T& x);

template <class W, class T>
void put_fields(W& out, const T& x) {
  T::each_field(x, [&out](std::string_view, const auto& field) { put(out, field); });
}

template <class W, class T>
void put(W& out, const T& x) {
  if constexpr (is_scalar<T>) {
    out.integer(scalar(x));
  } else if constexpr (std::is_same_v<T, std::string>) {
    LS_ASSERT(x.size() <= text_size_max);
    out.text(x);
  } else if constexpr (is_vector<T>) {
    LS_ASSERT(x.size() <= count_max<typename T::value_type>);
    out.integer(static_cast<u32>(x.size()));
    for (const auto& element : x) put(out, element);
  } else if constexpr (is_array<T>) {
    for (const auto& element : x) put(out, element);
  } else if constexpr (is_variant<T>) {
    static_assert(std::variant_size_v<T> <= 255);
    out.integer(static_cast<u8>(x.index()));
    std::visit([&out](const auto& alternative) { put(out, alternative); }, x);
  } else if constexpr (std::is_same_v<W, Writer> && std::is_trivially_copyable_v<T>) {
    u8 buffer[sizeof(T)];
    FlatWriter flat{buffer};
    put_fields(flat, x);
    out.bytes(std::span<const u8>(buffer, flat.at));
  } else {
    put_fields(out, x);
  }
}

template <class T>
void get(Reader& in, T& x);

template <std::size_t I, class V>
void get_alternative(Reader& in, V& x, std::size_t index) {
  if constexpr (I < std::variant_size_v<V>) {
    if (index == I) return get(in, x.template emplace<I>());
    get_alternative<I + 1>(in, x, index);
  } else {
    in.fail();
  }
}

template <class T>
void get_vector(Reader& in, T& x) {
  const u32 count = in.integer<u32>();
  // No element is shorter than a byte, so a count that cannot be true costs no memory.
  if (count > count_max<typename T::value_type> || count > in.left()) return in.fail();
  x.clear();
  for (u32 i = 0; i < count && !in.failed(); ++i) get(in, x.emplace_back());
}

template <class T>
void get(Reader& in, T& x) {
  if constexpr (std::is_same_v<T, bool> || std::is_enum_v<T>) {
    const u8 byte = in.integer<u8>();
    if constexpr (std::is_enum_v<T>) {
      if (byte > static_cast<u8>(LastValue<T>::last)) in.fail();
    } else {
      if (byte > 1) in.fail();
    }
    x = in.failed() ? T{} : static_cast<T>(byte);
  } else if constexpr (is_unit<T>) {
    x = T::from_raw(in.integer<typename T::rep>());
  } else if constexpr (is_id<T>) {
    x.index = in.integer<u32>();
  } else if constexpr (is_integer<T>) {
    x = in.integer<T>();
  } else if constexpr (std::is_same_v<T, std::string>) {
    x = in.text(text_size_max);
  } else if constexpr (is_vector<T>) {
    get_vector(in, x);
  } else if constexpr (is_array<T>) {
    for (auto& element : x) get(in, element);
  } else if constexpr (is_variant<T>) {
    get_alternative<0>(in, x, in.integer<u8>());
  } else {
    T::each_field(x, [&in](std::string_view, auto& field) { get(in, field); });
  }
}

}  // namespace lockstep::wire
