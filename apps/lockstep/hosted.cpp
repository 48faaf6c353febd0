#include "apps/lockstep/hosted.h"

#include <algorithm>
#include <csignal>

#include "apps/lockstep/build.h"
#include "node/io/clock.h"
#include "node/io/linux_disk.h"

namespace lockstep {
namespace {

volatile std::sig_atomic_t stop_asked = 0;
void ask_to_stop(int signal) {
  if (stop_asked != 0) std::_Exit(128 + signal);
  stop_asked = 1;
}

constexpr i64 look_every_us = 50'000;  // for a signal, while waiting

}  // namespace

void stop_on_signals() {
  std::signal(SIGINT, ask_to_stop);
  std::signal(SIGTERM, ask_to_stop);
}
bool asked_to_stop() { return stop_asked != 0; }

Result<std::unique_ptr<Hosted>, Fault> Hosted::open(const service::ServiceOptions& options) {
  auto hosted = std::make_unique<Hosted>();
  service::ServiceOptions named = options;
  LinuxDisk disk;
  const u128 build = build_of(disk);
  named.version = to_hex(Hash128{static_cast<u64>(build >> 64), static_cast<u64>(build)});
  Result<std::unique_ptr<service::Service>, Fault> service = service::Service::open(named, hosted->line_);
  if (!service) return service.error();
  hosted->service_ = std::move(service).value();
  return hosted;
}

Hosted::~Hosted() { stop(); }

Result<Done, Fault> Hosted::start(Node& node) {
  if (Result<Done, Fault> done = service_->follow(node); !done) return done;
  writer_ = std::make_unique<service::Writer>(node, line_);
  node.on_synced = [this](double seconds) { service_->metrics().log_synced(seconds); };
  thread_ = std::thread([this] { service_->run(); });
  return Done{};
}

Result<Done, Fault> Hosted::answer(Time time, i64 wait_us, bool fills) {
  LinuxClock clock;
  const i64 until_us = clock.monotonic_us() + wait_us;
  for (;;) {
    const i64 left_us = until_us - clock.monotonic_us();
    const i64 now_us = std::clamp<i64>(left_us, 0, look_every_us);
    if (Result<Done, Fault> done = writer_->answer(time, now_us, fills); !done) {
      line_.fail(done.error());
      return done;
    }
    if (left_us <= look_every_us || asked_to_stop()) return Done{};
  }
}

Result<Done, Fault> Hosted::finish(Time time, bool fills) {
  line_.stop();
  return writer_->answer(time, 0, fills);
}

void Hosted::stop() {
  line_.stop();
  if (!thread_.joinable()) return;
  service_->stop();
  thread_.join();
}

}  // namespace lockstep
