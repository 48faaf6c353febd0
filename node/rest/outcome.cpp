// What became of a command, as JSON and in words.
#include "core/wire/asked.h"
#include "node/json/json.h"
#include "node/rest/command_json.h"
#include "node/rest/fields.h"
#include "node/rest/methods.h"

namespace lockstep::rest {

std::string refusal_reason(const Outcome& outcome, const State& state) {
  std::string text(refusal_text(outcome.refusal));
  const auto name = [&](auto id) {
    if (in_table(state, id)) text += ": " + table_of(state, id)[id.index].name;
  };
  name(outcome.instrument);
  name(outcome.index);
  if (outcome.missing != Value{} && in_table(state, outcome.asset)) {
    name(outcome.account);
    text +=
        " lacks " + to_decimal(outcome.missing.raw(), value_decimals) + " " + state.asset(outcome.asset).name;
    if (!outcome.binds.empty()) text += "; what binds is " + outcome.binds;
  }
  return text;
}

std::string outcome_json(const api::Submitted& submitted, const State& state, std::string_view more) {
  const Outcome& outcome = submitted.outcome;
  Asked asked;
  const Command& command = unwrap(submitted.command, asked) ? asked.command : submitted.command;
  Json json;
  json.begin_object()
      .field("position", outcome.repeated ? outcome.reply.position : submitted.position)
      .field("command", command_name(command))
      .field("outcome", refusal_name(outcome.refusal));
  if (!outcome.accepted()) {
    json.field("refusal", u32{static_cast<u16>(outcome.refusal)})
        .field("reason", refusal_reason(outcome, state));
  }
  if (outcome.repeated) json.field("repeated", true);
  for (const Event& event : outcome.events) {
    if (const Registered* registered = std::get_if<Registered>(&event)) {
      json.field("registered", registered->id);
    }
  }
  json.key("events").begin_array();
  for (const Event& event : outcome.events) json.raw(event_json(event, state));
  json.end_array().end_object();
  std::string text = json.str();
  text.insert(text.size() - 1, more);
  return text;
}

}  // namespace lockstep::rest
