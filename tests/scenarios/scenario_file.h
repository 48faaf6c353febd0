// A scenario file: a story in text that a risk manager can read and check by hand.
//
//   # What happens, and why it must.
//   # covers: methodology 4.2, 5.1
//
//   deposit alice 1000 USDT          one or more directives (directives.h)
//   # a comment may stand anywhere
//   margin alice
//   ----
//   ok                               what they print, up to the first empty line
//
// A malformed file fails the test, with file and line; a refusal of the engine is output.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace lockstep::scenarios {

struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Directive {
  int line = 0;
  std::string text;  // without blanks at its ends
};

struct Block {
  std::vector<std::string> source;  // the lines above "----" as they stand, comments and blanks included
  std::vector<Directive> directives;
  std::string expected;  // lines, each with its newline
};

struct ScenarioFile {
  std::string path;
  std::vector<std::string> covers;  // "4.2"
  std::vector<Block> blocks;
  std::vector<std::string> rest;  // comments behind the last block
};

ScenarioFile read_scenario(const std::string& path);
// The same file with these outputs as its expectations.
void rewrite_scenario(const ScenarioFile& file, const std::vector<std::string>& outputs);

std::string read_text(const std::string& path);

}  // namespace lockstep::scenarios
