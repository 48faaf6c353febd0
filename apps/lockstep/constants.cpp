// `lockstep constants`: the limits, scales and layouts that a log, a snapshot and a state hash rest on (house
// rule R16).  A golden test holds this text; a difference there asks for a second reviewer and a new schema
// version.
#include "apps/lockstep/documents.h"
#include "apps/lockstep/options.h"
#include "apps/lockstep/terminal.h"
#include "core/model/commands.h"
#include "core/model/events.h"
#include "core/units/limits.h"
#include "core/wire/codec.h"
#include "node/json/json.h"
#include "node/log/frame.h"
#include "node/log/segment.h"
#include "node/view/fields.h"

namespace lockstep {
namespace {

struct Constant {
  std::string name, value, unit;
};

Constant constant(std::string name, i128 value, std::string unit) {
  return {std::move(name), grouped_decimal(value, 0), std::move(unit)};
}

std::vector<Constant> scales() {
  return {constant("price_decimals", price_decimals, "Price, i64"),
          constant("lot_decimals", lot_decimals, "size of a lot, i64"),
          constant("value_decimals", value_decimals, "Value, i128"),
          constant("rate_decimals", rate_decimals, "Rate, i64"),
          constant("time", 1, "microsecond, since 1970-01-01 UTC, i64"),
          constant("array_decimals", limits::array_decimals, "risk arrays, i64"),
          constant("slice_one", slice_one, "parameters of a volatility slice, i64")};
}

std::vector<Constant> limit_rows() {
  return {
      constant("name_size_max", limits::name_size_max, "bytes of a name"),
      constant("text_size_max", text_size_max, "bytes of any text on the wire"),
      constant("asset_decimals_max", limits::asset_decimals_max, "decimals of a ledger"),
      constant("assets_max", limits::assets_max, ""),
      constant("indexes_max", limits::indexes_max, ""),
      constant("instruments_max", limits::instruments_max, ""),
      constant("parties_max", limits::parties_max, ""),
      constant("accounts_max", limits::accounts_max, ""),
      constant("rulebooks_max", limits::rulebooks_max, ""),
      constant("epochs_max", limits::epochs_max, "of one rulebook"),
      constant("holdings_per_account_max", limits::holdings_per_account_max, ""),
      constant("orders_per_account_max", limits::orders_per_account_max, ""),
      constant("rows_per_command_max", limits::rows_per_command_max, "prices or slices of one batch"),
      constant("rulebook_bytes_max", limits::rulebook_bytes_max, "bytes of a rulebook image"),
      constant("price_max", limits::price_raw_max / price_one, "quote units"),
      constant("lots_max", limits::lots_raw_max, "lots of one holding"),
      constant("amount_max", limits::amount_max, "units of an asset in one command"),
      constant("balance_max", limits::balance_max, "units of an asset in one balance"),
      constant("holding_value_max", limits::holding_value_raw_max / value_one,
               "units of the settlement asset"),
      constant("rate_max", limits::rate_raw_max / rate_one, ""),
      constant("array_max", limits::array_raw_max, "10^-12 of the settlement asset, per lot and scenario"),
      constant("frame_payload_max", frame_payload_max, "bytes of a frame of the log"),
      constant("segment_size_max", segment_size_max, "bytes of a file of the log")};
}

template <class T>
std::string field_names() {
  std::string names;
  T x{};
  T::each_field(x, [&names](std::string_view name, const auto&) {
    names += (names.empty() ? "" : " ") + std::string(name);
  });
  return names;
}

template <class T>
Constant layout(const char* name) {
  return {name, grouped_decimal(static_cast<i128>(sizeof(T)), 0), field_names<T>()};
}

template <class V, std::size_t... I>
void add_variant(std::vector<Constant>& rows, std::index_sequence<I...>) {
  (rows.push_back({std::to_string(I), std::string(std::variant_alternative_t<I, V>::name_of),
                   field_names<std::variant_alternative_t<I, V>>()}),
   ...);
}

std::vector<Constant> versions() {
  return {constant("schema_version", schema_version, "commands, events, entities, snapshots"),
          constant("segment_version", segment_version, "files of the log")};
}

std::vector<Constant> layouts() {
  return {layout<Asset>("Asset"),
          layout<House>("House"),
          layout<Index>("Index"),
          layout<Instrument>("Instrument"),
          layout<Market>("Market"),
          layout<Series>("Series"),
          layout<Party>("Party"),
          layout<Account>("Account"),
          layout<Balance>("Balance"),
          layout<Holding>("Holding"),
          layout<Order>("Order"),
          layout<Leverage>("Leverage"),
          layout<Protection>("Protection"),
          layout<Grace>("Grace"),
          layout<Approval>("Approval"),
          layout<Epoch>("Epoch"),
          layout<RulebookHistory>("RulebookHistory"),
          layout<PriceSource>("PriceSource")};
}

struct Section {
  const char* title;
  const char* columns[3];
  std::vector<Constant> rows;
};

std::vector<Section> sections() {
  std::vector<Constant> commands, events;
  add_variant<Command>(commands, std::make_index_sequence<std::variant_size_v<Command>>{});
  add_variant<Event>(events, std::make_index_sequence<std::variant_size_v<Event>>{});
  return {{"versions", {"name", "value", "of"}, versions()},
          {"scales", {"name", "value", "of"}, scales()},
          {"limits", {"name", "value", "of"}, limit_rows()},
          {"entities", {"name", "bytes in memory", "fields in order of encoding"}, layouts()},
          {"commands", {"tag", "name", "fields in order of encoding"}, std::move(commands)},
          {"events", {"tag", "name", "fields in order of encoding"}, std::move(events)}};
}

}  // namespace

std::string limits_markdown() {
  std::string text =
      "# Limits, scales and layouts\n\n"
      "What a log, a snapshot and a state hash rest on. A change here is a new schema version and needs a "
      "second\n"
      "reviewer. This page is written by `./dev docs`; `lockstep constants` prints the same.\n";
  for (const Section& section : sections()) {
    text += "\n## " + std::string(section.title) + "\n\n|";
    for (const char* column : section.columns) text += " " + std::string(column) + " |";
    text += "\n|---|---|---|\n";
    for (const Constant& row : section.rows) {
      text += "| " + row.name + " | " + row.value + " | " + row.unit + (row.unit.empty() ? "|\n" : " |\n");
    }
  }
  return text;
}

int constants_verb(const ConstantsOptions& options) {
  for (const Section& section : sections()) {
    Table table({false, false, false});
    for (const Constant& row : section.rows) {
      if (options.json) {
        Json json;
        json.begin_object().field("section", section.title);
        json.field(section.columns[0], row.name).field(section.columns[1], row.value);
        json.field(section.columns[2], row.unit).end_object();
        print_line(json.str());
      }
      table.row({row.name, row.value, row.unit});
    }
    if (!options.json) print(std::string(section.title) + "\n" + table.str("  "));
  }
  return exit_success;
}

}  // namespace lockstep
