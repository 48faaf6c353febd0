// Runs the vectors of one file through the adapters and compares what they answer with what is expected.
#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>

#include "tests/conform/conform.h"

namespace lockstep::conform {
namespace {

struct Bounds {
  double absolute = 0;
  double relative = 0;
  double unit = 0;  // both numbers are cut toward zero to it; 0: not
};

void read_bounds(const Json& json, Bounds& bounds) {
  if (json.kind != Json::Kind::object) {
    bounds.absolute = json.real();
    return;
  }
  if (const Json* absolute = json.find("abs")) bounds.absolute = absolute->real();
  if (const Json* relative = json.find("rel")) bounds.relative = relative->real();
  if (json.find("mode") != nullptr) bounds.unit = json.at("unit").real();
}

Bounds bounds_of(const Vector& vector, const std::string& field) {
  Bounds bounds;
  const Json* tolerance = vector.json.find("tolerance");
  if (tolerance == nullptr) return bounds;
  if (tolerance->kind != Json::Kind::object) {
    read_bounds(*tolerance, bounds);
    return bounds;
  }
  const Json* own = tolerance->find(field);
  if (own == nullptr) own = tolerance->find("*");
  if (own != nullptr) read_bounds(*own, bounds);
  return bounds;
}

// What the answers of a venue's own contracts are compared with, and literals that were written down with
// less care.
constexpr Bounds contract{.absolute = 1e-6, .relative = 1e-9};

bool within(const std::string& got, const std::string& expected, const Bounds& bounds) {
  if (got == expected) return true;
  const double g = std::strtod(got.c_str(), nullptr), e = std::strtod(expected.c_str(), nullptr);
  if (!std::isfinite(g) || !std::isfinite(e)) return false;
  if (bounds.unit > 0) return std::trunc(g / bounds.unit) == std::trunc(e / bounds.unit);
  const double apart = std::fabs(g - e);
  const bool exact = bounds.absolute == 0 && bounds.relative == 0;
  if (exact) {
    Json a, b;
    a.text = got, b.text = expected;
    return a.fixed(18) == b.fixed(18);
  }
  return apart <= bounds.absolute || apart <= bounds.relative * std::fabs(e);
}

using Fields = std::vector<std::array<std::string, 3>>;  // name of the answer, name of the field, expected

Fields fields_of(const Json& expected) {
  Fields fields;
  for (const auto& [name, value] : expected.members) {
    if (name == "worst_scenario") continue;  // ties; the vectors' description
    if (value.kind != Json::Kind::array) {
      fields.push_back({name, name, value.text});
      continue;
    }
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      fields.push_back({name + "[" + std::to_string(i) + "]", name, value.items[i].text});
    }
  }
  return fields;
}

std::string first_difference(const Vector& vector, const Answer& answer, const Json& expected,
                             bool of_contract) {
  for (const auto& [name, field, value] : fields_of(expected)) {
    const auto got = std::find_if(answer.values.begin(), answer.values.end(),
                                  [&name = name](const auto& pair) { return pair.first == name; });
    if (got == answer.values.end()) return name + ": not answered, expected " + value;
    Bounds bounds = of_contract ? contract : bounds_of(vector, field);
    const bool has_contract = vector.json.find("expected_contract") != nullptr;
    if (has_contract && bounds.unit == 0) {
      bounds.absolute = std::max(bounds.absolute, contract.absolute);
      bounds.relative = std::max(bounds.relative, contract.relative);
    }
    if (!within(got->second, value, bounds)) return name + ": " + got->second + ", expected " + value;
  }
  return "";
}

std::string failure_of(const Vector& vector, const Entry& entry) {
  try {
    const Answer answer = entry.adapter(vector);
    std::string difference = first_difference(vector, answer, vector.json.at("expected"), false);
    const Json* of_contract = vector.json.find("expected_contract");
    if (difference.empty() && of_contract != nullptr) {
      difference = first_difference(vector, answer, *of_contract, true);
    }
    return difference;
  } catch (const VectorError& error) {
    return error.text;
  }
}

const Entry* find_entry(const std::vector<Entry>& entries, const Vector& vector) {
  for (const Entry& entry : entries) {
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

void run_one(const Vector& vector, const std::vector<Entry>& entries, std::vector<Tally>& tallies) {
  Tally& tally = tally_of(tallies, vector);
  const Entry* entry = find_entry(entries, vector);
  if (entry != nullptr && entry->adapter == nullptr) {
    ++tally.skipped;
    tally.reason = entry->reason;
    return;
  }
  const std::string failure = entry == nullptr ? "no such model" : failure_of(vector, *entry);
  if (failure.empty()) {
    ++tally.passed;
  } else {
    ++tally.failed;
    tally.failures.push_back(vector.id + ": " + failure);
  }
}

}  // namespace

std::vector<Tally> run(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw VectorError{path + ": cannot be read"};
  const std::vector<Entry> entries = derive_models();
  std::vector<Tally> tallies;
  std::string line;
  for (u32 number = 1; std::getline(file, line); ++number) {
    Vector vector;
    vector.file = path;
    vector.line = number;
    try {
      vector.json = parse_json(line);
      vector.id = vector.json.at("id").text;
      vector.peer = vector.json.at("peer").text;
      vector.model = vector.json.at("model").text;
    } catch (const VectorError& error) {
      throw VectorError{path + ":" + std::to_string(number) + ": " + error.text};
    }
    run_one(vector, entries, tallies);
  }
  return tallies;
}

}  // namespace lockstep::conform
