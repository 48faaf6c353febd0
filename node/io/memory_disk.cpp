#include "node/io/memory_disk.h"

#include <algorithm>

namespace lockstep {
namespace {

// The part `from`..`to` of a change, done to `bytes`.
void apply_part(Bytes& bytes, const MemoryDisk::Change& change, std::size_t from, std::size_t to) {
  if (change.resize) {
    bytes.resize(change.offset);
    return;
  }
  if (from >= to) return;
  bytes.resize(std::max<std::size_t>(bytes.size(), change.offset + to));
  std::copy(change.data.begin() + static_cast<std::ptrdiff_t>(from),
            change.data.begin() + static_cast<std::ptrdiff_t>(to),
            bytes.begin() + static_cast<std::ptrdiff_t>(change.offset + from));
}

// What a power cut leaves of one change: all, nothing, a prefix, or each piece of 1 to 64 bytes with even
// chance.
void apply_torn(Bytes& bytes, const MemoryDisk::Change& change, Prng& prng) {
  const std::size_t size = change.data.size();
  switch (prng.below(4)) {
    case 0: apply_part(bytes, change, 0, size); break;
    case 1: break;
    case 2:
      if (!change.resize) apply_part(bytes, change, 0, prng.below(size + 1));
      break;
    default:
      for (std::size_t at = 0; at < size;) {
        const std::size_t end = std::min(size, at + 1 + prng.below(64));
        if (prng.chance(1, 2)) apply_part(bytes, change, at, end);
        at = end;
      }
  }
}

template <class Names>
void apply_names(Names& names, const Names& change) {
  for (const auto& [path, node] : change) {
    if (node == nullptr) {
      names.erase(path);
    } else {
      names[path] = node;
    }
  }
}

class MemoryLock final : public Lock {
 public:
  MemoryLock(MemoryDisk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
  ~MemoryLock() override { disk_.unlock(path_); }

 private:
  MemoryDisk& disk_;
  std::string path_;
};

class MemoryFile final : public File {
 public:
  MemoryFile(MemoryDisk& disk, std::shared_ptr<MemoryDisk::Node> node, std::string path)
      : disk_(disk), node_(std::move(node)), path_(std::move(path)) {}

  Result<std::size_t, Fault> pread(u64 offset, std::span<u8> out) override {
    const Result<Done, Fault> begun = disk_.begin_call("read", path_);
    if (!begun) return begun.error();
    if (offset >= node_->now.size()) return std::size_t{0};
    const std::size_t count = std::min<std::size_t>(out.size(), node_->now.size() - offset);
    std::copy_n(node_->now.begin() + static_cast<std::ptrdiff_t>(offset), count, out.begin());
    return count;
  }
  Result<Done, Fault> pwrite(u64 offset, std::span<const u8> data) override {
    return change("write", {offset, Bytes(data.begin(), data.end()), false}, offset + data.size());
  }
  Result<Done, Fault> preallocate(u64 size_new) override {
    if (size_new <= node_->now.size()) return Done{};
    return change("allocate", {size_new, {}, true}, size_new);
  }
  Result<Done, Fault> truncate(u64 size_new) override {
    return change("truncate", {size_new, {}, true}, size_new);
  }
  Result<Done, Fault> sync() override {
    const Result<Done, Fault> begun = disk_.begin_call("sync", path_);
    if (!begun) {
      if (disk_.calls % 2 == 0) return begun;
      std::erase_if(node_->changes, [](const MemoryDisk::Change& change) { return !change.resize; });
      return begun;
    }
    for (const MemoryDisk::Change& change : node_->changes) {
      apply_part(node_->durable, change, 0, change.data.size());
    }
    node_->changes.clear();
    return Done{};
  }
  Result<u64, Fault> size() override { return u64{node_->now.size()}; }

 private:
  Result<Done, Fault> change(const char* call, MemoryDisk::Change change, u64 end) {
    const Result<Done, Fault> begun = disk_.begin_call(call, path_);
    if (!begun) return begun;
    const u64 growth = end > node_->now.size() ? end - node_->now.size() : 0;
    if (growth > 0 && disk_.used() + growth > disk_.capacity) {
      return Fault{std::string(call) + " " + path_ + ": No space left on device", FaultKind::no_space};
    }
    apply_part(node_->now, change, 0, change.data.size());
    node_->changes.push_back(std::move(change));
    return Done{};
  }

