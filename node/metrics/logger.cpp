#include "node/metrics/logger.h"

#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <chrono>

namespace lockstep::metrics {
namespace {

class SpdLogger final : public Logger {
 public:
  SpdLogger(const LoggerOptions& options, spdlog::sink_ptr sink)
      : json_(options.json),
        level_(options.level),
        pool_(std::make_shared<spdlog::details::thread_pool>(options.queue_max, 1)),
        logger_(std::make_shared<spdlog::async_logger>("lockstep", std::move(sink), pool_,
                                                       spdlog::async_overflow_policy::overrun_oldest)) {
    logger_->set_pattern("%v");
    logger_->set_level(spdlog::level::trace);  // what is below level_ does not come here
    logger_->flush_on(spdlog::level::trace);
    logger_->set_error_handler([](const std::string&) {});  // a log that cannot be written stops nothing
  }

  void write(Level level, std::string_view event, std::initializer_list<Field> fields,
             std::string_view trace) override {
    if (level < level_.load(std::memory_order_relaxed) || level == Level::off) return;
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    const i64 now_us = std::chrono::duration_cast<std::chrono::microseconds>(since).count();
    const std::string line = log_line(json_, now_us, level, event, fields, trace);
    logger_->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
  }
  void set_level(Level level) override { level_ = level; }
  Level level() const override { return level_; }
  u64 dropped() const override { return pool_->overrun_counter(); }

 private:
  const bool json_;
  std::atomic<Level> level_;
  std::shared_ptr<spdlog::details::thread_pool> pool_;  // its destructor writes what waits
  std::shared_ptr<spdlog::async_logger> logger_;
};

}  // namespace

Result<std::unique_ptr<Logger>, Fault> Logger::open(const LoggerOptions& options) {
  try {
    spdlog::sink_ptr sink;
    if (options.path.empty()) {
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.path);
    }
    return std::unique_ptr<Logger>(std::make_unique<SpdLogger>(options, std::move(sink)));
  } catch (const spdlog::spdlog_ex& error) {
    return Fault{options.path + ": cannot write the log: " + error.what(), FaultKind::permission};
  }
}

}  // namespace lockstep::metrics
