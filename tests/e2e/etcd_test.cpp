// The main job with its log on a real etcd of three members.
#include <gtest/gtest.h>

#include "node/etcd/local_etcd.h"
#include "tests/e2e/process.h"

namespace lockstep::e2e {
namespace {

std::vector<std::string> with_etcd(const std::string& folder, const std::string& address) {
  return {"run", "--once", "--accounts", "100", "--seed", "7", "--log", folder, "--etcd", address};
}

TEST(RunOnEtcd, EndsInTheSameStateAsOnFilesAndIsVerifiedByAnother) {
  LocalEtcd cluster({3});
  ASSERT_TRUE(cluster.wait_until_ready()) << "etcd did not start: is etcd-server installed?";
  std::string address = "etcd://";
  for (const std::string& member : cluster.members()) address += (address.size() > 7 ? "," : "") + member;
  address += "/e2e";

  const Folder folder;
  const Ran embedded =
      run({"run", "--once", "--accounts", "100", "--seed", "7", "--log", folder.path("files")});
  ASSERT_EQ(embedded.code, 0) << embedded.err;
  // Killed on the way, continued by another process in another folder: its term is higher, the log is one.
  EXPECT_TRUE(run_and_kill(with_etcd(folder.path("a"), address), folder.path("a/snapshots"), 1));
  const Ran shared = run(with_etcd(folder.path("b"), address));
  ASSERT_EQ(shared.code, 0) << shared.err;
  EXPECT_EQ(last_line(shared.out), last_line(embedded.out));
  const Ran verified = run({"verify", folder.path("b"), "--etcd", address});
  EXPECT_EQ(verified.code, 0) << verified.out;
  EXPECT_EQ(last_line(verified.out), last_line(embedded.out));
}

TEST(RunOnEtcd, NamesWhatIsWrongWithAnAddress) {
  const Ran ran = run({"verify", "--etcd", "etcd://nowhere"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err,
            "lockstep: --etcd: \"etcd://nowhere\" is no address such as "
            "etcd://host1:2379,host2:2379/lockstep\n");
}

}  // namespace
}  // namespace lockstep::e2e
