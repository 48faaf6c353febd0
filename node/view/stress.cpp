// lockstep/ladder, lockstep/stress, lockstep/preview: questions to the whole book, for the worker's copy.
#include "node/rules/compile.h"
#include "node/runtime/summary.h"
#include "node/view/parts.h"
#include "node/view/preview_json.h"
#include "node/view/stress_json.h"

namespace lockstep::view {
namespace {

void write_ladder(Json& json, const State& state, const stress::Ladder& ladder) {
  json.begin_object().field("base", ladder.base.is_none() ? std::string() : state.asset(ladder.base).name);
  json.field("accounts", ladder.accounts).field("open_dollars", dollars_text(ladder.open));
  json.key("steps").begin_array();
  for (const stress::LadderStep& step : ladder.steps) {
    json.begin_object().field("move", exact(step.move)).field("liquidated", step.liquidated);
    json.field("bankrupt", step.bankrupt).field("unjudged", step.unjudged);
    json.field("sold_dollars", dollars_text(step.sold)).field("bought_dollars", dollars_text(step.bought));
    json.field("elsewhere_dollars", dollars_text(step.elsewhere)).field("share", exact(step.share));
    json.end_object();
  }
  json.end_array().end_object();
}

void write_funds(Json& json, const std::vector<stress::ShockResult>& shocks) {
  json.key("funds").begin_array();
  for (const stress::ShockResult& shock : shocks) {
    json.begin_object().field("shock", shock.name).field("liquidated", shock.liquidated);
    json.field("bankrupt", shock.bankrupt).field("unpaid_dollars", dollars_text(shock.after_closing));
    json.field("fund_dollars", dollars_text(shock.fund))
        .field("missing_dollars", dollars_text(shock.missing));
    json.field("sufficient", shock.sufficient()).field("covers_two", shock.covers_two()).end_object();
  }
  json.end_array();
}

// base none: all.
std::string ladder_json(const State& state, AssetId base) {
  const stress::LadderOptions options{stress::usual_steps(), std::nullopt};
  stress::Fates fates(state);
  Json json;
  begin_result(json, state);
  json.key("ladders").begin_array();
  for (const stress::Ladder& ladder : stress::liquidation_ladders(fates, options)) {
    if (base.is_none() || ladder.base == base) write_ladder(json, state, ladder);
  }
  json.end_array();
  write_funds(json, stress::fund_results(fates, stress::usual_shocks(state)));
  return json.end_object().str();
}

// epoch: that of the rules; 0: they have none yet, and the answer says which they would have.
api::Answer preview_of(const Engine& engine, const Rulebook& proposed, u32 epoch) {
  const Result<whatif::Preview, std::string> preview = whatif::preview(engine, proposed);
  if (!preview) return api::invalid_params("rulebook", "rulebook: " + preview.error());
  return preview_reply(engine.state, preview.value(), proposed, epoch != 0 ? epoch : preview.value().epoch);
}

// Of the parameters {rulebook, epoch}: a copy, because the state goes on.
Result<Rulebook, api::Error> epoch_of(const State& state, const NameTable& names, const std::string& name,
                                      i64 epoch) {
  const auto found = names.find(name);
  if (found == names.end()) return api::not_found("there is no rulebook " + json_shown(name));
  const RulebookHistory& history = state.rulebook(RulebookId{found->second});
  if (epoch < 1 || epoch > static_cast<i64>(history.epochs.size())) {
    return api::not_found("rulebook " + name + " has epochs 1 to " + std::to_string(history.epochs.size()) +
                          ", not " + std::to_string(epoch));
  }
  return history.epochs[static_cast<std::size_t>(epoch - 1)].rulebook;
}

}  // namespace

api::Reply ladder(api::Context& context, api::Params& params) {
  const std::string named = params.text("base", "");
  AssetId base;
  if (!named.empty()) {
    const auto asset = context.engine.lookup.assets.find(named);
    if (asset == context.engine.lookup.assets.end()) {
      params.fail("base", "there is no asset " + json_shown(named));
    } else {
      base = AssetId{asset->second};
    }
  }
  params.nothing_else();
  if (params.error()) return api::failed(*params.error());
  if (!sees_all(context.caller)) return api::failed(only_for_all());
  return api::Job{[base](Engine& engine) { return api::Answer(ladder_json(engine.state, base)); }};
}

api::Reply stress_report(api::Context& context, api::Params& params) {
  params.nothing_else();
  if (params.error()) return api::failed(*params.error());
  if (!sees_all(context.caller)) return api::failed(only_for_all());
  return api::Job{[](Engine& engine) {
    StressReport report;
    stress::Fates fates(engine.state);
    report.ladders = stress::liquidation_ladders(fates, {stress::usual_steps(), std::nullopt});
    report.shocks = stress::fund_results(fates, stress::usual_shocks(engine.state));
    report.concentrations = stress::concentrations(engine.state);
    report.leverage = stress::leverage_report(engine);
    return api::Answer(stress_json(engine.state, report));
  }};
}

api::Reply preview(api::Context& context, api::Params& params) {
  const std::string text = params.text("rulebook_text", "");
  const std::string name = params.text("rulebook", "");
  const i64 epoch = params.integer("epoch", 0, 0, 1'000'000);
  if (text.empty() == name.empty()) {
    params.fail("rulebook", "say either rulebook and epoch, or rulebook_text");
  }
  if (name.empty() == (epoch != 0))
    params.fail("epoch", "goes with rulebook: the number of an epoch, from 1");
  params.nothing_else();
  if (params.error()) return api::failed(*params.error());
  if (!sees_all(context.caller)) return api::failed(only_for_all());
  if (!text.empty()) {
    const Result<Rulebook, Fault> rules = compile_rulebook_text(text, "rulebook_text");
    if (!rules) return api::failed(api::invalid_params("rulebook_text", rules.error().what));
    return api::Job{[rules = rules.value()](Engine& engine) { return preview_of(engine, rules, 0); }};
  }
  const Result<Rulebook, api::Error> rules =
      epoch_of(context.engine.state, context.engine.lookup.rulebooks, name, epoch);
  if (!rules) return api::failed(rules.error());
  return api::Job{[rules = rules.value(), number = static_cast<u32>(epoch)](Engine& engine) {
    return preview_of(engine, rules, number);
  }};
}

}  // namespace lockstep::view
