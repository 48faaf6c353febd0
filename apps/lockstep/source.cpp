#include "apps/lockstep/source.h"

#include "apps/lockstep/replay.h"
#include "apps/lockstep/rulebook_file.h"
#include "node/book/book.h"
#include "node/io/linux_disk.h"

namespace lockstep {
namespace {

constexpr u64 file_size_max = u64{1} << 26;

}  // namespace

Result<std::string, Fault> read_text_file(const std::string& path) {
  LinuxDisk disk;
  const Result<Bytes, Fault> bytes = read_file(disk, path, file_size_max);
  if (!bytes) return bytes.error();
  return std::string(reinterpret_cast<const char*>(bytes.value().data()), bytes.value().size());
}

Result<std::unique_ptr<Engine>, Fault> open_accounts(const MarginOptions& options) {
  LinuxDisk disk;
  if (!options.log.empty()) return engine_of(disk, options.log, options.at);
  const Result<Rulebook, Fault> rules = read_rulebook(options.rulebook);
  if (!rules) return rules.error();
  const Result<std::string, Fault> text = read_text_file(options.book);
  if (!text) return text.error();
  return open_book(text.value(), options.book, rules.value());
}

Result<AccountId, Fault> named_account(const Engine& engine, const MarginOptions& options) {
  const std::string& source = options.log.empty() ? options.book : options.log;
  if (options.account.empty()) {
    if (engine.state.accounts.size() == 1) return AccountId{0};
    return Fault{source + ": there are " + std::to_string(engine.state.accounts.size()) +
                 " accounts; name one with --account"};
  }
  const auto it = engine.lookup.accounts.find(options.account);
  if (it != engine.lookup.accounts.end()) return AccountId{it->second};
  return Fault{source + ": there is no account \"" + options.account + "\"" +
               (options.log.empty() ? "" : "; `lockstep accounts` lists them")};
}

}  // namespace lockstep
