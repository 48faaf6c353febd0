// No JSON can hurt the reader of commands: it answers with an error of one line, or with a command that comes
// back from what is written of it, and that the engine takes or refuses.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "apps/lockstep/replica_check_texts.h"
#include "core/wire/codec.h"
#include "node/json/value.h"
#include "node/rest/command_json.h"
#include "node/rest/testing_engine.h"
#include "node/rules/compile.h"
#include "node/whatif/testing_book.h"

using namespace lockstep;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::unique_ptr<Engine> engine = rest::with_more(whatif::testing_engine(
      compile_rulebook_text(rest::with_approval(replica_check_rules), "rules").value()));
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<JsonValue, std::string> json = parse_json(text);
  if (!json) return 0;
  const Result<Command, api::Error> command = rest::command_of(json.value(), *engine, "fuzz");
  if (!command) {
    LS_ASSERT(!command.error().reason.empty() && !command.error().param.empty());
    LS_ASSERT(command.error().reason.find('\n') == std::string::npos);
    return 0;
  }
  const Result<JsonValue, std::string> written =
      parse_json(rest::command_json(command.value(), engine->state));
  LS_ASSERT(written);
  const Result<Command, api::Error> back = rest::command_of(written.value(), *engine, "fuzz");
  LS_ASSERT(back && encode(back.value()) == encode(command.value()));
  return 0;
}
