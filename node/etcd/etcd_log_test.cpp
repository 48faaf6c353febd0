// One suite over every Log: the embedded one, the keyed one over memory, and over a real etcd.  What they
// promise is in node/log/log.h.
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <thread>

#include "node/etcd/etcd_store.h"
#include "node/etcd/keyed_log.h"
#include "node/etcd/local_etcd.h"
#include "node/etcd/memory_store.h"
#include "node/log/log_testing.h"

namespace lockstep {
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

LocalEtcd& one_member() {
  static LocalEtcd cluster({1});
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
  EXPECT_EQ(KeyedLog::open(store, options_of("", "")).error().what, "log /t/0: frame 5 is missing");
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
  LocalEtcd cluster({3});
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

// One request to etcd's HTTP gateway, by the curl command.
bool post(const std::string& member, const std::string& path, const std::string& body) {
  const std::string command =
      "curl -sf -o /dev/null -X POST http://" + member + "/v3/auth/" + path + " -d '" + body + "'";
  return std::system(command.c_str()) == 0;
}

TEST(EtcdCluster, AsksForUserAndPassword) {
  LocalEtcd cluster({1});
  ASSERT_TRUE(cluster.wait_until_ready());
  const std::string member = cluster.members()[0];
  ASSERT_TRUE(post(member, "role/add", R"({"name":"root"})")) << "is curl installed?";
  ASSERT_TRUE(post(member, "user/add", R"({"name":"root","password":"secret"})"));
  ASSERT_TRUE(post(member, "user/grant", R"({"user":"root","role":"root"})"));
  ASSERT_TRUE(post(member, "enable", "{}"));
  EtcdOptions options{cluster.members(), 2000, "", "", "", "root", "secret"};
  const auto store = open_etcd(options).value();
  const auto log = writer(*store, "a");
  ASSERT_NE(log, nullptr);
  append_all(*log, 3);
  cluster.signal(0, SIGKILL);  // a member that was restarted has forgotten our token
  cluster.start(0);
  append_all(*log, 3);
  EXPECT_EQ(count_frames(*log), 6);
  options.password = "guess";
  const auto stranger = open_etcd(options).value();
  EXPECT_FALSE(stranger->read({"/", "0", 1, false, false}));
  options.user.clear();
  const auto nobody = open_etcd(options).value();
  EXPECT_EQ(nobody->read({"/", "0", 1, false, false}).error().what,
            "etcd " + member + ": read: etcdserver: user name is empty");
}

TEST(EtcdCluster, WaitsUntilSomethingChanges) {
  const auto store = open_etcd({one_member().members(), 2000, "", "", "", "", ""}).value();
  const auto other = open_etcd({one_member().members(), 2000, "", "", "", "", ""}).value();
  const auto timed_wait = [&] {
    const auto start = std::chrono::steady_clock::now();
    store->wait("/hint/", 3'000);
    return std::chrono::steady_clock::now() - start;
  };
  const auto put_a_little_later = [&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_TRUE(other->transact({{}, {{"/hint/x", "1"}}, {}, {}}));
  };
  timed_wait();  // the first begins to listen
  for (int i = 0; i < 3; ++i) {
    std::thread putting(put_a_little_later);
    EXPECT_LT(timed_wait(), std::chrono::milliseconds(2'000));
    putting.join();
  }
  store->wait("/hint/", 50);  // nothing comes: it returns all the same
}

TEST(EtcdCluster, RemovesAgainWhatIsGone) {
  const auto store = open_etcd({one_member().members(), 2000, "", "", "", "", ""}).value();
  for (int i = 0; i < 3; ++i) {
    const Result<Done, Fault> removed = store->remove("/nothing/a", "/nothing/b");
    EXPECT_TRUE(removed) << removed.error().what;
  }
}

TEST(EtcdCluster, SaysWhatToDoWhenItsQuotaIsFull) {
  LocalEtcd cluster({1, {}, {}, "300000"});
  ASSERT_TRUE(cluster.wait_until_ready());
  const auto store = open_etcd({cluster.members(), 2000, "", "", "", "", ""}).value();
  Fault fault;
  for (int i = 0; i < 500 && fault.what.empty(); ++i) {  // it is counted a tenth of a second later
    const Put put{"/full/" + std::to_string(i), std::string(100'000, 'x')};
    const Result<Transacted, Fault> done = store->transact({{}, {put}, {}});
    if (!done) fault = done.error();
  }
  EXPECT_EQ(fault.kind, FaultKind::no_space);
  EXPECT_NE(fault.what.find("its quota is full: compact, defragment"), std::string::npos) << fault.what;
}

// An authority, a server's and a client's certificate, made by the openssl command.
bool make_certificates(const std::string& folder) {
  const std::string script =
      "cd " + folder +
      " && exec >/dev/null 2>&1"
      " && openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 2"
      " && printf 'subjectAltName=IP:127.0.0.1\\nextendedKeyUsage=serverAuth,clientAuth' > ext"
      " && for n in server client; do"
      " openssl req -newkey rsa:2048 -nodes -keyout $n.key -out $n.csr -subj /CN=$n"
      " && openssl x509 -req -in $n.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out $n.pem -days 2 "
      "-extfile ext"
      " || exit 1; done";
  return std::system(script.c_str()) == 0;
}

TEST(EtcdCluster, IsSpokenToWithCertificatesOnBothSides) {
  std::string folder = (std::filesystem::temp_directory_path() / "lockstep-tls-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  ASSERT_TRUE(make_certificates(folder)) << "is openssl installed?";
  {
    LocalEtcd cluster({1, {}, folder});
    ASSERT_TRUE(cluster.wait_until_ready());
    EtcdOptions options{
        cluster.members(), 1000, folder + "/ca.pem", folder + "/client.pem", folder + "/client.key", "", ""};
    const auto store = open_etcd(options).value();
    const auto log = writer(*store, "a");
    ASSERT_NE(log, nullptr);
    append_all(*log, 3);
    options.certificate.clear();
    options.key.clear();
    const auto stranger = open_etcd(options).value();
    EXPECT_FALSE(stranger->read({"/", "0", 1, false, false}));
    options.ca = folder + "/none.pem";
    EXPECT_EQ(open_etcd(options).error().what, "etcd: cannot read the file " + folder + "/none.pem");
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace lockstep
