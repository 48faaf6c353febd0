// The vectors of peers that pass, pinned: fewer is a failure, and more is a reason to move the figure.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/conform/compare.h"
#include "tests/conform/conform.h"
#include "tests/conform/decimal.h"
#include "tests/conform/isolate.h"

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

const Figures pinned[] = {{"derive.jsonl", 211, 0, 0}, {"derive_random.jsonl", 201, 0, 0},
                          {"dydx.jsonl", 251, 5, 0},   {"vega.jsonl", 388, 0, 0},
                          {"drift.jsonl", 190, 0, 0},  {"drift_random.jsonl", 188, 0, 0},
                          {"mango.jsonl", 17, 0, 0},   {"venues.jsonl", 112, 0, 0}};

class Pinned : public testing::TestWithParam<Figures> {};

TEST_P(Pinned, AsManyPassAsBefore) {
  const std::string path = vectors(GetParam().file);
  if (!std::ifstream(path)) GTEST_SKIP() << path << " is not there";
  Figures sum{GetParam().file, 0, 0, 0};
  std::vector<std::string> failures;
  for (const Tally& tally : run(path)) {
    sum.passed += tally.passed;
    sum.failed += tally.failed;
    sum.skipped += tally.skipped;
    failures.insert(failures.end(), tally.failures.begin(), tally.failures.end());
  }
  EXPECT_EQ(sum.passed, GetParam().passed);
  EXPECT_EQ(sum.failed, GetParam().failed) << testing::PrintToString(failures);
  EXPECT_EQ(sum.skipped, GetParam().skipped);
}

// ---- the table of docs/conformance.md

const std::string document = std::string(LOCKSTEP_SOURCE_DIR) + "/docs/conformance.md";
constexpr std::string_view table_begin = "<!-- vectors -->\n", table_end = "<!-- end of vectors -->\n";

std::string table_of(const std::vector<Tally>& tallies) {
  std::string text = "| peer | model | passed | failed | skipped | |\n|---|---|---|---|---|---|\n";
  for (const Tally& t : tallies) {
    text += "| " + t.peer + " | " + t.model + " | " + std::to_string(t.passed) + " | " +
            std::to_string(t.failed) + " | " + std::to_string(t.skipped) + " | " + t.reason + " |\n";
  }
  return text;
}

// LOCKSTEP_REWRITE=1 renews it.
TEST(ConformDocument, TheTableIsWhatRuns) {
  std::vector<Tally> tallies;
  for (const Figures& figures : pinned) {
    if (!std::ifstream(vectors(figures.file))) GTEST_SKIP() << vectors(figures.file) << " is not there";
    run(vectors(figures.file), tallies);
  }
  std::stringstream content;
  content << std::ifstream(document).rdbuf();
  std::string text = content.str();
  const std::size_t begin = text.find(table_begin) + table_begin.size(), end = text.find(table_end);
  ASSERT_LE(begin, end);
  if (std::getenv("LOCKSTEP_REWRITE") != nullptr) {
    std::ofstream(document) << text.replace(begin, end - begin, table_of(tallies));
  } else {
    EXPECT_EQ(text.substr(begin, end - begin), table_of(tallies)) << "./dev rewrite renews it";
  }
}

std::string named_after_file(const testing::TestParamInfo<Figures>& figures) {
  return figures.param.file.substr(0, figures.param.file.find('.'));
}

INSTANTIATE_TEST_SUITE_P(Vectors, Pinned, testing::ValuesIn(pinned), named_after_file);

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

