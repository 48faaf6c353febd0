// What a pool has, and how much of it is tested and may leave.  Methodology 4.4, 4.5 and 4.9.  Pure, exact.
#pragma once

#include "core/model/rulebook.h"

namespace lockstep {

// Settlement asset.
struct TestedBalance {
  Value equity;          // balance + unrealised profit + market value of options
  Value margin_balance;  // equity, or equity without options if the scheme says so
};

constexpr TestedBalance tested_balance(MarginBasis basis, Value balance, Value unrealised, Value options) {
  const Value without = balance + unrealised;
  return {.equity = without + options,
          .margin_balance = basis == MarginBasis::without_options ? without : without + options};
}

// Money that no requirement holds: a profit that is not in the balance cannot leave.
constexpr Value withdrawable(Value balance, Value margin_balance, Value initial) {
  return (balance < margin_balance ? balance : margin_balance) - initial;
}

}  // namespace lockstep
