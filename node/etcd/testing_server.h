// An etcd cluster of one or three members on free loopback ports, for as long as this object lives; each
// member can be killed, paused and started again.  Data lies in a temporary folder.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "node/etcd/etcd_store.h"

namespace lockstep::testing {

class EtcdCluster {
 public:
  // tls: a folder with ca.pem, server.pem and server.key; clients must then show a certificate of that
  // authority.
  explicit EtcdCluster(int size, std::string tls = {}, std::string quota_bytes = "8589934592");
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
  std::string folder_, tls_, quota_bytes_;
  std::vector<std::string> clients_, peers_;
  std::vector<pid_t> pids_;
};

// Free when it was asked; the server that is told it takes it a moment later.
inline int free_port() {
  const int s = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(s, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(s, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(s);
  return ntohs(address.sin_port);
}

inline EtcdCluster::EtcdCluster(int size, std::string tls, std::string quota_bytes)
    : tls_(std::move(tls)), quota_bytes_(std::move(quota_bytes)) {
  std::string pattern = (std::filesystem::temp_directory_path() / "lockstep-etcd-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  for (int i = 0; i < size; ++i) {
    clients_.push_back("127.0.0.1:" + std::to_string(free_port()));
    peers_.push_back("127.0.0.1:" + std::to_string(free_port()));
  }
  pids_.resize(clients_.size(), 0);
  for (std::size_t i = 0; i < clients_.size(); ++i) start(i);
}

inline EtcdCluster::~EtcdCluster() {
  for (const pid_t pid : pids_) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  std::filesystem::remove_all(folder_);
}

inline void EtcdCluster::signal(std::size_t member, int number) const { ::kill(pids_[member], number); }

inline void EtcdCluster::start(std::size_t member) {
  if (pids_[member] != 0) ::waitpid(pids_[member], nullptr, 0);
  std::string all;
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    all += (i == 0 ? "m" : ",m") + std::to_string(i) + "=http://" + peers_[i];
  }
  const std::string name = "m" + std::to_string(member);
  const std::string scheme = tls_.empty() ? "http://" : "https://";
  std::vector<std::string> words = {"etcd",
                                    "--name",
                                    name,
                                    "--data-dir",
                                    folder_ + "/" + name,
                                    "--listen-client-urls",
                                    scheme + clients_[member],
                                    "--advertise-client-urls",
                                    scheme + clients_[member],
                                    "--listen-peer-urls",
                                    "http://" + peers_[member],
                                    "--initial-advertise-peer-urls",
                                    "http://" + peers_[member],
                                    "--initial-cluster",
                                    all,
                                    "--heartbeat-interval",
                                    "50",
                                    "--election-timeout",
                                    "500",
                                    "--pre-vote",
                                    "--quota-backend-bytes",
                                    quota_bytes_,
                                    "--max-request-bytes",
                                    "8388608",
                                    "--log-level",
                                    "error"};
  if (!tls_.empty()) {
    for (const std::string& word :
         {std::string("--client-cert-auth"), "--trusted-ca-file=" + tls_ + "/ca.pem",
          "--cert-file=" + tls_ + "/server.pem", "--key-file=" + tls_ + "/server.key"}) {
      words.push_back(word);
    }
  }
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is killed leaves no server behind
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const int nothing = ::open("/dev/null", O_WRONLY);
    ::dup2(nothing, 1);
    ::dup2(nothing, 2);
    ::execvp("etcd", arguments.data());
    ::_exit(127);
  }
  pids_[member] = pid;
}

inline bool EtcdCluster::wait_until_ready() const {
  EtcdOptions options{clients_, 500, "", "", "", "", ""};
  if (!tls_.empty())
    options.ca = tls_ + "/ca.pem", options.certificate = tls_ + "/client.pem",
    options.key = tls_ + "/client.key";
  const auto store = open_etcd(options).value();
  for (int i = 0; i < 100; ++i) {
    if (store->read({"/", "0", 1, false, false})) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

}  // namespace lockstep::testing
