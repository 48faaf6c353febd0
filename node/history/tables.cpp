#include "node/history/tables.h"

namespace lockstep::history {
namespace {

// Of the tables and of what they mean.
constexpr i64 store_version = 2;

constexpr const char* schema = R"(
  create table meta (name text primary key, value) without rowid;
  create table words (number integer primary key, word text);
  create table log (position integer primary key, time, command, account, refusal, word, line, bytes);
  create table trades (key integer primary key, time, account, instrument, number, side, leg, type, price,
                       lots, left, fee, realised, flags);
  create table payments (key integer primary key, time, account, asset, kind, change, balance, instrument,
                         lots, price, side, fee, number);
  create table prices (kind, number, at, price, primary key (kind, number, at)) without rowid;
  create table labels (account, number, at, label, primary key (account, number, at)) without rowid;
  create table notes (at integer primary key, bytes);
  create index labels_label on labels (account, label, at) where label != '';
  create index log_account on log (account, position) where account >= 0;
  create index log_word on log (word, position) where word > 0;
  create index trades_account on trades (account, key);
  create index trades_instrument on trades (instrument, key);
  create index trades_number on trades (number, account, key) where number != 0;
  create index payments_account on payments (account, key);
)";

// An order's columns are its fields, by their names.
std::string table_of_orders() {
  std::string text = "create table orders (key integer primary key, account, ended, reason, average";
  Order order;
  Order::each_field(
      order, [&text](std::string_view name, const auto&) { text += ", \"" + std::string(name) + "\""; });
  return text +
         "); create index orders_account on orders (account, key);"
         "create index orders_number on orders (id, account, key)";
}

std::string insert_into_orders() {
  std::string text = "insert into orders values (?,?,?,?,?";
  Order order;
  Order::each_field(order, [&text](std::string_view, const auto&) { text += ",?"; });
  return text + ")";
}

i64 key_of(u64 position, u32 part) {
  LS_ASSERT(part < (u32{1} << part_bits));
  return static_cast<i64>((position << part_bits) | part);
}

Duration kept(Sampled kind) { return kind == Sampled::index ? index_samples_kept : mark_samples_kept; }

}  // namespace

void Tables::begin(const std::string& log_identity) {
  log_identity_ = log_identity;
  const bool is_ours = db_.number("select count(*) from sqlite_master where name = 'meta'") != 0;
  const bool usable = is_ours && db_.number("pragma user_version") == store_version;
  if (!usable) make_tables();
  if (usable && !log_identity.empty()) {
    std::unique_ptr<Statement> known = db_.prepare("select value from meta where name = 'log'");
    const std::string before = known->step() ? known->text_at(0) : "";
    known.reset();
    if (before.empty()) {  // made before the log had its first frame, by which a log is known
      const std::unique_ptr<Statement> adopt = db_.prepare("update meta set value = ? where name = 'log'");
      adopt->text(log_identity).run();
    } else if (before != log_identity) {
      make_tables();
    }
  }
  prepare();
  position_ = static_cast<u64>(db_.number("select value from meta where name = 'position'"));
  has_labels_ = db_.number("select count(*) from (select 1 from labels limit 1)") != 0;
  const std::unique_ptr<Statement> words = db_.prepare("select number, word from words");
  while (words->step()) {
    words_[words->text_at(1)] = words->integer_at(0);
    words_by_number_[words->integer_at(0)] = words->text_at(1);
  }
  sampled_.clear();
  for (const PriceRow& row : latest_prices()) sampled_[{row.kind, row.number}] = row.sample.at;
  const i64 latest = db_.number("select time from log order by position desc limit 1");
  begin_->run();
  drop_prices(Time::from_raw(latest));
  end_->run();
}

