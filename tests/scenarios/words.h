// One directive line in words: bare words in order, `name=value` fields by name, and flags.  Every word must
// be used: done() is malformed otherwise, so a misspelt field cannot be silently ignored.
#pragma once

#include <string>
#include <vector>

#include "core/units/units.h"

namespace lockstep::scenarios {

class Words {
 public:
  explicit Words(const std::string& text);

  const std::string& verb() const { return verb_; }
  bool empty() const { return next_ == bare_.size(); }
  std::string take(const char* what);          // the next bare word
  std::string peek() const;                    // "" at the end
  bool take_if(const std::string& word);       // the next bare word, if it is this one
  bool flag(const std::string& word);          // this bare word, wherever it stands from here on
  std::string field(const std::string& name);  // must be there
  std::string field(const std::string& name, const std::string& otherwise);
  bool has(const std::string& name) const;
  void done() const;

 private:
  std::string verb_;
  std::vector<std::string> bare_;
  std::size_t next_ = 0;
  std::vector<std::pair<std::string, std::string>> fields_;
};

// Exact readings; malformed otherwise.
i128 decimal(const std::string& text, int decimals);  // 12.5 with so many decimals
i64 integer(const std::string& text);
Price price(const std::string& text);
Rate rate(const std::string& text);          // 0.5, 50% or 10x
Duration duration(const std::string& text);  // 90s 30m 1h 2d
Time time_of(const std::string& text);       // 2026-02-05T21:29:00Z, with or without fraction; 2026-02-05
std::string text_of(Time time);

}  // namespace lockstep::scenarios
