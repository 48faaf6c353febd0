// Directives of prices, time and settlement.
#include <cmath>
#include <map>

#include "node/book/words.h"
#include "tests/scenarios/directives.h"
#include "tests/scenarios/scenario_file.h"

namespace lockstep::scenarios {
namespace {

// Source 1 and its next sequence number, unless the line says otherwise.
template <class Batch>
void take_source(Words& words, Reading& reading, Batch& batch) {
  batch.source = static_cast<u16>(integer(words.field("source", "1")));
  u64& last = reading.sequences[batch.source];
  batch.sequence = words.has("sequence") ? static_cast<u64>(integer(words.field("sequence"))) : last + 1;
  last = batch.sequence > last ? batch.sequence : last;
}

std::vector<Command> index_prices(Words& words, Reading& reading) {
  IndexPrices r;
  take_source(words, reading, r);
  while (!words.empty()) {
    IndexPrice row;
    row.index = index_of(reading.names, words.take("an index"));
    row.price = price(words.take("a price"));
    r.rows.push_back(row);
  }
  return {r};
}

std::vector<Command> mark_prices(Words& words, Reading& reading) {
  MarkPrices r;
  take_source(words, reading, r);
  if (words.has("volatility") || words.has("forward")) {
    MarkPrice row;
    row.instrument = instrument_of(reading.names, words.take("an instrument"));
    if (!words.empty()) row.price = price(words.take("a price"));
    row.volatility = rate(words.field("volatility", "0"));
    row.forward = price(words.field("forward", "0"));
    r.rows.push_back(row);
    return {r};
  }
  while (!words.empty()) {
    MarkPrice row;
    row.instrument = instrument_of(reading.names, words.take("an instrument"));
    row.price = price(words.take("a price"));
    r.rows.push_back(row);
  }
  return {r};
}

// The nearest multiple of 2^-40 to a decimal.
i64 parameter(const std::string& text) {
  const i128 raw = decimal(text, 12);
  return static_cast<i64>(mul_div(raw, slice_one, pow10(12), Round::nearest));
}

std::vector<Command> surface(Words& words, Reading& reading) {
  VolatilitySurface r;
  take_source(words, reading, r);
  r.index = index_of(reading.names, words.take("an index"));
  ExpirySlice row;
  row.expiry = time_of(words.take("an expiry"));
  SurfaceSlice& s = row.slice;
  const std::string kind = words.take("svi, essvi or none");
  if (kind == "svi") {
    s.kind = SliceKind::svi;
    s.p0 = parameter(words.field("a"));
    s.p1 = parameter(words.field("b"));
    s.p2 = parameter(words.field("rho"));
    s.p3 = parameter(words.field("m"));
    s.p4 = parameter(words.field("sigma"));
  } else if (kind == "essvi") {
    s.kind = SliceKind::essvi;
    s.p0 = parameter(words.field("theta"));
    s.p1 = parameter(words.field("rho"));
    s.p2 = parameter(words.field("psi"));
  } else if (kind != "none") {
    throw Malformed("svi, essvi or none, not " + kind);
  }
  r.rows.push_back(row);
  return {r};
}

std::vector<Command> forward(Words& words, Reading& reading) {
  ForwardCurve r;
  take_source(words, reading, r);
  r.index = index_of(reading.names, words.take("an index"));
  while (!words.empty()) {
    ExpiryForward row;
    row.expiry = time_of(words.take("an expiry"));
    row.price = price(words.take("a price"));
    r.rows.push_back(row);
  }
  return {r};
}

Price take_at(Words& words) { return words.take_if("@") ? price(words.take("a price")) : Price{}; }

std::vector<Command> funding(Words& words, Reading& reading) {
  FundingRate r;
  r.instrument = instrument_of(reading.names, words.take("an instrument"));
  r.rate = rate(words.take("a rate"));
  r.price = take_at(words);
  return {r};
}

template <class T>
std::vector<Command> settlement(Words& words, Reading& reading) {
  T r;
  r.instrument = instrument_of(reading.names, words.take("an instrument"));
  r.price = take_at(words);
  return {r};
}

std::vector<Command> observe(Words& words, Reading& reading) {
  Observations r;
  take_source(words, reading, r);
  ObservedValue row;
  const std::string kind = words.take("a kind of observation");
  if (!from_word(kind, row.kind)) throw Malformed("there is no kind of observation " + kind);
  const std::string subject = words.take("what was observed");
  switch (subject_of(row.kind)) {
    case ObservationSubject::instrument: row.subject = instrument_of(reading.names, subject).index; break;
    case ObservationSubject::index: row.subject = index_of(reading.names, subject).index; break;
    case ObservationSubject::asset: row.subject = asset_of(reading.names, subject).index; break;
  }
  row.value = Value::from_raw(decimal(words.take("a value"), value_decimals));
  if (!words.empty()) row.expiry = time_of(words.take("an expiry"));
  r.rows.push_back(row);
  return {r};
}

std::vector<Command> tick(Words&, Reading&) { return {Tick{}}; }

}  // namespace

Handler find_market(const std::string& verb) {
  static const std::map<std::string, Handler> table = {
      {"price", index_prices}, {"mark", mark_prices},          {"surface", surface},
      {"forward", forward},    {"funding", funding},           {"settle", settlement<Settle>},
      {"tick", tick},          {"expire", settlement<Expire>}, {"observe", observe}};
  const auto it = table.find(verb);
  return it == table.end() ? nullptr : it->second;
}

}  // namespace lockstep::scenarios
