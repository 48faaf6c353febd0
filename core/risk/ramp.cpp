#include "core/risk/ramp.h"

#include <type_traits>

#include "core/risk/check.h"
#include "core/risk/components.h"

namespace lockstep {
namespace {

template <class T>
constexpr bool is_vector = false;
template <class T>
constexpr bool is_vector<std::vector<T>> = true;

// Walks two images of one type side by side.  False as soon as they are not of one shape.
struct Walk {
  u32 step;
  u32 steps;

  i128 part(i128 from, i128 to) const { return from + mul_div(to - from, step, steps, Round::nearest); }

  bool visit(Rate& out, const Rate& to) const {
    out = Rate::from_raw(static_cast<i64>(part(out.raw(), to.raw())));
    return true;
  }
  bool visit(Value& out, const Value& to) const {
    out = Value::from_raw(part(out.raw(), to.raw()));
    return true;
  }
  bool visit(Duration&, const Duration&) const { return true; }
  bool visit(EpochRules& out, const EpochRules& to) const {
    out = to;  // half an approval is none, and every step gives the grace of what it leads to
    return true;
  }
  bool visit(Expression& out, const Expression& to) const { return out.text == to.text; }
  bool visit(Gap& out, const Gap& to) const { return out.name == to.name; }

  template <class T>
  bool visit(T& out, const T& to) const {
    if constexpr (is_vector<T>) {
      if (out.size() != to.size()) return false;
      for (std::size_t i = 0; i < out.size(); ++i) {
        if (!visit(out[i], to[i])) return false;
      }
      return true;
    } else if constexpr (requires { T::each_field(out, [](const char*, auto&) {}); }) {
      return fields(out, to);
    } else {
      return out == to;
    }
  }

  // each_field shows one object at a time, so the other's fields are kept by their order.
  template <class T>
  bool fields(T& out, const T& to) const {
    std::vector<const void*> theirs;
    T::each_field(to, [&](const char*, const auto& field) { theirs.push_back(&field); });
    bool same = true;
    std::size_t at = 0;
    T::each_field(out, [&](const char*, auto& field) {
      using Field = std::remove_cvref_t<decltype(field)>;
      same = same && visit(field, *static_cast<const Field*>(theirs[at]));
      ++at;
    });
    return same;
  }
};

// A deduction is floor x difference of rates, and must be a whole number of units (core/risk/check.h): floors
// on the way are multiples of 10^-6, rates of 10^-10.
constexpr i128 floor_grain = value_one / 1'000'000;
constexpr i64 rate_grain = rate_one / 10'000'000'000;

void repair_deductions(Rulebook& rules) {
  for (Component& component : rules.components) {
    for (BracketRow& row : component.brackets) {
      for (Bracket& bracket : row.brackets) {
        if (row.whole) break;
        bracket.floor = Value::from_raw(div(bracket.floor.raw(), floor_grain, Round::nearest) * floor_grain);
        const i128 grains = div(bracket.rate.raw(), rate_grain, Round::nearest);
        bracket.rate = Rate::from_raw(static_cast<i64>(grains) * rate_grain);
      }
      for (std::size_t n = 1; n < row.brackets.size() && !row.whole; ++n) {
        Bracket& bracket = row.brackets[n];
        bracket.deduction = deduction_at(row.brackets[n - 1], bracket.floor, bracket.rate);
      }
    }
  }
}

}  // namespace

bool between(const Rulebook& from, const Rulebook& to, u32 step, u32 steps, Rulebook& out) {
  out = from;
  Rulebook target = to;
  target.version = out.version;  // of these nothing lies between
  target.source = out.source;
  target.identity = out.identity;
  if (!Walk{step, steps}.visit(out, target)) return false;
  repair_deductions(out);
  out.identity.clear();
  return check_rulebook(out).none();
}

}  // namespace lockstep
