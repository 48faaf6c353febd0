#include "node/service/worker.h"

#include "node/io/clock.h"

namespace lockstep::service {

Worker::Worker() : thread_([this] { run(); }) {}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  ready_.notify_one();
  thread_.join();
}

bool Worker::add(const Engine& engine, api::Job job, Finished done) {
  {
    const std::lock_guard lock(mutex_);
    if (tasks_.size() >= jobs_max) return false;
  }
  // Jobs at one position share a copy.
  if (latest_ == nullptr || latest_->state.position != engine.state.position) {
    latest_ = std::make_shared<const Engine>(engine);
  }
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back({latest_, std::move(job), std::move(done)});
  }
  ready_.notify_one();
  return true;
}

void Worker::run() {
  for (;;) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
      if (ending_) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    Engine engine = *task.engine;  // a job may write to its scratch
    task.engine.reset();
    LinuxClock clock;
    const i64 began_us = clock.monotonic_us();
    api::Answer answer = task.job.work(engine);
    task.done(std::move(answer), static_cast<double>(clock.monotonic_us() - began_us) / 1e6);
  }
}

}  // namespace lockstep::service
