#include "node/io/notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace lockstep {
namespace {

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// A line break would begin another assignment.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

Notifier::Notifier() : socket_(variable("NOTIFY_SOCKET")) {
  const std::string pid = variable("WATCHDOG_PID");
  if (pid.empty() || pid == std::to_string(::getpid())) {
    watchdog_us_ = std::max(i64{0}, i64{std::atoll(variable("WATCHDOG_USEC").c_str())});
  }
}

bool Notifier::ready(const std::string& status) const { return send("READY=1\nSTATUS=" + one_line(status)); }
bool Notifier::stopping() const { return send("STOPPING=1"); }
bool Notifier::status(const std::string& line) const { return send("STATUS=" + one_line(line)); }
bool Notifier::alive() const { return send("WATCHDOG=1"); }

bool Notifier::send(const std::string& text) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_.size() < 2 || socket_.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (socket_[0] == '@') address.sun_path[0] = 0;  // the abstract name space
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  // Never waits: a manager that does not read must not stop the service.
  const ssize_t sent = ::sendto(fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                                reinterpret_cast<const sockaddr*>(&address), size);
  ::close(fd);
  return sent == static_cast<ssize_t>(text.size());
}

}  // namespace lockstep