TEST(ConformJson, TheReaderTakesWhatJsonIsAndNoMore) {
  for (const char* text :
       {"[inf]", "[0x10]", "[.5]", "[1.]", "[+1]", "{\"a\":1,\"a\":2}", "\"\\u00", "[1e99999]"}) {
    EXPECT_THROW(parse_json(text), VectorError) << text;
  }
  EXPECT_THROW(parse_json(std::string(100'000, '[')), VectorError);
  EXPECT_EQ(parse_json("[null, 1E+2]").items[0].text, "null");
}

TEST(ConformJson, NumbersRoundToNearestAndNothingElseIsANumber) {
  const auto fixed = [](const char* text, int decimals) {
    Json json;
    json.text = text;
    return json.fixed(decimals);
  };
  EXPECT_TRUE(fixed("0.05", 1) == 1);
  EXPECT_TRUE(fixed("0.04", 1) == 0);
  EXPECT_TRUE(fixed("-1.25e1", 0) == -13);
  EXPECT_TRUE(fixed("0e9999", 18) == 0);
  EXPECT_TRUE(fixed("0.0009", 2) == 0);
  for (const char* text : {"", "-", "1x", "e5", "true", "1e9999", "1.2.3"}) {
    EXPECT_THROW(fixed(text, 4), VectorError) << text;
  }
}

Bounds bounds(const char* absolute, const char* relative) {
  return {*read_decimal(absolute), *read_decimal(relative), {}};
}

TEST(ConformDecimal, FortyDigitsAreComparedExactly) {
  const Bounds exact = bounds("0", "0");
  EXPECT_TRUE(within("1234567890123456789012345678901234567890", "1234567890123456789012345678901234567890.0",
                     exact));
  EXPECT_FALSE(
      within("1234567890123456789012345678901234567890", "1234567890123456789012345678901234567891", exact));
  EXPECT_TRUE(within("-0.0", "0", exact));
  EXPECT_TRUE(within("1e3", "1000", exact));
  EXPECT_TRUE(within("2/3", "4/6", exact));
  EXPECT_FALSE(within("-1", "1", exact));
}

TEST(ConformDecimal, TheEdgeOfATolerancePasses) {
  const Bounds fine = bounds("0.000000000001", "0");
  EXPECT_TRUE(within("1000000000000.000000000001", "1000000000000", fine));
  EXPECT_FALSE(within("1000000000000.0000000000011", "1000000000000", fine));
  EXPECT_TRUE(within("99.9", "100", bounds("0", "0.001")));
  EXPECT_FALSE(within("99.89", "100", bounds("0", "0.001")));
  EXPECT_TRUE(within("-1", "1", bounds("2", "0")));
}

TEST(ConformDecimal, ACutIsTowardZero) {
  Bounds whole;
  whole.cut_places = 0;
  EXPECT_TRUE(within("-0.9", "0.9", whole));
  EXPECT_TRUE(within("1999.99", "1999.01", whole));
  EXPECT_FALSE(within("1.0", "0.99", whole));
}

TEST(ConformDecimal, WordsAreComparedAsWords) {
  EXPECT_TRUE(within("true", "true", bounds("1", "0")));
  EXPECT_FALSE(within("true", "1", bounds("1", "0")));
  EXPECT_FALSE(within("nan", "0", bounds("1", "0")));
}

// What is wrong with `values` as the answer to a vector of this text.
std::string difference(const char* text, std::vector<std::pair<std::string, std::string>> values) {
  Vector vector;
  vector.json = parse_json(text);
  vector.peer = vector.json.at("peer").text;
  return first_difference(vector, {std::move(values), ""});
}

TEST(ConformCompare, LooksIntoObjectsAndLists) {
  const char* text = R"({"peer": "x", "expected": {"a": {"3": {"m": "1"}}, "b": [["2", true]], "c": []}})";
  EXPECT_EQ(difference(text, {{"a.3.m", "1"}, {"b[0][0]", "2"}, {"b[0][1]", "true"}}), "");
  EXPECT_EQ(difference(text, {{"a.3.m", "2"}}), "a.3.m: 2, expected 1");
  EXPECT_EQ(difference(text, {{"a.3.m", "1"}}), "b[0][0]: not answered, expected 2");
  EXPECT_EQ(difference(text, {{"a.3.m", "1"}, {"b[0][0]", "2"}, {"b[0][1]", "true"}, {"c[0].x", "1"}}),
            "c[0].x: 1, expected a list of 0");
}

TEST(ConformCompare, NothingExpectedIsNoSuccess) {
  EXPECT_EQ(difference(R"({"peer": "x", "expected": {}})", {}), "nothing is expected");
  EXPECT_THROW(difference(R"({"peer": "x"})", {}), VectorError);
}

TEST(ConformCompare, OnePeersCustomsAreNotAnothers) {
  const std::string rest =
      R"(", "expected": {"im": "1", "worst_scenario": "3"}, "expected_contract": {"im": "1"}})";
  const std::string own = R"({"peer": "derive)" + rest, others = R"({"peer": "x)" + rest;
  EXPECT_EQ(difference(own.c_str(), {{"im", "1.0000001"}}), "");
  EXPECT_EQ(difference(others.c_str(), {{"im", "1.0000001"}}), "im: 1.0000001, expected 1");
  EXPECT_EQ(difference(others.c_str(), {{"im", "1"}}), "worst_scenario: not answered, expected 3");
}

TEST(ConformCompare, ToleranceByFieldThenForAll) {
  const char* text =
      R"({"peer": "x", "expected": {"a": "1", "b": "1"}, "tolerance": {"b": {"abs": "2"}, "*": {"abs": 0}}})";
  EXPECT_EQ(difference(text, {{"a", "1"}, {"b", "3"}}), "");
  EXPECT_EQ(difference(text, {{"a", "1.1"}, {"b", "1"}}), "a: 1.1, expected 1");
}

// A file of these lines, run.
std::vector<Tally> run_lines(const std::string& lines) {
  const std::string path = testing::TempDir() + "conform_test.jsonl";
  std::ofstream(path) << lines;
  return run(path);
}

TEST(Conform, AModelNobodyKnowsHasFailed) {
  const std::vector<Tally> tallies = run_lines(R"({"id": "a", "peer": "derive", "model": "none"})"
                                               "\n\n");
  ASSERT_EQ(tallies.size(), 1u);
  EXPECT_EQ(tallies[0].failed, 1u);
  EXPECT_EQ(tallies[0].failures[0], "a: no such model");
}

TEST(Conform, ALineThatIsNoVectorIsNamed) {
  try {
    run_lines("{\"id\": \"a\", \"peer\": \"derive\", \"model\": \"none\"}\n{\"id\": 3}\n");
    ADD_FAILURE() << "was taken";
  } catch (const VectorError& error) {
    EXPECT_NE(error.text.find("conform_test.jsonl:2: `id` must be a text"), std::string::npos) << error.text;
  }
}

TEST(ConformIsolate, WhatStopsTheProgramIsOneFailure) {
  const std::vector<Outcome> outcomes = run_isolated(4, [](std::size_t i) {
    if (i == 1) std::abort();
    if (i == 2) std::_Exit(0);
    return std::string(100'000 * i, 'x');
  });
  ASSERT_EQ(outcomes.size(), 4u);
  EXPECT_TRUE(outcomes[0].finished);
  EXPECT_FALSE(outcomes[1].finished);
  EXPECT_FALSE(outcomes[2].finished);
  EXPECT_EQ(outcomes[3].text.size(), 300'000u);
}

TEST(Conform, AMissingFileIsUnusable) { EXPECT_THROW(run("no such file"), VectorError); }

}  // namespace
}  // namespace lockstep::conform
