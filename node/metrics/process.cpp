// Of this process, what its metrics say: proc(5).
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "node/metrics/metrics.h"

namespace lockstep::metrics {
namespace {

// Behind the name, which is in brackets and may hold anything: fields 3 and on.
std::istringstream stat_fields() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t end = line.rfind(')');
  return std::istringstream(end == line.npos ? std::string() : line.substr(end + 1));
}

double boot_seconds() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  }
  return 0;
}

}  // namespace

ProcessUse process_use() {
  ProcessUse use;
  const double ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  std::istringstream fields = stat_fields();
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  u64 user = 0, system = 0, started = 0;
  fields >> user >> system;
  for (int field = 16; field < 20; ++field) fields >> skipped;
  fields >> use.threads >> skipped >> started >> use.virtual_bytes;
  u64 pages = 0;
  fields >> pages;
  use.cpu_seconds = static_cast<double>(user + system) / ticks;
  use.start_seconds = boot_seconds() + static_cast<double>(started) / ticks;
  use.resident_bytes = pages * static_cast<u64>(::sysconf(_SC_PAGESIZE));
  std::error_code error;
  for (auto it = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    ++use.open_fds;
  }
  if (use.open_fds > 0) --use.open_fds;  // the one by which the folder was read
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) use.max_fds = limit.rlim_cur;
  return use;
}

}  // namespace lockstep::metrics
