// JSON to commands.
#include <algorithm>
#include <limits>
#include <optional>

#include "core/units/limits.h"
#include "node/book/words.h"
#include "node/feed/calendar.h"
#include "node/json/json.h"
#include "node/rest/command_json.h"
#include "node/rest/fields.h"
#include "node/rest/required.h"
#include "node/rules/compile.h"
#include "node/rules/decimal.h"

namespace lockstep::rest {
namespace {

class Reader {
 public:
  Reader(const Engine& engine, std::string_view by) : engine_(engine), by_(by) {}
  std::optional<api::Error> error;

  // The members of `object` into x; `also` is a member that somebody else reads.
  template <class T>
  void read(const JsonValue& object, T& x, const std::string& path, std::string_view what,
            std::string_view also = "");

 private:
  using Value = JsonValue::Kind;
  template <class T, class F>
  void read_field(const JsonValue& object, T& x, const std::string& path, std::string_view name, F& field);
  template <class T, class F>
  void read_one(const JsonValue& value, T& x, const std::string& path, std::string_view name, F& field);
  template <class T>
  void read_lots(const JsonValue& object, T& x, const std::string& path, std::string_view name, Lots& lots);
  template <class T>
  void read_amount(const JsonValue& value, const T& x, const std::string& path, Amount& amount);
  void read_time(const JsonValue& object, const std::string& path, std::string_view name, Time& time);
  void read_rulebook(const JsonValue& object, Rulebook& rules);
  void read_by(const JsonValue* value, const std::string& path, std::string& field);
  void read_duration(const JsonValue& value, const std::string& path, Duration& duration);
  void read_subject(const JsonValue& value, const std::string& path, ObservedValue& row);
  template <class Id>
  void read_id(const JsonValue& value, const std::string& path, Id& id);
  i128 decimal(const JsonValue& value, const std::string& path, int decimals,
               const std::string& because = "");
  i128 whole(const JsonValue& value, const std::string& path, i128 min, i128 max);

  void fail(const std::string& path, const std::string& what, Refusal refusal = Refusal::none) {
    if (error) return;
    error = api::invalid_params(path, path + ": " + what);
    error->refusal = refusal;
  }
  static std::string shown(const JsonValue& value) {
    switch (value.kind) {
      case Value::text: return json_shown(value.text);
      case Value::number: return value.text.substr(0, 80);
      case Value::boolean: return value.flag ? "true" : "false";
      case Value::array: return "an array";
      case Value::object: return "an object";
      case Value::null: break;
    }
    return "null";
  }
  // A member's name in a path: as it is when it is a word, else quoted.
  static std::string member_name(const std::string& name) {
    const bool is_word = !name.empty() && name.size() <= 40 &&
                         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == std::string::npos;
    return is_word ? name : json_shown(name);
  }
  static const JsonValue* sent(const JsonValue& object, std::string_view name) {
    const JsonValue* value = object.find(name);
    return value == nullptr || value->kind == Value::null ? nullptr : value;
  }
  static bool scalar(const JsonValue& value) {
    return value.kind == Value::text || value.kind == Value::number;
  }

