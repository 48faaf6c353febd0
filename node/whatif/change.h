// What may be supposed about an account: one line of words a change, the same on the command line and in a
// file.
//
//   trade INSTRUMENT SIZE [@ PRICE]           SIZE signed, in coins (inverse: quote units); price: the mark
//   order buy|sell SIZE INSTRUMENT @ PRICE    a limit order
//   cancel ID | cancel all                    open orders
//   transfer ASSET AMOUNT                     signed: in, or out
//   price BASE MOVE %                         every price of the underlying by this ratio
//   volatility BASE MOVE %                    of its options, by this ratio
//   time SPAN                                 "1 d", "12 h": options lose time, what expires is settled
//   rulebook FILE                             other parameters, or another venue's
//
// Nothing is charged in fees.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/result.h"
#include "core/engine/engine.h"
#include "node/io/fault.h"

namespace lockstep::whatif {

struct Trade {
  InstrumentId instrument;
  Lots lots;    // signed
  Price price;  // 0: the mark
};
struct NewOrder {
  InstrumentId instrument;
  Side side = Side::buy;
  Lots lots;
  Price price;
};
struct CancelOrders {
  OrderId id = 0;  // 0: all
};
struct MoveMoney {
  AssetId asset;
  Amount amount;
};
struct MovePrice {
  AssetId base;
  Rate move;
};
struct MoveVolatility {
  AssetId base;
  Rate move;
};
struct PassTime {
  Duration by;
};
struct UnderRules {
  Rulebook rules;
};
using Change =
    std::variant<Trade, NewOrder, CancelOrders, MoveMoney, MovePrice, MoveVolatility, PassTime, UnderRules>;

// Reads a rulebook file for the last of them.
using ReadRules = std::function<Result<Rulebook, Fault>(const std::string& path)>;

// The error says what is wrong with the text and what would be right.
Result<Change, std::string> parse_change(std::string_view text, const Engine& engine,
                                         const ReadRules& read_rules);

}  // namespace lockstep::whatif
