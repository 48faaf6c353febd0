#include "core/engine/engine.h"

#include "core/engine/context.h"

namespace lockstep {

Outcome apply(Engine& engine, Time now, const Command& command) {
  LS_ASSERT(now >= engine.state.time);  // the log is ordered; replay relies on it
  Outcome outcome;
  Context context{engine, outcome, now, engine.state.position};
  notice_jump(context);
  engine.state.time = now;
  advance_upgrade(context);
  LS_ASSERT(engine.state.agreement.behaviour <= engine.build->newest);
  activate_due_epochs(context);
  const std::size_t events_before = outcome.events.size();
  outcome.refusal = std::visit([&context](const auto& c) { return handle(context, c); }, command);
  LS_ASSERT(outcome.accepted() || outcome.events.size() == events_before);  // a refusal has no consequences
  count_outputs(context);
  engine.state.position += 1;
  return outcome;
}

Hash128 entities_hash(Engine& engine) { return renew(engine.digests, engine.state); }

Hash128 state_hash(Engine& engine) {
  Bytes bytes;
  Writer writer(bytes);
  const Hash128 entities = entities_hash(engine);
  writer.integer(entities.high);
  writer.integer(entities.low);
  writer.integer(engine.state.position);
  writer.integer(engine.state.time.raw());
  return hash_bytes(bytes);
}

Assessment assess_account(Engine& engine, AccountId account, Statement* statement) {
  LS_ASSERT(known(engine.state, account));
  return assess(engine.state, engine.risk, engine.state.account(account), statement);
}

}  // namespace lockstep
