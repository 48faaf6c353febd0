#include "node/service/line.h"

#include <chrono>

namespace lockstep::service {
namespace {

constexpr std::size_t written_max = 20'000;  // commands that wait for the service
constexpr std::size_t asked_max = 10'000;

}  // namespace

void Line::publish(Written written) {
  {
    std::unique_lock lock(mutex_);
    to_service_.wait(lock, [this] { return waiting_ < written_max || stopping_; });
    waiting_ += written.commands.size();
    written_.push_back(std::move(written));
  }
  if (wake) wake();
}

std::vector<Asking> Line::take(i64 wait_us) {
  std::unique_lock lock(mutex_);
  if (wait_us > 0) {
    to_writer_.wait_for(lock, std::chrono::microseconds(wait_us),
                        [this] { return !asked_.empty() || stopping_; });
  }
  std::vector<Asking> taken(std::make_move_iterator(asked_.begin()), std::make_move_iterator(asked_.end()));
  asked_.clear();
  return taken;
}

void Line::fail(Fault fault) {
  {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(fault);
  }
  if (wake) wake();
}

bool Line::ask(Asking asking) {
  {
    const std::lock_guard lock(mutex_);
    if (failure_ || stopping_ || asked_.size() >= asked_max) return false;
    asked_.push_back(std::move(asking));
  }
  to_writer_.notify_one();
  return true;
}

std::vector<Written> Line::receive() {
  std::vector<Written> received;
  {
    const std::lock_guard lock(mutex_);
    received.swap(written_);
    waiting_ = 0;
  }
  to_service_.notify_one();
  return received;
}

std::size_t Line::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

std::optional<Fault> Line::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void Line::stop() {
  stopping_ = true;
  const std::lock_guard lock(mutex_);  // nobody is between looking and waiting
  to_writer_.notify_all();
  to_service_.notify_all();
}

}  // namespace lockstep::service
