// The tables of docs/api/methods.md, from what the service is made of: every method, and every command with
// its fields.
#pragma once

#include <string>
#include <vector>

#include "node/api/api.h"

namespace lockstep::rest {

// The whole file, Markdown.  Methods are listed by what stands before their "/", in the order given.
std::string reference(const std::vector<api::Method>& methods);

// "**account** account, **asset** asset, **amount** decimal": what command_of reads for a command of that
// name; bold is required.  Empty: there is none.
std::string fields_reference(std::string_view command);

}  // namespace lockstep::rest
