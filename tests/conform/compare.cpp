#include "tests/conform/compare.h"

#include "tests/conform/decimal.h"

namespace lockstep::conform {
namespace {

// What one peer's vectors say in their description and not in themselves.
struct Custom {
  std::string_view peer;
  std::string_view ignored;             // a field
  std::string_view contract_answer;     // a second object of expected values, from the venue's own contracts
  std::string_view absolute, relative;  // of those, and the least of every other field beside them
};
constexpr Custom customs[] = {{.peer = "derive",
                               .ignored = "worst_scenario",  // ties
                               .contract_answer = "expected_contract",
                               .absolute = "1e-6",
                               .relative = "1e-9"}};

const Custom* custom_of(const Vector& vector) {
  for (const Custom& custom : customs) {
    if (vector.peer == custom.peer) return &custom;
  }
  return nullptr;
}

Decimal decimal_of(const Json& json) {
  const std::optional<Decimal> read = read_decimal(json.text);
  if (!read || read->negative) throw VectorError{"tolerance: not a number above 0: " + json.text};
  return *read;
}

// "0.001" -> 3
int places_of(const Json& unit) {
  const Decimal read = decimal_of(unit);
  const std::size_t zeros = read.digits.size() - (read.digits.empty() ? 0 : 1);
  if (read.digits != "1" + std::string(zeros, '0')) {
    throw VectorError{"tolerance: the unit of a cut must be a power of ten: " + unit.text};
  }
  return read.scale - static_cast<int>(zeros);
}

void read_bounds(const Json& json, Bounds& bounds) {
  if (json.kind != Json::Kind::object) {
    bounds.absolute = decimal_of(json);
    return;
  }
  if (const Json* absolute = json.find("abs")) bounds.absolute = decimal_of(*absolute);
  if (const Json* relative = json.find("rel")) bounds.relative = decimal_of(*relative);
  const Json* mode = json.find("mode");
  if (mode == nullptr) return;
  if (mode->text != "trunc") throw VectorError{"tolerance: no such mode: " + mode->text};
  bounds.cut_places = places_of(json.at("unit"));
}

struct Field {
  std::string name;
  std::string top;  // the member of `expected` it lies in
  std::string text;
};

Bounds bounds_of(const Vector& vector, const Field& field) {
  Bounds bounds;
  const Json* tolerance = vector.json.find("tolerance");
  if (tolerance == nullptr || tolerance->kind == Json::Kind::null) return bounds;
  if (tolerance->kind != Json::Kind::object) {
    read_bounds(*tolerance, bounds);
    return bounds;
  }
  for (const std::string_view key :
       {std::string_view(field.name), std::string_view(field.top), std::string_view("*")}) {
    if (const Json* own = tolerance->find(key)) {
      read_bounds(*own, bounds);
      return bounds;
    }
  }
  if (tolerance->find("abs") != nullptr || tolerance->find("rel") != nullptr) read_bounds(*tolerance, bounds);
  return bounds;
}

void widen(Bounds& bounds, const Custom& custom) {
  const Decimal absolute = *read_decimal(custom.absolute), relative = *read_decimal(custom.relative);
  if (magnitude_within(bounds.absolute, absolute)) bounds.absolute = absolute;
  if (magnitude_within(bounds.relative, relative)) bounds.relative = relative;
}

const std::string* answered(const Answer& answer, const std::string& name) {
  for (const auto& [key, value] : answer.values) {
    if (key == name) return &value;
  }
  return nullptr;
}

// An answered value inside of `name`, at an item that the list does not have or inside an empty object.
std::string beyond(const Answer& answer, const std::string& name, const Json& json) {
  for (const auto& [key, value] : answer.values) {
    if (!key.starts_with(name)) continue;
    const std::string_view rest = std::string_view(key).substr(name.size());
    if (json.kind == Json::Kind::object) {
      if (json.members.empty() && rest.starts_with('.')) return key + ": " + value + ", expected nothing";
      continue;
    }
    const bool item = rest.starts_with('[');
    if (item && std::strtoull(rest.data() + 1, nullptr, 10) >= json.items.size()) {
      return key + ": " + value + ", expected a list of " + std::to_string(json.items.size());
    }
  }
  return "";
}

class Comparison {
 public:
  Comparison(const Vector& vector, const Answer& answer, const Custom* custom, bool of_contract)
      : vector_(vector), answer_(answer), custom_(custom), of_contract_(of_contract) {}

  // All of an object of expected fields.
  std::string all(const Json& expected) {
    if (expected.kind != Json::Kind::object || expected.members.empty()) return "nothing is expected";
    for (const auto& [name, value] : expected.members) {
      if (custom_ != nullptr && name == custom_->ignored) continue;
      std::string difference = one({name, name, value.text}, value);
      if (!difference.empty()) return difference;
    }
    return "";
  }

 private:
  std::string one(const Field& field, const Json& json) {
    if (json.kind != Json::Kind::array && json.kind != Json::Kind::object) return leaf(field);
    for (const auto& [key, member] : json.members) {
      std::string difference = one({field.name + "." + key, field.top, member.text}, member);
      if (!difference.empty()) return difference;
    }
    for (std::size_t i = 0; i < json.items.size(); ++i) {
      const std::string name = field.name + "[" + std::to_string(i) + "]";
      std::string difference = one({name, field.top, json.items[i].text}, json.items[i]);
      if (!difference.empty()) return difference;
    }
    return beyond(answer_, field.name, json);
  }

  std::string leaf(const Field& field) {
    const std::string* got = answered(answer_, field.name);
    if (got == nullptr) return field.name + ": not answered, expected " + field.text;
    Bounds bounds;
    if (!of_contract_) bounds = bounds_of(vector_, field);
    const bool beside = custom_ != nullptr && vector_.json.find(custom_->contract_answer) != nullptr;
    if (of_contract_ || (beside && !bounds.cut_places)) widen(bounds, *custom_);
    if (within(*got, field.text, bounds)) return "";
    return field.name + ": " + *got + ", expected " + field.text;
  }

  const Vector& vector_;
  const Answer& answer_;
  const Custom* custom_;
  const bool of_contract_;
};

}  // namespace

std::string first_difference(const Vector& vector, const Answer& answer) {
  const Custom* custom = custom_of(vector);
  std::string difference = Comparison(vector, answer, custom, false).all(vector.json.at("expected"));
  if (!difference.empty() || custom == nullptr) return difference;
  const Json* of_contract = vector.json.find(custom->contract_answer);
  return of_contract == nullptr ? "" : Comparison(vector, answer, custom, true).all(*of_contract);
}

}  // namespace lockstep::conform
