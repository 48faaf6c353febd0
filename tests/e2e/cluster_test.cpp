// A cluster of real processes on a real etcd, through what happens to real ones.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <map>
#include <memory>

#include "node/etcd/local_etcd.h"
#include "tests/e2e/process.h"

namespace lockstep::e2e {
namespace {

// The value of a field in one line of JSON, without quotation marks.
std::string field(const std::string& line, const std::string& name) {
  const std::string mark = "\"" + name + "\":";
  const std::size_t at = line.find(mark);
  if (at == std::string::npos) return "";
  const std::size_t from = at + mark.size();
  if (line[from] != '"') return line.substr(from, line.find_first_of(",}", from) - from);
  return line.substr(from + 1, line.find('"', from + 1) - from - 1);
}

u64 number(const std::string& text) { return text.empty() ? 0 : std::stoull(text); }

// The whole of it: etcd, replicas by name, and a way to ask them.
class Cluster {
 public:
  Cluster() : etcd_({3}) {
    ready_ = etcd_.wait_until_ready();
    for (const std::string& member : etcd_.members()) address_ += (address_.size() > 7 ? "," : "") + member;
    address_ += "/e2e";
  }
  bool ready() const { return ready_; }
  const std::string& address() const { return address_; }
  std::string folder(const std::string& name) const { return folder_.path(name); }
  Background& operator[](const std::string& name) { return *running_.at(name); }

  void start(const std::string& name, const std::vector<std::string>& more, const std::string& build = "") {
    std::vector<std::string> words = {"replica", "--name", name,      "--folder",   folder(name),
                                      "--etcd",  address_, "--clock", "127.0.0.1:0"};
    words.insert(words.end(), more.begin(), more.end());
    running_[name] = std::make_unique<Background>(words, folder_.path(name + ".said"), build);
  }
  void kill(const std::string& name) { running_.erase(name); }

  Ran ask(std::vector<std::string> words) const {
    words.insert(words.begin(), "cluster");
    words.insert(words.end(), {"--etcd", address_});
    return run(words);
  }
  // Its line of `cluster status --json`; "" if it has said nothing.
  std::string status(const std::string& name) const {
    const std::string all = ask({"status", "--json"}).out;
    const std::size_t at = all.find("{\"name\":\"" + name + "\"");
    return at == std::string::npos ? "" : all.substr(at, all.find('\n', at) - at);
  }
  std::string of(const std::string& name, const std::string& what) const { return field(status(name), what); }

  bool until(const std::function<bool()>& done, int seconds = 30) const {
    for (int i = 0; i < seconds * 10; ++i) {
      if (done()) return true;
      ::usleep(100'000);
    }
    return false;
  }
  void add(const std::string& name, bool votes = true) {
    ASSERT_TRUE(
        until([&] { return read_file(folder_.path(name + ".said")).find("key ") != std::string::npos; }));
    const std::string said = read_file(folder_.path(name + ".said"));
    const std::string key = said.substr(said.find("key ") + 4, 64);
    std::vector<std::string> words = {"register", name, key};
    if (!votes) words.push_back("--mirror");
    const Ran ran = ask(words);
    ASSERT_EQ(ran.code, 0) << ran.out << ran.err;
  }
  // a, b and c with the built-in data at this pace, registered once the venue stands.
  void begin(const std::string& pace, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"--feed", "--pace", pace, "--accounts", "50"};
    words.insert(words.end(), more.begin(), more.end());
    for (const char* name : {"a", "b", "c"}) start(name, words);
    ASSERT_TRUE(until([&] { return number(of("a", "position")) > 0 || number(of("b", "position")) > 0; }));
    for (const char* name : {"a", "b", "c"}) add(name);
  }
  std::string sequencer() const {
    for (const char* name : {"a", "b", "c"}) {
      const std::string line = status(name);
      const bool fresh = number(field(line, "at")) / 1'000'000 + 2 > static_cast<u64>(::time(nullptr));
      if (fresh && field(line, "role") == "sequencer") return name;
    }
    return "";
  }
  // Waits for one; "": none came.
  std::string some_sequencer() const {
    std::string name;
    until([&] { return (name = sequencer()) != ""; });
    return name;
  }
  // All at one position, in one state, agreed to the end.
  bool settled(const std::vector<std::string>& names) const {
    const std::string first = status(names[0]);
    for (const std::string& name : names) {
      const std::string line = status(name);
      if (line.empty() || field(line, "state") != field(first, "state")) return false;
      if (field(line, "position") != field(first, "position")) return false;
      if (field(line, "agreed") != field(line, "position")) return false;
    }
    return true;
  }
  // Settled for longer than a take-over lasts: nothing comes any more.
  bool finished(const std::vector<std::string>& names) const {
    if (!settled(names)) return false;
    const std::string before = of(names[0], "position");
    ::usleep(4'000'000);
    return settled(names) && of(names[0], "position") == before;
  }
  std::string said(const std::string& name) const { return read_file(folder_.path(name + ".said")); }

