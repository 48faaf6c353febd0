// Json: writes one JSON value, piece by piece, into a string.  Nothing is kept but the text and whether a
// comma is due, so there is no tree to build and none to get wrong.  The caller opens and closes in order
// (asserted).
//
//   Json json;
//   json.begin_object();
//   json.field("state", hash).field("position", position);
//   json.end_object();
//
// Money, prices and rates are written as strings with all their decimals: a reader's binary floating point
// must not round them.  Counts, positions and ids are numbers.  Text that is not UTF-8 (a file name may be
// any bytes) gets U+FFFD for every byte that does not fit, because a document that no parser reads helps
// nobody.
#pragma once

#include <string>
#include <string_view>

#include "core/base/int.h"

namespace lockstep {

class Json {
 public:
  Json& begin_object();
  Json& end_object();
  Json& begin_array();
  Json& end_array();
  Json& key(std::string_view name);  // inside an object, before its value

  Json& text(std::string_view value);
  Json& number(i64 value);
  Json& number(u64 value);
  Json& boolean(bool value);
  Json& null();
  Json& raw(std::string_view value);  // a whole JSON value that was written before

  // key and value
  Json& field(std::string_view name, std::string_view value) { return key(name).text(value); }
  Json& field(std::string_view name, const std::string& value) { return key(name).text(value); }
  Json& field(std::string_view name, const char* value) { return key(name).text(value); }
  Json& field(std::string_view name, i64 value) { return key(name).number(value); }
  Json& field(std::string_view name, u64 value) { return key(name).number(value); }
  Json& field(std::string_view name, u32 value) { return key(name).number(u64{value}); }
  Json& field(std::string_view name, bool value) { return key(name).boolean(value); }

  Json& raw_field(std::string_view name, std::string_view value) { return key(name).raw(value); }

  // The whole value; everything must be closed.
  const std::string& str() const;

 private:
  void before_value();
  void open(char bracket);
  void close(char bracket);

  std::string out_;
  std::string open_;  // closing brackets still due
  bool comma_ = false;
  bool after_key_ = false;
};

// The text as a JSON string, quotes included.
std::string json_quoted(std::string_view text);

// What somebody sent, as an error names it: quoted, on one line, its first 80 bytes of whole characters when
// there are more.
std::string json_shown(std::string_view text);

}  // namespace lockstep
