// What the program prints with --json: one value a line.
#pragma once

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace lockstep::e2e {

using Tree = nlohmann::json;

inline std::vector<Tree> json_lines(const std::string& text) {
  std::vector<Tree> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(Tree::parse(line, nullptr, false));
  return lines;
}

}  // namespace lockstep::e2e
