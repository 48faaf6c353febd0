// Lines as text and as JSON, levels, and that a full queue loses lines and says how many.
#include "node/metrics/logger.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "node/json/value.h"

namespace lockstep::metrics {
namespace {

constexpr i64 moment = 1'772'366'400'123'456;  // 2026-03-01 12:00:00.123456

struct LogFile {
  std::string path = "/tmp/lockstep-logger-" + std::to_string(::getpid()) + ".log";
  LogFile() { std::filesystem::remove(path); }
  ~LogFile() { std::filesystem::remove(path); }
  std::vector<std::string> lines() const {
    std::ifstream file(path);
    std::vector<std::string> all;
    for (std::string line; std::getline(file, line);) all.push_back(line);
    return all;
  }
};

TEST(Logger, ALineAsTextAndAsJson) {
  EXPECT_EQ(log_line(false, moment, Level::info, "request",
                     {{"method", "lockstep/accounts"}, {"code", 0}, {"cached", true}, {"by", "a b"}},
                     "4bf92f3577b34da6a3ce929d0e0e4736"),
            "2026-03-01T12:00:00.123Z info request method=lockstep/accounts code=0 cached=true by=\"a b\" "
            "trace=4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(
      log_line(true, moment, Level::warning, "log", {{"position", u64{7}}, {"what", "disk \"full\""}}, ""),
      "{\"time\":\"2026-03-01T12:00:00.123Z\",\"level\":\"warning\",\"event\":\"log\",\"position\":7,"
      "\"what\":\"disk \\\"full\\\"\"}");
  // Nobody can write a second line or field into the log.
  const std::string forged = log_line(false, moment, Level::info, "auth", {{"by", "x\nroot admin=true"}}, "");
  EXPECT_EQ(forged.find('\n'), std::string::npos);
  EXPECT_NE(forged.find("by=\"x\\nroot admin=true\""), std::string::npos) << forged;
}

TEST(Logger, LevelsChangeAtRunTime) {
  LogFile file;
  {
    Result<std::unique_ptr<Logger>, Fault> opened =
        Logger::open({.level = Level::warning, .json = true, .path = file.path});
    ASSERT_TRUE(opened);
    Logger& log = *opened.value();
    log.write(Level::info, "one", {});
    log.write(Level::error, "two", {});
    log.set_level(Level::debug);
    EXPECT_EQ(log.level(), Level::debug);
    log.write(Level::debug, "three", {{"n", 3}});
    log.set_level(Level::off);
    log.write(Level::error, "four", {});
    EXPECT_EQ(log.dropped(), 0u);
  }
  const std::vector<std::string> lines = file.lines();
  ASSERT_EQ(lines.size(), 2u);
  const Result<JsonValue, std::string> second = parse_json(lines[1]);
  ASSERT_TRUE(second);
  EXPECT_EQ(second.value().find("event")->text, "three");
  EXPECT_EQ(second.value().find("n")->text, "3");
  Level level = Level::off;
  EXPECT_TRUE(level_of("warning", level));
  EXPECT_EQ(level, Level::warning);
  EXPECT_FALSE(level_of("loud", level));
}

TEST(Logger, WhatDoesNotFitIsCounted) {
  LogFile file;
  u64 dropped = 0;
  constexpr u64 lines = 20'000;
  {
    Result<std::unique_ptr<Logger>, Fault> opened = Logger::open({.path = file.path, .queue_max = 4});
    ASSERT_TRUE(opened);
    Logger& log = *opened.value();
    std::vector<std::thread> writers;
    for (u64 t = 0; t < 2; ++t) {
      writers.emplace_back([&log] {
        for (u64 i = 0; i < lines / 2; ++i) log.write(Level::info, "line", {{"i", i}});
      });
    }
    for (std::thread& writer : writers) writer.join();
    dropped = log.dropped();
  }
  EXPECT_EQ(file.lines().size() + dropped, lines);
  EXPECT_GT(dropped, 0u);
}

TEST(Logger, AFileThatCannotBeWrittenIsAFault) {
  const Result<std::unique_ptr<Logger>, Fault> opened = Logger::open({.path = "/proc/nowhere/lockstep.log"});
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().what.find("/proc/nowhere/lockstep.log"), std::string::npos);
}

}  // namespace
}  // namespace lockstep::metrics
