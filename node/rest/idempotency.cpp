#include "node/rest/idempotency.h"

#include <algorithm>

#include "node/rest/problem.h"

namespace lockstep::rest {
namespace {

constexpr i64 kept_us = i64{24} * 3600 * 1'000'000;

Hash128 hash_of(const net::Request& request) {
  const std::string text = request.method + "\n" + request.target + "\n" + request.body;
  return hash_bytes(std::span(reinterpret_cast<const u8*>(text.data()), text.size()));
}

}  // namespace

std::optional<net::Response> Keys::begin(const std::string& by, const Routed& to, const net::Request& request,
                                         i64 now_us) {
  if (to.key.empty()) return std::nullopt;
  forget(now_us, capacity_);
  const Name name{by, to.key};
  const auto found = entries_.find(name);
  if (found == entries_.end()) {
    forget(now_us, capacity_ - 1);
    entries_.emplace(name, Entry{hash_of(request), now_us, ++number_, std::nullopt});
    order_.emplace_back(name, number_);
    return std::nullopt;
  }
  const Entry& entry = found->second;
  if (entry.request != hash_of(request)) {
    return problem_response(Problem{422, "key-reused", "The key was used for another request",
                                    "an Idempotency-Key is for one request, however often it is sent"},
                            to.request_id);
  }
  if (!entry.response) {
    return problem_response(
        Problem{409, "key-in-use", "The request of this key is not answered yet", "ask again in a moment"},
        to.request_id);
  }
  net::Response response = *entry.response;
  std::erase_if(response.headers, [](const auto& header) { return header.first == "Idempotent-Replayed"; });
  response.headers.emplace_back("Idempotent-Replayed", "true");
  return response;
}

void Keys::finish(const std::string& by, const Routed& to, const net::Response& response) {
  const auto found = entries_.find({by, to.key});
  if (found == entries_.end()) return;
  const auto is_location = [](const auto& header) { return header.first == "Location"; };
  if (std::none_of(response.headers.begin(), response.headers.end(), is_location)) {
    entries_.erase(found);
  } else {
    found->second.response = response;
  }
}

void Keys::forget(i64 now_us, std::size_t left) {
  while (!order_.empty()) {
    const auto& [name, number] = order_.front();
    const auto found = entries_.find(name);
    const bool is_there = found != entries_.end() && found->second.number == number;
    if (is_there) {
      const bool due = entries_.size() > left || now_us - found->second.at_us > kept_us;
      if (!due) return;
      entries_.erase(found);
    }
    order_.pop_front();
  }
}

}  // namespace lockstep::rest
