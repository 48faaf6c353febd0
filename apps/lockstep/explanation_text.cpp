#include "apps/lockstep/explanation_text.h"

#include <utility>

#include "apps/lockstep/terminal.h"

namespace lockstep {
namespace {

using calibrate::Explanation;

// "component.moves", "collateral"; what has no component is "rulebook".
std::string group_of(const std::string& field) {
  const std::size_t dot = field.find('.');
  const std::string top = field.substr(0, dot);
  if (top == "collateral") return top;
  if (top != "component") return "rulebook";
  return field.substr(0, field.find('.', dot + 1));
}

// The field within its group, and the row that it belongs to, which is what may be equal to another.
std::pair<std::string, std::string> row_and_key(const std::string& field, const std::string& group) {
  std::string rest =
      field.compare(0, group.size() + 1, group + ".") == 0 ? field.substr(group.size() + 1) : field;
  if (rest.starts_with("rows.")) rest = rest.substr(5);
  const std::size_t dot = rest.find('.');
  if (dot == std::string::npos) return {"", rest};
  return {rest.substr(0, dot), rest.substr(dot + 1)};
}

bool is_policy(const Explanation& explanation) {
  return explanation.decision == calibrate::kept_as_policy && explanation.target.empty();
}

bool says_the_same(const Explanation& a, const Explanation& b) {
  return a.in_force == b.in_force && a.target == b.target && a.published == b.published &&
         a.decision == b.decision && a.rule == b.rule && a.data == b.data && a.window == b.window;
}

struct Line {
  std::string row, key;
  const Explanation* explanation;
};

// Joins a line to one that says the same of another row: "BTC/USD BTC/USDC".
void add(std::vector<Line>& lines, Line line) {
  for (Line& known : lines) {
    if (known.key != line.key || line.row.empty() || !says_the_same(*known.explanation, *line.explanation))
      continue;
    known.row += " " + line.row;
    return;
  }
  lines.push_back(std::move(line));
}

std::string in_words(const Explanation& e) {
  std::string text = "      rule    " + e.rule + "\n";
  if (e.data.empty()) return text;
  text += "      data    " + e.data;
  if (e.observations != 0) text += ", " + grouped_decimal(i128{e.observations}, 0) + " observations";
  text += "\n";
  if (!e.window.empty()) text += "      window  " + e.window + "\n";
  return text;
}

std::string group_text(const std::string& group, const std::vector<Line>& lines, const std::string& policies,
                       bool rules) {
  std::string text = group + "\n";
  Table table({false, false, false, false, false, false});
  if (!lines.empty()) table.row({"", "field", "in force", "target", "published", "decision"});
  for (const Line& line : lines) {
    const Explanation& e = *line.explanation;
    const std::string field = line.row.empty() ? line.key : line.row + " " + line.key;
    table.row({e.changed ? "*" : "", field, e.in_force, e.target.empty() ? "-" : e.target, e.published,
               e.decision});
  }
  std::string body = table.str("  ");
  if (rules) {  // behind each line of the table what it rests on
    std::string whole;
    std::size_t at = 0;
    for (std::size_t i = 0; i <= lines.size() && at < body.size(); ++i) {
      const std::size_t end = body.find('\n', at) + 1;
      whole += body.substr(at, end - at);
      if (i > 0) whole += in_words(*lines[i - 1].explanation);
      at = end;
    }
    body = whole;
  }
  text += body;
  if (!policies.empty()) text += "  kept by policy: " + policies + "\n";
  return text;
}

}  // namespace

std::string explanation_text(const std::vector<Explanation>& explanations, bool rules) {
  std::string text;
  for (std::size_t i = 0; i < explanations.size();) {
    const std::string group = group_of(explanations[i].field);
    std::vector<Line> lines;
    std::string policies;
    for (; i < explanations.size() && group_of(explanations[i].field) == group; ++i) {
      const auto [row, key] = row_and_key(explanations[i].field, group);
      if (!is_policy(explanations[i])) {
        add(lines, {row, key, &explanations[i]});
      } else if (explanations[i].field != group) {
        policies += (policies.empty() ? "" : ", ") + (row.empty() ? key : row + " " + key);
      }
    }
    text += (text.empty() ? "" : "\n") + group_text(group, lines, policies, rules);
  }
  return text;
}

void explanation_json(Json& json, const std::vector<Explanation>& explanations) {
  json.key("explanations").begin_array();
  for (const Explanation& e : explanations) {
    json.begin_object().field("field", e.field).field("in_force", e.in_force).field("target", e.target);
    json.field("published", e.published).field("decision", e.decision).field("changed", e.changed);
    json.field("rule", e.rule).field("data", e.data).field("window", e.window);
    json.field("observations", e.observations).end_object();
  }
  json.end_array();
}

}  // namespace lockstep
