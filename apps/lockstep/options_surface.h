// What a user asks of `lockstep surface`.
#pragma once

#include <string>

#include "core/units/units.h"

namespace lockstep {

struct SurfaceOptions {
  std::string data;      // folder
  std::string coin;      // "BTC"; empty: every coin of the chain
  std::string from, to;  // of the chain; empty: all of it
  u32 limit = 0;         // snapshots; 0: all
  std::string svg;       // file; empty: no picture
  std::string at;        // of the picture: the first snapshot at or after; empty: the last one
  bool json = false;
};
int surface_verb(const SurfaceOptions& options);

}  // namespace lockstep
