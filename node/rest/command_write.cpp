// Commands and events to JSON.
#include "core/wire/asked.h"
#include "node/book/words.h"
#include "node/feed/calendar.h"
#include "node/json/json.h"
#include "node/rest/command_json.h"
#include "node/rest/fields.h"
#include "node/rules/decimal.h"
#include "node/rules/decimal_text.h"
#include "node/rules/rulebook_text.h"

namespace lockstep::rest {
namespace {

template <class Id>
void write_id(Json& json, const State& state, Id id) {
  if (id.is_none()) {
    json.null();
  } else if (in_table(state, id)) {
    json.text(table_of(state, id)[id.index].name);
  } else {
    json.text("#" + std::to_string(id.index));
  }
}

// As text only in the years in which a text is read.
void write_time(Json& json, std::string_view name, Time time) {
  static const Time first = time_of_date(2009, 1, 1), end = time_of_date(2100, 1, 1);
  if (time == Time{}) return;
  const i64 fraction = (time.raw() % second.raw() + second.raw()) % second.raw();
  std::string text = format_time(time);
  if (fraction != 0) text += to_decimal(fraction, 6).substr(1);
  if (time >= first && time < end) json.field(name, text);
  json.field(std::string(name) + "_ms", (time.raw() - (fraction % 1000)) / 1000);
}

std::string duration_text(Duration duration) {
  const std::string text = span_text(duration);
  Duration back;
  return parse_span(text, back) && back == duration ? text : std::to_string(duration.raw()) + " us";
}

template <class T>
void write_fields(Json& json, const State& state, const T& x);

template <class T>
void write_lots(Json& json, const State& state, const T& parent, std::string_view name, Lots lots) {
  json.field(name, lots.raw());
  if constexpr (requires { InstrumentId{parent.instrument}; }) {
    if (name != "lots" || !in_table(state, parent.instrument)) return;
    const i128 size = i128{lots.raw()} * state.instrument(parent.instrument).lot;
    json.field("size", to_decimal(size, lot_decimals));
  }
}

void write_subject(Json& json, const State& state, const ObservedValue& row) {
  json.key("subject");
  switch (subject_of(row.kind)) {
    case ObservationSubject::instrument: return write_id(json, state, InstrumentId{row.subject});
    case ObservationSubject::index: return write_id(json, state, IndexId{row.subject});
    case ObservationSubject::asset: return write_id(json, state, AssetId{row.subject});
  }
}

template <class T>
void write_amount(Json& json, const State& state, const T& parent, std::string_view name, Amount amount) {
  const AssetId asset = asset_of(state, parent);
  if (in_table(state, asset)) {
    json.field(name, to_decimal(amount.raw(), state.asset(asset).decimals));
  } else {
    json.field(std::string(name) + "_units", to_decimal(amount.raw(), 0));
  }
}

template <class T, class F>
void write_field(Json& json, const State& state, const T& parent, std::string_view name, const F& field) {
  if constexpr (std::is_same_v<F, Rulebook>) {
    json.field("rulebook_text", rulebook_text(field));
  } else if constexpr (std::is_same_v<F, Time>) {
    write_time(json, name, field);
  } else if constexpr (std::is_same_v<F, Lots>) {
    write_lots(json, state, parent, name, field);
  } else if constexpr (std::is_same_v<F, Amount>) {
    write_amount(json, state, parent, name, field);
  } else if constexpr (IsDecimal<F>) {
    json.field(name, to_decimal(i128{field.raw()}, decimals_of<F>));
  } else if constexpr (std::is_same_v<F, Duration>) {
    json.field(name, duration_text(field));
  } else if constexpr (IsId<F>) {
    write_id(json.key(name), state, field);
  } else if constexpr (is_vector<F>) {
    json.key(name).begin_array();
    for (const auto& row : field) {
      json.begin_object();
      write_fields(json, state, row);
      json.end_object();
    }
    json.end_array();
  } else if constexpr (HasFields<F>) {
    json.key(name).begin_object();
    write_fields(json, state, field);
    json.end_object();
  } else if constexpr (std::is_enum_v<F>) {
    json.field(name, word(field));
  } else if constexpr (std::is_same_v<F, bool>) {
    json.field(name, field);
  } else if constexpr (std::is_same_v<F, std::string>) {
    if (name != "command") json.field(name, field);  // of what holds one: see command_json
  } else if constexpr (std::is_same_v<F, u128>) {
    json.field(name, to_hex(Hash128{static_cast<u64>(field >> 64), static_cast<u64>(field)}));
  } else if constexpr (std::is_same_v<T, RegisterInstrument> && std::is_same_v<F, i64>) {
    json.field(name, to_decimal(field, lot_decimals));  // lot
  } else if constexpr (std::is_signed_v<F>) {
    json.field(name, i64{field});
  } else {
    // Beyond that a reader's binary floating point would name another order.
    if (u64{field} > u64{1} << 53) {
      json.field(name, std::to_string(u64{field}));
    } else {
      json.field(name, u64{field});
    }
  }
}

template <class T>
void write_fields(Json& json, const State& state, const T& x) {
  T::each_field(x, [&](std::string_view name, const auto& field) {
    if constexpr (std::is_same_v<T, ObservedValue>) {
      if (name == "subject") return write_subject(json, state, x);
    }
    write_field(json, state, x, name, field);
  });
}

template <class Variant>
std::string written(std::string_view what, const Variant& variant, const State& state) {
  Json json;
  std::visit(
      [&](const auto& x) {
        json.begin_object().field(what, x.name_of);
        write_fields(json, state, x);
        json.end_object();
      },
      variant);
  return json.str();
}

}  // namespace

std::string command_json(const Command& command, const State& state) {
  Asked asked;
  return written("command", unwrap(command, asked) ? asked.command : command, state);
}
std::string event_json(const Event& event, const State& state) { return written("event", event, state); }

}  // namespace lockstep::rest
