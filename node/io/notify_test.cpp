// Against a socket that stands for the service manager's.
#include "node/io/notify.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>

namespace lockstep {
namespace {

// Listens in the abstract name space, which needs no file.
struct Manager {
  std::string name = "@lockstep-notify-test-" + std::to_string(::getpid());
  int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  Manager() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, name.size());
    address.sun_path[0] = 0;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), size), 0);
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
  }
  ~Manager() {
    ::close(fd);
    for (const char* variable : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(variable);
  }
  std::string heard() const {
    char text[256];
    const ssize_t size = ::recv(fd, text, sizeof text, MSG_DONTWAIT);
    return size < 0 ? "" : std::string(text, static_cast<std::size_t>(size));
  }
};

TEST(Notify, SaysWhatSystemdReads) {
  const Manager manager;
  const Notifier notifier;
  EXPECT_TRUE(notifier.ready("at 5\nREADY=0"));
  EXPECT_EQ(manager.heard(), "READY=1\nSTATUS=at 5 READY=0");
  EXPECT_TRUE(notifier.status("at 6"));
  EXPECT_EQ(manager.heard(), "STATUS=at 6");
  EXPECT_TRUE(notifier.alive());
  EXPECT_EQ(manager.heard(), "WATCHDOG=1");
  EXPECT_TRUE(notifier.stopping());
  EXPECT_EQ(manager.heard(), "STOPPING=1");
}

TEST(Notify, IsQuietWithoutAManager) {
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_FALSE(Notifier().ready("up"));
  EXPECT_EQ(Notifier().watchdog_us(), 0);
  for (const std::string& socket :
       {std::string("@nobody-listens-here"), std::string("/"), std::string(200, 'a')}) {
    ::setenv("NOTIFY_SOCKET", socket.c_str(), 1);
    EXPECT_FALSE(Notifier().alive());
  }
  ::unsetenv("NOTIFY_SOCKET");
}

TEST(Notify, NeverWaitsForAManagerThatDoesNotRead) {
  const Manager manager;
  const Notifier notifier;
  int sent = 0;
  while (sent < 1'000'000 && notifier.alive()) ++sent;
  EXPECT_LT(sent, 1'000'000);
}

TEST(Notify, WatchesThisProcessOnly) {
  const Manager manager;
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  EXPECT_EQ(Notifier().watchdog_us(), 30'000'000);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  EXPECT_EQ(Notifier().watchdog_us(), 30'000'000);
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_EQ(Notifier().watchdog_us(), 0);
}

}  // namespace
}  // namespace lockstep
