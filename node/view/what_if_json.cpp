#include "node/view/what_if_json.h"

#include "node/view/account_json.h"
#include "node/view/text.h"

namespace lockstep {
namespace {

void write_view(Json& json, const char* key, const State& state, const whatif::View& view,
                const WhatIfParts& parts) {
  json.key(key);
  write_account(json, state, view.account, view.assessment, parts.explain ? &view.statement : nullptr,
                parts.prices ? &view.boundaries : nullptr);
}

}  // namespace

std::string binds_text(const whatif::Answer& answer) {
  const std::vector<PoolTotals>& pools = answer.after.assessment.pools;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    if (pools[i].asset == answer.verdict.asset && -pools[i].available == answer.verdict.missing) {
      return binding_rule(answer.after.statement, i);
    }
  }
  return {};
}

void write_what_if(Json& json, const State& was, const State& state, const whatif::Question& question,
                   const whatif::Answer& answer, const WhatIfParts& parts) {
  json.begin_object();
  if (parts.position) json.field("position", *parts.position);
  json.field("name", question.name).key("if").begin_array();
  for (const std::string& change : question.changes) json.text(change);
  json.end_array();
  write_view(json, "before", was, answer.before, parts);
  write_view(json, "after", state, answer.after, parts);
  json.key("allowed");
  if (answer.verdict.acts) {
    json.boolean(answer.verdict.allowed);
  } else {
    json.null();
  }
  if (!answer.verdict.allowed) {
    json.field("missing", exact(answer.verdict.missing));
    json.field("missing_asset", state.asset(answer.verdict.asset).name);
    json.field("binds", binds_text(answer));
  }
  json.end_object();
}

}  // namespace lockstep
