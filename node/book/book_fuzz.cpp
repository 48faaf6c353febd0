// No text can hurt the reader of books: it answers with a fault of one line, or with an engine in which money
// and lots sum to zero and every account can be asked.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "apps/lockstep/replica_check_texts.h"
#include "core/ledger/ledger.h"
#include "node/book/book.h"
#include "node/rules/compile.h"

using namespace lockstep;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Result<Rulebook, Fault> rules = compile_rulebook_text(replica_check_rules, "rules");
  LS_ASSERT(rules);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<std::unique_ptr<Engine>, Fault> opened = open_book(text, "fuzz.toml", rules.value());
  if (!opened) {
    LS_ASSERT(!opened.error().what.empty());
    LS_ASSERT(opened.error().what.find('\n') == std::string::npos);
    return 0;
  }
  Engine& engine = *opened.value();
  const State& state = engine.state;
  for (u32 i = 0; i < state.assets.size(); ++i) LS_ASSERT(conservation(state, AssetId{i}) == Value{});
  for (u32 i = 0; i < state.instruments.size(); ++i) {
    LS_ASSERT(lots_conservation(state, InstrumentId{i}) == Lots{});
  }
  for (u32 i = 0; i < state.accounts.size(); ++i) {
    Statement statement;
    assess_account(engine, AccountId{i}, &statement);
  }
  return 0;
}
