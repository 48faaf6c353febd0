// `lockstep cluster up` and `status`: a cluster on this machine for trying out, and how a cluster is doing.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <random>
#include <thread>

#include "apps/lockstep/feed_source.h"
#include "apps/lockstep/options_sync.h"
#include "apps/lockstep/source.h"
#include "apps/lockstep/status.h"
#include "apps/lockstep/terminal.h"
#include "node/etcd/local_etcd.h"
#include "node/io/linux_disk.h"
#include "node/sync/operator.h"

namespace lockstep {
namespace {

constexpr const char* prefix = "/lockstep";
constexpr i64 answer_us = 20'000'000;

struct Child {
  std::string name;
  bool votes = true;
  pid_t pid = 0;
  std::string key;
};

struct LocalCluster {
  std::string folder;
  std::unique_ptr<LocalEtcd> etcd;
  std::unique_ptr<KeyStore> store;
  std::vector<Child> children;
  Board board;
};

volatile std::sig_atomic_t stop_asked = 0;
void ask_to_stop(int) { stop_asked = 1; }

void pause_ms(int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); }

std::string etcd_address(const LocalEtcd& etcd) {
  std::string address = "etcd://";
  for (std::size_t i = 0; i < etcd.members().size(); ++i) address += (i == 0 ? "" : ",") + etcd.members()[i];
  return address + prefix;
}

std::vector<std::string> feed_words(const ClusterUpOptions& options) {
  std::vector<std::string> words = {"--feed",
                                    "--pace",
                                    std::to_string(options.once ? 0 : options.pace),
                                    "--accounts",
                                    std::to_string(options.feed.accounts),
                                    "--seed",
                                    std::to_string(options.feed.seed)};
  const std::pair<const char*, const std::string*> texts[] = {
      {"--data", &options.feed.data},
      {"--preset", &options.feed.preset},
      {"--from", &options.feed.from},
      {"--to", &options.feed.to},
      {"--rulebooks", &options.feed.rulebooks},
      {"--rulebook-deribit", &options.feed.rulebook_deribit},
      {"--rulebook-binance", &options.feed.rulebook_binance}};
  for (const auto& [name, text] : texts) {
    if (!text->empty()) words.insert(words.end(), {name, *text});
  }
  if (options.feed.calibrate) words.emplace_back("--calibrate");
  return words;
}

// This program again, as one replica; what it says goes to a file in its folder.
Result<Done, Fault> start_child(LocalCluster& c, Child& child, const ClusterUpOptions& options) {
  std::vector<std::string> words = {"lockstep", "replica",
                                    "--name",   child.name,
                                    "--folder", c.folder + "/" + child.name,
                                    "--etcd",   etcd_address(*c.etcd),
                                    "--clock",  "127.0.0.1:0"};
  if (!child.votes) words.push_back("--mirror");
  if (child.votes) {
    for (std::string& word : feed_words(options)) words.push_back(std::move(word));
  }
  const std::string said = c.folder + "/" + child.name + "/said.log";
  const pid_t pid = ::fork();
  if (pid < 0) return Fault{"replica " + child.name + ": this machine starts no more processes"};
  child.pid = pid;
  if (pid != 0) return Done{};
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::setpgid(0, 0);  // Ctrl-C reaches us, and we stop the replicas in order
  if (::freopen(said.c_str(), "a", stdout) == nullptr || ::dup2(1, 2) < 0) ::_exit(127);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv("/proc/self/exe", arguments.data());
  ::_exit(127);
}

// The exit of a child that ended by itself, as a fault; none: all run.
std::optional<Fault> ended_child(LocalCluster& c) {
  for (Child& child : c.children) {
    int status = 0;
    if (child.pid == 0 || ::waitpid(child.pid, &status, WNOHANG) == 0) continue;
    child.pid = 0;
    const Result<std::string, Fault> said = read_text_file(c.folder + "/" + child.name + "/said.log");
    std::string last = said ? said.value() : "";
    while (!last.empty() && last.back() == '\n') last.pop_back();
    last = last.substr(last.rfind('\n') + 1);
    return Fault{child.name + " has ended: " + last};
  }
  return std::nullopt;
}

void stop(LocalCluster& c) {
  for (Child& child : c.children) {
    if (child.pid != 0) ::kill(child.pid, SIGTERM);
  }
  for (Child& child : c.children) {
    if (child.pid != 0) ::waitpid(child.pid, nullptr, 0);
    child.pid = 0;
  }
  c.store.reset();
  if (c.etcd != nullptr) c.etcd->stop();
}

Result<Done, Fault> start(LocalCluster& c, const ClusterUpOptions& options) {
  LinuxDisk disk;
  c.etcd = std::make_unique<LocalEtcd>(LocalEtcdOptions{3, c.folder + "/etcd"});
  if (!c.etcd->wait_until_ready()) {
    return Fault{"etcd does not start; is it installed? On Debian: apt-get install etcd-server"};
  }
  EtcdOptions etcd;
  etcd.members = c.etcd->members();
  Result<std::unique_ptr<KeyStore>, Fault> store = open_etcd(etcd);
  if (!store) return store.error();
  c.store = std::move(store).value();
  c.board = {c.store.get(), std::string(prefix) + "/0/"};
  for (const char* name : {"a", "b", "c", "mirror"}) {
    Child child{name, std::string(name) != "mirror", 0, ""};
    const std::string folder = c.folder + "/" + name;
    if (Result<Done, Fault> made = disk.make_folder(folder); !made) return made.error();
    const Result<SigningKey, Fault> key = load_key(disk, folder);
    if (!key) return key.error();
    child.key = key.value().name;
    c.children.push_back(std::move(child));
  }
  for (Child& child : c.children) {
    if (Result<Done, Fault> started = start_child(c, child, options); !started) return started;
  }
  return Done{};
}

// Waits until what the feed founds is in the log, then registers everybody: from then on a quorum counts.
Result<Done, Fault> register_all(LocalCluster& c) {
  LinuxClock clock;
  std::vector<std::string> known;
  while (stop_asked == 0) {
    if (const std::optional<Fault> ended = ended_child(c)) return *ended;
    const Result<std::vector<ReplicaStatus>, Fault> statuses = read_statuses(c.board);
    const ReplicaStatus* first = statuses ? furthest(statuses.value()) : nullptr;
    if (first != nullptr && first->position != 0) {
      known = first->replicas;  // of a cluster that was stopped, and goes on
      break;
    }
    pause_ms(50);
  }
  std::random_device random;
  const u64 client = u64{1} << 63 | random();
  u64 sequence = 0;
  for (const Child& child : c.children) {
    if (stop_asked != 0) break;
    if (std::find(known.begin(), known.end(), child.name) != known.end()) continue;
    const RegisterReplica command{child.name, child.key, child.votes};
    const Result<Answer, Fault> answer = ask(c.board, client, ++sequence, command, clock, answer_us);
    if (!answer) return answer.error();
  }
  return Done{};
}

bool all_agree(const std::vector<ReplicaStatus>& statuses) {
  for (const ReplicaStatus& s : statuses) {
    if (s.position != statuses[0].position || s.state != statuses[0].state || s.agreed != s.position)
      return false;
  }
  return !statuses.empty();
}

Result<Done, Fault> watch(LocalCluster& c, const ClusterUpOptions& options) {
  std::string shown;
  u64 last = 0;
  int still = 0;
  while (stop_asked == 0) {
    if (const std::optional<Fault> ended = ended_child(c)) return *ended;
    const Result<std::vector<ReplicaStatus>, Fault> statuses = read_statuses(c.board);
    if (statuses) {
      const ReplicaStatus* first = furthest(statuses.value());
      still = first != nullptr && first->position == last ? still + 1 : 0;
      if (first != nullptr) last = first->position;
      const std::string table = status_table(statuses.value(), LinuxClock().wall_us());
      if (!options.json && !options.once && table != shown) print(table + "\n");
      shown = table;
      const bool done = options.once && still >= 6 && all_agree(statuses.value());
      if (done) {
        if (!options.json) print(table);
        print_line("state " + first->state + " at " + std::to_string(first->position));
        return Done{};
      }
    }
    pause_ms(options.once ? 500 : 2'000);
  }
  return Done{};
}

}  // namespace

int cluster_up_verb(const ClusterUpOptions& options) {
  ::signal(SIGTERM, ask_to_stop);
  ::signal(SIGINT, ask_to_stop);
  LocalCluster cluster;
  cluster.folder = options.folder;
  if (cluster.folder.empty()) {
    cluster.folder =
        (std::filesystem::temp_directory_path() / ("lockstep-cluster-" + std::to_string(::getpid())))
            .string();
  }
  LinuxDisk disk;
  Result<Done, Fault> done = disk.make_folder(cluster.folder + "/etcd");
  if (done) done = start(cluster, options);
  if (done && !options.json) {
    print_line("three etcd members, replicas a, b and c, and a mirror, in " + cluster.folder);
    print_line("  lockstep cluster status --etcd " + etcd_address(*cluster.etcd));
    print_line(std::string("Ctrl-C stops them; `lockstep cluster up --folder ") + cluster.folder +
               "` goes on\n");
  }
  if (done) done = register_all(cluster);
  if (done) done = watch(cluster, options);
  stop(cluster);
  if (!done) return unusable(done.error());
  if (options.folder.empty() && options.once) std::filesystem::remove_all(cluster.folder);
  return exit_success;
}

int cluster_status_verb(const ClusterStatusOptions& options) {
  const Result<EtcdPlace, Fault> place = etcd_place(options.etcd);
  if (!place) return unusable(place.error());
  Result<std::unique_ptr<KeyStore>, Fault> store = open_etcd(place.value().options);
  if (!store) return unusable(store.error());
  const Board board{store.value().get(), place.value().prefix + "/0/"};
  const Result<std::vector<ReplicaStatus>, Fault> statuses = read_statuses(board);
  if (!statuses) return unusable(statuses.error());
  if (statuses.value().empty()) {
    return unusable(options.etcd.address + ": no replica has said anything here; is the prefix right?");
  }
  if (options.json) {
    for (const ReplicaStatus& s : statuses.value()) print_line(s.json);
  } else {
    print(status_table(statuses.value(), LinuxClock().wall_us()));
  }
  for (const ReplicaStatus& s : statuses.value()) {
    if (s.standing != "serving" || s.halted || is_silent(s, LinuxClock().wall_us())) return exit_negative;
  }
  return exit_success;
}

}  // namespace lockstep
