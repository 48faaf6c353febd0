// Files that nobody else may read: secrets, and what holds them.  Private to node/config.
#pragma once

#include <string>

#include "core/base/result.h"
#include "node/config/serve_config.h"

namespace lockstep::config {

// That it belongs to this user or root and is readable by its owner only; below $CREDENTIALS_DIRECTORY,
// where systemd lets the service's user in by an access list, that it is not everybody's.  The fault says
// which mode would be right.
Result<Done, Fault> check_private(const std::string& path, const Environment& environment);

// A text of one line in such a file, without its line end.
Result<std::string, Fault> read_secret(const std::string& path, const Environment& environment);

}  // namespace lockstep::config
