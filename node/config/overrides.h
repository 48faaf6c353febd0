// Values of the environment in place of the file's.  Private to node/config.
#pragma once

#include "node/config/serve_config.h"
#include "node/rules/toml_tree.h"

namespace lockstep::config {

// Puts every LOCKSTEP_SERVE__A__B of the environment into the tree as the key `b` of the table `a`.  Faults
// name the variable.
Result<Done, Fault> override_by(const Environment& environment, TomlNode& root);

}  // namespace lockstep::config
