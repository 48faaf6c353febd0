#include "apps/lockstep/rulebook_file.h"

#include <filesystem>

#include "core/risk/risk_book.h"
#include "node/io/linux_disk.h"
#include "node/rules/compile.h"

namespace lockstep {
namespace {

constexpr int folders_above_max = 3;

bool has_rulebooks(const std::filesystem::path& folder) {
  std::error_code error;
  return std::filesystem::exists(folder / "deribit.toml", error);
}

}  // namespace

Result<Rulebook, Fault> read_rulebook(const std::string& path) {
  LinuxDisk disk;
  return compile_rulebook(disk, path);
}

Result<Compiled, Fault> read_with_warnings(const std::string& path) {
  LinuxDisk disk;
  return compile_with_warnings(disk, path);
}

Result<std::string, Fault> rulebooks_folder(const std::string& named) {
  if (!named.empty()) return named;
  std::error_code error;
  std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  for (int i = 0; i <= folders_above_max && !folder.empty(); ++i, folder = folder.parent_path()) {
    if (has_rulebooks(folder / "rulebooks")) return (folder / "rulebooks").string();
  }
  if (has_rulebooks("rulebooks")) return std::string("rulebooks");
  return Fault{
      "no folder rulebooks/ with deribit.toml beside or above the program, nor here; name it with "
      "--rulebooks",
      FaultKind::not_found};
}

bool covers(const Rulebook& rules, const RegisterInstrument& contract, std::string_view base,
            std::string_view quote) {
  const std::string settle(contract.inverse ? base : quote);
  for (const Component& component : rules.components) {
    const bool applies = (component.applies & class_bit(contract.kind, contract.inverse)) != 0;
    if (applies && find_row(component, std::string(base), settle) != no_row) return true;
  }
  return false;
}

}  // namespace lockstep
