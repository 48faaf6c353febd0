// Runs the vectors of a file through the adapters and counts.
#include <exception>
#include <fstream>

#include "tests/conform/compare.h"
#include "tests/conform/conform.h"
#include "tests/conform/isolate.h"
#include "tests/conform/known_wrong.h"

namespace lockstep::conform {
namespace {

bool matches(std::string_view model, std::string_view pattern) {
  if (!pattern.ends_with('*')) return model == pattern;
  return model.starts_with(pattern.substr(0, pattern.size() - 1));
}

const Entry* find_entry(const Vector& vector) {
  for (const Entry& entry : known_models()) {
    if (matches(vector.model, entry.model) && vector.peer.starts_with(entry.peer_prefix)) return &entry;
  }
  return nullptr;
}

Tally& tally_of(std::vector<Tally>& tallies, const Vector& vector) {
  for (Tally& tally : tallies) {
    if (tally.peer == vector.peer && tally.model == vector.model) return tally;
  }
  Tally& fresh = tallies.emplace_back();
  fresh.peer = vector.peer;
  fresh.model = vector.model;
  return fresh;
}

std::string proof_against(const std::string& id) {
  for (const KnownWrong& wrong : known_wrong) {
    if (id == wrong.id) return " (the vector is wrong: " + std::string(wrong.proof) + ")";
  }
  return "";
}

// "" passed, else the failure, or the reason of a skip with a mark in front of it.
constexpr char skip_mark = '~';

std::string judge(const Vector& vector) {
  const Entry* entry = find_entry(vector);
  if (entry == nullptr) return "no such model";
  if (entry->adapter == nullptr) return skip_mark + std::string(entry->reason);
  try {
    const Answer answer = entry->adapter(vector);
    return answer.skipped.empty() ? first_difference(vector, answer) : skip_mark + answer.skipped;
  } catch (const VectorError& error) {
    return error.text;
  } catch (const std::exception& error) {
    return std::string("not computed: ") + error.what();
  }
}

void count(const Vector& vector, const Outcome& outcome, std::vector<Tally>& tallies) {
  Tally& tally = tally_of(tallies, vector);
  if (outcome.finished && outcome.text.empty()) {
    ++tally.passed;
  } else if (outcome.text.starts_with(skip_mark)) {
    ++tally.skipped;
    tally.reason = outcome.text.substr(1);
  } else {
    ++tally.failed;
    tally.failures.push_back(vector.id + ": " + outcome.text + proof_against(vector.id));
  }
}

const std::string& name_at(const Json& json, std::string_view key) {
  const Json& found = json.at(key);
  if (found.kind != Json::Kind::text || found.text.empty()) {
    throw VectorError{"`" + std::string(key) + "` must be a text"};
  }
  return found.text;
}

std::vector<Vector> read_vectors(const std::string& path) {
  std::ifstream file(path);
  if (!file || file.peek() == std::ifstream::traits_type::eof()) {
    throw VectorError{path + ": no file of vectors can be read there"};
  }
  std::vector<Vector> vectors;
  std::string line;
  for (u32 number = 1; std::getline(file, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    Vector& vector = vectors.emplace_back();
    vector.file = path;
    vector.line = number;
    try {
      vector.json = parse_json(line);
      vector.id = name_at(vector.json, "id");
      vector.peer = name_at(vector.json, "peer");
      vector.model = name_at(vector.json, "model");
    } catch (const VectorError& error) {
      throw VectorError{path + ":" + std::to_string(number) + ": " + error.text};
    }
  }
  return vectors;
}

}  // namespace

void run(const std::string& path, std::vector<Tally>& tallies) {
  const std::vector<Vector> vectors = read_vectors(path);
  const std::vector<Outcome> outcomes =
      run_isolated(vectors.size(), [&vectors](std::size_t i) { return judge(vectors[i]); });
  for (std::size_t i = 0; i < vectors.size(); ++i) count(vectors[i], outcomes[i], tallies);
}

std::vector<Tally> run(const std::string& path) {
  std::vector<Tally> tallies;
  run(path, tallies);
  return tallies;
}

}  // namespace lockstep::conform
