#include "node/rules/expression_text.h"

#include "core/units/limits.h"

namespace lockstep {
namespace {

constexpr std::size_t code_max = 200;
constexpr int nesting_max = 16;

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }
bool is_number(char c) { return (c >= '0' && c <= '9') || c == '.'; }

// A recursive descent; the first error stops everything, because every step asks `ok()`.
class Parser {
 public:
  Parser(std::string_view text, std::span<const Component> components)
      : text_(text), components_(components) {}

  Result<Expression, std::string> run() {
    sum(0);
    skip_blanks();
    if (ok() && at_ < text_.size()) fail("an operator or the end");
    if (!ok()) return error_;
    return Expression{.text = std::string(text_), .code = std::move(code_)};
  }

 private:
  bool ok() const { return error_.empty(); }
  void fail(const std::string& expected) {
    if (!ok()) return;
    error_ = "expected " + expected + " at character " + std::to_string(at_ + 1) + " of \"" +
             std::string(text_) + "\"";
    at_ = text_.size();
  }
  void skip_blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(char c) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail(std::string("\"") + c + "\"");
  }
  void emit(Op op) {
    if (code_.size() == code_max) return fail("a shorter expression");
    code_.push_back(op);
  }
  void operation(OpCode code) { emit({.code = code, .index = 0, .rate = Rate{}}); }

  void sum(int depth) {
    product(depth);
    while (ok()) {
      if (take('+')) {
        product(depth);
        operation(OpCode::add);
      } else if (take('-')) {
        product(depth);
        operation(OpCode::subtract);
      } else {
        return;
      }
    }
  }
  void product(int depth) {
    atom(depth);
    while (ok() && take('*')) {
      atom(depth);
      operation(OpCode::multiply);
    }
  }
  void atom(int depth) {
    if (depth == nesting_max) return fail("fewer parentheses");
    if (take('(')) {
      sum(depth + 1);
      return expect(')');
    }
    const std::size_t begin = at_;
    if (at_ < text_.size() && is_number(text_[at_])) return number(begin);
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    name(begin, depth);
  }
  void number(std::size_t begin) {
    while (at_ < text_.size() && is_number(text_[at_])) ++at_;
    i128 raw = 0;
    if (!parse_decimal(text_.substr(begin, at_ - begin), rate_decimals, raw) || raw > limits::rate_raw_max) {
      at_ = begin;
      return fail("a number");
    }
    emit({.code = OpCode::number, .index = 0, .rate = Rate::from_raw(static_cast<i64>(raw))});
  }
  void name(std::size_t begin, int depth) {
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word == "max") return choice(OpCode::max, depth);
    if (word == "min") return choice(OpCode::min, depth);
    if (word == "orders") return operation(OpCode::orders);
    if (word == "maintenance") return operation(OpCode::maintenance);
    if (word == "initial") return operation(OpCode::initial);
    if (word == "sum") {
      expect('(');
      skip_blanks();
      if (text_.substr(at_, 4) != "unit") return fail("\"unit\"");
      at_ += 4;
      expect(')');
      return operation(OpCode::sum_units);
    }
    for (std::size_t i = 0; i < components_.size(); ++i) {
      if (components_[i].name != word) continue;
      return emit({.code = OpCode::component, .index = static_cast<u16>(i), .rate = Rate{}});
    }
    at_ = begin;
    fail("a component, a number, max, min, sum(unit), orders, maintenance or initial");
  }
  void choice(OpCode code, int depth) {
    expect('(');
    sum(depth + 1);
    expect(',');
    sum(depth + 1);
    operation(code);
    while (ok() && take(',')) {
      sum(depth + 1);
      operation(code);
    }
    expect(')');
  }

  std::string_view text_;
  std::span<const Component> components_;
  std::size_t at_ = 0;
  std::vector<Op> code_;
  std::string error_;
};

}  // namespace

Result<Expression, std::string> parse_expression(std::string_view text,
                                                 std::span<const Component> components) {
  return Parser(text, components).run();
}

bool is_reserved(std::string_view name) {
  return name == "max" || name == "min" || name == "sum" || name == "unit" || name == "orders" ||
         name == "maintenance" || name == "initial";
}

}  // namespace lockstep
