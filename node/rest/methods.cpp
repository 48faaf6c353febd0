#include "node/rest/methods.h"

#include <algorithm>

#include "core/wire/asked.h"
#include "node/history/history.h"
#include "node/json/json.h"
#include "node/rest/command_json.h"

namespace lockstep::rest {
namespace {

using api::Answer;
using api::Context;
using api::Error;
using api::Method;
using api::Params;
using api::Reply;
using api::Scope;
using api::Submission;
using api::Submitted;

constexpr u32 ramp_steps_max = 100;  // as core/engine/epochs.cpp has it

std::string read_key(Params& params) {
  const std::string key = params.text("key", "");
  if (params.has("key") && !fits_key(key)) params.fail("key", std::string(key_form));
  return key;
}

// Less the name in which it stands in the log.
Command asked_of(const Submitted& submitted) {
  Asked asked;
  return unwrap(submitted.command, asked) ? asked.command : submitted.command;
}

// A repeated command is answered from the first one's outcome; a key under which something else was done is
// a mistake of the caller.
std::optional<Error> check_repeated(const Context& context, const Submitted& submitted) {
  if (!submitted.outcome.repeated) return std::nullopt;
  const std::string text = context.past.command_at(submitted.outcome.reply.position);
  Command first;
  Asked asked;
  const bool read =
      decode(std::span<const u8>(reinterpret_cast<const u8*>(text.data()), text.size()), first) &&
      unwrap(first, asked);
  if (!read || encode(asked.command) == encode(asked_of(submitted))) return std::nullopt;
  return Error{api::code::bad_request, "key_reused", "key: was used for another command before", "key"};
}

Answer answer_one(Context& context, const std::vector<Submitted>& submitted) {
  const Submitted& one = submitted.at(0);
  if (const std::optional<Error> error = check_repeated(context, one)) return *error;
  return outcome_json(one, context.engine.state);
}

// Which epoch a proposal became: the latest that is like it.
Answer answer_proposal(Context& context, const std::vector<Submitted>& submitted) {
  const Submitted& one = submitted.at(0);
  if (const std::optional<Error> error = check_repeated(context, one)) return *error;
  const Command command = asked_of(one);
  const ProposeRulebook& proposal = std::get<ProposeRulebook>(command);
  const State& state = context.engine.state;
  const auto found = context.engine.lookup.rulebooks.find(proposal.image.name);
  if (!one.outcome.accepted() || found == context.engine.lookup.rulebooks.end()) {
    return outcome_json(one, state);
  }
  const std::vector<Epoch>& epochs = state.rulebooks[found->second].epochs;
  const auto same = [&](const Epoch& epoch) {
    return epoch.ramp_to == 0 && epoch.proposer == proposal.by && epoch.note == proposal.note &&
           epoch.rulebook.identity == proposal.image.identity;
  };
  const auto epoch = std::find_if(epochs.rbegin(), epochs.rend(), same);
  if (epoch == epochs.rend()) return outcome_json(one, state);
  return outcome_json(one, state,
                      ",\"rulebook\":" + json_quoted(proposal.image.name) +
                          ",\"epoch\":" + std::to_string(epochs.rend() - epoch));
}

// What of an epoch's schedule the engine refuses as a number, or takes for a schedule without steps, although
// steps were asked for.
std::optional<Error> check_schedule(const JsonValue& json, const ScheduleEpoch& r) {
  const auto sent = [&](std::string_view name) {
    const JsonValue* value = json.find(name);
    return value != nullptr && value->kind != JsonValue::Kind::null;
  };
  const auto wrong = [](std::string name, const std::string& what) {
    return api::invalid_params(name, name + ": " + what);
  };
  if (r.at_position != 0 && r.at_time != Time{}) {
    return wrong("at_position", "the moment is a position or a time, not both");
  }
  if (sent("steps") && (r.steps < 1 || r.steps > ramp_steps_max)) {
    return wrong("steps", "must be from 1 to " + std::to_string(ramp_steps_max) + "; 1 is no ramp");
  }
  if (r.steps <= 1) {
    if (!sent("every")) return std::nullopt;
    return wrong("every", "is the time between steps and needs steps of at least 2");
  }
  if (r.at_position != 0) return wrong("at_position", "steps begin at a time: at_time or at_time_ms");
  if (r.at_time == Time{}) return wrong("at_time", "is required with steps: when the first comes into force");
  if (!sent("every")) return wrong("every", "is required with steps: the time between two of them");
  const i64 longest = (INT64_MAX - std::max<i64>(r.at_time.raw(), 0)) / ramp_steps_max;
  if (r.every <= Duration{} || r.every.raw() > longest) {
    return wrong("every", r.every <= Duration{} ? "must be above 0" : "is too long");
  }
  return std::nullopt;
}

using Then = Answer (*)(Context&, const std::vector<Submitted>&);

Reply submit(Context& context, JsonValue json, std::string key, Then then) {
  Result<Command, Error> command = command_of(json, context.engine, context.caller.by);
  if (!command) return api::failed(command.error());
  if (const auto* schedule = std::get_if<ScheduleEpoch>(&command.value())) {
    if (const std::optional<Error> error = check_schedule(json, *schedule)) return api::failed(*error);
  }
  return Submission{{std::move(command.value())}, then, std::move(key)};
}

// What was sent, less the key, as the command of that name.
Reply submit_params(Context& context, Params& params, const char* name, Then then) {
  std::string key = read_key(params);
  if (params.error()) return api::failed(*params.error());
  JsonValue json = params.everything();
  std::erase_if(json.members, [](const auto& member) { return member.first == "key"; });
  if (name != nullptr) {
    if (json.find("command") != nullptr) {
      return api::failed(
          api::invalid_params("command", "command: is not a parameter of this method, which is one"));
    }
    JsonValue text;
    text.kind = JsonValue::Kind::text;
    text.text = name;
    json.members.emplace_back("command", std::move(text));
  }
  return submit(context, std::move(json), std::move(key), then);
}

Method of_command(const char* method, const char* text, const char* command, Then then = answer_one) {
  return {method, Scope::operate, text, [command, then](Context& context, Params& params) {
            return submit_params(context, params, command, then);
          }};
}

// A percentage as a ratio; at least -99 %, so that something is left.
Rate read_percent(Params& params, std::string_view name, bool required) {
  constexpr int decimals = rate_decimals - 2;
  constexpr i128 one_percent = pow10(decimals);
  const i128 raw = required ? params.decimal(name, decimals) : params.decimal(name, decimals, 0);
  if (raw < -99 * one_percent || raw > 1000 * one_percent) params.fail(name, "must be from -99 to 1000");
  return Rate::from_raw(static_cast<i64>(std::clamp<i128>(raw, -99 * one_percent, 1000 * one_percent)));
}

Answer answer_move(Context& context, const std::vector<Submitted>& submitted) {
  Json json;
  json.begin_object().field("position", submitted.back().position).key("commands").begin_array();
  for (const Submitted& one : submitted) json.raw(outcome_json(one, context.engine.state));
  json.end_array().end_object();
  return json.str();
}

Reply move_market(Context& context, Params& params, bool allowed) {
  const std::string base = params.text("base", "");
  const Rate price = read_percent(params, "percent", true);
  const Rate volatility = read_percent(params, "volatility_percent", false);
  params.nothing_else();
  if (params.error()) return api::failed(*params.error());
  if (!allowed) {
    return api::failed(api::forbidden(
        "the market of this service comes from outside and is not moved by hand; `lockstep run` allows it"));
  }
  AssetId asset;
  if (!base.empty()) {
    const auto found = context.engine.lookup.assets.find(base);
    if (found == context.engine.lookup.assets.end()) {
      return api::failed(api::invalid_params("base", "base: there is no asset " + json_shown(base)));
    }
    asset = AssetId{found->second};
  }
  std::vector<Command> commands = moved_market(context.engine.state, asset, price, volatility);
  if (commands.empty()) {
    return api::failed(api::invalid_params(
        "base", "base: no index of " + (base.empty() ? "any asset" : base) + " has a price yet"));
  }
  return Submission{std::move(commands), answer_move, ""};
}

}  // namespace

bool fits_key(std::string_view key) {
  return !key.empty() && key.size() <= key_size_max &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::vector<Method> command_methods(bool market_moves) {
  return {
      of_command("lockstep/command", "Any command for the log, by name and fields.", nullptr),
      of_command("lockstep/propose", "A new epoch of a rulebook, from the text of its file.",
                 "propose_rulebook", answer_proposal),
      of_command("lockstep/approve", "Say that a proposed epoch may come into force.", "approve_epoch"),
      of_command("lockstep/schedule", "Say when an epoch comes into force, at once or in steps.",
                 "schedule_epoch"),
      of_command("lockstep/cancel_epoch", "Cancel an epoch that is proposed or scheduled.", "cancel_epoch"),
      {"lockstep/move_market", Scope::operate,
       "Move prices and volatilities of a recorded market by percent.",
       [market_moves](Context& context, Params& params) {
         return move_market(context, params, market_moves);
       }},
  };
}

}  // namespace lockstep::rest
