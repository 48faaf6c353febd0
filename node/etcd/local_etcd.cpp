#include "node/etcd/local_etcd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "node/etcd/etcd_store.h"

namespace lockstep {

int free_port() {
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

LocalEtcd::LocalEtcd(LocalEtcdOptions options) : options_(std::move(options)), folder_(options_.folder) {
  if (folder_.empty()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "lockstep-etcd-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  // Members know each other by their ports, so a folder that is used again has them.
  std::ifstream known(folder_ + "/ports");
  std::ofstream ports;
  for (int i = 0; i < options_.members; ++i) {
    int client = 0, peer = 0;
    if (!(known >> client >> peer)) {
      client = free_port();
      peer = free_port();
      if (!ports.is_open()) ports.open(folder_ + "/ports", std::ios::app);
      ports << client << " " << peer << "\n";
    }
    clients_.push_back("127.0.0.1:" + std::to_string(client));
    peers_.push_back("127.0.0.1:" + std::to_string(peer));
  }
  ports.close();
  pids_.resize(clients_.size(), 0);
  for (std::size_t i = 0; i < clients_.size(); ++i) start(i);
}

LocalEtcd::~LocalEtcd() {
  for (const pid_t pid : pids_) {
    if (pid == 0) continue;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  if (options_.folder.empty()) std::filesystem::remove_all(folder_);
}

void LocalEtcd::stop() {
  for (const pid_t pid : pids_) {
    if (pid != 0) ::kill(pid, SIGTERM);
  }
  // The last ones have no quorum any more and would wait for it; what they acknowledged is on disk.
  for (int waited = 0; waited < 3'000; waited += 50) {
    for (pid_t& pid : pids_) {
      if (pid != 0 && ::waitpid(pid, nullptr, WNOHANG) != 0) pid = 0;
    }
    if (std::count(pids_.begin(), pids_.end(), 0) == static_cast<std::ptrdiff_t>(pids_.size())) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  for (pid_t& pid : pids_) {
    if (pid == 0) continue;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    pid = 0;
  }
}

void LocalEtcd::signal(std::size_t member, int number) const { ::kill(pids_[member], number); }

void LocalEtcd::start(std::size_t member) {
  if (pids_[member] != 0) ::waitpid(pids_[member], nullptr, 0);
  std::string all;
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    all += (i == 0 ? "m" : ",m") + std::to_string(i) + "=http://" + peers_[i];
  }
  const std::string name = "m" + std::to_string(member);
  const std::string scheme = options_.tls.empty() ? "http://" : "https://";
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
                                    options_.quota_bytes,
                                    "--max-request-bytes",
                                    "8388608",
                                    "--log-level",
                                    "error"};
  if (!options_.tls.empty()) {
    for (const std::string& word :
         {std::string("--client-cert-auth"), "--trusted-ca-file=" + options_.tls + "/ca.pem",
          "--cert-file=" + options_.tls + "/server.pem", "--key-file=" + options_.tls + "/server.key"}) {
      words.push_back(word);
    }
  }
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // whoever is killed leaves no server behind
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

bool LocalEtcd::wait_until_ready() const {
  EtcdOptions options{clients_, 500, "", "", "", "", ""};
  if (!options_.tls.empty())
    options.ca = options_.tls + "/ca.pem", options.certificate = options_.tls + "/client.pem",
    options.key = options_.tls + "/client.key";
  const auto store = open_etcd(options).value();
  for (int i = 0; i < 100; ++i) {
    if (store->read({"/", "0", 1, false, false})) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

}  // namespace lockstep
