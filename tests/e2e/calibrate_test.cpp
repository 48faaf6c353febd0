// The closed loop as a user meets it: parameters from a folder of recorded markets, epochs in a log and in a
// cluster, statements that name the epoch they rest on.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "node/calibrate/testing_market.h"
#include "tests/e2e/json_lines.h"
#include "tests/e2e/process.h"

namespace lockstep::e2e {
namespace {

namespace fs = std::filesystem;
using calibrate::Recording;

// A recording on disk, and a log that a calibrated run over its last days has left.
struct Market {
  Folder folder;
  std::string data = folder.path("data"), log = folder.path("log");
  Ran job;
  Market() {
    for (const auto& [name, lines] : calibrate::record(calibrate::TestingMarket{})) {
      fs::create_directories((fs::path(data) / name).parent_path());
      folder.write("data/" + name, calibrate::text_of(lines));
    }
    job = run(words("run", {"--once", "--log", log}));
  }
  std::vector<std::string> words(const std::string& verb, const std::vector<std::string>& more) const {
    std::vector<std::string> all = {
        verb,   "--calibrate",      "--data",     data, "--from", "2026-02-01T00:05",
        "--to", "2026-02-04T01:00", "--accounts", "20"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
};
const Market& market() {
  static const Market made;
  return made;
}

u64 count(const std::string& text, const std::string& what) {
  u64 n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

bool all_json(const std::string& text) {
  const std::vector<Tree> lines = json_lines(text);
  return !lines.empty() &&
         std::none_of(lines.begin(), lines.end(), [](const Tree& t) { return t.is_discarded(); });
}

// "rulebook 2026-02-05T00:00Z 689b65d7f7676189 after 5 published, 0 of them urgent"
std::string identity_in(const std::string& line) {
  const std::size_t at = line.find(' ', line.find(' ') + 1) + 1;
  return line.substr(at, line.find(' ', at) - at);
}

std::vector<std::string> calibrated(const std::vector<std::string>& more) {
  std::vector<std::string> words = {"calibrate", "--data", market().data, "--from", "2026-02-01"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(Calibrate, WritesARulebookThatIsTheOneItPrints) {
  const Folder folder;
  const std::string file = folder.path("next.toml");
  const Ran ran = run(calibrated({"--explain", "--write", file}));
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(last_line(ran.out).rfind("rulebook 2026-02-05T00:00Z ", 0), 0u) << last_line(ran.out);
  EXPECT_NE(ran.out.find("rows of chains left out: none"), std::string::npos);
  EXPECT_NE(ran.out.find("79 changes of a day to 2026-02-04"), std::string::npos)
      << "the window of an estimate";
  const Ran checked = run({"rulebook", "check", file});
  EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
  const std::string identity = identity_in(last_line(ran.out));
  EXPECT_EQ(identity.size(), 16u);
  EXPECT_NE(run({"rulebook", "check", file, "--json"}).out.find(identity), std::string::npos) << identity;
}

TEST(Calibrate, GoesOnFromItsState) {
  const Folder folder;
  const std::string state = folder.path("state"), whole = folder.path("whole"), fresh = folder.path("x");
  const Ran first = run(calibrated({"--to", "2026-02-02T17:00", "--state", state}));
  ASSERT_EQ(first.code, 0) << first.err;
  const Ran rest = run({"calibrate", "--data", market().data, "--state", state});
  ASSERT_EQ(rest.code, 0) << rest.err;
  const Ran at_once = run(calibrated({"--state", whole}));
  ASSERT_EQ(at_once.code, 0) << at_once.err;
  EXPECT_EQ(last_line(rest.out), last_line(at_once.out));
  EXPECT_EQ(read_file(state), read_file(whole)) << "byte for byte";
  const Ran nothing = run({"calibrate", "--data", market().data, "--state", state});
  EXPECT_EQ(nothing.code, 0) << nothing.err;
  EXPECT_EQ(read_file(state), read_file(whole));
  folder.write("state", read_file(whole).substr(0, 1'000));
  const Ran damaged = run({"calibrate", "--data", market().data, "--state", state});
  EXPECT_EQ(damaged.code, 2);
  EXPECT_EQ(damaged.err, "lockstep: this state is damaged; begin without one\n");
}

TEST(Calibrate, ItsJsonIsJson) {
  const Ran ran = run(calibrated({"--json"}));
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(all_json(ran.out));
  const std::string last = last_line(ran.out);
  for (const char* key :
       {"\"identity\":\"", "\"published\":4", "\"quotes_left_out\":{", "\"chain_rows_left_out\":{"})
    EXPECT_NE(last.find(key), std::string::npos) << key;
}

TEST(Calibrate, ARunUnderItsEpochsVerifiesAndTheyAreListed) {
  const Market& m = market();
  ASSERT_EQ(m.job.code, 0) << m.job.err;
  EXPECT_EQ(last_line(m.job.out).rfind("state ", 0), 0u) << last_line(m.job.out);
  const Ran verified = run({"verify", m.log});
  EXPECT_EQ(verified.code, 0) << verified.err;
  EXPECT_EQ(last_line(verified.out), last_line(m.job.out));
  const Ran epochs = run({"rulebook", "epochs", "--log", m.log, "--json"});
  ASSERT_EQ(epochs.code, 0) << epochs.err;
  EXPECT_TRUE(all_json(epochs.out));
  EXPECT_EQ(count(epochs.out, "\"proposed_by\":\"calibrator\""), 3u) << epochs.out;
  EXPECT_EQ(count(epochs.out, "\"note\":\"from the market at 2026-02-0"), 3u);
  EXPECT_EQ(count(epochs.out, "gate: nobody is pushed under"), 3u);
  EXPECT_EQ(count(epochs.out, "\"status\":\"active\""), 1u);
  // Once more on the same log: nothing is said twice.
  const Ran again = run(m.words("run", {"--once", "--log", m.log}));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(last_line(again.out), last_line(m.job.out));
}

TEST(Calibrate, AStatementNamesTheEpochInForce) {
  const Market& m = market();
  ASSERT_EQ(m.job.code, 0) << m.job.err;
  const std::string name = "lockstep-inverse-00003";
  const Ran text = run({"margin", "--log", m.log, "--account", name, "--explain"});
  ASSERT_NE(text.code, 2) << text.err;
  EXPECT_NE(text.out.find("lockstep 2026-02-04T00:00Z, epoch 4"), std::string::npos)
      << text.out.substr(0, 200);
  const Ran json = run({"margin", "--log", m.log, "--account", name, "--explain", "--json"});
  EXPECT_NE(json.out.find("\"version\":\"2026-02-04T00:00Z\",\"epoch\":4"), std::string::npos);
}

TEST(Calibrate, AResultCanBeShownToABook) {
  const Ran ran = run(calibrated({"--to", "2026-02-04", "--log", market().log, "--json"}));
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(last_line(ran.out).find("\"gate\":{"), std::string::npos);
}

TEST(Calibrate, SaysInOneLineWhatItNeeds) {
  const Folder folder;
  const auto expect_line = [](const Ran& ran, const std::string& begin) {
    EXPECT_EQ(ran.code, 2) << ran.out;
    EXPECT_EQ(ran.err.rfind("lockstep: " + begin, 0), 0u) << ran.err;
    EXPECT_EQ(count(ran.err, "\n"), 1u) << ran.err;
    EXPECT_EQ(ran.out.find("calibrating"), std::string::npos) << ran.out;
  };
  expect_line(run({"calibrate", "--data", market().data, "--from", "2026-02-05", "--to", "2026-02-04"}),
              "--from lies behind --to");
  expect_line(run({"run", "--once", "--calibrate", "--log", folder.path("log")}),
              "--calibrate needs --data DIR: the built-in preset has no past to estimate from");
  fs::create_directories(folder.path("empty/deribit_options"));
  folder.write("empty/deribit_options/chain.csv", read_file(market().data + "/deribit_options/chain.csv"));
  expect_line(run({"calibrate", "--data", folder.path("empty")}), folder.path("empty") + ": holds no prices");
  expect_line(
      run({"run", "--once", "--calibrate", "--data", folder.path("empty"), "--log", folder.path("log")}),
      folder.path("empty") + ": holds no prices");
  expect_line(run({"calibrate", "--data", folder.path("nowhere")}),
              folder.path("nowhere") + ": there is no such");
}

// Bad rows stop a feed, which would make commands of them, and are counted by an estimate.
TEST(Calibrate, BadRowsAreCountedAndMoveNothing) {
  const Folder folder;
  const std::string data = folder.path("data");
  fs::copy(market().data, data, fs::copy_options::recursive);
  std::string chain = read_file(data + "/deribit_options/chain.csv");
  const std::size_t first = chain.find('\n') + 1;
  const std::string at = chain.substr(first, chain.find(',', first) - first);
  chain.insert(first, at + ",BTC-27MAR26-60000-C,NaN,NaN,NaN,NaN,1,NaN,NaN\n" + at +
                          ",BTC-1NOV25-60000-C,60000,60000,0.1,0.5,1,0.1,0.1\n");
  folder.write("data/deribit_options/chain.csv", chain);
  folder.write("data/daily/market.csv",
               read_file(data + "/daily/market.csv") + "BTC,2025-11-20T00:00:00Z,NaN,0,0\n");
  const auto calibrated = [](const std::string& from) {
    return run({"calibrate", "--data", from, "--to", "2025-11-25"});
  };
  const Ran clean = calibrated(market().data), ran = calibrated(data);
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(last_line(ran.out), last_line(clean.out));
  EXPECT_NE(ran.out.find("rows of chains left out: 1 expired, 1 no number"), std::string::npos) << ran.out;
  const Ran job = run({"run", "--once", "--data", data, "--accounts", "20", "--log", folder.path("log")});
  EXPECT_EQ(job.code, 2);
  EXPECT_NE(job.err.find("\"NaN\" is not a decimal"), std::string::npos) << job.err;
}

// What `outputs` of a replica says of epochs in force: position, epoch, hashes before and after.
std::vector<std::string> activations(const std::string& replica) {
  std::vector<std::string> lines;
  const std::string all = run({"outputs", replica}).out;
  for (std::size_t at = all.find("epoch_activated"); at != std::string::npos;
       at = all.find("epoch_activated", at + 1)) {
    const std::size_t begin = all.rfind('\n', at) + 1;
    lines.push_back(all.substr(begin, all.find('\n', at) - begin));
  }
  return lines;
}

TEST(Calibrate, InAClusterEveryEpochComesAtOnePositionEverywhere) {
  const Folder folder;
  const Ran up =
      run({"cluster", "up", "--once", "--calibrate", "--data", market().data, "--from", "2026-02-03T22:00",
           "--to", "2026-02-05", "--accounts", "20", "--folder", folder.path("c")});
  ASSERT_EQ(up.code, 0) << up.out << up.err;
  std::vector<std::string> first;
  std::string state, epochs;
  for (const char* name : {"a", "b", "c", "mirror"}) {
    const std::string replica = folder.path("c") + "/" + name;
    const std::vector<std::string> here = activations(replica);
    const Ran verified = run({"verify", replica});
    EXPECT_EQ(verified.code, 0) << verified.out;
    if (first.empty()) first = here, state = last_line(verified.out);
    EXPECT_EQ(here, first) << name;
    EXPECT_EQ(last_line(verified.out), state) << name;
  }
  ASSERT_GE(first.size(), 3u) << "the founding one, and two midnights";
}

}  // namespace
}  // namespace lockstep::e2e
