// The parameters of a call, from JSON or from a query string, where everything is text.  Readers ask for them
// by name; the first that is wrong is remembered, so that a method reads all and looks once:
//
//   const std::string name = params.text("instrument_name");
//   const i64 depth = params.integer("depth", 10, 1, 10'000);
//   if (params.error()) return failed(*params.error());
#pragma once

#include <optional>
#include <set>
#include <string>

#include "node/api/error.h"
#include "node/json/value.h"

namespace lockstep::api {

class Params {
 public:
  Params() = default;
  explicit Params(JsonValue object) : object_(std::move(object)) {}
  // "a=1&b=x%20y"; the error says what is not such a text.
  static Result<Params, std::string> of_query(std::string_view query);

  bool has(std::string_view name);
  const JsonValue* find(std::string_view name);  // as it was sent, null counting as not sent; or nullptr

  // Required unless a value to take instead is given.  A number or flag is read as its text.
  std::string text(std::string_view name);
  std::string text(std::string_view name, std::string_view otherwise);
  // "10", 10, 10.0 and 1e1 are 10.  An exponent is read in a JSON number, not in a text.
  i64 integer(std::string_view name, i64 min, i64 max);
  i64 integer(std::string_view name, i64 otherwise, i64 min, i64 max);
  bool flag(std::string_view name, bool otherwise);
  // Exact, at 10^-decimals; more decimals than that are an error.
  i128 decimal(std::string_view name, int decimals);
  i128 decimal(std::string_view name, int decimals, i128 otherwise);
  std::vector<std::string> texts(std::string_view name);  // an array of texts, or one text; none: empty

  // Reads a text and takes it out: of the call, and no parameter of its method.  Empty: not sent.
  std::string take_text(std::string_view name);
  // The object itself, for a reader that looks at every member; nothing_else() has nothing to say then.
  const JsonValue& everything();
  // That nothing was sent which nobody read.
  void nothing_else();
  void fail(std::string_view name, std::string what);
  const std::optional<Error>& error() const { return error_; }

 private:
  JsonValue object_;
  std::set<std::string, std::less<>> read_;
  std::optional<Error> error_;
};

// Percent-decoding, "+" included; false if it is not well-formed UTF-8 behind that.
bool decode_url(std::string_view text, std::string& out);

}  // namespace lockstep::api
