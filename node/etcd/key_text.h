// Numbers and bytes as the texts of keys and values.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/base/int.h"

namespace lockstep {

std::string padded(u64 number);                         // 20 digits: keys sort as numbers
bool parse_number(std::string_view text, u64& number);  // all of the text
std::span<const u8> bytes_of(const std::string& text);
std::string text_of(std::span<const u8> bytes);

}  // namespace lockstep
