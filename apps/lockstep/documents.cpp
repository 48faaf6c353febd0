// `lockstep docs`: writes the generated documents, or says which of them are out of date.
#include "apps/lockstep/documents.h"

#include <algorithm>

#include "apps/lockstep/options.h"
#include "apps/lockstep/terminal.h"
#include "node/io/linux_disk.h"
#include "node/json/json.h"
#include "node/rest/reference.h"
#include "node/service/methods.h"

namespace lockstep {
namespace {

constexpr u64 document_size_max = u64{1} << 24;

std::string content_of(Disk& disk, const std::string& path) {
  const Result<Bytes, Fault> bytes = read_file(disk, path, document_size_max);
  if (!bytes) return "";
  return std::string(bytes.value().begin(), bytes.value().end());
}

}  // namespace

std::string methods_markdown() {
  view::Desk desk;
  std::vector<api::Method> all = service::methods(desk, true);
  for (const api::Method& method : service::connection_methods()) all.push_back(method);
  std::sort(all.begin(), all.end(),
            [](const api::Method& a, const api::Method& b) { return a.name < b.name; });
  return rest::reference(all);
}

int docs_verb(const DocsOptions& options) {
  LinuxDisk disk;
  struct Document {
    const char* name;
    std::string content;
  };
  const Document documents[] = {{"refusals.md", refusals_markdown()},
                                {"limits.md", limits_markdown()},
                                {"command-line.md", help_markdown()},
                                {"api/methods.md", methods_markdown()}};
  if (const auto listed = disk.list(options.folder); !listed) return unusable(listed.error());
  bool current = true;
  for (const Document& document : documents) {
    const std::string path = options.folder + "/" + document.name;
    const bool same = content_of(disk, path) == document.content;
    current = current && same;
    if (!same && !options.check) {
      const std::span<const u8> bytes(reinterpret_cast<const u8*>(document.content.data()),
                                      document.content.size());
      const Result<Done, Fault> written = replace_file(disk, options.folder, document.name, bytes);
      if (!written) return unusable(written.error());
    }
    const char* what = same ? "up to date" : options.check ? "out of date" : "written";
    if (options.json) {
      Json json;
      json.begin_object().field("document", path).field("result", what).end_object();
      print_line(json.str());
    } else {
      print_line(path + ": " + what);
    }
  }
  return options.check && !current ? exit_negative : exit_success;
}

}  // namespace lockstep
