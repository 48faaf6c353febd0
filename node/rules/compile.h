// A rulebook file to its image: strict, and exact.  What the file may say is described by example in
// rulebooks/deribit.toml and rulebooks/binance-usdm.toml, and decided in docs/decisions/0006-rulebooks.md.
//
// Everything wrong is one fault, one line: "rulebooks/x.toml:12:3: unknown key "foo"; expected one of a, b,
// c". A contradiction between numbers (core/risk/check.h) points at the row or scheme it is in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/model/rulebook.h"
#include "node/io/disk.h"

namespace lockstep {

// Reads and compiles a file of at most limits::rulebook_bytes_max.
Result<Rulebook, Fault> compile_rulebook(Disk& disk, const std::string& path);

// The same with what is probably not meant (node/rules/warnings.h), each as one line with file, line and
// column.
struct Compiled {
  Rulebook rules;
  std::vector<std::string> warnings;
};
Result<Compiled, Fault> compile_with_warnings(Disk& disk, const std::string& path);

// file_name is only for messages.
Result<Rulebook, Fault> compile_rulebook_text(std::string_view text, const std::string& file_name);

// SHA-256 over the image without its identity, in hexadecimal.
std::string rulebook_identity(const Rulebook& rules);

}  // namespace lockstep
