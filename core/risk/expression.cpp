#include "core/risk/expression.h"

namespace lockstep {
namespace {

// A number (a factor without unit) has `factor`, everything else `value`.
struct Entry {
  Value value;
  Rate factor;
  bool is_number;
  u64 binding;
};

Entry amount(Value value, u64 binding) { return {value, Rate{}, false, binding}; }

Entry combine(OpCode code, const Entry& a, const Entry& b) {
  if (code == OpCode::multiply) {
    const Entry& scaled = a.is_number ? b : a;
    const Rate factor = a.is_number ? a.factor : b.factor;
    return amount(scale(scaled.value, factor, Round::up), scaled.binding);
  }
  if (code == OpCode::max || code == OpCode::min) {
    const bool first = code == OpCode::max ? a.value >= b.value : a.value <= b.value;
    return first ? a : b;
  }
  return amount(code == OpCode::add ? a.value + b.value : a.value - b.value, a.binding | b.binding);
}

}  // namespace

Evaluated evaluate(const Expression& expression, std::span<const Value> components,
                   std::span<const u8> slot_of, Value sum_of_units, Value orders, Value maintenance,
                   Value initial) {
  Entry stack[expression_depth_max];
  std::size_t top = 0;
  for (const Op& op : expression.code) {
    switch (op.code) {
      case OpCode::number: stack[top++] = {Value{}, op.rate, true, 0}; break;
      case OpCode::component: {
        const u8 slot = slot_of[op.index];
        stack[top++] = amount(components[slot], u64{1} << slot);
        break;
      }
      case OpCode::sum_units: stack[top++] = amount(sum_of_units, 0); break;
      case OpCode::maintenance: stack[top++] = amount(maintenance, 0); break;
      case OpCode::initial: stack[top++] = amount(initial, 0); break;
      case OpCode::orders: stack[top++] = amount(orders, 0); break;
      default: --top; stack[top - 1] = combine(op.code, stack[top - 1], stack[top]);
    }
  }
  LS_ASSERT(top == 1);
  return {stack[0].value, stack[0].binding};
}

}  // namespace lockstep
