// The one thread beside the service's own that computes: ladders, stress and previews take longer than other
// callers should wait.  It has copies of the engine, so it disturbs nobody and nobody disturbs it.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "node/api/api.h"

namespace lockstep::service {

constexpr std::size_t jobs_max = 16;  // that wait

class Worker {
 public:
  Worker();
  ~Worker();  // the job under way is finished, the rest is dropped

  // The answer, and the seconds that it took; in the worker's thread.
  using Finished = std::function<void(api::Answer, double)>;
  bool add(const Engine& engine, api::Job job, Finished done);  // false: too many wait

 private:
  struct Task {
    std::shared_ptr<const Engine> engine;
    api::Job job;
    Finished done;
  };
  void run();

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Task> tasks_;
  std::shared_ptr<const Engine> latest_;  // copied last
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace lockstep::service
