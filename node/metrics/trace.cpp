#include "node/metrics/trace.h"

#include <sys/random.h>

#include <algorithm>

#include "core/base/assert.h"

namespace lockstep::metrics {
namespace {

constexpr std::size_t header_size = 55;  // of version 00

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) { return is_hex(text) && text.find_first_not_of('0') != text.npos; }

int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

std::string random_id(std::size_t digits) {
  std::string id;
  do {
    u8 bytes[16];
    LS_ASSERT(digits <= 2 * sizeof bytes);
    LS_ASSERT(::getrandom(bytes, digits / 2, 0) == static_cast<ssize_t>(digits / 2));
    id.clear();
    for (std::size_t i = 0; i < digits / 2; ++i) {
      id += "0123456789abcdef"[bytes[i] >> 4];
      id += "0123456789abcdef"[bytes[i] & 15];
    }
  } while (!is_id(id));
  return id;
}

}  // namespace

std::optional<Trace> parse_traceparent(std::string_view header) {
  if (header.size() < header_size) return std::nullopt;
  const std::string_view version = header.substr(0, 2);
  if (!is_hex(version) || version == "ff") return std::nullopt;
  const bool longer = header.size() > header_size;
  if (longer && (version == "00" || header[header_size] != '-')) return std::nullopt;
  if (header[2] != '-' || header[35] != '-' || header[52] != '-') return std::nullopt;
  const std::string_view trace = header.substr(3, 32), span = header.substr(36, 16);
  const std::string_view flags = header.substr(53, 2);
  if (!is_id(trace) || !is_id(span) || !is_hex(flags)) return std::nullopt;
  return Trace{std::string(trace), std::string(span), (digit(flags[1]) & 1) != 0};
}

std::string traceparent(const Trace& trace) {
  return "00-" + trace.trace_id + "-" + trace.span_id + (trace.sampled ? "-01" : "-00");
}

Trace new_trace() { return {random_id(32), random_id(16), false}; }

Trace child_of(const Trace& parent) { return {parent.trace_id, random_id(16), parent.sampled}; }

Trace trace_of(std::string_view header) {
  const std::optional<Trace> parent = parse_traceparent(header);
  return parent ? child_of(*parent) : new_trace();
}

}  // namespace lockstep::metrics
