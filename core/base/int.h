// The integer names used everywhere.  i128 exists because money is price times quantity, and 64 bits do not
// hold that product; `__extension__` keeps -Wpedantic quiet about the one non-standard type of this project.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lockstep {

using i8 = std::int8_t;
using i16 = std::int16_t;
using i32 = std::int32_t;
using i64 = std::int64_t;
using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
__extension__ typedef __int128 i128;
__extension__ typedef unsigned __int128 u128;

constexpr i128 i128_max = static_cast<i128>(~u128{0} >> 1);
constexpr i128 i128_min = -i128_max - 1;

}  // namespace lockstep
