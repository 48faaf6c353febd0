// Conformance: vectors that peers and venues wrote, run through the engine's own functions.  One file a peer
// maps its vocabulary; nothing here computes margin.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/int.h"

namespace lockstep::conform {

// JSON with numbers kept as the text they were written in.
struct Json {
  enum class Kind : u8 { null, boolean, number, text, array, object } kind = Kind::null;
  std::string text;  // number, text; boolean: "true" or "false"
  std::vector<Json> items;
  std::vector<std::pair<std::string, Json>> members;
  const Json* find(std::string_view key) const;
  const Json& at(std::string_view key) const;  // missing: throws VectorError naming the key
  i128 fixed(int decimals) const;              // decimal text (exponents allowed), to nearest
  double real() const;
};
struct VectorError {
  std::string text;
};
Json parse_json(std::string_view text);  // throws VectorError

struct Vector {
  std::string file, id, peer, model;
  u32 line = 0;
  Json json;
};

// What an adapter answers: values by the names of `expected`, as decimal text; or why the vector is not run.
struct Answer {
  std::vector<std::pair<std::string, std::string>> values;
  std::string skipped;
};
using Adapter = Answer (*)(const Vector&);

struct Entry {
  std::string_view peer_prefix;  // "" any
  std::string_view model;
  Adapter adapter;          // nullptr: skipped
  std::string_view reason;  // of a skip
};
// One table a peer.
std::vector<Entry> derive_models();

struct Tally {
  std::string peer, model;
  u32 passed = 0, failed = 0, skipped = 0;
  std::string reason;                 // of skips
  std::vector<std::string> failures;  // "id: field: got, expected, tolerance"
};
std::vector<Tally> run(const std::string& path);  // throws VectorError: unusable input, exit 2

}  // namespace lockstep::conform
