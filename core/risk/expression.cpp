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

// a = a op b, in place: this is the innermost loop of an assessment without options.
void combine(OpCode code, Entry& a, const Entry& b) {
  switch (code) {
    case OpCode::add:
      a.value += b.value;
      a.binding |= b.binding;
      return;
    case OpCode::subtract:
      a.value -= b.value;
      a.binding |= b.binding;
      return;
    case OpCode::max:
      if (b.value > a.value) a = b;
      return;
    case OpCode::min:
      if (b.value < a.value) a = b;
      return;
    default:  // multiply
      a = a.is_number ? amount(scale(b.value, a.factor, Round::up), b.binding)
                      : amount(scale(a.value, b.factor, Round::up), a.binding);
  }
}

}  // namespace

Evaluated evaluate(const Expression& expression, std::span<const Value> components,
                   std::span<const u8> slot_of, Value sum_of_units, Value orders, Value maintenance,
                   Value initial) {
  if (expression.code.size() == 1) {  // most are
    const Op& op = expression.code[0];
    if (op.code == OpCode::sum_units) return {sum_of_units, 0};
    if (op.code == OpCode::component) return {components[slot_of[op.index]], u64{1} << slot_of[op.index]};
  }
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
      default: --top; combine(op.code, stack[top - 1], stack[top]);
    }
  }
  LS_ASSERT(top == 1);
  return {stack[0].value, stack[0].binding};
}

}  // namespace lockstep
