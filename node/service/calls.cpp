// One call from its method's name to its answer, whichever door it came through.
#include "core/base/hash.h"
#include "core/wire/asked.h"
#include "node/service/state.h"

namespace lockstep::service {
namespace {

// A command that is executed once under this key: a request of a client that nobody else is, its first.  The
// top bit keeps such clients apart from those that count their requests themselves.
Command once_under(const std::string& by, const std::string& key, const Command& command) {
  const std::string name = by + '\n' + key;
  const Hash128 hash = hash_bytes({reinterpret_cast<const u8*>(name.data()), name.size()});
  const Bytes bytes = encode(command);
  return Request{hash.low | u64{1} << 63, 1, std::string(bytes.begin(), bytes.end())};
}

bool registers(const Command& command) {
  return std::holds_alternative<RegisterAsset>(command) || std::holds_alternative<RegisterIndex>(command) ||
         std::holds_alternative<RegisterInstrument>(command) || std::holds_alternative<OpenParty>(command) ||
         std::holds_alternative<OpenAccount>(command) || std::holds_alternative<ProposeRulebook>(command);
}

// Methods whose answer comes from the database.
bool asks_the_past(std::string_view name) {
  for (const std::string_view part :
       {"lockstep/log", "_trades", "get_order_history", "get_order_state", "_by_label", "get_transaction_log",
        "get_tradingview_chart_data", "get_funding_", "get_delivery_prices", "get_mark_price_history",
        "get_historical_volatility"}) {
    if (name.find(part) != std::string_view::npos) return true;
  }
  return false;
}

api::Error not_writing(const ServiceState& s) {
  const std::optional<Fault> failure = s.line->failure();
  if (failure)
    return api::Error{api::code::system_maintenance, "system_maintenance",
                      "the log takes nothing: " + failure->what, ""};
  return api::busy("too much is waiting to be written, or the service is stopping; nothing was done");
}

void submit(ServiceState& s, api::Submission& submission, const api::Caller& caller, const std::string& trace,
            Finish finish) {
  LS_ASSERT(!submission.commands.empty());
  LS_ASSERT(submission.key.empty() || submission.commands.size() == 1);
  Asking asking;
  asking.ticket = ++s.last_ticket;
  for (const Command& command : submission.commands) {
    if (s.options.feed_registers && registers(command)) {
      finish(api::forbidden(std::string(command_name(command)) +
                            ": while a feed registers everything, nobody else does; use `lockstep serve`"));
      return;
    }
    Command instruction = instruct(caller.by, trace, command);
    if (!submission.key.empty()) instruction = once_under(caller.by, submission.key, instruction);
    asking.commands.push_back(std::move(instruction));
  }
  Pending pending{caller, asking.commands.size(), {}, std::move(submission.then), finish};
  const u64 ticket = asking.ticket;
  if (!s.line->ask(std::move(asking))) {
    finish(not_writing(s));
    return;
  }
  s.pending.emplace(ticket, std::move(pending));
}

}  // namespace

const api::Method* find_method(const ServiceState& s, std::string_view name) {
  const auto found = s.methods.find(name);
  return found == s.methods.end() ? nullptr : &found->second;
}

void call(ServiceState& s, const api::Method& method, const api::Caller& caller, std::string_view peer,
          const std::string& trace, api::Params& params, Finish finish) {
  const i64 now_us = s.clock.wall_us();
  const Result<Done, api::Error> admitted = s.access->admit(caller, peer, method.scope, 1, now_us);
  if (!admitted) return finish(admitted.error());
  if (method.scope != api::Scope::open && caller.by.empty()) return finish(api::unauthorized());
  if (!caller.may(method.scope)) {
    return finish(api::forbidden(method.name + " needs the scope \"" +
                                 std::string(api::scope_word(method.scope)) +
                                 "\", which this key does not have"));
  }
  if (s.past_failure && asks_the_past(method.name)) {
    return finish(api::Error{
        api::code::system_maintenance, "system_maintenance",
        "the database of the past failed: " + s.past_failure->what + "; a restart fills it from the log",
        ""});
  }
  api::Context context{s.engine, *s.past, caller, now_us};
  const i64 began_us = s.clock.monotonic_us();
  api::Reply reply = method.call(context, params);
  if (api::Answer* answer = std::get_if<api::Answer>(&reply)) {
    note_computed(s, method.name, static_cast<double>(s.clock.monotonic_us() - began_us) / 1e6);
    if (*answer && method.name == "lockstep/reconcile") note_reconciled(s, answer->value());
    return finish(std::move(*answer));
  }
  if (api::Submission* submission = std::get_if<api::Submission>(&reply)) {
    return submit(s, *submission, caller, trace, std::move(finish));
  }
  auto done = [&s, finish, name = method.name](api::Answer answer, double seconds) {
    note_computed(s, name, seconds);
    s.server->post([finish, answer = std::move(answer)]() mutable { finish(std::move(answer)); });
  };
  if (!s.worker->add(s.engine, std::move(std::get<api::Job>(reply)), std::move(done))) {
    finish(api::busy("too many long computations are waiting; come again in a moment"));
  }
}

void complete(ServiceState& s, u64 ticket, api::Submitted submitted) {
  const auto found = s.pending.find(ticket);
  if (found == s.pending.end()) return;
  found->second.done.push_back(std::move(submitted));
  if (--found->second.left > 0) return;
  const Pending pending = std::move(found->second);
  s.pending.erase(found);
  api::Context context{s.engine, *s.past, pending.caller, s.clock.wall_us()};
  pending.finish(pending.then(context, pending.done));
}

void fail_pending(ServiceState& s, const api::Error& error) {
  std::map<u64, Pending> pending;
  pending.swap(s.pending);
  for (auto& [ticket, one] : pending) one.finish(error);
}

}  // namespace lockstep::service
