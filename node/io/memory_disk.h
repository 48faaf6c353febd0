// MemoryDisk: a Disk that can lose power.  Each file holds what is durable and, in order, what was done since
// its last sync; each folder change since the last sync_folder is remembered likewise (all folders as one).
// crash() keeps an arbitrary part of that: whole operations, none, prefixes, or scattered pieces of a write,
// and some moment in the history of the names.  That is harsher than a real disk, never kinder.
//
// Faults: a capacity in bytes (no_space), and `fail_from`: every call from the n-th on is an input/output
// error, which is also how a test stops a process between any two calls.
#pragma once

#include <map>
#include <set>

#include "core/base/prng.h"
#include "node/io/disk.h"

namespace lockstep {

class MemoryDisk final : public Disk {
 public:
  MemoryDisk() = default;
  MemoryDisk(const MemoryDisk& other);  // the files as they are now, all durable; no locks, no faults
  MemoryDisk& operator=(const MemoryDisk&) = delete;

  Result<std::unique_ptr<File>, Fault> open(const std::string& path, OpenMode mode) override;
  Result<Done, Fault> rename(const std::string& from, const std::string& to) override;
  Result<Done, Fault> remove(const std::string& path) override;
  Result<std::vector<std::string>, Fault> list(const std::string& folder) override;
  Result<Done, Fault> make_folder(const std::string&) override { return Done{}; }
  Result<Done, Fault> sync_folder(const std::string&) override;
  Result<std::unique_ptr<Lock>, Fault> lock(const std::string& path) override;

  // Power cut: files and names fall back to what is durable plus a random part of the rest; locks and faults
  // are gone.  Every File and Lock of before must have been destroyed.
  void crash(Prng& prng);

  // The present content of a file, for tests to look at and to damage; a change counts as durable.
  Bytes content(const std::string& path) const;
  void set_content(const std::string& path, Bytes bytes);

  u64 capacity = ~u64{0};   // bytes, over all files
  u64 calls = 0;            // made so far
  u64 fail_from = ~u64{0};  // calls from this count on fail

  struct Change {  // to one file since its last sync: a write, or a new size
    u64 offset;
    Bytes data;
    bool resize;
  };
  struct Node {
    Bytes durable;
    Bytes now;
    std::vector<Change> changes;
  };
  // For the files and locks this disk hands out.
  Result<Done, Fault> begin_call(const char* call, const std::string& path);
  u64 used() const;
  void unlock(const std::string& path) { locked_.erase(path); }

 private:
  using Names = std::map<std::string, std::shared_ptr<Node>>;
  void change_names(Names change);

  Names names_;
  Names names_durable_;
  std::vector<Names> name_changes_;  // since the last sync_folder; a null node: the name went away
  std::set<std::string> locked_;
};

}  // namespace lockstep
