// lockstep/stability: how the margin rate, maintenance margin over what is held, moved while the service
// followed the log; of the whole book and of each rulebook.  Methodology 11.7, from the desk's samples.
#include <algorithm>

#include "node/runtime/summary.h"
#include "node/stress/exposure.h"
#include "node/stress/procyclicality.h"
#include "node/view/parts.h"

namespace lockstep::view {
namespace {

using stress::Sample;

// rulebook: its number; none: all together.  Moments at which nothing was held or nothing asked say nothing.
std::vector<Sample> samples_of(const BookSamples& samples, RulebookId rulebook) {
  std::vector<Sample> out;
  for (const BookSample& book : samples.rows) {
    RulebookSample part{book.initial, book.maintenance, book.notional};
    if (!rulebook.is_none()) {
      part = rulebook.index < book.rulebooks.size() ? book.rulebooks[rulebook.index] : RulebookSample{};
    }
    if (part.notional <= Value{} || part.maintenance <= Value{}) continue;
    out.push_back({book.at, part.initial, part.maintenance, part.notional,
                   stress::ratio(part.maintenance, part.notional)});
  }
  return out;
}

void write_rise(Json& json, const char* name, const std::vector<Sample>& samples, i64 days) {
  const auto rise = stress::largest_rise(samples, Duration::from_raw(days * day.raw()));
  json.key(name);
  if (!rise) {
    json.null();
    return;
  }
  json.begin_object();
  write_ms(json, "from", rise->from);
  write_ms(json, "to", rise->to);
  json.field("rise", exact(rise->rise)).end_object();
}

void write_row(Json& json, const std::string& rulebook, const std::vector<Sample>& samples) {
  const std::optional<stress::Procyclicality> found = stress::procyclicality(samples);
  json.begin_object().field("rulebook", rulebook).field("samples", u64{samples.size()});
  if (found) {
    json.field("initial_dollars", dollars_text(found->last.initial));
    json.field("maintenance_dollars", dollars_text(found->last.maintenance));
    json.field("notional_dollars", dollars_text(found->last.notional));
    json.field("rate", exact(found->last.rate)).field("peak", exact(found->peak.rate));
    write_ms(json, "peak_at", found->peak.at);
    json.field("trough", exact(found->trough.rate));
    write_ms(json, "trough_at", found->trough.at);
    json.field("peak_to_trough", exact(found->peak_to_trough));
  }
  write_rise(json, "rise_1d", samples, 1);
  write_rise(json, "rise_5d", samples, 5);
  write_rise(json, "rise_30d", samples, 30);
  json.end_object();
}

}  // namespace

api::Reply stability(Desk& desk, api::Context& context, api::Params& params) {
  params.nothing_else();
  if (params.error()) return api::failed(*params.error());
  if (!sees_all(context.caller)) return api::failed(only_for_all());
  const State& state = context.engine.state;
  const std::vector<BookSample>& rows = desk.samples.rows;
  Json json;
  begin_result(json, state);
  write_ms(json, "from", rows.empty() ? Time{} : rows.front().at);
  write_ms(json, "to", rows.empty() ? Time{} : rows.back().at);
  json.field("samples", u64{rows.size()}).key("rows").begin_array();
  write_row(json, "", samples_of(desk.samples, RulebookId{}));
  for (u32 i = 0; i < state.rulebooks.size(); ++i) {
    write_row(json, state.rulebooks[i].name, samples_of(desk.samples, RulebookId{i}));
  }
  json.end_array();
  return api::answered(json.end_object().str());
}

}  // namespace lockstep::view
