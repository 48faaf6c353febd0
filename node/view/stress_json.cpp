#include "node/view/stress_json.h"

#include "node/json/json.h"
#include "node/runtime/summary.h"
#include "node/view/text.h"

namespace lockstep {
namespace {

void write_rate(Json& json, const char* key, const std::optional<Rate>& rate) {
  json.key(key);
  if (rate) {
    json.text(exact(*rate));
  } else {
    json.null();
  }
}

void write_ladder(Json& json, const State& state, const stress::Ladder& ladder) {
  json.begin_object().field("underlying", ladder_name(state, ladder)).field("accounts", ladder.accounts);
  json.field("open", exact(ladder.open)).key("steps").begin_array();
  for (const stress::LadderStep& step : ladder.steps) {
    json.begin_object().field("move", exact(step.move)).field("liquidated", step.liquidated);
    json.field("bankrupt", step.bankrupt).field("unjudged", step.unjudged);
    json.field("sold", exact(step.sold)).field("bought", exact(step.bought));
    json.field("elsewhere", exact(step.elsewhere)).field("share", exact(step.share)).end_object();
  }
  json.end_array().end_object();
}

void write_shock(Json& json, const State& state, const stress::ShockResult& shock) {
  json.begin_object().field("shock", shock.name).field("liquidated", shock.liquidated);
  json.field("bankrupt", shock.bankrupt).field("unjudged", shock.unjudged);
  json.field("unpaid_at_price", exact(shock.at_price)).field("unpaid", exact(shock.after_closing));
  json.field("unpaid_of_two", exact(shock.largest_two)).field("fund", exact(shock.fund));
  const bool any = shock.after_closing > Value{};
  write_rate(json, "fund_of_all", any ? std::optional<Rate>(shock.of_all) : std::nullopt);
  write_rate(json, "fund_of_two", any ? std::optional<Rate>(shock.of_two) : std::nullopt);
  json.field("missing", exact(shock.missing)).field("missing_of_two", exact(shock.missing_of_two));
  json.field("sufficient", shock.sufficient()).field("covers_two", shock.covers_two());
  json.key("largest").begin_array();
  for (const stress::Loser& loser : shock.largest) {
    json.begin_object().field("account", state.account(loser.account).name);
    json.field("unpaid", exact(loser.dollars)).end_object();
  }
  json.end_array().key("assets").begin_array();
  for (const stress::FundRow& row : shock.rows) {
    json.begin_object().field("rulebook", state.rulebook(row.rulebook).name);
    json.field("asset", state.asset(row.asset).name).field("unpaid", exact(row.unpaid));
    json.field("fund", exact(row.fund)).field("payable", exact(row.payable));
    json.field("missing", exact(row.missing())).end_object();
  }
  json.end_array().end_object();
}

void write_side(Json& json, const char* key, const State& state, const stress::SideShares& side) {
  json.key(key).begin_object().field("accounts", side.accounts).field("open", exact(side.open));
  if (side.accounts != 0) json.field("largest", state.account(side.largest).name);
  json.field("largest_1", exact(side.one)).field("largest_5", exact(side.five));
  json.field("largest_10", exact(side.ten)).field("herfindahl", exact(side.herfindahl));
  json.end_object();
}

void write_concentration(Json& json, const State& state, const stress::Concentration& c) {
  json.begin_object().field("underlying", state.asset(c.base).name);
  write_side(json, "longs", state, c.longs);
  write_side(json, "shorts", state, c.shorts);
  json.field("largest", state.account(c.largest).name).field("held", exact(c.held));
  write_rate(json, "of_depth", c.of_depth);
  write_rate(json, "of_volume", c.of_volume);
  json.end_object();
}

void write_leverage(Json& json, const stress::LeverageReport& report) {
  json.key("leverage").begin_object().field("holding", report.holding).field("idle", report.idle);
  json.field("unjudged", report.unjudged).field("notional", exact(report.notional));
  json.field("equity", exact(report.equity));
  write_rate(json, "median", report.median);
  write_rate(json, "ninety", report.ninety);
  write_rate(json, "ninety_nine", report.ninety_nine);
  json.key("buckets").begin_array();
  for (std::size_t i = 0; i < report.buckets.size(); ++i) {
    const stress::LeverageBucket& bucket = report.buckets[i];
    json.begin_object();
    if (bucket.most != 0) {
      json.field("up_to", bucket.most);
    } else {
      json.field(i + 1 == report.buckets.size() ? "without_equity" : "above", true);
    }
    json.field("accounts", bucket.accounts).field("notional", exact(bucket.notional)).end_object();
  }
  json.end_array().end_object();
}

void write_sample(Json& json, const char* key, const stress::Sample& sample) {
  json.key(key).begin_object().field("time", time_text(sample.at)).field("initial", exact(sample.initial));
  json.field("maintenance", exact(sample.maintenance)).field("notional", exact(sample.notional));
  json.field("rate", exact(sample.rate)).end_object();
}

void write_rise(Json& json, const char* key, const std::optional<stress::Rise>& rise) {
  json.key(key);
  if (!rise) {
    json.null();
    return;
  }
  json.begin_object().field("from", time_text(rise->from)).field("to", time_text(rise->to));
  json.field("rise", exact(rise->rise)).end_object();
}

void write_margin(Json& json, const StressReport& report) {
  json.key("margin");
  if (!report.margin) {
    json.null();
    return;
  }
  const stress::Procyclicality& m = *report.margin;
  json.begin_object().field("samples", m.samples);
  write_sample(json, "first", m.first);
  write_sample(json, "trough", m.trough);
  write_sample(json, "peak", m.peak);
  write_sample(json, "last", m.last);
  json.field("peak_to_trough", exact(m.peak_to_trough));
  write_rise(json, "one_day", m.one_day);
  write_rise(json, "five_days", m.five_days);
  json.end_object();
}

}  // namespace

std::string ladder_name(const State& state, const stress::Ladder& ladder) {
  return ladder.base.is_none() ? "all together" : state.asset(ladder.base).name;
}

std::string stress_json(const State& state, const StressReport& report) {
  Json json;
  json.begin_object().field("position", state.position).field("time", time_text(state.time));
  json.field("accounts", u64{state.accounts.size()}).key("ladders").begin_array();
  for (const stress::Ladder& ladder : report.ladders) write_ladder(json, state, ladder);
  json.end_array().key("shocks").begin_array();
  for (const stress::ShockResult& shock : report.shocks) write_shock(json, state, shock);
  json.end_array().key("concentration").begin_array();
  for (const stress::Concentration& c : report.concentrations) write_concentration(json, state, c);
  json.end_array();
  write_leverage(json, report.leverage);
  write_margin(json, report);
  json.end_object();
  return json.str();
}

}  // namespace lockstep
