#include "apps/lockstep/report_file.h"

#include "apps/lockstep/rulebook_file.h"
#include "apps/lockstep/source.h"
#include "core/units/limits.h"
#include "node/book/table_reader.h"

namespace lockstep {
namespace {

constexpr i128 amount_most = limits::requirement_raw_max;

template <class Id>
Id find(const NameTable& names, const TomlNode& node, const std::string& name, const char* what, Form& form) {
  const auto it = names.find(name);
  if (it != names.end()) return Id{it->second};
  form.fail(node, "the book has no " + std::string(what) + " \"" + name + "\"");
  return Id{0};
}

std::optional<Value> figure(TableReader& reader, std::string_view key) {
  if (!reader.has(key)) return {};
  return Value::from_raw(reader.decimal(key, value_decimals, -amount_most, amount_most));
}

void read_prices(const TomlNode* node, const Engine& engine, Report& report, Form& form, bool marks) {
  if (node == nullptr) return;
  TableReader reader(*node, marks ? "mark" : "index", form);
  for (const TomlNode& child : node->children) {
    const Price price = reader.price(child.key);
    if (marks) {
      report.said.marks.emplace_back(
          find<InstrumentId>(engine.lookup.instruments, child, child.key, "instrument", form), price);
    } else {
      report.said.indexes.emplace_back(find<IndexId>(engine.lookup.indexes, child, child.key, "index", form),
                                       price);
    }
  }
}

void read_sizes(const TomlNode* node, const Engine& engine, Report& report, Form& form) {
  if (node == nullptr) return;
  TableReader reader(*node, "size", form);
  for (const TomlNode& child : node->children) {
    const auto id = find<InstrumentId>(engine.lookup.instruments, child, child.key, "instrument", form);
    if (!form.ok()) return;
    const Instrument& instrument = engine.state.instrument(id);
    const i128 most = i128{instrument.lots_max.raw()} * instrument.lot;
    const i128 units = reader.decimal(child.key, lot_decimals, -most, most);
    if (units % instrument.lot != 0) {
      return reader.wrong(child.key,
                          "is not a multiple of the lot, " + to_decimal(instrument.lot, lot_decimals));
    }
    report.said.holdings.emplace_back(id, Lots::from_raw(static_cast<i64>(units / instrument.lot)));
  }
}

}  // namespace

Result<Report, Fault> read_report(const std::string& path, const Engine& engine) {
  const Result<std::string, Fault> text = read_text_file(path);
  if (!text) return text.error();
  const Result<TomlNode, Fault> tree = parse_toml(text.value(), path);
  if (!tree) return tree.error();
  Form form(path);
  TableReader root(tree.value(), "the report", form);
  Report report;
  report.account =
      find<AccountId>(engine.lookup.accounts, root.place("account"), root.text("account"), "account", form);
  report.said.asset =
      find<AssetId>(engine.lookup.assets, root.place("pool"), root.text("pool"), "asset", form);
  report.said.equity = figure(root, "equity");
  report.said.initial = figure(root, "initial");
  report.said.maintenance = figure(root, "maintenance");
  const std::string rulebook = root.text("rulebook", Need::optional);
  read_prices(root.table("index"), engine, report, form, false);
  read_prices(root.table("mark"), engine, report, form, true);
  read_sizes(root.table("size"), engine, report, form);
  root.done();
  if (!form.ok()) return form.fault();
  if (rulebook.empty()) return report;
  Result<Rulebook, Fault> rules = read_rulebook(rulebook);
  if (!rules) return rules.error();
  report.said.rules = std::move(rules).value();
  return report;
}

}  // namespace lockstep
