// Reading JSON with numbers kept as text: a vector's 18 decimals must not pass through a double on their way
// in.
#include <algorithm>
#include <cstdlib>

#include "core/base/wide.h"
#include "tests/conform/conform.h"
#include "tests/conform/decimal.h"

namespace lockstep::conform {
namespace {

constexpr int depth_max = 64;

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  Json document() {
    Json json = value(0);
    blanks();
    if (at_ != text_.size()) fail("text after the end");
    return json;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw VectorError{"not JSON at character " + std::to_string(at_ + 1) + ": " + what};
  }
  void blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r')) ++at_;
  }
  char next() {
    blanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  void expect(char c) {
    if (next() != c) fail(std::string("expected '") + c + "'");
    ++at_;
  }
  bool taken(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }

  Json value(int depth) {
    if (depth > depth_max) fail("nested too deeply");
    switch (next()) {
      case '{': return object(depth);
      case '[': return array(depth);
      case '"': {
        Json json;
        json.kind = Json::Kind::text;
        json.text = text();
        return json;
      }
      default: return word();
    }
  }
  Json object(int depth) {
    Json json;
    json.kind = Json::Kind::object;
    expect('{');
    if (taken('}')) return json;
    do {
      if (next() != '"') fail("expected a key");
      std::string key = text();
      expect(':');
      json.members.push_back({std::move(key), value(depth + 1)});
    } while (taken(','));
    expect('}');
    std::vector<std::string_view> keys;
    for (const auto& [key, member] : json.members) keys.push_back(key);
    std::sort(keys.begin(), keys.end());
    if (const auto twice = std::adjacent_find(keys.begin(), keys.end()); twice != keys.end()) {
      fail("the key `" + std::string(*twice) + "` is there twice");
    }
    return json;
  }
  Json array(int depth) {
    Json json;
    json.kind = Json::Kind::array;
    expect('[');
    if (taken(']')) return json;
    do json.items.push_back(value(depth + 1));
    while (taken(','));
    expect(']');
    return json;
  }
  std::string text() {
    expect('"');
    std::string out;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] != '\\') {
        out += text_[at_++];
        continue;
      }
      if (++at_ == text_.size()) break;
      const char c = text_[at_++];
      if (c == 'u') {
        at_ = std::min(
            at_ + 4,
            text_.size());  // names and numbers are ASCII; a note's other letters are not read by anyone
        out += '?';
      } else {
        out += c == 'n' ? '\n' : c == 't' ? '\t' : c;
      }
    }
    if (at_ >= text_.size()) fail("a text without its end");
    ++at_;
    return out;
  }
  Json word() {
    Json json;
    while (at_ < text_.size() && std::string_view(",]} \t\r").find(text_[at_]) == std::string_view::npos) {
      json.text += text_[at_++];
    }
    if (json.text == "null") return json;
    if (json.text == "true" || json.text == "false") {
      json.kind = Json::Kind::boolean;
      return json;
    }
    if (!is_decimal(json.text)) fail("expected a value");
    json.kind = Json::Kind::number;
    return json;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Json parse_json(std::string_view text) { return Reader(text).document(); }

const Json* Json::find(std::string_view key) const {
  for (const auto& [name, member] : members) {
    if (name == key) return &member;
  }
  return nullptr;
}

const Json& Json::at(std::string_view key) const {
  const Json* found = find(key);
  if (found == nullptr) throw VectorError{"`" + std::string(key) + "` is missing"};
  return *found;
}

i128 Json::fixed(int decimals) const {
  const std::optional<Decimal> read = read_decimal(text);
  if (!read) throw VectorError{"not a number: " + text};
  // digits x 10^-scale in units of 10^-decimals: the first `kept` digits, and zeros up to there
  const long kept = static_cast<long>(read->digits.size()) - read->scale + decimals;
  i128 raw = 0;
  for (long i = 0; i < kept && !read->digits.empty(); ++i) {
    const int digit =
        i < static_cast<long>(read->digits.size()) ? read->digits[static_cast<std::size_t>(i)] - '0' : 0;
    if (raw > (i128_max - 9) / 10) throw VectorError{"too large: " + text};
    raw = raw * 10 + digit;
  }
  const bool up = kept >= 0 && kept < static_cast<long>(read->digits.size()) &&
                  read->digits[static_cast<std::size_t>(kept)] >= '5';
  if (up) ++raw;
  return read->negative ? -raw : raw;
}

double Json::real() const {
  if (!is_decimal(text)) throw VectorError{"not a number: " + text};
  return std::strtod(text.c_str(), nullptr);
}

}  // namespace lockstep::conform
