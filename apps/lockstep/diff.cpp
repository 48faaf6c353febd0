// `lockstep diff`: the first entity in which two states differ, and how many differ in all.  This is what an
// operator asks when two replicas disagree.  Entities are compared by their encoding, which the state hash is
// made of too.
#include "apps/lockstep/options.h"
#include "apps/lockstep/replay.h"
#include "apps/lockstep/terminal.h"
#include "core/wire/codec.h"
#include "node/io/linux_disk.h"
#include "node/json/json.h"
#include "node/view/fields.h"

namespace lockstep {
namespace {

struct Found {
  std::string table, entity;  // of the first difference
  std::vector<FieldDifference> fields;
  std::vector<std::pair<std::string, u64>> counts;  // differing entities by table
  bool none() const { return counts.empty(); }
};

template <class T>
std::string entity_name(const std::vector<T>& table, std::size_t i) {
  std::string text = "#" + std::to_string(i);
  if constexpr (requires { table[i].name; }) {
    if (i < table.size()) text += " " + table[i].name;
  }
  return text;
}

template <class T>
void compare_table(const char* name, const std::vector<T>& a, const std::vector<T>& b, const State& left,
                   const State& right, Found& found) {
  u64 count = 0;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const bool both = i < a.size() && i < b.size();
    if (both && encode(a[i]) == encode(b[i])) continue;
    if (found.none() && count == 0) {
      found.table = name;
      found.entity = i < a.size() ? entity_name(a, i) : entity_name(b, i);
      found.fields = differences(i < a.size() ? field_texts(a[i], &left) : FieldTexts{},
                                 i < b.size() ? field_texts(b[i], &right) : FieldTexts{});
    }
    count += 1;
  }
  if (count != 0) found.counts.emplace_back(name, count);
}

Found compare(const State& a, const State& b) {
  Found found;
  if (a.position != b.position || a.time != b.time) {
    found.table = "state";
    found.entity = "log position and time";
    if (a.position != b.position) {
      found.fields.push_back({"position", std::to_string(a.position), std::to_string(b.position)});
    }
    if (a.time != b.time) found.fields.push_back({"time", field_text(a.time), field_text(b.time)});
    found.counts.emplace_back("state", 1);
  }
  compare_table("assets", a.assets, b.assets, a, b, found);
  compare_table("house", a.house, b.house, a, b, found);
  compare_table("indexes", a.indexes, b.indexes, a, b, found);
  compare_table("rulebooks", a.rulebooks, b.rulebooks, a, b, found);
  compare_table("instruments", a.instruments, b.instruments, a, b, found);
  compare_table("markets", a.markets, b.markets, a, b, found);
  compare_table("series", a.series, b.series, a, b, found);
  compare_table("parties", a.parties, b.parties, a, b, found);
  compare_table("accounts", a.accounts, b.accounts, a, b, found);
  compare_table("sources", a.sources, b.sources, a, b, found);
  compare_table("observations", a.observations, b.observations, a, b, found);
  compare_table("replicas", a.replicas, b.replicas, a, b, found);
  compare_table("sessions", a.sessions, b.sessions, a, b, found);
  compare_table("feeds", a.feeds, b.feeds, a, b, found);
  compare_table("agreement", std::vector{a.agreement}, std::vector{b.agreement}, a, b, found);
  return found;
}

void print_json(const Found& found) {
  Json json;
  json.begin_object().field("equal", found.none());
  if (!found.none()) {
    json.field("table", found.table).field("entity", found.entity).key("fields").begin_array();
    for (const FieldDifference& d : found.fields) {
      json.begin_object()
          .field("field", d.field)
          .field("first", d.left)
          .field("second", d.right)
          .end_object();
    }
    json.end_array().key("differing").begin_object();
    for (const auto& [table, count] : found.counts) json.field(table, count);
    json.end_object();
  }
  json.end_object();
  print_line(json.str());
}

void print_text(const Found& found) {
  if (found.none()) return print_line("equal");
  print_line("first difference: " + found.table + " " + found.entity);
  Table table({false, false, false});
  for (const FieldDifference& d : found.fields) table.row({d.field, d.left, d.right});
  print(table.str("  "));
  std::string counts;
  for (const auto& [name, count] : found.counts) {
    counts += (counts.empty() ? "" : ", ") + name + " " + grouped_decimal(i128{count}, 0);
  }
  print_line("differing: " + counts);
}

}  // namespace

int diff_verb(const DiffOptions& options) {
  LinuxDisk disk;
  const Result<std::unique_ptr<Engine>, Fault> first = engine_of(disk, options.first, {});
  if (!first) return unusable(first.error());
  const Result<std::unique_ptr<Engine>, Fault> other = engine_of(disk, options.other, {});
  if (!other) return unusable(other.error());
  const Found found = compare(first.value()->state, other.value()->state);
  if (options.json) {
    print_json(found);
  } else {
    print_text(found);
  }
  return found.none() ? exit_success : exit_negative;
}

}  // namespace lockstep
