// Which call of which other system a call of ours belongs to: the header `traceparent` of W3C Trace Context
// (https://www.w3.org/TR/trace-context/).  What comes in is passed on with a span id of our own; what is
// not as the recommendation says is as if it had not been sent, and a new trace begins.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/int.h"

namespace lockstep::metrics {

struct Trace {
  std::string trace_id;  // 32 lowercase hex digits, not all zero
  std::string span_id;   // 16, likewise
  bool sampled = false;
};

// A header of version 00, or of a later one as far as it is like 00; nothing if it is neither.
std::optional<Trace> parse_traceparent(std::string_view header);
// "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
std::string traceparent(const Trace& trace);

Trace new_trace();
// The same trace with a new span.
Trace child_of(const Trace& parent);
// Of a header that came in, or a new one.
Trace trace_of(std::string_view header);

}  // namespace lockstep::metrics
