// No text can hurt the rulebook compiler: it answers with a fault of one line, or with an image that passes
// its own check and survives the wire.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/risk/check.h"
#include "core/wire/codec.h"
#include "node/rules/compile.h"

using namespace lockstep;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<Rulebook, Fault> rules = compile_rulebook_text(text, "fuzz.toml");
  if (!rules) {
    LS_ASSERT(!rules.error().what.empty());
    LS_ASSERT(rules.error().what.find('\n') == std::string::npos);
    return 0;
  }
  LS_ASSERT(check_rulebook(rules.value()).none());
  Rulebook back;
  LS_ASSERT(decode(encode(rules.value()), back));
  LS_ASSERT(rulebook_identity(back) == rules.value().identity);
  return 0;
}
