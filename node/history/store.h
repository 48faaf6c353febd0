// The history in SQLite.  Private to node/history.  What a command did is worked out where it is applied; a
// thread of the store's own writes it, because that costs as much as the engine does.  Reading waits until
// what was committed is written, so writer and readers are never at the database at once.  One thread uses
// a Store.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "core/wire/asked.h"
#include "node/history/tables.h"

namespace lockstep::history {

class Store final : public History {
 public:
  explicit Store(std::unique_ptr<Database> database) : database_(std::move(database)), tables_(*database_) {}
  ~Store() override;
  Result<Done, Fault> begin(const std::string& path, const std::string& log_identity);

  u64 position() const override { return position_; }
  void before(const Engine& engine, const Command& command) override;
  void after(const Engine& engine, const Command& command, const Outcome& outcome) override;
  Result<Done, Fault> commit() override;
  Result<Done, Fault> forget() override;

  std::vector<Trade> trades(const Select& select) const override;
  std::vector<EndedOrder> orders(const Select& select) const override;
  std::vector<Payment> payments(const Select& select) const override;
  std::vector<LogRow> log(const Select& select) const override;
  std::vector<PriceSample> index_prices(IndexId index, Time from, Time to) const override;
  std::vector<PriceSample> marks(InstrumentId instrument, Time from, Time to) const override;
  std::string command_at(u64 position) const override;
  void keep_notes(std::vector<Note> notes, bool anew) override;
  std::vector<Note> notes() const override;
  void keep_label(AccountId account, OrderId order, Time at, std::string label) override;
  std::string label(AccountId account, OrderId order, Time at) const override;
  std::vector<EndedOrder> labelled(AccountId account, const std::string& label, u32 limit) const override;

 private:
  struct Query;
  void write_batches();
  void hand_over() const;
  void wait_until_written() const;
  FillSum past_fills(AccountId account, const Order& order) const;
  std::string with_labels(const Select& select, const char* label) const;
  std::string read_label(AccountId account, OrderId order, Time at) const;
  void load_open_labels();
  u64 first_at_or_after(Time time) const;
  Statement& query(const std::string& sql) const;
  std::vector<PriceSample> prices(Sampled kind, u32 number, Time from, Time to) const;
  bool limit_keys(const Select& select, Query& query, bool parts) const;
  Statement& run(Query& query, const Select& select) const;

  std::unique_ptr<Database> database_;
  Tables tables_;
  mutable std::unordered_map<std::string, std::unique_ptr<Statement>> queries_;

  Recorder recorder_;
  PriceSampler sampler_;
  bool has_labels_ = false;
  std::map<std::pair<AccountId, OrderId>, std::string> open_labels_;  // of orders that are open
  u64 position_ = 0;
  bool broken_ = false;     // a fault was told
  bool recording_ = false;  // between before() and after(), of this command:
  u64 position_now_ = 0;
  const Command* inner_ = nullptr;  // what was asked for; of a Request or Instruction it is inside asked_
  Asked asked_;
  Rows rows_;
  mutable Batch batch_;  // what was not handed over yet

  std::thread thread_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable std::deque<Batch> waiting_;  // what follows is under the mutex
  mutable std::size_t commands_waiting_ = 0;
  bool writing_ = false;
  bool stopping_ = false;
  std::optional<Fault> fault_;
};

}  // namespace lockstep::history
