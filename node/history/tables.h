// Rows into the database: its tables, and one transaction for each batch of rows together with the position
// up to which they go.  Private to node/history.
//
// A row's key is position * 2^20 + part, so rows lie in the order of the log and a cursor is a range of
// keys.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "node/history/record.h"
#include "node/history/samples.h"
#include "node/history/sqlite.h"

namespace lockstep::history {

constexpr int part_bits = 20;

// A command, for the table `log`.
struct LogEntry {
  u64 position = 0;
  Time time;
  std::size_t command = 0;  // its tag; of what was asked for
  AccountId account;
  Refusal refusal = Refusal::none;
  std::string by;
  std::size_t text_end = 0, bytes_end = 0;  // in the batch; they begin where those of the entry before end
};

// A label of an order; empty: an order that has none took the number of one that has.
struct LabelRow {
  AccountId account;
  OrderId order = 0;
  Time at;
  std::string label;
};

struct Batch {
  Rows rows;
  std::vector<PriceRow> prices;
  std::vector<LabelRow> labels;
  std::vector<Note> notes;
  bool notes_anew = false;
  std::vector<LogEntry> log;
  std::string text;  // the lines of all entries
  Bytes bytes;       // the encodings of all commands, as the log has them
  u64 position = 0;  // behind the last of them
  bool empty() const { return log.empty() && labels.empty() && notes.empty() && !notes_anew; }
};

// Fills, prices, ticks and observations come too often for an index by command, and are found at once.
constexpr std::string_view rare_commands = "command not in (15, 16, 17, 18, 19, 26, 27)";
constexpr bool is_frequent(std::size_t tag) { return (tag >= 15 && tag <= 19) || tag == 26 || tag == 27; }

class Tables {
 public:
  explicit Tables(Database& database) : db_(database) {}
  // Takes the tables that are there, or makes them anew if they are of another version or another log.
  void begin(const std::string& log_identity);
  void forget();
  void write(const Batch& batch);

  u64 position() const { return position_; }
  std::vector<PriceRow> latest_prices() const;
  bool has_labels() const { return has_labels_; }  // as of begin()
  i64 number_of(const std::string& word) const;    // 0: it was never used
  std::string word_of(i64 number) const;

 private:
  void make_tables();
  void prepare();
  void write(const Trade& row);
  void write(const EndedOrder& row);
  void write(const Payment& row);
  void write(const PriceRow& row);
  void drop_prices(Time now);
  void write(const LabelRow& row);
  void write(const LogEntry& row, std::string_view text, std::span<const u8> bytes);
  i64 add_word(const std::string& word);

  Database& db_;
  std::string log_identity_;
  u64 position_ = 0;
  std::unique_ptr<Statement> begin_, end_, keep_position_, add_trade_, add_order_, add_payment_, add_log_,
      add_word_, add_price_, drop_prices_, add_label_, end_label_, add_note_, drop_notes_;
  bool has_labels_ = false;
  std::map<std::pair<Sampled, u32>, Time> sampled_;  // what has samples, and its latest
  Time dropped_at_;                                  // of the log: when old samples were dropped last
  std::map<std::string, i64> words_;
  std::map<i64, std::string> words_by_number_;
};

}  // namespace lockstep::history
