// The command that made a picture, for the picture itself: who reads it later can make it again.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace lockstep {

// "lockstep VERB --data DIR --from 2026-02-01": options with their values, in this order, those without one
// left out.  The data's folder is always DIR: where it lies on one machine says nothing on another.
inline std::string command_text(const std::string& verb,
                                const std::vector<std::pair<std::string, std::string>>& options) {
  std::string text = "lockstep " + verb + " --data DIR";
  for (const auto& [name, value] : options) {
    if (!value.empty()) text += " " + name + " " + value;
  }
  return text;
}

}  // namespace lockstep
