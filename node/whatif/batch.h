// Files of questions, one JSON object a line:
//
//   {"name": "crash", "account": "longs", "if": ["price BTC -30 %", "volatility BTC +40 %"]}
//
// name and account are optional: the line's number, and the account of the command line.  Numbers are texts
// inside the changes, so that no reader's binary floating point rounds them.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "node/io/fault.h"

namespace lockstep::whatif {

struct Question {
  u32 line = 0;
  std::string name;
  std::string account;  // empty: not said
  std::vector<std::string> changes;
};

// Empty lines are left out.  A fault is `file:line: what`.
Result<std::vector<Question>, Fault> read_questions(std::string_view text, const std::string& file_name);

}  // namespace lockstep::whatif
