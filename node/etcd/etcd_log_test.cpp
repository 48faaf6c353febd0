// One suite over every Log: the embedded one, the keyed one over memory, and over a real etcd.  What they
// promise is in node/log/log.h.
#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "node/etcd/etcd_store.h"
#include "node/etcd/keyed_log.h"
#include "node/etcd/memory_store.h"
#include "node/etcd/testing_server.h"
#include "node/log/log_testing.h"

namespace lockstep {
namespace testing {
namespace {

// Free when it was asked; the server that is told it takes it a moment later.
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

}  // namespace

EtcdCluster::EtcdCluster(int size) {
  std::string pattern = (std::filesystem::temp_directory_path() / "lockstep-etcd-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  for (int i = 0; i < size; ++i) {
    clients_.push_back("127.0.0.1:" + std::to_string(free_port()));
    peers_.push_back("127.0.0.1:" + std::to_string(free_port()));
  }
  pids_.resize(clients_.size(), 0);
  for (std::size_t i = 0; i < clients_.size(); ++i) start(i);
}

EtcdCluster::~EtcdCluster() {
  for (const pid_t pid : pids_) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  std::filesystem::remove_all(folder_);
}

void EtcdCluster::signal(std::size_t member, int number) const { ::kill(pids_[member], number); }

void EtcdCluster::start(std::size_t member) {
  if (pids_[member] != 0) ::waitpid(pids_[member], nullptr, 0);
  std::string all;
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    all += (i == 0 ? "m" : ",m") + std::to_string(i) + "=http://" + peers_[i];
  }
  const std::string name = "m" + std::to_string(member);
  const std::vector<std::string> words = {"etcd",
                                          "--name",
                                          name,
                                          "--data-dir",
                                          folder_ + "/" + name,
                                          "--listen-client-urls",
                                          "http://" + clients_[member],
                                          "--advertise-client-urls",
                                          "http://" + clients_[member],
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
                                          "--max-request-bytes",
                                          "8388608",
                                          "--log-level",
                                          "error"};
  const pid_t pid = ::fork();
  if (pid == 0) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::close(1);
    ::close(2);
    ::execvp("etcd", arguments.data());
    ::_exit(127);
  }
  pids_[member] = pid;
}

