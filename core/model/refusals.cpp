#include "core/model/refusals.h"

namespace lockstep {
namespace {

constexpr RefusalText texts[] = {
#define REFUSAL(number, name, text) {Refusal::name, #name, text},
#include "core/model/refusals.def"
#undef REFUSAL
};

}  // namespace

std::span<const RefusalText> all_refusals() { return texts; }

std::string_view refusal_name(Refusal refusal) {
  for (const RefusalText& entry : texts) {
    if (entry.refusal == refusal) return entry.name;
  }
  return "accepted";
}

std::string_view refusal_text(Refusal refusal) {
  for (const RefusalText& entry : texts) {
    if (entry.refusal == refusal) return entry.text;
  }
  return "accepted";
}

}  // namespace lockstep
