// Conformance: vectors that peers and venues wrote, run through the engine's own functions.  One file a peer
// maps its vocabulary; nothing here computes margin.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/int.h"

namespace lockstep::conform {

struct JsonMember;

// JSON with numbers kept as the text they were written in.
struct Json {
  enum class Kind : u8 { null, boolean, number, text, array, object } kind = Kind::null;
  std::string text;  // number, text; boolean: "true" or "false"
  std::vector<Json> items;
  std::vector<JsonMember> members;
  const Json* find(std::string_view key) const;
  const Json& at(std::string_view key) const;  // missing: throws VectorError naming the key
  i128 fixed(int decimals) const;              // decimal text (exponents allowed), to nearest
  double real() const;                         // both: what is not a number throws
};
struct JsonMember {
  std::string key;
  Json value;
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

// What an adapter answers: values by the names of `expected`, as decimal text (also n/d), a member of a
// member as `isolated.3.margin`, an item of a list as `per_update[0]`; or why this one vector is not run.
struct Answer {
  std::vector<std::pair<std::string, std::string>> values;
  std::string skipped;
};
using Adapter = Answer (*)(const Vector&);

struct Entry {
  std::string_view peer_prefix;
  std::string_view model;   // with a * at its end: every model that begins so
  Adapter adapter;          // nullptr: skipped
  std::string_view reason;  // of a skip
};
// One table a peer; peers.cpp joins those that are there.
std::vector<Entry> derive_models();
std::vector<Entry> vega_models();
std::vector<Entry> drift_models();
std::vector<Entry> mango_models();
std::vector<Entry> dydx_models();
std::vector<Entry> venue_models();
const std::vector<Entry>& known_models();

struct Tally {
  std::string peer, model;
  u32 passed = 0, failed = 0, skipped = 0;
  std::string reason;                 // of skips
  std::vector<std::string> failures;  // "id: field: got, expected, tolerance"
};

// Adds the vectors of one file.  A file that cannot be read or a line that is no vector throws VectorError
// with `file:line: what`; a vector that an adapter cannot run has failed, and so has one of a model nobody
// knows.
void run(const std::string& path, std::vector<Tally>& tallies);
std::vector<Tally> run(const std::string& path);

}  // namespace lockstep::conform
