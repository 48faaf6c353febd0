// What a user asks of `lockstep calibrate`, as options.h.
#pragma once

#include <string>

namespace lockstep {

struct CalibrateOptions {
  std::string data;  // folder of recorded data
  std::string from, to;
  std::string rulebook;  // in force at the beginning; empty: the project's lockstep.toml
  std::string state;     // file; read if it is there, and written at the end
  std::string log;       // folder; the result is shown to this book
  std::string write;     // file for the resulting rulebook
  std::string svg;
  bool explain = false;
  bool json = false;
};
int calibrate_verb(const CalibrateOptions& options);

}  // namespace lockstep