void Tables::make_tables() {
  db_.execute("begin immediate");
  std::vector<std::string> names;
  {
    const std::unique_ptr<Statement> found = db_.prepare(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name");
    while (found->step()) names.push_back(found->text_at(0));
  }
  for (const std::string& name : names) db_.execute("drop table \"" + name + "\"");
  db_.execute(schema);
  db_.execute("create index log_command on log (command, position) where " + std::string(rare_commands));
  db_.execute(table_of_orders());
  db_.execute("pragma user_version = " + std::to_string(store_version));
  const std::unique_ptr<Statement> meta = db_.prepare("insert into meta values (?, ?)");
  meta->text("position").integer(0).run();
  meta->text("log").text(log_identity_).run();
  db_.execute("commit");
}

void Tables::prepare() {
  begin_ = db_.prepare("begin immediate");
  end_ = db_.prepare("commit");
  keep_position_ = db_.prepare("update meta set value = ? where name = 'position'");
  add_trade_ = db_.prepare("insert into trades values (?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  add_order_ = db_.prepare(insert_into_orders());
  add_payment_ = db_.prepare("insert into payments values (?,?,?,?,?,?,?,?,?,?,?,?,?)");
  add_log_ = db_.prepare("insert into log values (?,?,?,?,?,?,?,?)");
  add_word_ = db_.prepare("insert into words values (?,?)");
  add_price_ = db_.prepare("insert or replace into prices values (?,?,?,?)");
  drop_prices_ = db_.prepare("delete from prices where kind = ? and number = ? and at < ?");
  add_label_ = db_.prepare("insert or replace into labels values (?,?,?,?)");
  end_label_ = db_.prepare(
      "insert or replace into labels select account, number, ?, '' from labels "
      "where account = ? and number = ? limit 1");
  add_note_ = db_.prepare("insert or replace into notes values (?,?)");
  drop_notes_ = db_.prepare("delete from notes");
}

void Tables::forget() {
  words_.clear();
  words_by_number_.clear();
  make_tables();
  prepare();
  position_ = 0;
  has_labels_ = false;
  sampled_.clear();
  dropped_at_ = Time{};
}

void Tables::write(const Batch& batch) {
  begin_->run();
  std::size_t text = 0, bytes = 0;
  for (const LogEntry& row : batch.log) {
    write(row, std::string_view(batch.text).substr(text, row.text_end - text),
          std::span(batch.bytes).subspan(bytes, row.bytes_end - bytes));
    text = row.text_end, bytes = row.bytes_end;
  }
  for (const Trade& row : batch.rows.trades) write(row);
  for (const EndedOrder& row : batch.rows.orders) write(row);
  for (const Payment& row : batch.rows.payments) write(row);
  for (const PriceRow& row : batch.prices) write(row);
  if (!batch.log.empty() && batch.log.back().time - dropped_at_ >= day) drop_prices(batch.log.back().time);
  for (const LabelRow& row : batch.labels) write(row);
  if (batch.notes_anew) drop_notes_->run();
  for (const Note& row : batch.notes) add_note_->value(row.at).blob(row.bytes).run();
  keep_position_->number(batch.position).run();
  end_->run();
  if (db_.fault() != nullptr) return db_.abandon();
  position_ = batch.position;
}

void Tables::write(const Trade& row) {
  const i64 flags = (row.taker ? 1 : 0) | (row.liquidation ? 2 : 0);
  Statement& s = *add_trade_;
  s.integer(key_of(row.position, row.part)).value(row.time).value(row.account).value(row.instrument);
  s.number(row.order).value(row.side).value(row.leg).value(row.type).value(row.price).value(row.lots);
  s.value(row.after).value(row.fee).value(row.realised).integer(flags).run();
}

void Tables::write(const EndedOrder& row) {
  Statement& s = *add_order_;
  s.integer(key_of(row.position, row.part)).value(row.account).value(row.ended_at).value(row.reason);
  s.value(row.average);
  Order::each_field(row.order, [&s](std::string_view, const auto& field) { s.value(field); });
  s.run();
}

void Tables::write(const Payment& row) {
  Statement& s = *add_payment_;
  s.integer(key_of(row.position, row.part)).value(row.time).value(row.account).value(row.asset);
  s.value(row.kind).value(row.change).value(row.balance).value(row.instrument).value(row.lots);
  s.value(row.price).value(row.side).value(row.fee).number(row.order).run();
}

void Tables::write(const PriceRow& row) {
  const auto [at, price] = row.sample;
  add_price_->value(row.kind).number(row.number).value(at).value(price).run();
  drop_prices_->value(row.kind).number(row.number).value(at - kept(row.kind)).run();
  sampled_[{row.kind, row.number}] = at;
}

// Also of what has no prices any more: an instrument that expired.
void Tables::drop_prices(Time now) {
  for (auto it = sampled_.begin(); it != sampled_.end();) {
    const auto [kind, number] = it->first;
    const Time oldest = now - kept(kind);
    drop_prices_->value(kind).number(number).value(oldest).run();
    it = it->second < oldest ? sampled_.erase(it) : std::next(it);
  }
  dropped_at_ = now;
}

std::vector<PriceRow> Tables::latest_prices() const {
  std::vector<PriceRow> rows;
  const std::unique_ptr<Statement> at =
      db_.prepare("select kind, number, max(at) from prices group by kind, number");
  while (at->step()) {
    rows.push_back({at->value_at<Sampled>(0), at->value_at<u32>(1), {at->value_at<Time>(2), {}}});
  }
  return rows;
}

void Tables::write(const LabelRow& row) {
  if (row.label.empty()) {
    end_label_->value(row.at).value(row.account).number(row.order).run();
  } else {
    add_label_->value(row.account).number(row.order).value(row.at).text(row.label).run();
  }
}

void Tables::write(const LogEntry& row, std::string_view text, std::span<const u8> bytes) {
  const i64 word = add_word(row.by);
  Statement& s = *add_log_;
  s.number(row.position).value(row.time).value(row.command).value(row.account).value(row.refusal);
  s.integer(word).text(text).blob(bytes).run();
}

i64 Tables::add_word(const std::string& word) {
  if (word.empty()) return 0;
  if (const i64 known = number_of(word); known != 0) return known;
  const i64 number = static_cast<i64>(words_.size()) + 1;
  words_[word] = number;
  words_by_number_[number] = word;
  add_word_->integer(number).text(word).run();
  return number;
}

i64 Tables::number_of(const std::string& word) const {
  const auto found = words_.find(word);
  return found == words_.end() ? 0 : found->second;
}

std::string Tables::word_of(i64 number) const {
  const auto found = words_by_number_.find(number);
  return found == words_by_number_.end() ? std::string() : found->second;
}

}  // namespace lockstep::history
