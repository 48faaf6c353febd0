// What the service tells of itself: counters and times for Prometheus, and a line of the log for what people
// look for afterwards.
#include "core/wire/asked.h"
#include "node/access/signature.h"
#include "node/json/value.h"
#include "node/service/state.h"

namespace lockstep::service {
namespace {

constexpr i64 slow_us = 250'000;  // a request that took longer stands in the log though it was answered

// Kinds of inputs, by what the source sends; a source's number means something to the operator.
void note_inputs(ServiceState& s) {
  std::map<u16, Time> latest;
  const auto add = [&](const Stamp& stamp) {
    if (stamp.source != 0) latest[stamp.source] = std::max(latest[stamp.source], stamp.at);
  };
  for (const Index& index : s.engine.state.indexes) add(index.stamp);
  for (const Market& market : s.engine.state.markets) add(market.stamp);
  for (const auto& [source, at] : latest) {
    const Duration age = s.engine.state.time - at;
    s.metrics->input_age(std::to_string(source), static_cast<double>(age.raw()) / 1e6);
  }
}

void note_accounts(ServiceState& s) {
  std::array<u64, 6> count{};
  for (const Account& account : s.engine.state.accounts) count[static_cast<std::size_t>(account.state)] += 1;
  for (std::size_t i = 0; i < count.size(); ++i) s.metrics->accounts(static_cast<MarginState>(i), count[i]);
}

// What somebody says who they are, if they are somebody: other texts may be secrets at a wrong place.
std::string_view claimed_key(const ServiceState& s, std::string_view authorization,
                             std::string_view client_id) {
  std::string text(client_id);
  const std::string_view sent = authorization.substr(std::min(authorization.find(' '), authorization.size()));
  const std::size_t begin = std::min(sent.find_first_not_of(' '), sent.size());
  if (const Result<access::Signature, std::string> signature = access::parse_signature(sent.substr(begin))) {
    text = signature.value().id;
  } else if (std::string pair; access::from_base64(sent.substr(begin), pair)) {
    if (!pair.empty()) text = pair.substr(0, pair.find(':'));
  }
  for (const access::Key& key : s.options.keys) {
    if (key.id == text) return key.id;
  }
  return {};
}

void note_breaks(ServiceState& s) {
  std::map<std::pair<std::string, std::string>, u64> count;
  for (const RulebookHistory& rulebook : s.engine.state.rulebooks) {
    for (const char* severity : {"break", "unknown"}) count[{rulebook.name, severity}] = 0;
  }
  for (const auto& [name, verdict] : s.reconciled) {
    const auto found = s.engine.lookup.accounts.find(name);
    if (found == s.engine.lookup.accounts.end()) continue;
    const RulebookId rulebook = s.engine.state.accounts[found->second].rulebook;
    const auto at = count.find({s.engine.state.rulebook(rulebook).name, verdict});
    if (at != count.end()) at->second += 1;
  }
  for (const auto& [labels, number] : count) s.metrics->recon_breaks(labels.first, labels.second, number);
}

}  // namespace

void note_refused(ServiceState& s, std::string_view peer, std::string_view authorization,
                  std::string_view client_id, const api::Error& error) {
  s.logger->write(metrics::Level::info, "refused_sign_in",
                  {{"peer", peer},
                   {"key", claimed_key(s, authorization, client_id)},
                   {"code", error.code},
                   {"reason", error.reason}});
}

void note_request(ServiceState& s, std::string_view door, std::string_view method, i64 code, i64 duration_us,
                  std::string_view peer, std::string_view trace) {
  s.metrics->request(door, method, code, static_cast<double>(duration_us) / 1e6);
  if (code == api::code::too_many_requests || code == 429) s.metrics->rate_limited(method);
  const bool is_failure = code >= 500 || code < 0 || code == 401 || code == 403 || code == 429;
  const metrics::Level level =
      is_failure || duration_us > slow_us ? metrics::Level::info : metrics::Level::debug;
  s.logger->write(level, "request",
                  {{"door", door}, {"method", method}, {"code", code}, {"us", duration_us}, {"peer", peer}},
                  trace);
}

void note_applied(ServiceState& s, const Command& command, const Outcome& outcome, i64 duration_us) {
  const std::string_view reason = outcome.accepted() ? std::string_view() : refusal_name(outcome.refusal);
  Asked asked;
  const bool in_a_name = unwrap(command, asked) && !asked.by.empty();
  s.metrics->applied(in_a_name ? command_name(asked.command) : command_name(command), reason,
                     static_cast<double>(duration_us) / 1e6);
  if (!in_a_name) return;
  const std::string_view word = outcome.repeated ? "repeated" : outcome.accepted() ? "accepted" : reason;
  s.logger->write(metrics::Level::info, "command",
                  {{"position", s.engine.state.position - 1},
                   {"command", command_name(asked.command)},
                   {"by", asked.by},
                   {"outcome", word}},
                  asked.trace);
}

void note_computed(ServiceState& s, std::string_view method, double seconds) {
  using metrics::Scope;
  constexpr std::pair<std::string_view, Scope> scopes[] = {{"lockstep/account", Scope::account},
                                                           {"lockstep/statement", Scope::account},
                                                           {"private/get_positions", Scope::account},
                                                           {"private/get_account_summary", Scope::account},
                                                           {"private/get_account_summaries", Scope::account},
                                                           {"lockstep/what_if", Scope::what_if},
                                                           {"lockstep/what_if_batch", Scope::what_if},
                                                           {"lockstep/heat_map", Scope::what_if},
                                                           {"private/simulate_portfolio", Scope::what_if},
                                                           {"private/get_margins", Scope::what_if},
                                                           {"lockstep/ladder", Scope::stress},
                                                           {"lockstep/stress", Scope::stress},
                                                           {"lockstep/preview", Scope::preview}};
  for (const auto& [name, scope] : scopes) {
    if (name == method) return s.metrics->recomputed(scope, seconds);
  }
}

void note_reconciled(ServiceState& s, std::string_view answer) {
  const Result<JsonValue, std::string> read = parse_json(answer);
  LS_ASSERT(read);  // this service wrote it
  const JsonValue* account = read.value().find("account");
  const JsonValue* verdict = read.value().find("verdict");
  if (account != nullptr && verdict != nullptr) s.reconciled[account->text] = verdict->text;
}

net::Response metrics_page(ServiceState& s) {
  const net::ServerCounts counts = s.server->counts();
  s.metrics->connections("http", counts.connections - counts.sockets);
  s.metrics->connections("websocket", counts.sockets);
  s.metrics->queue_dropped("websocket", counts.slow - s.counted_slow);
  s.counted_slow = counts.slow;
  const u64 failures = s.access->counts().failures;
  for (; s.counted_failures < failures; ++s.counted_failures) s.metrics->auth_failed("wrong_proof");
  u64 behind = s.line->waiting();
  for (const Written& written : s.written) behind += written.commands.size();
  const u64 position = s.engine.state.position;
  s.metrics->positions(position + behind, position, s.line->snapshot_position);
  note_inputs(s);
  note_accounts(s);
  note_breaks(s);
  net::Response response;
  response.type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = s.metrics->text();
  return response;
}

}  // namespace lockstep::service
