// Runs the vectors of a file through the adapters and counts.
#include <exception>
#include <fstream>

#include "tests/conform/compare.h"
#include "tests/conform/conform.h"
#include "tests/conform/known_wrong.h"

namespace lockstep::conform {
namespace {

const Entry* find_entry(const Vector& vector) {
  for (const Entry& entry : known_models()) {
    if (vector.model == entry.model && vector.peer.starts_with(entry.peer_prefix)) return &entry;
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

void run_one(const Vector& vector, std::vector<Tally>& tallies) {
  Tally& tally = tally_of(tallies, vector);
  const Entry* entry = find_entry(vector);
  std::string failure = "no such model";
  std::string skipped;
  if (entry != nullptr && entry->adapter == nullptr) {
    skipped = entry->reason;
  } else if (entry != nullptr) {
    try {
      const Answer answer = entry->adapter(vector);
      skipped = answer.skipped;
      if (skipped.empty()) failure = first_difference(vector, answer);
    } catch (const VectorError& error) {
      failure = error.text;
    } catch (const std::exception& error) {
      failure = std::string("not computed: ") + error.what();
    }
  }
  if (!skipped.empty()) {
    ++tally.skipped;
    tally.reason = skipped;
  } else if (failure.empty()) {
    ++tally.passed;
  } else {
    ++tally.failed;
    tally.failures.push_back(vector.id + ": " + failure + proof_against(vector.id));
  }
}

const std::string& name_at(const Json& json, std::string_view key) {
  const Json& found = json.at(key);
  if (found.kind != Json::Kind::text || found.text.empty()) {
    throw VectorError{"`" + std::string(key) + "` must be a text"};
  }
  return found.text;
}

}  // namespace

void run(const std::string& path, std::vector<Tally>& tallies) {
  std::ifstream file(path);
  if (!file || file.peek() == std::ifstream::traits_type::eof()) {
    throw VectorError{path + ": no file of vectors can be read there"};
  }
  std::string line;
  for (u32 number = 1; std::getline(file, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    Vector vector;
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
    run_one(vector, tallies);
  }
}

std::vector<Tally> run(const std::string& path) {
  std::vector<Tally> tallies;
  run(path, tallies);
  return tallies;
}

}  // namespace lockstep::conform
