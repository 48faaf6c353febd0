// Orders, trades and payments as Deribit's objects.
//
// The engine keeps no label of an order, the history does.  Nobody keeps when an order was changed last:
// last_update_timestamp is when it was placed, fired or ended.  An order of the engine itself (a liquidation)
// shows as is_liquidation.
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "node/deribit/market.h"

namespace lockstep::deribit {

struct OrderView {
  AccountId account;
  Order order;
  Price average;  // of its fills; 0: none
  Time updated;
  std::string_view state;  // open untriggered filled cancelled
  std::string label;
};
// average: from the past, if something of it is filled.
OrderView open_order(const Memo& memo, AccountId account, const Order& order);
OrderView ended_order(const history::EndedOrder& ended);  // selected with labels, as below
std::string order_json(const State& state, const OrderView& view);

// What its owner sees, and what everybody sees.
std::string user_trade_json(const State& state, const history::Trade& trade);
std::string public_trade_json(const State& state, const history::Trade& trade);
std::string trade_name(const history::Trade& trade);  // "1234-0"

// A row of the transaction log.
std::string payment_json(const State& state, const history::Payment& payment);
// What a continuation is: position x 2^20 + part.  Below 2^53 for 8 thousand million commands.
constexpr u64 parts_max = u64{1} << 20;
u64 payment_number(const history::Payment& payment);

// Lets the next page of a selection begin behind this row.  Rows of the log have no parts.
template <class Row>
void go_on_behind(const Row& row, history::Select& select) {
  if constexpr (requires { row.part; }) {
    if (select.rising) {
      select.behind = row.position, select.behind_part = row.part + 1;
    } else {
      select.before = row.position, select.before_part = row.part;
    }
  } else if (select.rising) {
    select.behind = row.position + 1;
  } else {
    select.before = row.position;
  }
}

// Rows of the past that match, in the order of `select`, at most `wanted`.  The past does not know every
// question, so it is read in pages; `cut`: so many were read that others wait for the answer, and more may
// match.
template <class Row>
struct Collected {
  std::vector<Row> rows;
  bool cut = false;
};
template <class Row>
Collected<Row> collect(const std::function<std::vector<Row>(const history::Select&)>& read,
                       history::Select select, std::size_t wanted,
                       const std::function<bool(const Row&)>& matches) {
  constexpr std::size_t page = 1'000, pages_max = 20;
  select.limit = static_cast<u32>(std::clamp<std::size_t>(wanted, 100, page));  // often enough
  Collected<Row> out;
  for (std::size_t i = 0; i < pages_max; ++i) {
    std::vector<Row> rows = read(select);
    const bool last = rows.size() < select.limit;
    select.limit = page;
    if (!last) go_on_behind(rows.back(), select);
    for (Row& row : rows) {
      if (out.rows.size() == wanted) return out;
      if (matches(row)) out.rows.push_back(std::move(row));
    }
    if (last || out.rows.size() == wanted) return out;
  }
  out.cut = true;
  return out;
}

// A page of trades; `cut`: there are more.  Trades of one command share a trade_seq and one page, even if it
// grows above `count`: a client that goes on behind its last trade_seq misses none.
Collected<history::Trade> trade_page(const history::History& past, const history::Select& select,
                                     std::size_t count,
                                     const std::function<bool(const history::Trade&)>& matches);

}  // namespace lockstep::deribit
