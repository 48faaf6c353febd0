// The few calls of SQLite that this module needs.  A database that failed stays failed: the first fault is
// kept and every later call does nothing, so that callers ask once, at the end.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/base/int.h"
#include "core/base/result.h"
#include "node/io/fault.h"

struct sqlite3;
struct sqlite3_stmt;

namespace lockstep::history {

// A prepared statement.  Values are bound in order, each `?` once; then step() until it is false.  The next
// bind() begins anew.
class Statement {
 public:
  Statement(class Database& database, sqlite3_stmt* statement)
      : database_(&database), statement_(statement) {}
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& integer(i64 value);
  Statement& number(u64 value) { return integer(static_cast<i64>(value)); }  // as the same 64 bits
  Statement& wide(i128 value);  // an integer where it fits, else its 16 bytes
  Statement& text(std::string_view value);
  Statement& blob(std::span<const u8> value);
  // A row is there to be read; false: the end, or a fault of the database.
  bool step();
  void run() { (void)step(), reset(); }
  void reset();

  // Any integer, unit, id (none: -1) or enum.
  template <class T>
  Statement& value(const T& x) {
    if constexpr (requires { x.raw(); }) {
      return wide(x.raw());
    } else if constexpr (requires { x.is_none(); }) {
      return integer(x.is_none() ? i64{-1} : i64{x.index});
    } else {
      return integer(static_cast<i64>(x));
    }
  }

  // Of the row; columns count from 0.
  i64 integer_at(int column) const;
  i128 wide_at(int column) const;
  template <class T>
  T value_at(int column) const {
    if constexpr (requires(T x) { x.raw(); }) {
      return T::from_raw(static_cast<typename T::rep>(wide_at(column)));
    } else if constexpr (requires(T x) { x.is_none(); }) {
      const i64 index = integer_at(column);
      return index < 0 ? T{} : T{static_cast<u32>(index)};
    } else {
      return static_cast<T>(integer_at(column));
    }
  }
  std::string text_at(int column) const;
  std::span<const u8> blob_at(int column) const;  // until the next step

 private:
  Database* database_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

class Database {
 public:
  // "": in memory.
  static Result<std::unique_ptr<Database>, Fault> open(const std::string& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  std::unique_ptr<Statement> prepare(const std::string& sql);
  void execute(const std::string& sql);  // several statements, without rows
  i64 number(const std::string& sql);    // of a query that has one; 0: no row
  void abandon();                        // the transaction of a database that failed: others may go on
  const Fault* fault() const { return broken_ ? &fault_ : nullptr; }
  void note(int code, std::string_view doing);  // remembers the first fault

 private:
  Database() = default;
  sqlite3* handle_ = nullptr;
  std::string path_;
  Fault fault_;
  bool broken_ = false;
};

}  // namespace lockstep::history
