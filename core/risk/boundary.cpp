#include "core/risk/boundary.h"

#include "core/risk/components.h"

namespace lockstep {
namespace {

// What is above maintenance inside one bracket: at_zero + slope x price, a straight line.
struct Line {
  Value at_zero;
  Value slope;  // coins

  Value at(Value price) const {
    return at_zero + Value::from_raw(mul_div(slope.raw(), price.raw(), value_one, Round::nearest));
  }
  // Where it is zero, if there is such a place.
  std::optional<Value> root() const {
    if (slope == Value{}) return std::nullopt;
    return Value::from_raw(mul_div(-at_zero.raw(), value_one, slope.raw(), Round::nearest));
  }
};

Line line_of(const LinearPool& pool, const Bracket& bracket) {
  const Value paid = Value::from_raw(mul_div(pool.size.raw(), pool.price.raw(), price_one, Round::nearest));
  return {.at_zero = pool.balance - paid - pool.others + bracket.deduction,
          .slope = pool.size - scale(abs(pool.size), bracket.rate, Round::up)};
}

// The price at which the notional reaches a bracket's floor.
Value price_of(Value floor, Value size) {
  return Value::from_raw(mul_div(floor.raw(), value_one, abs(size).raw(), Round::nearest));
}

std::optional<Value> search_below(const LinearPool& pool, const BracketRow& row, std::size_t at, Value from,
                                  bool is_short) {
  for (;; --at) {
    const Line line = line_of(pool, row.brackets[at]);
    const Value floor = price_of(row.brackets[at].floor, pool.size);
    const std::optional<Value> root = line.root();
    if (root && floor <= *root && *root < from) return root;
    if (at == 0) return std::nullopt;
    const bool next_is_short = line_of(pool, row.brackets[at - 1]).at(floor) < Value{};
    if (next_is_short != is_short) return floor;
    from = floor;
  }
}

std::optional<Value> search_above(const LinearPool& pool, const BracketRow& row, std::size_t at, Value from,
                                  bool is_short) {
  for (;; ++at) {
    const Line line = line_of(pool, row.brackets[at]);
    const bool is_last = at + 1 == row.brackets.size();
    const Value ceiling = is_last ? Value{} : price_of(row.brackets[at + 1].floor, pool.size);
    const std::optional<Value> root = line.root();
    if (root && from < *root && (is_last || *root <= ceiling)) return root;
    if (is_last) return std::nullopt;
    const bool next_is_short = line_of(pool, row.brackets[at + 1]).at(ceiling) < Value{};
    if (next_is_short != is_short) return ceiling;
    from = ceiling;
  }
}

}  // namespace

LinearBoundaries liquidation_price(const LinearPool& pool, const BracketRow& row) {
  if (pool.size == Value{}) return {};
  const Value now = Value::from_raw(i128{pool.price.raw()} * (value_one / price_one));
  const Value notional =
      Value::from_raw(mul_div(abs(pool.size).raw(), pool.price.raw(), price_one, Round::nearest));
  const Bracket& bracket = bracket_of(row, notional, abs(pool.size));
  if (row.by_coins && row.brackets.size() > 1) {
    BracketRow held;  // the price does not carry the holding into another bracket
    held.brackets.push_back(bracket);
    held.brackets[0].floor = Value{};
    return liquidation_price(pool, held);
  }
  const std::size_t at = static_cast<std::size_t>(&bracket - row.brackets.data());
  const bool is_short = line_of(pool, bracket).at(now) < Value{};
  return {.below = search_below(pool, row, at, now, is_short),
          .above = search_above(pool, row, at, now, is_short)};
}

}  // namespace lockstep
