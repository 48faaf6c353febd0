// What a user asks of `lockstep serve`.
#pragma once

#include <string>

namespace lockstep {

struct ServeOptions {
  std::string config;
  bool check = false;  // only read the configuration, and say what it means
  bool json = false;
};
int serve_verb(const ServeOptions& options);

}  // namespace lockstep
