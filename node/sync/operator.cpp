#include "node/sync/operator.h"

#include <sstream>

#include "core/wire/codec.h"

namespace lockstep {
namespace {

constexpr i64 again_us = 1'000'000;

}  // namespace

Result<Answer, Fault> ask(const Board& board, u64 client, u64 sequence, const Command& command, Clock& clock,
                          i64 wait_us) {
  const std::string place = padded(client) + "/" + padded(sequence);
  const Bytes bytes = encode(command);
  const i64 end = clock.monotonic_us() + wait_us;
  i64 sent = 0;
  std::string trouble;
  for (i64 now = clock.monotonic_us(); now < end; now = clock.monotonic_us()) {
    if (sent == 0 || now - sent > again_us) {
      const Result<Done, Fault> done = send(board, client, sequence, text_of(bytes));
      if (!done && done.error().kind != FaultKind::unreachable) return done.error();
      if (!done) trouble = done.error().what;
      sent = clock.monotonic_us();
    }
    const Result<std::optional<std::string>, Fault> reply = get(board, "reply/" + place);
    if (!reply && reply.error().kind != FaultKind::unreachable) return reply.error();
    if (!reply) trouble = reply.error().what;
    if (reply && reply.value()) {
      Answer answer;
      std::istringstream words(*reply.value());
      words >> answer.position >> answer.refusal >> answer.first_output >> answer.outputs;
      return answer;
    }
    board.store->wait(board.root + "hint/", 20);
  }
  return Fault{
      "no answer within " + std::to_string(wait_us / 1'000'000) + " s" +
          (trouble.empty() ? "; is a sequencer running? `lockstep cluster status` says" : ": " + trouble),
      FaultKind::unreachable};
}

}  // namespace lockstep
