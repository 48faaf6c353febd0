#include "node/history/sqlite.h"

#include <sqlite3.h>

#include "core/base/bytes.h"

namespace lockstep::history {

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::integer(i64 value) {
  if (statement_ != nullptr) sqlite3_bind_int64(statement_, ++bound_, value);
  return *this;
}

Statement& Statement::wide(i128 value) {
  if (value >= INT64_MIN && value <= INT64_MAX) return integer(static_cast<i64>(value));
  u8 bytes[16];
  store_little(bytes, value);
  return blob(bytes);
}

Statement& Statement::text(std::string_view value) {
  if (statement_ == nullptr) return *this;
  sqlite3_bind_text(statement_, ++bound_, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::blob(std::span<const u8> value) {
  if (statement_ == nullptr) return *this;
  sqlite3_bind_blob(statement_, ++bound_, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
  return *this;
}

bool Statement::step() {
  if (statement_ == nullptr || database_->fault() != nullptr) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_->note(code, "write or read");
  return false;
}

void Statement::reset() {
  if (statement_ != nullptr) sqlite3_reset(statement_);
  bound_ = 0;
}

i64 Statement::integer_at(int column) const { return sqlite3_column_int64(statement_, column); }

i128 Statement::wide_at(int column) const {
  if (sqlite3_column_type(statement_, column) != SQLITE_BLOB) return integer_at(column);
  const std::span<const u8> bytes = blob_at(column);
  return bytes.size() == 16 ? load_little<i128>(bytes.data()) : i128{0};
}

std::string Statement::text_at(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_, column);
  if (text == nullptr) return {};
  return std::string(reinterpret_cast<const char*>(text),
                     static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::span<const u8> Statement::blob_at(int column) const {
  const auto* bytes = static_cast<const u8*>(sqlite3_column_blob(statement_, column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Result<std::unique_ptr<Database>, Fault> Database::open(const std::string& path) {
  std::unique_ptr<Database> database(new Database);
  database->path_ = path;
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const std::string name = path.empty() ? ":memory:" : path;
  const int code = sqlite3_open_v2(name.c_str(), &database->handle_, flags, nullptr);
  if (code != SQLITE_OK) {
    database->note(code, "open");
    return database->fault_;
  }
  sqlite3_busy_timeout(database->handle_, 2'000);
  return database;
}

Database::~Database() { sqlite3_close(handle_); }

std::unique_ptr<Statement> Database::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (!broken_) {
    const int code = sqlite3_prepare_v3(handle_, sql.c_str(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) note(code, "prepare");
  }
  return std::make_unique<Statement>(*this, statement);
}

void Database::execute(const std::string& sql) {
  if (broken_) return;
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) note(code, "write");
}

void Database::abandon() { sqlite3_exec(handle_, "rollback", nullptr, nullptr, nullptr); }

i64 Database::number(const std::string& sql) {
  const std::unique_ptr<Statement> statement = prepare(sql);
  return statement->step() ? statement->integer_at(0) : 0;
}

void Database::note(int code, std::string_view doing) {
  if (broken_) return;
  broken_ = true;
  const std::string where = path_.empty() ? "history in memory" : path_;
  fault_.what = where + ": cannot " + std::string(doing) +
                " the history: " + (handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code)) +
                "; the log is whole, and the file can be removed to be filled from it again";
  fault_.kind = FaultKind::other;
  if ((code & 0xff) == SQLITE_FULL) fault_.kind = FaultKind::no_space;
  if ((code & 0xff) == SQLITE_BUSY) fault_.kind = FaultKind::busy;
  if ((code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB) fault_.kind = FaultKind::corrupt;
  if ((code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_PERM || (code & 0xff) == SQLITE_READONLY) {
    fault_.kind = FaultKind::permission;
  }
}

}  // namespace lockstep::history
