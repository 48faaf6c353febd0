// What documents show is what the program prints.  In README.md and docs/*.md a comment
//   <!-- output of: lockstep ... -->
// stands before a fenced block: the block must be the end of what that command prints.  LOCKSTEP_REWRITE=1
// renews as many lines of it as the block has.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/e2e/process.h"

namespace lockstep::e2e {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// As a shell splits them, without escapes: "two words" is one.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) {
    if (word[0] != '"') {
      words.push_back(word);
      continue;
    }
    word.erase(0, 1);
    std::string rest;
    if (word.empty() || word.back() != '"') {
      std::getline(stream, rest, '"');
      word += rest;
    } else {
      word.pop_back();
    }
    words.push_back(word);
  }
  return words;
}

constexpr std::string_view mark = "<!-- output of: lockstep ";

// Checks every marked block of the document, or renews it.  Returns how many there are.
int check_document(const std::string& path) {
  std::vector<std::string> lines = lines_of(read_file(path));
  int blocks = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].rfind(mark, 0) != 0) continue;
    ++blocks;
    const std::size_t end_of_command = std::min(lines[i].find(';'), lines[i].find(" -->"));
    const Ran ran = run(words_of(lines[i].substr(mark.size(), end_of_command - mark.size())));
    EXPECT_EQ(ran.code, 0) << path << ":" << i + 1 << ": " << ran.err;
    const std::size_t begin = i + 2;
    std::size_t end = begin;
    while (end < lines.size() && lines[end] != "```") ++end;
    std::vector<std::string> printed = lines_of(ran.out);
    const std::size_t size = end - begin;
    if (printed.size() > size)
      printed.erase(printed.begin(), printed.end() - static_cast<std::ptrdiff_t>(size));
    const std::vector<std::string> shown(lines.begin() + static_cast<std::ptrdiff_t>(begin),
                                         lines.begin() + static_cast<std::ptrdiff_t>(end));
    if (std::getenv("LOCKSTEP_REWRITE") != nullptr) {
      std::copy(printed.begin(), printed.end(), lines.begin() + static_cast<std::ptrdiff_t>(begin));
    } else {
      EXPECT_EQ(shown, printed) << path << ":" << begin + 1
                                << " is not what the program prints; ./dev rewrite renews it";
    }
  }
  if (std::getenv("LOCKSTEP_REWRITE") != nullptr && blocks > 0) {
    std::ofstream out(path);
    for (const std::string& line : lines) out << line << "\n";
  }
  return blocks;
}

TEST(Documents, ShowWhatTheProgramPrints) {
  const std::filesystem::path root = LOCKSTEP_SOURCE_DIR;
  EXPECT_GE(check_document((root / "README.md").string()), 2);
  for (const auto& entry : std::filesystem::directory_iterator(root / "docs")) {
    if (entry.path().extension() == ".md") check_document(entry.path().string());
  }
}

}  // namespace
}  // namespace lockstep::e2e
