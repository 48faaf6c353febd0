// What was asked under an Idempotency-Key, and how it was answered: a client that was not answered asks again
// and gets the same answer.  This remembers answers as they were sent, for a day, in this process; across a
// restart a repeated command is still executed once, because the log knows its key (api::Submission), and is
// then answered from what the log kept of its outcome.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "core/base/hash.h"
#include "node/net/server.h"
#include "node/rest/rest.h"

namespace lockstep::rest {

class Keys {
 public:
  // capacity: answers that are remembered; the oldest are forgotten first.
  explicit Keys(std::size_t capacity = 10'000) : capacity_(capacity) {}

  // None: it is new, is to be executed, and finish() must follow; or it has no key.  Otherwise the answer:
  // the first one's again, with Idempotent-Replayed; 409 while that is not answered; 422 if the key came
  // with another request.
  std::optional<net::Response> begin(const std::string& by, const Routed& to, const net::Request& request,
                                     i64 now_us);
  // Nothing is remembered of a request that did not come to the log: whose answer has no Location.
  void finish(const std::string& by, const Routed& to, const net::Response& response);

 private:
  using Name = std::pair<std::string, std::string>;  // who, and the key
  struct Entry {
    Hash128 request;
    i64 at_us = 0;
    u64 number = 0;
    std::optional<net::Response> response;
  };
  void forget(i64 now_us, std::size_t left);  // those too old, and so many that `left` are left

  std::size_t capacity_;
  u64 number_ = 0;
  std::map<Name, Entry> entries_;
  std::deque<std::pair<Name, u64>> order_;  // by age; a name whose number differs is of an entry that is gone
};

}  // namespace lockstep::rest