 private:
  LocalEtcd etcd_;
  bool ready_ = false;
  std::string address_ = "etcd://";
  Folder folder_;
  std::map<std::string, std::unique_ptr<Background>> running_;
};

std::string last_lines(const std::string& text) {
  return text.size() > 600 ? "..." + text.substr(text.size() - 600) : text;
}

TEST(RealCluster, ASequencerThatWasPausedAppendsNothingAndAKilledOneComesBack) {
  Cluster cluster;
  ASSERT_TRUE(cluster.ready()) << "etcd did not start: is etcd-server installed?";
  cluster.begin("40");
  const std::string first = cluster.some_sequencer();
  ASSERT_NE(first, "");
  cluster[first].signal(SIGSTOP);
  const auto another = [&] {
    for (const std::string name : {"a", "b", "c"}) {
      if (name != first && cluster.of(name, "role") == "sequencer") return true;
    }
    return false;
  };
  ASSERT_TRUE(cluster.until(another));
  ::usleep(500'000);
  cluster[first].signal(SIGCONT);
  // Fenced by the log, or before that by its own clock, which nobody has confirmed while it stood still.
  const auto stepped_down = [&] {
    return cluster.said(first).find("is not the sequencer any more") != std::string::npos;
  };
  EXPECT_TRUE(cluster.until(stepped_down)) << cluster.said(first);
  const std::string second = cluster.some_sequencer();
  cluster.kill(second);  // SIGKILL
  ASSERT_TRUE(cluster.until([&] { return cluster.sequencer() != "" && cluster.sequencer() != second; }));
  cluster.start(second, {"--feed", "--pace", "0", "--accounts", "50"});
  for (const std::string name : {"a", "b", "c"}) {
    if (name == second) continue;
    cluster.kill(name);  // all of them again, now without a pace
    cluster.start(name, {"--feed", "--pace", "0", "--accounts", "50"});
  }
  EXPECT_TRUE(cluster.until(
      [&] {
        return cluster.finished({"a", "b", "c"}) && number(cluster.of("a", "outputs")) > 100;
      },
      60))
      << cluster.ask({"status"}).out;
  std::string state;
  for (const std::string name : {"a", "b", "c"}) {
    cluster[name].signal(SIGTERM);
    EXPECT_EQ(cluster[name].wait(5'000), 0) << last_lines(cluster.said(name));
    const Ran verified = run({"verify", cluster.folder(name)});
    EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
    if (state.empty()) state = last_line(verified.out);
    EXPECT_EQ(last_line(verified.out), state) << name;
  }
  // Consumers by number: the whole at one replica; and at another the first half, then what follows it.
  const std::string whole = run({"outputs", cluster.folder("a")}).out;
  const u64 count = static_cast<u64>(std::count(whole.begin(), whole.end(), '\n'));
  ASSERT_GT(count, 100u);
  const std::string half = std::to_string(count / 2 + 1);
  const std::string rest = run({"outputs", cluster.folder("b"), "--from", half}).out;
  ASSERT_LT(rest.size(), whole.size());
  EXPECT_EQ(rest, whole.substr(whole.size() - rest.size()));
  EXPECT_EQ(rest.substr(0, half.size()), half);
}

TEST(RealCluster, ANewReplicaJoinsByASnapshotWhenTheLogIsTrimmed) {
  Cluster cluster;
  ASSERT_TRUE(cluster.ready());
  cluster.begin("0", {"--snapshot-every", "1024"});
  ASSERT_TRUE(cluster.until(
      [&] {
        return cluster.finished({"a", "b", "c"}) && number(cluster.of("a", "position")) > 4'000;
      },
      60));
  cluster.start("d", {"--snapshot-every", "1024", "--mirror"});
  EXPECT_TRUE(cluster.until([&] { return cluster.settled({"a", "d"}); })) << cluster.ask({"status"}).out;
  EXPECT_NE(cluster.said("d").find("has installed the snapshot of position"), std::string::npos)
      << cluster.said("d");
  const Ran diff = run({"diff", cluster.folder("a"), cluster.folder("d")});
  EXPECT_EQ(diff.out, "equal\n") << diff.err;
}

TEST(RealCluster, AWrongBuildIsFoundNamedAndLeftOutWhileTheOthersServe) {
  Cluster cluster;
  ASSERT_TRUE(cluster.ready());
  cluster.begin("15");
  const std::string odd = cluster.some_sequencer() == "c" ? "b" : "c";
  cluster.kill(odd);
  cluster.start(odd, {"--feed", "--pace", "15", "--accounts", "50"}, "_wrong");
  EXPECT_TRUE(cluster.until([&] {
    return cluster.said(odd).find("not fit to be a replica") != std::string::npos;
  })) << last_lines(cluster.said(odd));
  EXPECT_NE(cluster.said(odd).find("the command fill at position"), std::string::npos) << cluster.said(odd);
  EXPECT_NE(cluster.said(odd).find("the first entity that differs is accounts"), std::string::npos);
  EXPECT_EQ(cluster.of(odd, "standing"), "out");
  EXPECT_EQ(cluster.ask({"status"}).code, 1);
  const u64 outputs = number(cluster.of("a", "outputs"));
  EXPECT_TRUE(cluster.until([&] { return number(cluster.of("a", "outputs")) > outputs; }))
      << "the others serve";
}

TEST(RealCluster, ParametersChangeUnderLoadAtOnePositionEverywhere) {
  Cluster cluster;
  ASSERT_TRUE(cluster.ready());
  cluster.begin("40");
  cluster.start("m", {"--mirror"});
  cluster.add("m", false);
  const Ran early =
      cluster.ask({"propose", "rulebooks/binance-usdm.toml", "--by", "alice", "--note", "the same"});
  ASSERT_EQ(early.code, 0) << early.out << early.err;
  EXPECT_EQ(cluster.ask({"approve", "binance-usdm", "2", "--by", "alice"}).code, 1) << "four eyes";
  EXPECT_EQ(cluster.ask({"approve", "binance-usdm", "2", "--by", "bob"}).code, 0);
  EXPECT_TRUE(cluster.until([&] {
    return cluster.ask({"schedule", "binance-usdm", "2"}).code == 0;
  })) << "a quorum gets ready by itself";
  const Ran again = cluster.ask({"schedule", "binance-usdm", "2"});
  EXPECT_EQ(again.code, 1);
  EXPECT_EQ(again.out.rfind("refused 2015 epoch_already_active", 0), 0u) << again.out;
  const auto activation = [&](const std::string& name) {
    const std::string all = run({"outputs", cluster.folder(name)}).out;
    std::string lines;
    for (std::size_t at = all.find("epoch_activated"); at != std::string::npos;
         at = all.find("epoch_activated", at + 1)) {
      const std::size_t from = all.rfind('\n', at) + 1;
      lines += all.substr(from, all.find('\n', at) - from + 1);
    }
    return lines;
  };
  EXPECT_TRUE(cluster.until([&] { return activation("m").find("epoch=2") != std::string::npos; }));
  EXPECT_TRUE(cluster.until([&] { return activation("a") == activation("m"); }));
  // The same position, and the same hashes before and after.
  EXPECT_TRUE(cluster.until([&] { return activation("b") == activation("m"); }));
  EXPECT_TRUE(cluster.until([&] { return activation("c") == activation("m"); }));
}

TEST(RealCluster, AnUpgradeHappensAtItsPositionAndTheOldBuildStopsBeforeIt) {
  Cluster cluster;
  ASSERT_TRUE(cluster.ready());
  const std::vector<std::string> feed = {"--feed", "--pace", "20", "--accounts", "50"};
  cluster.begin("20");
  cluster.start("m", {"--mirror"});
  cluster.add("m", false);
  const auto at = [&] {
    return std::max({number(cluster.of("a", "position")), number(cluster.of("b", "position")),
                     number(cluster.of("c", "position"))});
  };
  // Nobody is ready: the plan lapses.
  const u64 soon = at() + 400;
  ASSERT_EQ(cluster
                .ask({"upgrade", "2", "--at-position", std::to_string(soon + 20), "--deadline",
                      std::to_string(soon)})
                .code,
            0);
  ASSERT_TRUE(cluster.until([&] { return at() > soon + 20; }));
  EXPECT_EQ(cluster.of("a", "behaviour"), "1");
  // One after the other is started again with the next build, and they get ready.
  for (const std::string name : {"a", "b", "c"}) {
    cluster.kill(name);
    cluster.start(name, feed, "_next");
    ASSERT_TRUE(cluster.until(
        [&] { return cluster.of(name, "standing") == "serving" && cluster.sequencer() != ""; }));
  }
  const u64 deadline = at() + 1'000;
  const u64 begins = deadline + 50;
  const Ran planned = cluster.ask(
      {"upgrade", "2", "--at-position", std::to_string(begins), "--deadline", std::to_string(deadline)});
  ASSERT_EQ(planned.code, 0) << planned.out << planned.err;
  EXPECT_EQ(cluster["m"].wait(60'000), 42) << last_lines(cluster.said("m"));
  EXPECT_NE(cluster.said("m").find("position " + std::to_string(begins) + " begins a behaviour"),
            std::string::npos)
      << cluster.said("m");
  EXPECT_TRUE(cluster.until([&] { return cluster.of("a", "behaviour") == "2"; }));
  cluster.start("m", {"--mirror"}, "_next");
  EXPECT_TRUE(cluster.until(
      [&] { return cluster.of("m", "behaviour") == "2" && number(cluster.of("m", "agreed")) > begins; }));
  EXPECT_EQ(cluster.of("m", "standing"), "serving");
}

TEST(ClusterUp, RunsToTheEndAndStopsWhatItStarted) {
  const Folder folder;
  const Ran ran = run({"cluster", "up", "--once", "--accounts", "20", "--folder", folder.path("c")});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(last_line(ran.out).rfind("state ", 0), 0u) << ran.out;
  const std::string state = last_line(ran.out).substr(6, 32);
  EXPECT_NE(ran.out.find("mirror  mirror     serving"), std::string::npos) << ran.out;
  for (const char* name : {"a", "b", "c", "mirror"}) {
    const Ran verified = run({"verify", folder.path("c") + "/" + name});
    EXPECT_EQ(verified.code, 0) << verified.out;
    EXPECT_EQ(last_line(verified.out).substr(6, 32), state) << name;
  }
}

TEST(ReplicaVerb, SaysWhatIsWrong) {
  const Folder folder;
  const auto said = [&](const std::string& name, const std::string& every) {
    return run({"replica", "--name", name, "--folder", folder.path("r"), "--etcd", "etcd://127.0.0.1:1",
                "--snapshot-every", every});
  };
  EXPECT_EQ(said("a/b", "1024").err,
            "lockstep: --name \"a/b\": a name has 1 to 64 characters out of A-Z a-z 0-9 . _ : -\n");
  EXPECT_EQ(said("a", "2000").err,
            "lockstep: --snapshot-every 2000: a multiple of 1024 is needed, where all replicas claim\n");
  EXPECT_EQ(said("a", "2000").code, 2);
  EXPECT_EQ(run({"outputs", folder.path("r")}).err,
            "lockstep: " + folder.path("r") +
                ": nothing has been released here; name the folder of a "
                "replica\n");
}

TEST(Shadow, SaysWhatTheNextBehaviourWouldHaveChanged) {
  const Folder folder;
  const Ran job = run({"run", "--once", "--accounts", "50", "--log", folder.path("log")});
  ASSERT_EQ(job.code, 0) << job.err;
  const Ran same = run({"shadow", folder.path("log")});
  EXPECT_EQ(same.code, 0) << same.out;
  EXPECT_EQ(last_line(same.out), "nothing would have been different");
  const Ran next = run({"shadow", folder.path("log")}, "_next");  // which rounds fees up to whole hundreds
  EXPECT_EQ(next.code, 1);
  EXPECT_EQ(next.out.rfind("behaviour 2 from position 0", 0), 0u) << next.out;
  EXPECT_NE(next.out.find("first entity that differs at the end: house"), std::string::npos) << next.out;
}

}  // namespace
}  // namespace lockstep::e2e