  const Engine& engine_;
  std::string_view by_;
};

// The members that a field may come as.
template <class F>
std::vector<std::string> members_of(std::string_view name) {
  if constexpr (std::is_same_v<F, Rulebook>) {
    return {"rulebook_text"};
  } else if constexpr (std::is_same_v<F, Time>) {
    return {std::string(name), std::string(name) + "_ms"};
  } else if constexpr (std::is_same_v<F, Lots>) {
    if (name == "lots") return {"lots", "size"};
  }
  return {std::string(name)};
}

template <class T>
void Reader::read(const JsonValue& object, T& x, const std::string& path, std::string_view what,
                  std::string_view also) {
  if (object.kind != Value::object) {
    return fail(path.substr(0, path.rfind('.')), "is " + shown(object) + " and must be an object");
  }
  std::vector<std::string> members;
  T::each_field(x, [&](std::string_view name, auto& field) {
    for (std::string& member : members_of<std::remove_reference_t<decltype(field)>>(name)) {
      members.push_back(std::move(member));
    }
  });
  std::string list;
  for (const std::string& member : members) list += (list.empty() ? "" : ", ") + member;
  for (const auto& [name, value] : object.members) {
    if (name == also || std::find(members.begin(), members.end(), name) != members.end()) continue;
    return fail(path + member_name(name), "is not a field of " + std::string(what) + "; " +
                                              (list.empty() ? "it has none" : "it has " + list));
  }
  T::each_field(x, [&](std::string_view name, auto& field) {
    if (!error) read_field(object, x, path, name, field);
  });
}

template <class T, class F>
void Reader::read_field(const JsonValue& object, T& x, const std::string& path, std::string_view name,
                        F& field) {
  const std::string at = path + std::string(name);
  bool there = false;
  for (const std::string& member : members_of<F>(name)) there = there || sent(object, member) != nullptr;
  if (std::is_same_v<F, std::string> && name == "by") {
    if constexpr (std::is_same_v<F, std::string>) read_by(sent(object, name), at, field);
  } else if (!there) {
    const std::string member = std::is_same_v<F, Rulebook> ? "rulebook_text" : at;
    if (is_needed<T, F>(name)) fail(member, "is required");
  } else if constexpr (std::is_same_v<F, Rulebook>) {
    read_rulebook(object, field);
  } else if constexpr (std::is_same_v<F, Time>) {
    read_time(object, path, name, field);
  } else if constexpr (std::is_same_v<F, Lots>) {
    read_lots(object, x, path, name, field);
  } else {
    read_one(*object.find(name), x, at, name, field);
  }
}

template <class T, class F>
void Reader::read_one(const JsonValue& value, T& x, const std::string& path, std::string_view name,
                      F& field) {
  using Limits = std::numeric_limits<F>;
  if constexpr (is_vector<F>) {
    if (value.kind != Value::array) return fail(path, "is " + shown(value) + " and must be an array");
    if (value.items.size() > limits::rows_per_command_max) {
      return fail(path, "has more rows than " + std::to_string(limits::rows_per_command_max));
    }
    field.resize(value.items.size());
    for (std::size_t i = 0; i < field.size() && !error; ++i) {
      read(value.items[i], field[i], path + "[" + std::to_string(i) + "].", "a row of " + path);
    }
  } else if constexpr (HasFields<F>) {
    read(value, field, path + ".", path);
  } else if constexpr (IsId<F>) {
    read_id(value, path, field);
  } else if constexpr (std::is_same_v<F, Amount>) {
    read_amount(value, x, path, field);
  } else if constexpr (std::is_same_v<F, lockstep::Value>) {
    field = F::from_raw(decimal(value, path, value_decimals));
  } else if constexpr (IsDecimal<F>) {
    const i128 raw = decimal(value, path, decimals_of<F>);
    if (raw > INT64_MAX || raw < INT64_MIN) return fail(path, shown(value) + " is too large");
    field = F::from_raw(static_cast<i64>(raw));
  } else if constexpr (std::is_same_v<F, Duration>) {
    read_duration(value, path, field);
  } else if constexpr (std::is_enum_v<F>) {
    if (value.kind != Value::text || !from_word(value.text, field)) {
      fail(path, shown(value) + " is none of " + all_words<F>());
    }
  } else if constexpr (std::is_same_v<F, bool>) {
    const bool is_flag = value.kind == Value::boolean || value.text == "true" || value.text == "false";
    if (!is_flag) return fail(path, shown(value) + " must be true or false");
    field = value.flag || value.text == "true";
  } else if constexpr (std::is_same_v<F, std::string>) {
    if (value.kind != Value::text) return fail(path, "is " + shown(value) + " and must be a text");
    field = value.text;
  } else if constexpr (std::is_same_v<T, ObservedValue>) {
    read_subject(value, path, x);
  } else if constexpr (std::is_same_v<T, RegisterInstrument> && std::is_same_v<F, i64>) {
    const i128 raw = decimal(value, path, lot_decimals);
    if (raw > INT64_MAX || raw < INT64_MIN) return fail(path, shown(value) + " is too large");
    field = static_cast<i64>(raw);
  } else {
    field = static_cast<F>(whole(value, path, Limits::min(), Limits::max()));
  }
  (void)name, (void)x;
}

i128 Reader::decimal(const JsonValue& value, const std::string& path, int decimals,
                     const std::string& because) {
  i128 raw = 0;
  if (scalar(value) && parse_decimal(value.text, decimals, raw)) return raw;
  fail(path, shown(value) + " is not a decimal number with at most " + std::to_string(decimals) +
                 " decimals" + because + ", without exponent, such as \"1.5\"");
  return 0;
}

i128 Reader::whole(const JsonValue& value, const std::string& path, i128 min, i128 max) {
  i128 raw = 0;
  if (scalar(value) && parse_decimal(value.text, 0, raw) && raw >= min && raw <= max) return raw;
  fail(path,
       shown(value) + " is not a whole number from " + to_decimal(min, 0) + " to " + to_decimal(max, 0));
  return 0;
}

template <class Id>
void Reader::read_id(const JsonValue& value, const std::string& path, Id& id) {
  const std::string table(table_name(id));
  if (value.kind != Value::text)
    return fail(path, "is " + shown(value) + " and must be the name of an " + table);
  const auto& names = [&]() -> const NameTable& {
    const Lookup& lookup = engine_.lookup;
    if constexpr (std::is_same_v<Id, AssetId>) return lookup.assets;
    if constexpr (std::is_same_v<Id, IndexId>) return lookup.indexes;
    if constexpr (std::is_same_v<Id, InstrumentId>) return lookup.instruments;
    if constexpr (std::is_same_v<Id, PartyId>) return lookup.parties;
    if constexpr (std::is_same_v<Id, AccountId>) return lookup.accounts;
    if constexpr (std::is_same_v<Id, RulebookId>) return lookup.rulebooks;
  }();
  const auto found = names.find(value.text);
  if (found == names.end()) return fail(path, "there is no " + table + " " + shown(value), unknown(id));
  id = Id{found->second};
}

template <class T>
void Reader::read_amount(const JsonValue& value, const T& x, const std::string& path, Amount& amount) {
  const AssetId asset = asset_of(engine_.state, x);
  LS_ASSERT(in_table(engine_.state, asset));  // what it is of is a name, and was read before
  const Asset& of = engine_.state.asset(asset);
  amount = Amount::from_raw(decimal(value, path, of.decimals, " (those of " + of.name + ")"));
}

template <class T>
void Reader::read_lots(const JsonValue& object, T& x, const std::string& path, std::string_view name,
                       Lots& lots) {
  const JsonValue* number = sent(object, name);
  const JsonValue* size = name == "lots" ? sent(object, "size") : nullptr;
  const std::string at = path + std::string(name);
  if (number != nullptr) lots = Lots::from_raw(static_cast<i64>(whole(*number, at, INT64_MIN, INT64_MAX)));
  if (size == nullptr || error) return;
  const InstrumentId id = instrument_of(engine_.state, x);
  if (!in_table(engine_.state, id)) {
    return fail(path + "size", "needs the instrument's lot, and no order of this number is open");
  }
  const Instrument& instrument = engine_.state.instrument(id);
  const i128 raw = decimal(*size, path + "size", lot_decimals);
  const i128 count = raw / instrument.lot;
  if (raw % instrument.lot != 0 || count > INT64_MAX || count < INT64_MIN) {
    return fail(path + "size", shown(*size) + " is not a multiple of the lot of " + instrument.name + ", " +
                                   to_decimal(instrument.lot, lot_decimals));
  }
  if (number != nullptr && lots.raw() != count) {
    return fail(path + "size", shown(*size) + " are " + to_decimal(count, 0) + " lots, but lots says " +
                                   shown(*number) + "; one of them is enough");
  }
  lots = Lots::from_raw(static_cast<i64>(count));
}

void Reader::read_time(const JsonValue& object, const std::string& path, std::string_view name, Time& time) {
  const JsonValue* text = sent(object, name);
  const std::string name_ms = std::string(name) + "_ms";
  const JsonValue* number = sent(object, name_ms);
  const std::string at = path + std::string(name);
  i64 ms = 0;
  if (number != nullptr) {
    ms = static_cast<i64>(whole(*number, path + name_ms, 0, INT64_MAX / 1000));
    time = Time::from_raw(ms * 1000);
  }
  if (text == nullptr || error) return;
  std::string moment = text->text;
  i128 fraction = 0;
  if (const std::size_t point = moment.find('.'); point != std::string::npos) {
    std::string digits = moment.substr(point);
    moment.resize(point);
    if (digits.ends_with('Z')) digits.pop_back();
    if (!parse_decimal("0" + digits, 6, fraction)) {
      return fail(at, shown(*text) + " has a fraction that is not of microseconds, such as .000001");
    }
  }
  const Result<Time, Fault> read = parse_time(moment, at);
  if (text->kind != Value::text || !read) {
    return fail(at, shown(*text) + " is no UTC time such as \"2026-03-27T08:00:00\"");
  }
  const Time said = read.value() + Duration::from_raw(static_cast<i64>(fraction));
  if (number != nullptr && said.raw() / 1000 != ms) {
    return fail(path + name_ms, shown(*number) + " is not the moment of " + std::string(name) + ", " +
                                    shown(*text) + "; one of them is enough");
  }
  time = said;
}

void Reader::read_duration(const JsonValue& value, const std::string& path, Duration& duration) {
  constexpr std::string_view unit = " us";
  i128 raw = 0;
  const std::string& text = value.text;
  if (value.kind == Value::text && parse_span(text, duration)) return;
  if (value.kind == Value::text && text.ends_with(unit) &&
      parse_decimal(std::string_view(text).substr(0, text.size() - unit.size()), 0, raw) &&
      raw >= INT64_MIN && raw <= INT64_MAX) {
    duration = Duration::from_raw(static_cast<i64>(raw));
    return;
  }
  fail(path, shown(value) + " is not " + forms::span);
}

void Reader::read_rulebook(const JsonValue& object, Rulebook& rules) {
  const JsonValue& text = *object.find("rulebook_text");
  if (text.kind != Value::text) {
    return fail("rulebook_text", "is " + shown(text) + " and must be the text of a rulebook file");
  }
  Result<Rulebook, Fault> compiled = compile_rulebook_text(text.text, "rulebook_text");
  if (compiled) {
    rules = std::move(compiled.value());
  } else if (!error) {
    error = api::invalid_params("rulebook_text", compiled.error().what);
  }
}

void Reader::read_by(const JsonValue* value, const std::string& path, std::string& field) {
  field = by_;
  if (value != nullptr && (value->kind != Value::text || value->text != by_)) {
    fail(path, "is always who asks, " + json_shown(field) + "; leave it out");
  }
}

void Reader::read_subject(const JsonValue& value, const std::string& path, ObservedValue& row) {
  const auto read_as = [&](auto id) {
    read_id(value, path, id);
    row.subject = id.index;
  };
  switch (subject_of(row.kind)) {
    case ObservationSubject::instrument: return read_as(InstrumentId{});
    case ObservationSubject::index: return read_as(IndexId{});
    case ObservationSubject::asset: return read_as(AssetId{});
  }
}

// Tries the alternative of that name; false: it is another, or not to be asked for.
template <class T>
bool try_read(const JsonValue& json, std::string_view name, Reader& reader, Command& command) {
  if constexpr (may_be_asked<T>) {
    if (name != T::name_of) return false;
    T x;
    reader.read(json, x, "", T::name_of, "command");
    command = std::move(x);
    return true;
  }
  return false;
}

template <std::size_t... I>
bool read_any(const JsonValue& json, std::string_view name, Reader& reader, Command& command,
              std::index_sequence<I...>) {
  return (try_read<std::variant_alternative_t<I, Command>>(json, name, reader, command) || ...);
}

template <std::size_t... I>
std::vector<std::string_view> names_among(std::index_sequence<I...>) {
  std::vector<std::string_view> names;
  const auto add = [&]<class T>(const T*) {
    if (may_be_asked<T>) names.push_back(T::name_of);
  };
  (add(static_cast<const std::variant_alternative_t<I, Command>*>(nullptr)), ...);
  return names;
}

constexpr auto all_commands = std::make_index_sequence<std::variant_size_v<Command>>();

}  // namespace

std::vector<std::string_view> command_names() { return names_among(all_commands); }

Result<Command, api::Error> command_of(const JsonValue& json, const Engine& engine, std::string_view by) {
  const JsonValue* name = json.find("command");
  std::string list;
  for (const std::string_view one : command_names()) list += (list.empty() ? "" : ", ") + std::string(one);
  if (name == nullptr || name->kind != JsonValue::Kind::text) {
    return api::invalid_params("command", "command: is required, one of " + list);
  }
  Command command;
  Reader reader(engine, by);
  if (!read_any(json, name->text, reader, command, all_commands)) {
    return api::invalid_params("command", "command: " + json_shown(name->text) + " is none of " + list);
  }
  if (reader.error) return *reader.error;
  return command;
}

}  // namespace lockstep::rest
