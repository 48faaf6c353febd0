#include "tests/scenarios/rulebooks.h"

#include <filesystem>

#include "node/rules/compile.h"
#include "tests/scenarios/scenario_file.h"

namespace lockstep::scenarios {

Rulebook compile_for_scenario(const std::string& folder, const std::string& file) {
  std::string path = folder + "/" + file;
  if (!std::filesystem::exists(path)) path = std::string(LOCKSTEP_SOURCE_DIR) + "/" + file;
  auto compiled = compile_rulebook_text(read_text(path), file);
  if (!compiled) throw Malformed(compiled.error().what);
  return std::move(compiled).value();
}

}  // namespace lockstep::scenarios
