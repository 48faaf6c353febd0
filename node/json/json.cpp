#include "node/json/json.h"

#include "core/base/assert.h"

namespace lockstep {
namespace {

// Bytes of the UTF-8 character at the front, 0 if it is none: no overlong forms, no surrogates, at most
// U+10FFFF (RFC 3629).
std::size_t utf8_size(std::string_view text) {
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<u8>(text[i]) : u8{0}; };
  const auto follows = [&byte](std::size_t i, u8 low = 0x80, u8 high = 0xbf) {
    return byte(i) >= low && byte(i) <= high;
  };
  const u8 first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const u8 low = first == 0xe0 ? 0xa0 : 0x80;
    const u8 high = first == 0xed ? 0x9f : 0xbf;
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const u8 low = first == 0xf0 ? 0x90 : 0x80;
    const u8 high = first == 0xf4 ? 0x8f : 0xbf;
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

void append_ascii(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (static_cast<u8>(c) >= 0x20 && c != 0x7f) {
    out += c;
    return;
  }
  constexpr char digits[] = "0123456789abcdef";
  out += "\\u00";
  out += digits[static_cast<u8>(c) >> 4];
  out += digits[static_cast<u8>(c) & 15];
}

}  // namespace

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t size = utf8_size(text);
    if (size == 0) {
      out += "\xef\xbf\xbd";
    } else if (size == 1) {
      append_ascii(out, text[0]);
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return out + "\"";
}

std::string json_shown(std::string_view text) {
  constexpr std::size_t most = 80;
  if (text.size() <= most) return json_quoted(text);
  std::size_t end = most;
  while (end > most - 3 && (static_cast<u8>(text[end]) & 0xc0) == 0x80) --end;  // inside of a character
  return json_quoted(text.substr(0, end)) + "...";
}

void Json::before_value() {
  LS_ASSERT(open_.empty() ? out_.empty() : (open_.back() == ']' || after_key_));
  if (comma_ && !after_key_) out_ += ',';
  comma_ = true;
  after_key_ = false;
}

void Json::open(char bracket) {
  before_value();
  out_ += bracket;
  open_ += bracket == '{' ? '}' : ']';
  comma_ = false;
}

void Json::close(char bracket) {
  LS_ASSERT(!open_.empty() && open_.back() == bracket && !after_key_);
  out_ += bracket;
  open_.pop_back();
  comma_ = true;
}

Json& Json::begin_object() {
  open('{');
  return *this;
}
Json& Json::end_object() {
  close('}');
  return *this;
}
Json& Json::begin_array() {
  open('[');
  return *this;
}
Json& Json::end_array() {
  close(']');
  return *this;
}

Json& Json::key(std::string_view name) {
  LS_ASSERT(!open_.empty() && open_.back() == '}' && !after_key_);
  if (comma_) out_ += ',';
  out_ += json_quoted(name) + ':';
  after_key_ = true;
  return *this;
}

Json& Json::text(std::string_view value) {
  before_value();
  out_ += json_quoted(value);
  return *this;
}
Json& Json::number(i64 value) {
  before_value();
  out_ += std::to_string(value);
  return *this;
}
Json& Json::number(u64 value) {
  before_value();
  out_ += std::to_string(value);
  return *this;
}
Json& Json::boolean(bool value) {
  before_value();
  out_ += value ? "true" : "false";
  return *this;
}
Json& Json::raw(std::string_view value) {
  before_value();
  out_ += value;
  return *this;
}

Json& Json::null() {
  before_value();
  out_ += "null";
  return *this;
}

const std::string& Json::str() const {
  LS_ASSERT(open_.empty() && !out_.empty());
  return out_;
}

}  // namespace lockstep
