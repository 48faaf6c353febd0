// A rulebook image: one venue's margin rules and parameters as data, compiled from a text file by node/rules
// and carried by propose_rulebook.  The core knows no venue's name; it knows components and how a scheme
// combines them.
#pragma once

#include <string>
#include <vector>

#include "core/units/units.h"

namespace lockstep {

struct Rulebook {
  std::string name;
  std::string version;
  std::string identity;  // SHA-256 of the image without this field, in hexadecimal; set by the compiler
  template <class S, class F>
  static void each_field(S& s, F&& f) {
    f("name", s.name), f("version", s.version), f("identity", s.identity);
  }
};

}  // namespace lockstep