bool EtcdCluster::wait_until_ready() const {
  const auto store = open_etcd({clients_, 500, "", "", "", "", ""}).value();
  for (int i = 0; i < 100; ++i) {
    if (store->read({"/", "0", 1, false, false})) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

}  // namespace testing

namespace {

KeyedLogOptions options_of(const std::string& owner, const std::string& nonce,
                           const std::string& prefix = "/t") {
  KeyedLogOptions options;
  options.prefix = prefix;
  options.owner = owner;
  options.nonce = nonce;
  options.page = 7;
  return options;
}

// Where a log lies, opened as its writer again and again.
struct Place {
  virtual ~Place() = default;
  virtual std::unique_ptr<Log> open() = 0;
};
struct EmbeddedPlace final : Place {
  MemoryDisk disk;
  std::unique_ptr<Log> open() override { return open_log(disk, {.shard = 0, .segment_size = 1024}); }
};
struct KeyedPlace : Place {
  KeyStore* store = nullptr;
  std::string prefix = "/t";
  int opened = 0;
  std::unique_ptr<Log> open() override {
    auto log = KeyedLog::take_over(*store, options_of("writer", std::to_string(++opened), prefix));
    if (log) return std::move(log).value();
    ADD_FAILURE() << log.error().what;
    return nullptr;
  }
};
struct MemoryPlace final : KeyedPlace {
  MemoryStore memory;
  MemoryPlace() { store = &memory; }
};

testing::EtcdCluster& one_member() {
  static testing::EtcdCluster cluster(1);
  static const bool ready = cluster.wait_until_ready();
  EXPECT_TRUE(ready) << "etcd did not start: is etcd-server installed?";
  return cluster;
}
struct EtcdPlace final : KeyedPlace {
  std::unique_ptr<KeyStore> etcd;
  EtcdPlace() {
    static int count = 0;
    prefix = "/test/" + std::to_string(++count);
    etcd = open_etcd({one_member().members(), 2000, "", "", "", "", ""}).value();
    store = etcd.get();
  }
};

struct Kind {
  const char* name;
  std::function<std::unique_ptr<Place>()> make;
};

struct EveryLog : ::testing::TestWithParam<Kind> {
  std::unique_ptr<Place> place = GetParam().make();
};

// Terms of frames: those of the writer, which the keyed log counts up at every take-over.
Result<Done, Fault> append_in_term(Log& log, u64 term) {
  const LogTail tail = log.tail();
  const Bytes payload = payload_of(tail.index + 1);
  return log.append(tail.index + 1, {.term = term,
                                     .first_position = tail.position,
                                     .count = static_cast<u32>(payload.size() / 8),
                                     .epoch = 1,
                                     .log_time = Time::from_raw(static_cast<i64>(1000 + tail.index)),
                                     .payload = payload});
}
void append_all(Log& log, u64 frames, u64 term = 1) {
  for (u64 i = 0; i < frames; ++i) {
    ASSERT_TRUE(append_in_term(log, term));
    const Result<Done, Fault> synced = log.sync();
    ASSERT_TRUE(synced) << synced.error().what;
  }
}

TEST_P(EveryLog, GivesBackWhatWasAppendedNowAndAfterARestart) {
  LogTail tail;
  {
    const auto log = place->open();
    ASSERT_NE(log, nullptr);
    append_all(*log, 50);
    EXPECT_EQ(count_frames(*log), 50);
    EXPECT_EQ(count_frames(*log, 30), 21);
    EXPECT_EQ(count_frames(*log, 51), 0);
    EXPECT_EQ(log->read(52).error().kind, FaultKind::not_found);
    tail = log->tail();
  }
  const auto log = place->open();
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(log->tail(), tail);
  EXPECT_EQ(log->durable_tail(), tail);
  append_all(*log, 1);
  EXPECT_EQ(count_frames(*log), 51);
}

TEST_P(EveryLog, BeginsEmptyWithTheGenesisOfItsShard) {
  const auto log = place->open();
  EXPECT_EQ(log->tail(), genesis(0));
  EXPECT_EQ(count_frames(*log), 0);
  EXPECT_EQ(log->first_index(), 1u);
}

TEST_P(EveryLog, ShowsReadersOnlyDurableFrames) {
  const auto log = place->open();
  append_all(*log, 2);
  ASSERT_TRUE(append_in_term(*log, 1));
  EXPECT_EQ(log->tail().index, 3u);
  EXPECT_EQ(log->durable_tail().index, 2u);
  EXPECT_EQ(count_frames(*log), 2);
  ASSERT_TRUE(log->sync());
  EXPECT_EQ(count_frames(*log), 3);
}

TEST_P(EveryLog, SyncCoversAGroupOfFrames) {
  const auto log = place->open();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(append_in_term(*log, 1));
  ASSERT_TRUE(log->sync());
  EXPECT_EQ(log->durable_tail(), log->tail());
  EXPECT_EQ(count_frames(*log), 20);
}

TEST_P(EveryLog, CursorKnowsTheChainBelowItsStart) {
  const auto log = place->open();
  append_all(*log, 15);
  const LogTail tail = log->tail();
  append_all(*log, 15);
  const auto cursor = std::move(log->read(16).value());
  EXPECT_EQ(cursor->passed(), tail);
}

TEST_P(EveryLog, TakesTheLargestFrame) {
  const auto log = place->open();
  append_all(*log, 1);
  const Bytes image(frame_payload_max, u8{5});
  ASSERT_TRUE(log->append(2, {.term = 1,
                              .first_position = log->tail().position,
                              .count = 1,
                              .log_time = log->tail().log_time,
                              .payload = image}));
  const Result<Done, Fault> synced = log->sync();
  ASSERT_TRUE(synced) << synced.error().what;
  const auto cursor = std::move(log->read(2).value());
  EXPECT_EQ(cursor->next().value()->payload.size(), frame_payload_max);
}

TEST_P(EveryLog, NeverRewritesAnIndexAndFencesAnOlderTerm) {
  { append_all(*place->open(), 3); }
  const auto log = place->open();
  const LogTail tail = log->tail();
  FrameBatch batch{.term = 2, .first_position = tail.position, .log_time = tail.log_time, .payload = {}};
  EXPECT_EQ(log->append(3, batch).error().kind, FaultKind::conflict);
  EXPECT_EQ(log->append(5, batch).error().kind, FaultKind::conflict);
  ASSERT_TRUE(log->append(4, batch));
  batch.term = 1;
  EXPECT_EQ(log->append(5, batch).error().kind, FaultKind::conflict);
}

TEST_P(EveryLog, StaysSealedAfterARestart) {
  {
    const auto log = place->open();
    append_all(*log, 3);
    ASSERT_TRUE(append_in_term(*log, 1));
    ASSERT_TRUE(log->seal());
    EXPECT_EQ(append_in_term(*log, 1).error().kind, FaultKind::conflict);
    EXPECT_EQ(count_frames(*log), 4);
  }
}

TEST_P(EveryLog, TrimsAndRemembersIt) {
  u64 first = 0;
  {
    const auto log = place->open();
    append_all(*log, 60);
    ASSERT_TRUE(log->trim(40));
    first = log->first_index();
    EXPECT_GT(first, 30u);
    EXPECT_LE(first, 40u);
    EXPECT_EQ(count_frames(*log, first), static_cast<i64>(61 - first));
    EXPECT_EQ(log->read(first - 1).error().kind, FaultKind::not_found);
  }
  const auto log = place->open();
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(log->first_index(), first);
  EXPECT_EQ(log->tail().index, 60u);
  EXPECT_EQ(count_frames(*log, 41), 20);
  append_all(*log, 1, 2);
  EXPECT_EQ(log->tail().index, 61u);
}

INSTANTIATE_TEST_SUITE_P(Of, EveryLog,
                         ::testing::Values(Kind{"embedded", [] { return std::make_unique<EmbeddedPlace>(); }},
                                           Kind{"memory", [] { return std::make_unique<MemoryPlace>(); }},
                                           Kind{"etcd", [] { return std::make_unique<EtcdPlace>(); }}),
                         [](const auto& of) { return of.param.name; });

// ---- what only a shared log can do ----

std::unique_ptr<KeyedLog> writer(KeyStore& store, const std::string& owner) {
  auto log = KeyedLog::take_over(store, options_of(owner, owner + "1"));
  EXPECT_TRUE(static_cast<bool>(log)) << (log ? "" : log.error().what);
  return log ? std::move(log).value() : nullptr;
}

TEST(KeyedLog, ASequencerThatWasOvertakenWritesNothingAndIsToldByWhom) {
  MemoryStore store;
  const auto old = writer(store, "old");
  append_all(*old, 5);
  ASSERT_TRUE(append_in_term(*old, 1));  // prepared, and then it was paused
  const auto fresh = writer(store, "fresh");
  EXPECT_EQ(fresh->term(), 2u);
  append_all(*fresh, 2, 2);
  const Result<Done, Fault> late = old->sync();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, FaultKind::conflict);
  EXPECT_EQ(late.error().what,
            "log /t/0: frame 6 was not written: the term is 2 fresh's now, not 1; step down");
  EXPECT_EQ(old->sync().error().what, late.error().what);  // final
  EXPECT_EQ(fresh->tail().index, 7u);
  EXPECT_EQ(count_frames(*fresh), 7);
}

TEST(KeyedLog, AnAppendWhoseAnswerIsLostIsWrittenOnce) {
  MemoryStore store;
  const auto log = writer(store, "a");
  append_all(*log, 3);
  ASSERT_TRUE(append_in_term(*log, 1));
  store.fails_after = store.calls;  // written, not answered
  ASSERT_TRUE(log->sync());
  store.fails_before = store.calls;  // not even written
  append_all(*log, 1);
  EXPECT_EQ(count_frames(*log), 5);
}

// Every call of a whole life fails once, before or after it is done: nothing is lost, nothing doubled.
TEST(KeyedLog, SurvivesTheLossOfAnyOneAnswer) {
  for (const bool after : {false, true}) {
    for (u64 call = 0; call < 40; ++call) {
      MemoryStore store;
      (after ? store.fails_after : store.fails_before) = call;
      auto first = KeyedLog::take_over(store, options_of("a", "1"));
      if (!first) continue;  // a read that failed is told; the next try opens
      u64 acknowledged = 0;
      for (int i = 0; i < 10; ++i) {
        if (append_in_term(*first.value(), 1) && first.value()->sync()) ++acknowledged;
      }
      auto second = KeyedLog::take_over(store, options_of("b", "2"));
      if (!second) continue;
      EXPECT_EQ(acknowledged, 10u) << call;
      EXPECT_EQ(second.value()->tail().index, 10u) << call;
      store.fails_before = store.fails_after = std::nullopt;
      EXPECT_EQ(count_frames(*second.value()), 10) << call;
    }
  }
}

TEST(KeyedLog, ReadersFollowAndCannotWrite) {
  MemoryStore store;
  const auto log = writer(store, "a");
  append_all(*log, 3);
  const auto reader = std::move(KeyedLog::open(store, options_of("", "")).value());
  EXPECT_EQ(reader->tail().index, 3u);
  append_all(*log, 4);
  ASSERT_TRUE(reader->refresh());
  EXPECT_EQ(reader->tail(), log->tail());
  EXPECT_EQ(append_in_term(*reader, 1).error().kind, FaultKind::permission);
}

TEST(KeyedLog, FindsADamagedAndAMissingFrame) {
  MemoryStore store;
  { append_all(*writer(store, "a"), 9); }
  const std::string fifth = "/t/0/log/00000000000000000005";
  store.keys[fifth].value[60] = static_cast<char>(store.keys[fifth].value[60] ^ 1);
  EXPECT_EQ(KeyedLog::open(store, options_of("", "")).error().kind, FaultKind::corrupt);
  store.keys.erase(fifth);
  EXPECT_EQ(KeyedLog::open(store, options_of("", "")).error().what, "log /t/0/log/: frame 5 is missing");
}

TEST(KeyedLog, CannotBeTakenOnceItIsSealed) {
  MemoryStore store;
  {
    const auto log = writer(store, "a");
    append_all(*log, 2);
    ASSERT_TRUE(log->seal());
  }
  const auto again = KeyedLog::take_over(store, options_of("b", "2"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().what, "log /t/0: was sealed at frame 2; no frame can follow");
}

TEST(EtcdAddress, IsReadStrictly) {
  const EtcdAddress address = parse_etcd_address("etcd://a:2379,b:2380/x/y").value();
  EXPECT_EQ(address.members, (std::vector<std::string>{"a:2379", "b:2380"}));
  EXPECT_EQ(address.prefix, "/x/y");
  EXPECT_EQ(parse_etcd_address("etcd://a:1").value().prefix, "/lockstep");
  for (const char* wrong : {"http://a:1", "etcd://", "etcd://a", "etcd://a:", "etcd://a:x", "etcd://:1"}) {
    EXPECT_FALSE(parse_etcd_address(wrong)) << wrong;
  }
}

// Three members: a paused sequencer wakes up and writes nothing; the leader is killed and nothing is lost.
TEST(EtcdCluster, LosesNoAcknowledgedFrameWhenMembersDie) {
  testing::EtcdCluster cluster(3);
  ASSERT_TRUE(cluster.wait_until_ready());
  const auto store = open_etcd({cluster.members(), 400, "", "", "", "", ""}).value();
  const auto log = writer(*store, "a");
  ASSERT_NE(log, nullptr);
  for (std::size_t killed = 0; killed < 3; ++killed) {
    append_all(*log, 20);
    cluster.signal(killed, SIGKILL);
    append_all(*log, 20);  // over the two others
    cluster.start(killed);
    ASSERT_TRUE(cluster.wait_until_ready());
  }
  EXPECT_EQ(log->durable_tail().index, 120u);
  const auto reader = std::move(KeyedLog::open(*store, options_of("", "")).value());
  EXPECT_EQ(reader->tail(), log->tail());
  EXPECT_EQ(count_frames(*reader), 120);
}

}  // namespace
}  // namespace lockstep
