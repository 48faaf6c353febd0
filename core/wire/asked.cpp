#include "core/wire/asked.h"

namespace lockstep {
namespace {

bool decode_text(const std::string& text, Command& out) {
  return decode(std::span<const u8>(reinterpret_cast<const u8*>(text.data()), text.size()), out);
}

}  // namespace

bool unwrap(const Command& command, Asked& out) {
  out = Asked{};
  out.command = command;
  if (const Request* request = std::get_if<Request>(&command)) {
    out.client = request->client;
    out.sequence = request->sequence;
    if (!decode_text(request->command, out.command)) return false;
  }
  if (const Instruction* held = std::get_if<Instruction>(&out.command)) {
    const Instruction instruction = *held;  // it is where its content goes
    out.by = instruction.by;
    out.trace = instruction.trace;
    if (!decode_text(instruction.command, out.command)) return false;
  }
  return !std::holds_alternative<Request>(out.command) && !std::holds_alternative<Instruction>(out.command);
}

Command instruct(std::string by, std::string trace, const Command& command) {
  const Bytes bytes = encode(command);
  return Instruction{std::move(by), std::move(trace), std::string(bytes.begin(), bytes.end())};
}

}  // namespace lockstep
