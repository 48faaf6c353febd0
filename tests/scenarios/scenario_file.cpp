#include "tests/scenarios/scenario_file.h"

#include <fstream>
#include <sstream>

namespace lockstep::scenarios {
namespace {

std::string trimmed(const std::string& line) {
  const std::size_t from = line.find_first_not_of(" \t");
  if (from == std::string::npos) return {};
  return line.substr(from, line.find_last_not_of(" \t") - from + 1);
}

// "# covers: methodology 4.2, 5.1" gives 4.2 and 5.1.
void read_covers(const std::string& path, int number, const std::string& text, ScenarioFile& file) {
  constexpr std::string_view mark = "# covers:";
  if (text.rfind(mark, 0) != 0) return;
  std::string rest = text.substr(mark.size());
  for (char& c : rest) c = c == ',' ? ' ' : c;
  std::istringstream words(rest);
  std::string word;
  if (!(words >> word) || word != "methodology") {
    throw Malformed(path + ":" + std::to_string(number) +
                    ": a covers line reads `# covers: methodology 4.2, 5.1`");
  }
  while (words >> word) file.covers.push_back(word);
}

}  // namespace

std::string read_text(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw Malformed(path + ": cannot be read");
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

ScenarioFile read_scenario(const std::string& path) {
  ScenarioFile file;
  file.path = path;
  std::istringstream stream(read_text(path));
  std::string line;
  Block block;
  bool in_expected = false;
  int number = 0;
  while (std::getline(stream, line)) {
    number += 1;
    if (in_expected) {
      if (!line.empty()) {
        block.expected += line + "\n";
        continue;
      }
      file.blocks.push_back(std::move(block));
      block = Block{};
      in_expected = false;
      continue;
    }
    const std::string text = trimmed(line);
    if (text == "----") {
      if (block.directives.empty()) {
        throw Malformed(path + ":" + std::to_string(number) + ": a block without a directive");
      }
      in_expected = true;
      continue;
    }
    block.source.push_back(line);
    read_covers(path, number, text, file);
    if (!text.empty() && text[0] != '#') block.directives.push_back({number, text});
  }
  if (in_expected) {
    file.blocks.push_back(std::move(block));
    block = Block{};
  }
  if (!block.directives.empty()) {
    throw Malformed(path + ":" + std::to_string(block.directives[0].line) +
                    ": a directive after the last ----");
  }
  file.rest = block.source;
  if (file.blocks.empty()) throw Malformed(path + ": no block");
  if (file.covers.empty()) throw Malformed(path + ": no line `# covers: methodology ...`");
  if (file.blocks[0].source.empty() || file.blocks[0].source[0].rfind("# ", 0) != 0) {
    throw Malformed(path + ":1: the first line says what the scenario shows, as a comment");
  }
  return file;
}

void rewrite_scenario(const ScenarioFile& file, const std::vector<std::string>& outputs) {
  std::ostringstream text;
  for (std::size_t i = 0; i < file.blocks.size(); ++i) {
    for (const std::string& line : file.blocks[i].source) text << line << "\n";
    text << "----\n" << outputs[i];
    if (i + 1 < file.blocks.size() || !file.rest.empty()) text << "\n";
  }
  for (const std::string& line : file.rest) text << line << "\n";
  if (text.str() == read_text(file.path)) return;
  std::ofstream(file.path, std::ios::binary) << text.str();
}

}  // namespace lockstep::scenarios
