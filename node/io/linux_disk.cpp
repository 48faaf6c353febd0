// Preallocation does both: fallocate, so that a full disk shows at once and in one call, and then zeros, so
// that a later write changes no metadata and its fdatasync is one write to the disk.  (An allocated but
// unwritten extent would be converted, through the file system's journal, by the first sync after each
// write.)
#include "node/io/linux_disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace lockstep {
namespace {

constexpr std::size_t zeros_size = 1 << 20;

Fault fault_of_errno(const char* call, const std::string& path) {
  const int error = errno;
  FaultKind kind = FaultKind::other;
  switch (error) {
    case ENOENT: kind = FaultKind::not_found; break;
    case ENOSPC:
    case EDQUOT: kind = FaultKind::no_space; break;
    case EACCES:
    case EPERM:
    case EROFS: kind = FaultKind::permission; break;
    case EWOULDBLOCK: kind = FaultKind::busy; break;
    default: break;
  }
  return {std::string(call) + " " + path + ": " + std::generic_category().message(error), kind};
}

template <class Call>
auto repeat(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

// An open file descriptor; closing it never loses data that sync() has promised.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

class LinuxLock final : public Lock {
 public:
  explicit LinuxLock(int number) : descriptor_(number) {}

 private:
  Descriptor descriptor_;
};

class LinuxFile final : public File {
 public:
  LinuxFile(int number, std::string path) : descriptor_(number), path_(std::move(path)) {}

  Result<std::size_t, Fault> pread(u64 offset, std::span<u8> out) override {
    std::size_t done = 0;
    while (done < out.size()) {
      const ssize_t got = repeat([&] {
        return ::pread(descriptor_.number(), out.data() + done, out.size() - done,
                       static_cast<off_t>(offset + done));
      });
      if (got < 0) return fault_of_errno("read", path_);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  Result<Done, Fault> pwrite(u64 offset, std::span<const u8> data) override {
    std::size_t done = 0;
    while (done < data.size()) {
      const ssize_t put = repeat([&] {
        return ::pwrite(descriptor_.number(), data.data() + done, data.size() - done,
                        static_cast<off_t>(offset + done));
      });
      if (put < 0) return fault_of_errno("write", path_);
      done += static_cast<std::size_t>(put);
    }
    return Done{};
  }

  Result<Done, Fault> preallocate(u64 size_new) override {
    const Result<u64, Fault> size_old = size();
    if (!size_old) return size_old.error();
    if (size_old.value() >= size_new) return Done{};
    const int got = repeat([&] {
      return ::fallocate(descriptor_.number(), 0, static_cast<off_t>(size_old.value()),
                         static_cast<off_t>(size_new - size_old.value()));
    });
    if (got < 0 && errno != EOPNOTSUPP) return fault_of_errno("allocate", path_);
    const std::vector<u8> zeros(std::min<u64>(zeros_size, size_new - size_old.value()));
    for (u64 at = size_old.value(); at < size_new; at += zeros.size()) {
      const Result<Done, Fault> put =
          pwrite(at, std::span(zeros).first(std::min(zeros.size(), size_new - at)));
      if (!put) return put;
    }
    return Done{};
  }

  Result<Done, Fault> truncate(u64 size_new) override {
    if (repeat([&] { return ::ftruncate(descriptor_.number(), static_cast<off_t>(size_new)); }) < 0) {
      return fault_of_errno("truncate", path_);
    }
    return Done{};
  }

  // Not repeated on EINTR or anything else: after one failure the kernel may report success for lost pages.
  Result<Done, Fault> sync() override {
    if (::fdatasync(descriptor_.number()) < 0) return fault_of_errno("sync", path_);
    return Done{};
  }

  Result<u64, Fault> size() override {
    struct stat status {};
    if (::fstat(descriptor_.number(), &status) < 0) return fault_of_errno("inspect", path_);
    return static_cast<u64>(status.st_size);
  }

 private:
  Descriptor descriptor_;
  std::string path_;
};

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Result<std::unique_ptr<File>, Fault> LinuxDisk::open(const std::string& path, OpenMode mode) {
  int flags = O_CLOEXEC;
  if (mode == OpenMode::read) flags |= O_RDONLY;
  if (mode == OpenMode::write) flags |= O_RDWR;
  if (mode == OpenMode::create) flags |= O_RDWR | O_CREAT | O_TRUNC;
  const int number = repeat([&] { return ::open(path.c_str(), flags, 0644); });
  if (number < 0) return fault_of_errno(mode == OpenMode::create ? "create" : "open", path);
  return std::unique_ptr<File>(std::make_unique<LinuxFile>(number, path));
}

Result<Done, Fault> LinuxDisk::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) < 0) return fault_of_errno("rename", from);
  return Done{};
}

Result<Done, Fault> LinuxDisk::remove(const std::string& path) {
  if (::unlink(path.c_str()) < 0) return fault_of_errno("remove", path);
  return Done{};
}

Result<std::vector<std::string>, Fault> LinuxDisk::list(const std::string& folder) {
  DIR* stream = ::opendir(folder.c_str());
  if (stream == nullptr) return fault_of_errno("list", folder);
  std::vector<std::string> names;
  errno = 0;
  for (const dirent* entry = ::readdir(stream); entry != nullptr; entry = ::readdir(stream)) {
    const std::string name = static_cast<const char*>(entry->d_name);
    if (name != "." && name != "..") names.push_back(name);
  }
  const int error = errno;
  ::closedir(stream);
  errno = error;
  if (error != 0) return fault_of_errno("list", folder);
  std::sort(names.begin(), names.end());
  return names;
}

Result<Done, Fault> LinuxDisk::make_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0755) == 0) return sync_folder(parent_of(folder));
  if (errno == ENOENT && parent_of(folder) != folder) {
    const Result<Done, Fault> parent = make_folder(parent_of(folder));
    if (!parent) return parent;
    if (::mkdir(folder.c_str(), 0755) == 0) return sync_folder(parent_of(folder));
  }
  if (errno != EEXIST) return fault_of_errno("create folder", folder);
  struct stat status {};
  if (::stat(folder.c_str(), &status) < 0) return fault_of_errno("inspect", folder);
  if (!S_ISDIR(status.st_mode)) {
    errno = ENOTDIR;
    return fault_of_errno("create folder", folder);
  }
  return Done{};
}

Result<Done, Fault> LinuxDisk::sync_folder(const std::string& folder) {
  const Descriptor descriptor(
      repeat([&] { return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (descriptor.number() < 0) return fault_of_errno("open folder", folder);
  if (::fsync(descriptor.number()) < 0) return fault_of_errno("sync folder", folder);
  return Done{};
}

Result<std::unique_ptr<Lock>, Fault> LinuxDisk::lock(const std::string& path) {
  const int number = repeat([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644); });
  if (number < 0) return fault_of_errno("create", path);
  std::unique_ptr<Lock> lock = std::make_unique<LinuxLock>(number);
  if (::flock(number, LOCK_EX | LOCK_NB) < 0) return fault_of_errno("lock", path);
  return lock;
}

}  // namespace lockstep
