#include "node/deribit/methods.h"

#include "node/deribit/asking.h"

namespace lockstep::deribit {

std::vector<api::Method> methods(const KeepLabel& keep_label) {
  const SharedMemo memo = std::make_shared<Memo>();
  std::vector<Method> table;
  add_public(table, memo);
  add_trades(table, memo);
  add_samples(table);
  add_account(table, memo);
  add_orders(table, memo);
  add_trading(table, memo, keep_label);
  add_what_if(table, memo);
  return table;
}

}  // namespace lockstep::deribit
