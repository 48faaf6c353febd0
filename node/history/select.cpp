// Reading the history back: conditions to a statement (kept, one for each set of conditions), rows to
// structs.
#include <algorithm>

#include "node/history/store.h"

namespace lockstep::history {
namespace {

constexpr u64 position_max = (u64{1} << (63 - part_bits)) - 1;

u64 position_at(const Statement& row) { return static_cast<u64>(row.integer_at(0)) >> part_bits; }
u32 part_at(const Statement& row) {
  return static_cast<u32>(row.integer_at(0) & ((i64{1} << part_bits) - 1));
}

// Of the order that had the number at that time, as label() says it.
constexpr const char* label_of_trade =
    "(select label from labels where labels.account = trades.account and labels.number = trades.number and "
    "labels.at <= trades.time order by labels.at desc limit 1)";
constexpr const char* label_of_order =
    "(select label from labels where labels.account = orders.account and labels.number = orders.id and "
    "labels.at <= orders.placed_at order by labels.at desc limit 1)";

EndedOrder order_at(const Statement& at) {
  EndedOrder row;
  row.position = position_at(at);
  row.part = part_at(at);
  row.account = at.value_at<AccountId>(1);
  row.ended_at = at.value_at<Time>(2);
  row.reason = at.value_at<OrderEnd>(3);
  row.average = at.value_at<Price>(4);
  int column = 5;
  Order::each_field(row.order, [&](std::string_view, auto& field) {
    field = at.value_at<std::decay_t<decltype(field)>>(column++);
  });
  row.label = at.text_at(column);
  return row;
}

}  // namespace

struct Store::Query {
  std::string sql;
  std::string key = "key";
  std::vector<i64> values = {};
  void where(const std::string& condition, i64 value) {
    sql += (values.empty() ? " where " : " and ") + condition;
    values.push_back(value);
  }
};

// The first position of the log whose time is not before that; the end if there is none.
u64 Store::first_at_or_after(Time time) const {
  const auto time_of = [this](u64 position, u64& found) {
    auto& statement = queries_["time"];
    if (!statement) {
      statement =
          database_->prepare("select position, time from log where position >= ? order by position limit 1");
    }
    statement->number(position);
    const bool there = statement->step();
    found = there ? static_cast<u64>(statement->integer_at(0)) : position_;
    const i64 at = there ? statement->integer_at(1) : INT64_MAX;
    statement->reset();
    return at;
  };
  u64 low = 0, high = position_;
  while (low < high) {
    const u64 middle = low + (high - low) / 2;
    u64 found = middle;
    if (time_of(middle, found) >= time.raw()) {
      high = middle;
    } else {
      low = found + 1;
    }
  }
  return low;
}

// Positions and times as one range of keys; false: it is empty.
bool Store::limit_keys(const Select& select, Query& query, bool parts) const {
  wait_until_written();
  const int shift = parts ? part_bits : 0;
  const auto key = [&](u64 position, u32 part) {
    return static_cast<i64>((std::min(position, position_max) << shift) | (parts ? part : 0));
  };
  i64 low = key(select.behind, select.behind_part);
  i64 high = key(select.before, select.before_part);  // exclusive
  if (select.from != Time{}) low = std::max(low, key(first_at_or_after(select.from), 0));
  if (select.to != Time{}) high = std::min(high, key(first_at_or_after(select.to + microsecond), 0));
  if (low >= high || select.limit == 0) return false;
  query.where(query.key + " >= ?", low);
  query.where(query.key + " < ?", high);
  return true;
}

Statement& Store::run(Query& query, const Select& select) const {
  query.sql += " order by " + query.key + (select.rising ? " asc" : " desc") + " limit ?";
  query.values.push_back(select.limit);
  auto& statement = queries_[query.sql];
  if (!statement) statement = database_->prepare(query.sql);
  statement->reset();
  for (const i64 value : query.values) statement->integer(value);
  return *statement;
}

// The last column of the selected rows.
std::string Store::with_labels(const Select& select, const char* label) const {
  return select.labels && has_labels_ ? label : "''";
}

std::vector<Trade> Store::trades(const Select& select) const {
  Query query{"select *, " + with_labels(select, label_of_trade) + " from trades"};
  if (!limit_keys(select, query, true)) return {};
  if (select.account) query.where("account = ?", select.account->index);
  if (select.instrument) query.where("instrument = ?", select.instrument->index);
  if (select.order) query.where("number = ? and number != 0", static_cast<i64>(*select.order));
  std::vector<Trade> rows;
  Statement& at = run(query, select);
  while (at.step()) {
    Trade row;
    row.position = position_at(at);
    row.part = part_at(at);
    row.time = at.value_at<Time>(1);
    row.account = at.value_at<AccountId>(2);
    row.instrument = at.value_at<InstrumentId>(3);
    row.order = at.value_at<OrderId>(4);
    row.side = at.value_at<Side>(5);
    row.leg = at.value_at<Leg>(6);
    row.type = at.value_at<OrderType>(7);
    row.price = at.value_at<Price>(8);
    row.lots = at.value_at<Lots>(9);
    row.after = at.value_at<Lots>(10);
    row.fee = at.value_at<Amount>(11);
    row.realised = at.value_at<Value>(12);
    row.taker = (at.integer_at(13) & 1) != 0;
    row.liquidation = (at.integer_at(13) & 2) != 0;
    row.label = at.text_at(14);
    rows.push_back(row);
  }
  at.reset();
  return rows;
}

std::vector<EndedOrder> Store::orders(const Select& select) const {
  Query query{"select *, " + with_labels(select, label_of_order) + " from orders"};
  if (!limit_keys(select, query, true)) return {};
  if (select.account) query.where("account = ?", select.account->index);
  if (select.instrument) query.where("instrument = ?", select.instrument->index);
  if (select.order) query.where("id = ?", static_cast<i64>(*select.order));
  std::vector<EndedOrder> rows;
  Statement& at = run(query, select);
  while (at.step()) rows.push_back(order_at(at));
  at.reset();
  return rows;
}

std::vector<Payment> Store::payments(const Select& select) const {
  Query query{"select * from payments"};
  if (!limit_keys(select, query, true)) return {};
  if (select.account) query.where("account = ?", select.account->index);
  if (select.asset) query.where("asset = ?", select.asset->index);
  if (select.instrument) query.where("instrument = ?", select.instrument->index);
  if (select.order) query.where("number = ?", static_cast<i64>(*select.order));
  std::vector<Payment> rows;
  Statement& at = run(query, select);
  while (at.step()) {
    Payment row;
    row.position = position_at(at);
    row.part = part_at(at);
    row.time = at.value_at<Time>(1);
    row.account = at.value_at<AccountId>(2);
    row.asset = at.value_at<AssetId>(3);
    row.kind = at.value_at<PaymentKind>(4);
    row.change = at.value_at<Amount>(5);
    row.balance = at.value_at<Amount>(6);
    row.instrument = at.value_at<InstrumentId>(7);
    row.lots = at.value_at<Lots>(8);
    row.price = at.value_at<Price>(9);
    row.side = at.value_at<Side>(10);
    row.fee = at.value_at<Amount>(11);
    row.order = at.value_at<OrderId>(12);
    rows.push_back(row);
  }
  at.reset();
  return rows;
}

std::vector<LogRow> Store::log(const Select& select) const {
  Query query{"select position, time, command, account, refusal, word, line from log", "position"};
  if (!limit_keys(select, query, false)) return {};
  if (select.account) query.where("account >= 0 and account = ?", select.account->index);
  if (!select.command.empty()) {
    const std::span<const std::string_view> names = command_names();
    const auto found = std::find(names.begin(), names.end(), select.command);
    if (found == names.end()) return {};
    query.where("command = ?", found - names.begin());
    const std::size_t tag = static_cast<std::size_t>(found - names.begin());
    if (!is_frequent(tag)) query.sql += " and " + std::string(rare_commands);
  }
  if (!select.by.empty()) {
    const i64 word = tables_.number_of(select.by);
    if (word == 0) return {};
    query.where("word > 0 and word = ?", word);
  }
  std::vector<LogRow> rows;
  Statement& at = run(query, select);
  while (at.step()) {
    LogRow row;
    row.position = at.value_at<u64>(0);
    row.time = at.value_at<Time>(1);
    const auto tag = at.value_at<std::size_t>(2);
    if (tag < command_names().size()) row.command = command_names()[tag];
    row.account = at.value_at<AccountId>(3);
    row.refusal = at.value_at<Refusal>(4);
    row.by = tables_.word_of(at.integer_at(5));
    row.text = at.text_at(6);
    rows.push_back(std::move(row));
  }
  at.reset();
  return rows;
}

Statement& Store::query(const std::string& sql) const {
  wait_until_written();
  auto& statement = queries_[sql];
  if (!statement) statement = database_->prepare(sql);
  statement->reset();
  return *statement;
}

std::vector<PriceSample> Store::prices(Sampled kind, u32 number, Time from, Time to) const {
  Statement& at =
      query("select at, price from prices where kind = ? and number = ? and at >= ? and at <= ? order by at");
  at.value(kind).number(number).value(from).integer(to == Time{} ? INT64_MAX : to.raw());
  std::vector<PriceSample> rows;
  while (at.step()) rows.push_back({at.value_at<Time>(0), at.value_at<Price>(1)});
  at.reset();
  return rows;
}

std::vector<PriceSample> Store::index_prices(IndexId index, Time from, Time to) const {
  return prices(Sampled::index, index.index, from, to);
}

std::vector<PriceSample> Store::marks(InstrumentId instrument, Time from, Time to) const {
  return prices(Sampled::mark, instrument.index, from, to);
}

std::vector<Note> Store::notes() const {
  Statement& at = query("select at, bytes from notes order by at");
  std::vector<Note> rows;
  while (at.step()) {
    const std::span<const u8> bytes = at.blob_at(1);
    rows.push_back({at.value_at<Time>(0), Bytes(bytes.begin(), bytes.end())});
  }
  at.reset();
  return rows;
}

// Without any label, which is usual, and of an order that is open, nobody waits for the disk.
std::string Store::label(AccountId account, OrderId order, Time time) const {
  if (!has_labels_) return {};
  const Order* open = recorder_.open_order(account, order);
  if (open == nullptr || open->placed_at > time) return read_label(account, order, time);
  const auto found = open_labels_.find({account, order});
  return found == open_labels_.end() ? std::string() : found->second;
}

std::string Store::read_label(AccountId account, OrderId order, Time time) const {
  Statement& at =
      query("select label from labels where account = ? and number = ? and at <= ? order by at desc limit 1");
  at.value(account).number(order).value(time);
  const std::string label = at.step() ? at.text_at(0) : std::string();
  at.reset();
  return label;
}

// An order that has a label is the first with its number that ended since it was placed.  The labels are the
// outer loop, by their index, so that no more of them are looked at than are wanted and open.
std::vector<EndedOrder> Store::labelled(AccountId account, const std::string& label, u32 limit) const {
  if (!has_labels_ || label.empty()) return {};
  Statement& at = query(
      "select orders.*, labels.label from labels cross join orders on orders.key = "
      "(select key from orders where id = labels.number and account = labels.account and "
      "placed_at >= labels.at order by key limit 1) "
      "where labels.account = ? and labels.label = ? and labels.label != '' "
      "order by labels.at desc, labels.number desc limit ?");
  at.value(account).text(label).number(limit);
  std::vector<EndedOrder> rows;
  while (at.step()) rows.push_back(order_at(at));
  at.reset();
  return rows;
}

std::string Store::command_at(u64 position) const {
  wait_until_written();
  auto& statement = queries_["command"];
  if (!statement) statement = database_->prepare("select bytes from log where position = ?");
  statement->number(position);
  std::string bytes;
  if (statement->step()) {
    const std::span<const u8> blob = statement->blob_at(0);
    bytes.assign(reinterpret_cast<const char*>(blob.data()), blob.size());
  }
  statement->reset();
  return bytes;
}

}  // namespace lockstep::history
