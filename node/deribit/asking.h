// What the methods share: how they read instruments, currencies, kinds, accounts and times from parameters.
// Unknown parameters are let pass: clients send some of Deribit's that say nothing here.
// Private to node/deribit.
#pragma once

#include <memory>
#include <vector>

#include "node/api/api.h"
#include "node/deribit/market.h"
#include "node/deribit/methods.h"

namespace lockstep::deribit {

using api::Answer;
using api::Context;
using api::Error;
using api::Method;
using api::Params;
using api::Reply;
using api::Scope;
using SharedMemo = std::shared_ptr<Memo>;

// The memo at what this call may know of the past.
inline Memo& of_call(const SharedMemo& memo, const Context& c) {
  memo->past = &c.past;
  return *memo;
}

enum KindBits : u8 { futures = 1, options = 2, spots = 4, all_kinds = 7 };
struct Filter {
  AssetId currency;  // settlement asset; none: any
  u8 kinds = all_kinds;
  InstrumentId instrument;  // none: any
  bool matches(const State& state, InstrumentId id) const;
};
// Of "any", "future", "option", "spot"; combos are none of ours, so 0.  False: no such word.
bool kind_bits(std::string_view word, u8& kinds);

enum class Currency : u8 { required, optional };
// currency and kind; what is wrong is remembered by params.
Filter read_filter(Context& c, Params& params, Currency currency);
AssetId read_currency(Context& c, Params& params, Currency need);

// instrument_name; an unknown one is the error.
struct Named {
  InstrumentId id;
  std::optional<Error> error;
};
Named read_instrument(Context& c, Params& params);

// `account` (ours; Deribit has none), or the caller's own; for an operator the first of all.  What the caller
// may not see is an error of params like what does not exist.
AccountId read_account(Context& c, Params& params);
// The same to trade on: who has no account of its own must name one.
AccountId read_trading_account(Context& c, Params& params);

// At most 64 characters, as at Deribit.
constexpr std::size_t label_max = 64;
std::string read_label(Params& params, bool required);
// The account's open orders with that label, the latest first.
std::vector<Order> open_orders_labelled(const Context& c, AccountId account, const std::string& label);

// start_timestamp and end_timestamp, milliseconds.
enum class Times : u8 { required, optional };
void read_times(Params& params, history::Select& select, Times need);
constexpr i64 timestamp_max = 253'402'300'799'999;  // end of year 9999
Time of_milliseconds(i64 ms);

// What would change the answer and is not done here, if it was sent.
std::optional<Error> refused_by_name(Params& params, std::initializer_list<const char*> names);

// Of trades of one instrument start_seq and end_seq, inclusive: a trade_seq is the position in the log.  Of
// several, or by trade_id, pages are by time: the error.
std::optional<Error> read_sequence(Params& params, const Filter& filter, history::Select& select);

std::vector<InstrumentId> instruments_of(const State& state, const Filter& filter);

std::string array_of(const std::vector<std::string>& items);

void add_public(std::vector<Method>& table, const SharedMemo& memo);
void add_trades(std::vector<Method>& table, const SharedMemo& memo);
void add_samples(std::vector<Method>& table);
void add_account(std::vector<Method>& table, const SharedMemo& memo);
void add_orders(std::vector<Method>& table, const SharedMemo& memo);
void add_trading(std::vector<Method>& table, const SharedMemo& memo, const KeepLabel& keep_label);
void add_what_if(std::vector<Method>& table, const SharedMemo& memo);

}  // namespace lockstep::deribit
