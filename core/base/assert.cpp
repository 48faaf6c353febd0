#include "core/base/assert.h"

#include <cstdio>  // purity: the last words of a replica that stops; nothing is read
#include <cstdlib>

namespace lockstep {

void bug(const char* file, int line, const char* what) {
  std::fprintf(stderr, "lockstep: bug: %s:%d: %s does not hold\n", file, line, what);  // purity: last words
  std::abort();
}

}  // namespace lockstep
