// The main job from outside: same arguments, same state; a log proves itself; a crash loses nothing.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/e2e/json_lines.h"
#include "tests/e2e/process.h"

namespace lockstep::e2e {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> run_into(const std::string& folder) {
  return {"run", "--once", "--accounts", "200", "--seed", "7", "--log", folder};
}

// One finished run, shared by the tests that only read it.
const Folder& finished() {
  static const Folder folder;
  static const Ran ran = run(run_into(folder.path("a")));
  EXPECT_EQ(ran.code, 0) << ran.err;
  static const bool written = !folder.write("a.out", ran.out).empty();
  (void)written;
  return folder;
}
std::string finished_state() { return last_line(read_file(finished().path("a.out"))); }

std::string newest_segment(const std::string& folder) {
  std::string newest;
  for (const auto& entry : fs::directory_iterator(folder + "/log")) {
    if (entry.path().extension() == ".log") newest = std::max(newest, entry.path().string());
  }
  return newest;
}

TEST(Run, EndsWithTheStateAndItsPosition) {
  EXPECT_TRUE(finished_state().starts_with("state ")) << finished_state();
  EXPECT_NE(finished_state().find(" at "), std::string::npos);
}

TEST(Run, TwiceGivesTheSameState) {
  const Folder folder;
  const Ran again = run(run_into(folder.path("b")));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(last_line(again.out), finished_state());
}

TEST(Run, WithAnotherSeedGivesAnother) {
  const Folder folder;
  const Ran other = run({"run", "--once", "--accounts", "200", "--seed", "8", "--log", folder.path("b"),
                         "--to", "2025-10-10T03:00"});
  EXPECT_EQ(other.code, 0) << other.err;
  EXPECT_NE(last_line(other.out), finished_state());
}

TEST(Run, WritesALogThatVerifyReplaysToTheSameState) {
  const Ran ran = run({"verify", finished().path("a")});
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  EXPECT_EQ(last_line(ran.out), finished_state());
  EXPECT_EQ(ran.out.find("problem"), std::string::npos);
}

TEST(Run, PrintsNothingOnStandardErrorWhereNobodyWatches) {
  const Folder folder;
  EXPECT_EQ(
      run({"run", "--once", "--accounts", "20", "--to", "2025-10-10T02:00", "--log", folder.path("b")}).err,
      "");
}

TEST(Run, ContinuesAfterAKillAndEndsInTheSameState) {
  const Folder folder;
  // A log begins with its preallocated segment, so what grows is watched from there: the first snapshots.
  bool killed = false;
  for (int i = 0; i < 3; ++i) {
    const std::string snapshots = folder.path("b/snapshots");
    killed = run_and_kill(run_into(folder.path("b")), snapshots,
                          i == 0 ? 1 : 1'000'000u * static_cast<unsigned>(i)) ||
             killed;
  }
  ASSERT_TRUE(killed);
  const Ran ran = run(run_into(folder.path("b")));
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(last_line(ran.out), finished_state());
  EXPECT_NE(ran.out.find("continued a log"), std::string::npos);
  EXPECT_EQ(last_line(run({"verify", folder.path("b")}).out), finished_state());
}

TEST(Run, RefusesToContinueTheLogOfAnotherRun) {
  const Folder folder;
  fs::copy(finished().path("a"), folder.path("b"), fs::copy_options::recursive);
  const Ran ran = run({"run", "--once", "--accounts", "200", "--seed", "8", "--log", folder.path("b")});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(
      ran.err,
      "lockstep: " + folder.path("b") +
          ": this log is of another run (other data, seed, accounts or rulebooks); name an empty folder "
          "with --log\n");
}

TEST(Verify, OfADamagedLogNamesThePosition) {
  const Folder folder;
  fs::copy(finished().path("a"), folder.path("b"), fs::copy_options::recursive);
  const std::string segment = newest_segment(folder.path("b"));
  std::fstream file(segment, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(100'000);
  file.put('\x5a');
  file.put('\xa5');
  file.close();
  const Ran ran = run({"verify", folder.path("b")});
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.err.find("position "), std::string::npos) << ran.err;
  EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
}

TEST(Verify, OfADamagedSnapshotIsANegativeAnswer) {
  const Folder folder;
  fs::copy(finished().path("a"), folder.path("b"), fs::copy_options::recursive);
  const std::string snapshot = fs::directory_iterator(folder.path("b/snapshots"))->path().string();
  std::fstream file(snapshot, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(5'000);
  file.put('\x5a');
  file.put('\xa5');
  file.close();
  const Ran ran = run({"verify", folder.path("b")});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("problem: "), std::string::npos);
  EXPECT_EQ(last_line(ran.out), finished_state());
}

TEST(Log, AccountsAreListedAndExplained) {
  const Ran list =
      run({"accounts", "--log", finished().path("a"), "--state", "call", "--limit", "3", "--json"});
  EXPECT_EQ(list.code, 0) << list.err;
  const std::vector<Tree> rows = json_lines(list.out);
  ASSERT_EQ(rows.size(), 3u);
  for (const Tree& row : rows) {
    const std::string name = row.at("account");
    const Ran margin =
        run({"margin", "--log", finished().path("a"), "--account", name, "--explain", "--json"});
    EXPECT_EQ(margin.code, 0) << margin.err;
    const Tree statement = json_lines(margin.out).at(0);
    EXPECT_EQ(statement.at("pools"), row.at("pools"));
    EXPECT_FALSE(statement.at("lines").empty());
  }
}

TEST(Log, AnEarlierPositionIsReplayed) {
  const std::string folder = finished().path("a");
  const Tree early =
      json_lines(run({"accounts", "--log", folder, "--at", "4000", "--limit", "1", "--json"}).out).at(0);
  EXPECT_EQ(early.at("position"), 4000);
  const Ran beyond = run({"accounts", "--log", folder, "--at", "999999999"});
  EXPECT_EQ(beyond.code, 2);
  EXPECT_NE(beyond.err.find("position 999999999 lies behind the end of the log"), std::string::npos)
      << beyond.err;
}

TEST(Log, DiffNamesTheFirstDifferentEntity) {
  const std::string folder = finished().path("a");
  EXPECT_EQ(run({"diff", folder, folder}).code, 0);
  std::vector<std::string> snapshots;
  for (const auto& entry : fs::directory_iterator(folder + "/snapshots"))
    snapshots.push_back(entry.path().string());
  ASSERT_GE(snapshots.size(), 2u);
  std::sort(snapshots.begin(), snapshots.end());
  EXPECT_EQ(run({"diff", snapshots.back(), folder}).code, 0);
  const Ran ran = run({"diff", snapshots.front(), folder, "--json"});
  EXPECT_EQ(ran.code, 1);
  const Tree found = json_lines(ran.out).at(0);
  EXPECT_EQ(found.at("table"), "state");
  EXPECT_EQ(found.at("fields").at(0).at("field"), "position");
  EXPECT_TRUE(found.at("differing").contains("markets"));
}

TEST(Log, ASnapshotIsTakenAndChecked) {
  const Folder folder;
  fs::copy(finished().path("a"), folder.path("b"), fs::copy_options::recursive);
  fs::remove_all(folder.path("b/snapshots"));
  const Ran ran = run({"snapshot", folder.path("b")});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(last_line(ran.out), finished_state());
  const Ran verified = run({"verify", folder.path("b"), "--json"});
  EXPECT_EQ(verified.code, 0);
  EXPECT_EQ(json_lines(verified.out).at(0).at("snapshots_checked"), 1);
}

TEST(Json, EveryLineOfARunIsAnObjectAndTheLastHasTheState) {
  const Folder folder;
  std::vector<std::string> arguments = run_into(folder.path("b"));
  arguments.push_back("--json");
  const Ran ran = run(arguments);
  EXPECT_EQ(ran.code, 0) << ran.err;
  const std::vector<Tree> lines = json_lines(ran.out);
  ASSERT_GE(lines.size(), 3u);
  for (const Tree& line : lines) ASSERT_TRUE(line.is_object());
  EXPECT_EQ(lines.front().at("kind"), "start");
  EXPECT_EQ("state " + lines.back().at("state").get<std::string>() + " at " +
                std::to_string(lines.back().at("position").get<int>()),
            finished_state());
}

TEST(Doctor, FindsThisBuildWell) {
  const Ran ran = run({"doctor", "--json"});
  EXPECT_EQ(ran.code, 0) << ran.out;
  EXPECT_EQ(json_lines(ran.out).at(0).at("well"), true);
}

TEST(Stress, OfALogSaysTheSameTwiceAndChangesNothing) {
  const std::vector<std::string> words = {"stress", "--log", finished().path("a"), "--history", "--json"};
  const Ran ran = run(words);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(run(words).out, ran.out);
  for (const char* part : {"\"ladders\":[", "\"all together\"", "\"all -30 %\"", "\"peak_to_trough\":\""}) {
    EXPECT_NE(ran.out.find(part), std::string::npos) << part;
  }
  EXPECT_EQ(last_line(run({"verify", finished().path("a")}).out), finished_state());
}

// Where nothing is moved, nobody is in liquidation whom the engine did not find there at the last tick; some
// have been closed since.
TEST(Stress, BeginsWhereTheEngineIs) {
  std::ptrdiff_t accounts = 0;
  for (const char* state : {"liquidation", "bankrupt"}) {
    const Ran ran =
        run({"accounts", "--log", finished().path("a"), "--limit", "0", "--json", "--state", state});
    accounts += std::count(ran.out.begin(), ran.out.end(), '\n');
  }
  const std::string out = run({"stress", "--log", finished().path("a"), "--json"}).out;
  const std::size_t all = out.find("\"all together\"");
  ASSERT_NE(all, std::string::npos);
  const std::string begin = "\"move\":\"0\",\"liquidated\":";
  const std::size_t at = out.find(begin, all);
  ASSERT_NE(at, std::string::npos);
  EXPECT_LE(std::stol(out.substr(at + begin.size())), accounts);
}

TEST(Stress, DrawsTheLadders) {
  const Folder folder;
  const Ran ran = run({"stress", "--log", finished().path("a"), "--svg", folder.path("ladder.svg"), "--steps",
                       "10 20 %", "--together", "0.8"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(read_file(folder.path("ladder.svg")).starts_with("<svg "));
  const Ran wrong = run({"stress", "--log", finished().path("a"), "--steps", "200 %"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_NE(wrong.err.find("--steps takes sizes above 0 and below 100 %"), std::string::npos) << wrong.err;
}

}  // namespace
}  // namespace lockstep::e2e
