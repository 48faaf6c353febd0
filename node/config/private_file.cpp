#include "node/config/private_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "node/io/linux_disk.h"

namespace lockstep::config {

Result<Done, Fault> check_private(const std::string& path, const Environment& environment) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return Fault{path + ": " + std::strerror(errno)};
  const auto credentials = environment.find("CREDENTIALS_DIRECTORY");
  const bool handed_over = credentials != environment.end() && !credentials->second.empty() &&
                           path.starts_with(credentials->second + "/");
  if ((status.st_mode & (handed_over ? S_IRWXO : S_IRWXG | S_IRWXO)) != 0) {
    return Fault{path + ": has a secret and can be used by others; chmod 600 " + path, FaultKind::permission};
  }
  if (status.st_uid != ::geteuid() && status.st_uid != 0) {
    return Fault{path + ": has a secret and belongs to another user; it must belong to the service's or root",
                 FaultKind::permission};
  }
  return Done{};
}

Result<std::string, Fault> read_secret(const std::string& path, const Environment& environment) {
  Result<Done, Fault> is_private = check_private(path, environment);
  if (!is_private) return is_private.error();
  LinuxDisk disk;
  const Result<Bytes, Fault> bytes = read_file(disk, path, 4'096);
  if (!bytes) return bytes.error();
  std::string text(bytes.value().begin(), bytes.value().end());
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

}  // namespace lockstep::config
