// dYdX v4: accounts as the vectors write them, and what their adapters do with them.
#pragma once

#include <map>

#include "tests/conform/dydx.h"

namespace lockstep::conform::dydx {

struct Perpetual {
  Oracle oracle;
  NotionalRow row;
  i128 funding_index = 0;
  i128 open_interest = 0;
  bool exclusive = false;
};

struct Position {
  i128 quanta = 0, funding_index = 0, quote_balance = 0;
};

using Id = u64;          // in the venue's order
constexpr Id money = 0;  // the asset
struct Account {
  std::map<Id, i128> assets;
  std::map<Id, Position> positions;
  std::map<Id, i128> funding_paid;
};

struct Market {
  std::map<Id, Perpetual> perpetuals;
  std::vector<Id> assets;
  bool any_asset = true;  // the vector does not say which assets there are

  const Perpetual& perpetual(Id id) const {
    const auto found = perpetuals.find(id);
    if (found == perpetuals.end()) throw VectorError{"ErrPerpetualDoesNotExist"};
    return found->second;
  }
};

Id id_of(const Json& json);
const std::vector<Json>& items(const Json& json, std::string_view key);  // absent: none
Market market_of(const Json& json);
Account account_of(const Json& json);

// Every position's funding into the balance, cut down once for the account.
void settle_funding(const Market& market, Account& account);
Margin margin_of(const Perpetual& perpetual, i128 quanta);
Health health_of(const Market& market, const Account& account);

// One account's part of a change of several.
struct Update {
  Id perpetual = 0;
  i128 quanta = 0;  // of the perpetual
  i128 quote = 0;   // of money
};
// The open interest that a match of these leaves; what is long after less what was before.
i128 interest_change(i128 before, i128 delta);
// The account as the update leaves it, if it may go there (Transition::allowed) under the market given.
Transition judge(const Market& market, const Account& account, const Update& update, Account& changed);

void answer_account(const Account& account, const std::string& prefix, Answer& answer);

// Errors of the venue are answers; what an adapter cannot read stays an error.
template <class F>
Answer with_errors(F&& f) {
  try {
    return f();
  } catch (const VectorError& error) {
    if (!error.text.starts_with("Err")) throw;
    return {{{"error", error.text}}, ""};
  }
}

}  // namespace lockstep::conform::dydx
