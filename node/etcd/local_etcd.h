// LocalEtcd: an etcd cluster on free loopback ports of this machine, for as long as the object lives: for
// tests, and for trying a cluster out.  Each member can be killed, paused and started again.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/base/int.h"

namespace lockstep {

struct LocalEtcdOptions {
  int members = 3;
  std::string folder = {};  // of the data; empty: a temporary one, which is removed at the end
  std::string tls =
      {};  // a folder with ca.pem, server.pem and server.key; clients must then show a certificate
           // of that authority
  std::string quota_bytes = "8589934592";
};

class LocalEtcd {
 public:
  explicit LocalEtcd(LocalEtcdOptions options);
  ~LocalEtcd();  // kills them
  LocalEtcd(const LocalEtcd&) = delete;
  LocalEtcd& operator=(const LocalEtcd&) = delete;

  // host:port of every member
  const std::vector<std::string>& members() const { return clients_; }
  void signal(std::size_t member, int number) const;  // SIGKILL, SIGSTOP, SIGCONT
  void start(std::size_t member);
  // Until a member says that there is a leader; false: not within ten seconds.
  bool wait_until_ready() const;
  // Asks all to end, and waits until they have.
  void stop();

 private:
  LocalEtcdOptions options_;
  std::string folder_;
  std::vector<std::string> clients_, peers_;
  std::vector<pid_t> pids_;
};

// Free when it was asked; the server that is told it takes it a moment later.
int free_port();

}  // namespace lockstep
