#include "node/whatif/batch.h"

#include <simdjson.h>

namespace lockstep::whatif {
namespace {

struct LineReader {
  simdjson::dom::parser parser;
  Question question;
  std::string error;

  bool text_of(const simdjson::dom::element& value, std::string_view key, std::string& out) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS || text.empty()) {
      error = "\"" + std::string(key) + "\" must be a text";
      return false;
    }
    out = text;
    return true;
  }
  bool changes_of(const simdjson::dom::element& value) {
    simdjson::dom::array array;
    if (value.get(array) != simdjson::SUCCESS) {
      error = "\"if\" must be an array of changes, each a text such as \"price BTC -10 %\"";
      return false;
    }
    for (const simdjson::dom::element element : array) {
      if (!text_of(element, "a change", question.changes.emplace_back())) return false;
    }
    return true;
  }
  bool read(const std::string& line) {
    simdjson::dom::object object;
    const simdjson::error_code broken = parser.parse(line).get(object);
    if (broken != simdjson::SUCCESS) {
      error = std::string("not a JSON object: ") + simdjson::error_message(broken);
      return false;
    }
    bool asked = false;
    for (const auto [key, value] : object) {
      if (key == "name") {
        if (!text_of(value, key, question.name)) return false;
      } else if (key == "account") {
        if (!text_of(value, key, question.account)) return false;
      } else if (key == "if") {
        asked = true;
        if (!changes_of(value)) return false;
      } else {
        error = "unknown key \"" + std::string(key) + "\"; expected name, account, if";
        return false;
      }
    }
    if (!asked) error = "\"if\" is missing: an array of changes";
    return asked;
  }
};

}  // namespace

Result<std::vector<Question>, Fault> read_questions(std::string_view text, const std::string& file_name) {
  std::vector<Question> questions;
  LineReader reader;
  u32 number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line(text.substr(at, end - at));
    at = end + 1;
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    reader.question = {};
    reader.question.line = number;
    reader.question.name = "line " + std::to_string(number);
    if (!reader.read(line)) return Fault{file_name + ":" + std::to_string(number) + ": " + reader.error};
    questions.push_back(std::move(reader.question));
  }
  if (questions.empty()) return Fault{file_name + ": no question in it; one JSON object a line is expected"};
  return questions;
}

}  // namespace lockstep::whatif
