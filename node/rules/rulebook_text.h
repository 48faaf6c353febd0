// A rulebook image as a file: what the engine has in force, to be read, compared and committed.  The text
// compiles to the image that it was made from, identity included, for every image that a text can say: that
// is every one that came out of compile.h, and what follows from it by other rates, amounts and versions.
//
// Comments, the order of keys and how a number was spelled are not in an image, and so not in the text.
#pragma once

#include <string>

#include "core/model/rulebook.h"

namespace lockstep {

std::string rulebook_text(const Rulebook& rules);

}  // namespace lockstep
