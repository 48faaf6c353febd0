// An etcd cluster of one or three members on free loopback ports, for as long as this object lives; each
// member can be killed, paused and started again.  Data lies in a temporary folder.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace lockstep::testing {

class EtcdCluster {
 public:
  explicit EtcdCluster(int size);
  ~EtcdCluster();
  EtcdCluster(const EtcdCluster&) = delete;
  EtcdCluster& operator=(const EtcdCluster&) = delete;

  // host:port of every member
  const std::vector<std::string>& members() const { return clients_; }
  void signal(std::size_t member, int number) const;  // SIGKILL, SIGSTOP, SIGCONT
  void start(std::size_t member);
  // Until a member says that there is a leader; false: not within ten seconds.
  bool wait_until_ready() const;

 private:
  std::string folder_;
  std::vector<std::string> clients_, peers_;
  std::vector<pid_t> pids_;
};

}  // namespace lockstep::testing
