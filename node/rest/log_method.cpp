#include "node/rest/log_method.h"

#include "core/wire/asked.h"
#include "node/history/history.h"
#include "node/json/json.h"
#include "node/rest/command_json.h"
#include "node/runtime/summary.h"

namespace lockstep::rest {
namespace {

using api::Context;
using api::Params;
using api::Reply;

constexpr std::size_t fields_size_max = 4'096;
constexpr i64 limit_max = 500;
constexpr i64 position_max = i64{1} << 42;

// What the command said besides its name: trace and fields.
void write_fields(Json& json, const std::string& bytes, const State& state, bool only_one) {
  Command command;
  Asked asked;
  const bool short_enough = bytes.size() <= fields_size_max || only_one;
  const bool read =
      short_enough &&
      decode(std::span<const u8>(reinterpret_cast<const u8*>(bytes.data()), bytes.size()), command) &&
      unwrap(command, asked);
  if (!asked.trace.empty()) json.field("trace", asked.trace);
  json.key("fields");
  if (!read) {
    json.null();
    return;
  }
  const std::string text = command_json(asked.command, state);  // its first member is its name
  const std::size_t comma = text.find(',');
  json.raw(comma == std::string::npos ? "{}" : "{" + text.substr(comma + 1));
}

void write_row(Json& json, const history::LogRow& row, const std::string& bytes, const State& state,
               bool only_one) {
  json.begin_object().field("position", row.position).field("time", time_text(row.time));
  json.field("time_ms", row.time.raw() / 1'000).field("command", row.command).field("by", row.by);
  const bool known = row.account.index < state.accounts.size();
  json.field("account", known ? state.account(row.account).name : std::string());
  json.field("outcome", refusal_name(row.refusal));
  if (row.refusal != Refusal::none) json.field("refusal", u32{static_cast<u16>(row.refusal)});
  json.field("text", row.text);
  write_fields(json, bytes, state, only_one);
  json.end_object();
}

// The conditions; the error is of the parameters.
history::Select select_of(Context& context, Params& params) {
  history::Select select;
  const i64 from = params.integer("from", -1, 0, position_max);
  select.limit = static_cast<u32>(params.integer("limit", 100, 1, limit_max));
  select.rising = !params.flag("descending", true);
  select.command = params.text("command", "");
  select.by = params.text("by", "");
  const std::string account = params.text("account", "");
  params.nothing_else();
  if (from >= 0)
    (select.rising ? select.behind : select.before) = static_cast<u64>(from) + (select.rising ? 0 : 1);
  if (account.empty()) {
    if (!context.caller.party.empty()) params.fail("account", "is required of a key that belongs to a party");
    return select;
  }
  select.account = api::find_account(context.caller, context.engine, account);
  if (select.account->is_none())
    params.fail("account", "there is no account " + json_shown(account) + " for this key");
  return select;
}

Reply log(Context& context, Params& params) {
  const history::Select select = select_of(context, params);
  if (params.error()) return api::failed(*params.error());
  const State& state = context.engine.state;
  const history::History& past = context.past;
  Json json;
  json.begin_object().field("position", state.position).field("time", time_text(state.time));
  json.field("time_ms", state.time.raw() / 1'000);
  history::Select oldest;
  oldest.rising = true;
  oldest.limit = 1;
  const std::vector<history::LogRow> first = past.log(oldest);
  json.field("first", first.empty() ? u64{0} : first.front().position);
  json.field("last", first.empty() ? u64{0} : past.position() - 1);
  json.key("rows").begin_array();
  for (const history::LogRow& row : past.log(select)) {
    write_row(json, row, past.command_at(row.position), state, select.limit == 1);
  }
  json.end_array().end_object();
  return api::answered(json.str());
}

}  // namespace

api::Method log_method() {
  return {"lockstep/log", api::Scope::operate,
          "The log from some position down or up: who asked for what, and what became of it.", log};
}

}  // namespace lockstep::rest
