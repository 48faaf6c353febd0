#include "node/view/preview_json.h"

#include <algorithm>

#include "node/book/words.h"
#include "node/view/account_json.h"
#include "node/view/rulebook_words.h"
#include "node/view/text.h"

namespace lockstep {

using whatif::AccountChange;
using whatif::LevelCount;
using whatif::Preview;
using whatif::UnderlyingTotal;

namespace {

void write_reading(Json& json, const char* key, const State& state, const whatif::Reading& reading) {
  json.key(key).begin_object().field("state", word(reading.state));
  json.field("obstacle", word(reading.obstacle)).key("below").begin_array();
  for (const std::string& level : reading.below) json.text(level);
  json.end_array();
  if (!reading.asset.is_none()) {
    json.field("asset", state.asset(reading.asset).name).field("room", exact(reading.room));
    json.field("initial", exact(reading.initial)).field("maintenance", exact(reading.maintenance));
  }
  json.end_object();
}

void write_levels(Json& json, const Preview& preview) {
  json.key("levels").begin_array();
  for (const LevelCount& level : preview.levels) {
    json.begin_object().field("level", level.level).field("before", level.before);
    json.field("after", level.after).field("entered", level.entered).field("left", level.left).end_object();
  }
  json.end_array();
}

void write_crossing(Json& json, const char* key, const State& state, const Preview& preview) {
  json.key(key).begin_array();
  for (const AccountChange* change : crossing(preview)) {
    json.begin_object().field("account", state.account(change->account).name);
    write_reading(json, "before", state, change->before);
    write_reading(json, "after", state, change->after);
    json.end_object();
  }
  json.end_array();
}

void write_underlyings(Json& json, const State& state, const Preview& preview) {
  json.key("underlyings").begin_array();
  for (const UnderlyingTotal& t : preview.underlyings) {
    json.begin_object().field("base", state.asset(t.base).name).field("asset", state.asset(t.asset).name);
    json.field("initial_before", exact(t.initial_before)).field("initial_after", exact(t.initial_after));
    json.field("maintenance_before", exact(t.maintenance_before));
    json.field("maintenance_after", exact(t.maintenance_after)).end_object();
  }
  json.end_array();
}

}  // namespace

std::vector<const AccountChange*> crossing(const Preview& preview) {
  std::vector<const AccountChange*> rows;
  for (const AccountChange& change : preview.accounts) {
    if (change.crosses()) rows.push_back(&change);
  }
  std::sort(rows.begin(), rows.end(), [](const AccountChange* a, const AccountChange* b) {
    if (a->after.state != b->after.state) return a->after.state > b->after.state;
    if (a->after.obstacle != b->after.obstacle) return a->after.obstacle > b->after.obstacle;
    if (a->before.state != b->before.state) return a->before.state < b->before.state;
    return a->account < b->account;
  });
  return rows;
}

std::string preview_json(const State& state, const Preview& preview, const Rulebook& proposed) {
  Json json;
  json.begin_object().field("rulebook", proposed.name).field("version", proposed.version);
  json.field("epoch", preview.epoch).field("position", state.position);
  json.field("accounts", u64{preview.accounts.size()});
  write_levels(json, preview);
  write_crossing(json, "crossing", state, preview);
  write_underlyings(json, state, preview);
  return json.end_object().str();
}

std::string preview_reply(const State& state, const Preview& preview, const Rulebook& proposed, u32 epoch) {
  Json json;
  json.begin_object().field("position", state.position).field("rulebook", proposed.name);
  json.field("version", proposed.version).field("epoch", epoch);
  json.field("accounts_total", u64{preview.accounts.size()});
  write_levels(json, preview);
  write_underlyings(json, state, preview);
  write_crossing(json, "accounts", state, preview);
  for (const RulebookHistory& history : state.rulebooks) {
    if (history.name == proposed.name) write_differences(json, history, proposed);
  }
  return json.end_object().str();
}

}  // namespace lockstep