  MemoryDisk& disk_;
  std::shared_ptr<MemoryDisk::Node> node_;
  std::string path_;
};

}  // namespace

MemoryDisk::MemoryDisk(const MemoryDisk& other) : Disk() {
  for (const auto& [path, node] : other.names_) set_content(path, node->now);
}

void MemoryDisk::change_names(Names change) {
  apply_names(names_, change);
  name_changes_.push_back(std::move(change));
}

Result<Done, Fault> MemoryDisk::begin_call(const char* call, const std::string& path) {
  if (calls++ < fail_from) return Done{};
  return Fault{std::string(call) + " " + path + ": Input/output error"};
}

u64 MemoryDisk::used() const {
  u64 sum = 0;
  for (const auto& [path, node] : names_) sum += node->now.size();
  return sum;
}

Result<std::unique_ptr<File>, Fault> MemoryDisk::open(const std::string& path, OpenMode mode) {
  const Result<Done, Fault> begun = begin_call(mode == OpenMode::create ? "create" : "open", path);
  if (!begun) return begun.error();
  if (mode == OpenMode::create) {
    change_names({{path, std::make_shared<Node>()}});
  } else if (!names_.contains(path)) {
    return Fault{"open " + path + ": No such file or directory", FaultKind::not_found};
  }
  return std::unique_ptr<File>(std::make_unique<MemoryFile>(*this, names_[path], path));
}

Result<Done, Fault> MemoryDisk::rename(const std::string& from, const std::string& to) {
  const Result<Done, Fault> begun = begin_call("rename", from);
  if (!begun) return begun;
  if (!names_.contains(from))
    return Fault{"rename " + from + ": No such file or directory", FaultKind::not_found};
  change_names({{to, names_[from]}, {from, nullptr}});
  return Done{};
}

Result<Done, Fault> MemoryDisk::remove(const std::string& path) {
  const Result<Done, Fault> begun = begin_call("remove", path);
  if (!begun) return begun;
  if (!names_.contains(path)) {
    return Fault{"remove " + path + ": No such file or directory", FaultKind::not_found};
  }
  change_names({{path, nullptr}});
  return Done{};
}

Result<std::vector<std::string>, Fault> MemoryDisk::list(const std::string& folder) {
  const Result<Done, Fault> begun = begin_call("list", folder);
  if (!begun) return begun.error();
  std::vector<std::string> names;
  for (const auto& [path, node] : names_) {
    if (path.starts_with(folder + "/") && path.find('/', folder.size() + 1) == std::string::npos) {
      names.push_back(path.substr(folder.size() + 1));
    }
  }
  return names;
}

Result<Done, Fault> MemoryDisk::sync_folder(const std::string& folder) {
  const Result<Done, Fault> begun = begin_call("sync folder", folder);
  if (!begun) return begun;
  names_durable_ = names_;
  name_changes_.clear();
  return Done{};
}

Result<std::unique_ptr<Lock>, Fault> MemoryDisk::lock(const std::string& path) {
  const Result<Done, Fault> begun = begin_call("lock", path);
  if (!begun) return begun.error();
  if (!locked_.insert(path).second) {
    return Fault{"lock " + path + ": Resource temporarily unavailable", FaultKind::busy};
  }
  return std::unique_ptr<Lock>(std::make_unique<MemoryLock>(*this, path));
}

void MemoryDisk::crash(Prng& prng) {
  LS_ASSERT(locked_.empty());
  for (const Names& change : name_changes_) {
    if (prng.chance(1, 2)) apply_names(names_durable_, change);
  }
  names_ = names_durable_;
  name_changes_.clear();
  for (auto& [path, node] : names_) {
    for (const Change& change : node->changes) apply_torn(node->durable, change, prng);
    node->changes.clear();
    node->now = node->durable;
  }
  fail_from = ~u64{0};
}

Bytes MemoryDisk::content(const std::string& path) const {
  const auto found = names_.find(path);
  LS_ASSERT(found != names_.end());
  return found->second->now;
}

void MemoryDisk::set_content(const std::string& path, Bytes bytes) {
  const auto node = std::make_shared<Node>();
  node->durable = bytes;
  node->now = std::move(bytes);
  names_[path] = node;
  names_durable_[path] = node;
}

}  // namespace lockstep
