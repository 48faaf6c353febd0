// One test a scenario file: it prints what the file expects, and prints and ends the same through every lens.
// LOCKSTEP_REWRITE=1 writes what the plain run prints as the new expectation instead; read the difference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "tests/scenarios/lens.h"

namespace lockstep::scenarios {
namespace {

const std::string folder = std::string(LOCKSTEP_SOURCE_DIR) + "/tests/scenarios";

class Scenario : public testing::Test {
 public:
  explicit Scenario(std::string path) : path_(std::move(path)) {}
  void TestBody() override {
    try {
      check();
    } catch (const Malformed& error) {
      FAIL() << error.what();
    }
  }

 private:
  void check() {
    const ScenarioFile file = read_scenario(path_);
    const Outputs plain = run_scenario(file, Lens::plain);
    EXPECT_EQ(plain.broken, "");
    if (std::getenv("LOCKSTEP_REWRITE") != nullptr) {
      rewrite_scenario(file, plain.outputs);
    } else {
      compare(file, plain);
    }
    for (const Lens lens : lenses) {
      if (lens == Lens::plain) continue;
      SCOPED_TRACE(std::string("lens ") + name_of(lens));
      const Outputs other = run_scenario(file, lens);
      EXPECT_EQ(other.broken, "");
      EXPECT_EQ(other.outputs, plain.outputs);
      EXPECT_EQ(to_hex(other.hash), to_hex(plain.hash));
    }
  }
  void compare(const ScenarioFile& file, const Outputs& run) const {
    for (std::size_t i = 0; i < file.blocks.size(); ++i) {
      const Block& block = file.blocks[i];
      EXPECT_EQ(run.outputs[i], block.expected) << path_ << ":" << block.directives.back().line;
    }
  }
  std::string path_;
};

std::vector<std::string> scenario_paths() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".txt") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

const bool registered = [] {
  for (const std::string& path : scenario_paths()) {
    const std::string name = std::filesystem::path(path).stem().string();
    testing::RegisterTest("Scenarios", name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [path]() -> Scenario* { return new Scenario(path); });
  }
  return true;
}();

TEST(ScenarioFiles, ThereAreSome) { EXPECT_TRUE(registered && scenario_paths().size() >= 60); }

}  // namespace
}  // namespace lockstep::scenarios
