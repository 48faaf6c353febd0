#include "node/history/store.h"

#include "core/wire/codec.h"

namespace lockstep::history {
namespace {

// Whoever is so far ahead of the disk waits for it; a reader never waits for more than this.
constexpr std::size_t commands_waiting_max = 4'000;

}  // namespace

Result<std::unique_ptr<History>, Fault> History::open(const std::string& path, const std::string& identity) {
  Result<std::unique_ptr<Database>, Fault> database = Database::open(path);
  if (!database) return database.error();
  auto store = std::make_unique<Store>(std::move(database).value());
  if (Result<Done, Fault> begun = store->begin(path, identity); !begun) return begun.error();
  return std::unique_ptr<History>(std::move(store));
}

Result<Done, Fault> Store::begin(const std::string& path, const std::string& log_identity) {
  Database& db = *database_;
  // The log is the truth: after a power cut the last commits may be gone, but never a part of one.
  if (!path.empty()) db.execute("pragma journal_mode = wal; pragma synchronous = normal");
  db.execute("pragma temp_store = memory; pragma cache_size = -16000");
  tables_.begin(log_identity);
  if (db.fault() != nullptr) return *db.fault();
  position_ = tables_.position();
  sampler_.begin(tables_.latest_prices());
  has_labels_ = tables_.has_labels();
  thread_ = std::thread([this] { write_batches(); });
  return Done{};
}

Store::~Store() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Store::write_batches() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const Batch batch = std::move(waiting_.front());
    waiting_.pop_front();
    writing_ = true;
    lock.unlock();
    tables_.write(batch);
    lock.lock();
    writing_ = false;
    commands_waiting_ -= batch.log.size();
    if (database_->fault() != nullptr && !fault_) fault_ = *database_->fault();
    changed_.notify_all();
  }
}

// Gives what was recorded to the thread that writes.
void Store::hand_over() const {
  if (batch_.empty()) return;
  batch_.position = position_;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return commands_waiting_ < commands_waiting_max; });
    commands_waiting_ += batch_.log.size();
    waiting_.push_back(std::move(batch_));
  }
  changed_.notify_all();
  batch_ = Batch{};
}

void Store::wait_until_written() const {
  hand_over();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.empty() && !writing_; });
}

Result<Done, Fault> Store::commit() {
  hand_over();
  const std::lock_guard lock(mutex_);
  if (!fault_) return Done{};
  broken_ = true;
  open_labels_.clear();  // perhaps they were not kept
  return *fault_;
}

Result<Done, Fault> Store::forget() {
  wait_until_written();
  queries_.clear();
  tables_.forget();
  recorder_ = Recorder{};
  sampler_ = PriceSampler{};
  has_labels_ = false;
  open_labels_.clear();
  batch_ = Batch{};
  position_ = 0;
  if (database_->fault() != nullptr) return *database_->fault();
  return Done{};
}

FillSum Store::past_fills(AccountId account, const Order& order) const {
  FillSum sum;
  Select select;
  select.account = account;
  select.order = order.id;
  select.limit = 1'000;
  for (bool more = true; more && sum.lots < order.filled;) {
    const std::vector<Trade> rows = trades(select);
    more = rows.size() == select.limit;
    for (const Trade& row : rows) {  // newest first: an older order of the same number is not reached
      if (sum.lots >= order.filled) break;
      sum.lots += row.lots;
      sum.value += i128{row.price.raw()} * row.lots.raw();
      select.before = row.position, select.before_part = row.part;
    }
  }
  return sum;
}

void Store::before(const Engine& engine, const Command& command) {
  recording_ = engine.state.position >= position_ && !broken_;
  if (!recording_) return;
  if (!recorder_.follows(engine.state)) {
    recorder_.begin(engine.state,
                    [this](AccountId account, const Order& order) { return past_fills(account, order); });
    load_open_labels();
  }
  position_now_ = engine.state.position;
  const bool wraps = std::holds_alternative<Request>(command) || std::holds_alternative<Instruction>(command);
  const bool unwrapped = wraps && unwrap(command, asked_);
  if (!unwrapped) asked_.by.clear();
  inner_ = unwrapped ? &asked_.command : &command;
  recorder_.before(engine, *inner_);
}

void Store::after(const Engine& engine, const Command& command, const Outcome& outcome) {
  if (!recording_) return;
  recording_ = false;
  const State& state = engine.state;
  Rows& rows = batch_.rows;
  const std::size_t trades = rows.trades.size();
  const std::size_t orders = rows.orders.size();
  const std::size_t payments = rows.payments.size();
  recorder_.after(engine, *inner_, outcome, rows);
  const auto name = [this, &state](auto& all, std::size_t from) {
    for (std::size_t i = from; i < all.size(); ++i) {
      all[i].position = position_now_;
      all[i].part = static_cast<u32>(i - from);
      if constexpr (requires { all[i].time; }) all[i].time = state.time;
    }
  };
  name(rows.trades, trades), name(rows.orders, orders), name(rows.payments, payments);

  sampler_.after(state, *inner_, batch_.prices);
  // It does not inherit the label of an earlier order with its number, should there be one.
  const auto* placed = std::get_if<PlaceOrder>(inner_);
  for (std::size_t i = orders; i < rows.orders.size(); ++i) {
    open_labels_.erase({rows.orders[i].account, rows.orders[i].order.id});
  }
  if (has_labels_ && placed != nullptr && outcome.accepted() && !outcome.repeated) {
    open_labels_.erase({placed->account, placed->order});
    batch_.labels.push_back({placed->account, placed->order, state.time, {}});
  }

  LogEntry& entry = batch_.log.emplace_back();
  entry.position = position_now_;
  entry.time = state.time;
  entry.command = inner_->index();
  const AccountId account = account_of(*inner_);
  if (account.index < state.accounts.size()) entry.account = account;
  entry.refusal = outcome.refusal;
  entry.by = asked_.by;
  if (outcome.repeated) {
    batch_.text +=
        "again what was answered at position " + std::to_string(outcome.reply.position) + ": not executed";
  } else {
    describe(state, *inner_, outcome, batch_.text);
  }
  Writer bytes(batch_.bytes);
  encode(bytes, command);
  entry.text_end = batch_.text.size();
  entry.bytes_end = batch_.bytes.size();
  position_ = state.position;
}

void Store::keep_notes(std::vector<Note> notes, bool anew) {
  if (broken_) return;
  if (anew) batch_.notes.clear(), batch_.notes_anew = true;
  for (Note& note : notes) batch_.notes.push_back(std::move(note));
}

void Store::keep_label(AccountId account, OrderId order, Time at, std::string label) {
  if (broken_ || label.empty()) return;
  has_labels_ = true;
  batch_.labels.push_back({account, order, at, label});
  const Order* open = recorder_.open_order(account, order);
  if (open == nullptr) return;  // it ended at once
  // Of another moment: a stop that fired, or another order that took the number.
  if (open->placed_at != at) label = read_label(account, order, open->placed_at);
  if (!label.empty()) open_labels_[{account, order}] = std::move(label);
}

void Store::load_open_labels() {
  open_labels_.clear();
  if (!has_labels_) return;
  recorder_.each_open_order([this](AccountId account, const Order& order) {
    std::string label = read_label(account, order.id, order.placed_at);
    if (!label.empty()) open_labels_[{account, order.id}] = std::move(label);
  });
}

}  // namespace lockstep::history
