// The vectors of peers that pass, pinned: fewer is a failure, and more is a reason to move the figure.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/conform/conform.h"

namespace lockstep::conform {
namespace {

std::string vectors(const std::string& name) {
  const char* shared = std::getenv("LOCKSTEP_SHARED");
  const std::string folder = shared != nullptr ? shared : std::string(LOCKSTEP_SOURCE_DIR) + "/../shared";
  return folder + "/vectors/" + name;
}

struct Figures {
  std::string file;
  u32 passed, failed, skipped;
};

class Pinned : public testing::TestWithParam<Figures> {};

TEST_P(Pinned, AsManyPassAsBefore) {
  const std::string path = vectors(GetParam().file);
  if (!std::ifstream(path)) GTEST_SKIP() << path << " is not there";
  Figures sum{GetParam().file, 0, 0, 0};
  for (const Tally& tally : run(path)) {
    sum.passed += tally.passed;
    sum.failed += tally.failed;
    sum.skipped += tally.skipped;
    for (const std::string& failure : tally.failures) ADD_FAILURE() << failure;
  }
  EXPECT_EQ(sum.passed, GetParam().passed);
  EXPECT_EQ(sum.failed, GetParam().failed);
  EXPECT_EQ(sum.skipped, GetParam().skipped);
}

std::string named_after_file(const testing::TestParamInfo<Figures>& figures) {
  return figures.param.file.substr(0, figures.param.file.find('.'));
}

INSTANTIATE_TEST_SUITE_P(Vectors, Pinned,
                         testing::Values(Figures{"derive.jsonl", 185, 0, 26},
                                         Figures{"derive_random.jsonl", 201, 0, 0}),
                         named_after_file);

TEST(ConformJson, NumbersKeepTheirDigits) {
  const Json json = parse_json(R"({"a": "0.123456789012345678", "b": [1.5e-3, -2], "c": {"d": true}})");
  EXPECT_TRUE(json.at("a").fixed(18) == 123456789012345678);
  EXPECT_TRUE(json.at("b").items[0].fixed(4) == 15);
  EXPECT_TRUE(json.at("b").items[1].fixed(0) == -2);
  EXPECT_TRUE(json.at("a").fixed(2) == 12);
  EXPECT_EQ(json.at("c").at("d").text, "true");
}

TEST(ConformJson, WhatIsNotJsonIsRefused) {
  for (const char* text : {"", "{", "{\"a\" 1}", "[1,]", "{} x", "\"open", "[1e]"}) {
    EXPECT_THROW(parse_json(text), VectorError) << text;
  }
}

TEST(Conform, AMissingFileIsUnusable) { EXPECT_THROW(run("no such file"), VectorError); }

}  // namespace
}  // namespace lockstep::conform
