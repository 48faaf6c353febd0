// Any entity or rulebook as a flat list of (field, text), by walking its each_field, and what differs between
// two such lists.  Elements of a vector are named by their own key where they have one, so that an inserted
// row is one difference and not a shift of all that follow.
#pragma once

#include <map>
#include <string>
#include <type_traits>
#include <vector>

#include "core/base/hash.h"
#include "core/model/state.h"
#include "node/book/words.h"

namespace lockstep {

using FieldTexts = std::map<std::string, std::string>;

struct FieldDifference {
  std::string field;
  std::string left, right;  // "-": this side has no such field
};

// Ids are shown with the names of `names`, if it is given.
template <class T>
FieldTexts field_texts(const T& x, const State* names);

std::vector<FieldDifference> differences(const FieldTexts& left, const FieldTexts& right);

// ---- how each kind of field is shown ----

std::string field_text(Price x);
std::string field_text(Rate x);
std::string field_text(Value x);
std::string field_text(Time x);
std::string field_text(Duration x);

template <class Table>
std::string named(u32 index, const Table* table) {
  if (index == ~u32{0}) return "none";
  std::string text = "#" + std::to_string(index);
  if (table != nullptr && index < table->size()) text += " " + (*table)[index].name;
  return text;
}
inline std::string field_text(AssetId id, const State* s) {
  return named(id.index, s ? &s->assets : nullptr);
}
inline std::string field_text(IndexId id, const State* s) {
  return named(id.index, s ? &s->indexes : nullptr);
}
inline std::string field_text(InstrumentId id, const State* s) {
  return named(id.index, s ? &s->instruments : nullptr);
}
inline std::string field_text(PartyId id, const State* s) {
  return named(id.index, s ? &s->parties : nullptr);
}
inline std::string field_text(AccountId id, const State* s) {
  return named(id.index, s ? &s->accounts : nullptr);
}
inline std::string field_text(ReplicaId id, const State* s) {
  return named(id.index, s ? &s->replicas : nullptr);
}
inline std::string field_text(RulebookId id, const State* s) {
  return named(id.index, s ? &s->rulebooks : nullptr);
}

namespace fields {

template <class T>
constexpr bool is_vector = false;
template <class T>
constexpr bool is_vector<std::vector<T>> = true;

template <class T>
concept HasFields = requires(const T& x) {
  T::each_field(x, [](std::string_view, const auto&) {});
};
template <class T>
concept IsId = requires(const T& x) {
  x.is_none();
};

template <class T>
std::string scalar_text(const T& x, const State* names) {
  if constexpr (std::is_same_v<T, std::string>) {
    return "\"" + x + "\"";
  } else if constexpr (std::is_same_v<T, bool>) {
    return x ? "true" : "false";
  } else if constexpr (std::is_enum_v<T>) {
    return std::string(word(x));
  } else if constexpr (IsId<T>) {
    return field_text(x, names);
  } else if constexpr (std::is_same_v<T, Lots> || std::is_same_v<T, Amount>) {
    return to_decimal(i128{x.raw()}, 0);
  } else if constexpr (requires { field_text(x); }) {
    return field_text(x);
  } else if constexpr (std::is_same_v<T, u128>) {
    return to_hex(Hash128{static_cast<u64>(x >> 64), static_cast<u64>(x)});
  } else {
    return to_decimal(i128{x}, 0);
  }
}

// What names an element of a vector, besides its place.
template <class T>
std::string key_of(const T& x, std::size_t place, const State* names) {
  if constexpr (std::is_same_v<T, Holding>) {
    return field_text(x.instrument, names) + (x.leg == Leg::net ? "" : " " + std::string(word(x.leg)));
  } else if constexpr (std::is_same_v<T, Balance>) {
    return field_text(x.asset, names);
  } else if constexpr (std::is_same_v<T, Leverage>) {
    return field_text(x.instrument, names);
  } else if constexpr (std::is_same_v<T, Order>) {
    return std::to_string(x.id);
  } else if constexpr (std::is_same_v<T, Scheme>) {
    return std::string(word(x.mode)) + (x.pooled ? " pooled" : "");
  } else if constexpr (requires { x.name; }) {
    return x.name;
  } else if constexpr (std::is_same_v<T, Collateral>) {
    return x.asset;
  } else if constexpr (requires { x.key.base; }) {
    return x.key.base + "/" + x.key.settle;
  } else {
    return std::to_string(place);
  }
}

template <class T>
void add(const T& x, const std::string& path, const State* names, FieldTexts& out) {
  if constexpr (HasFields<T>) {
    T::each_field(x, [&](std::string_view name, const auto& field) {
      add(field, path.empty() ? std::string(name) : path + "." + std::string(name), names, out);
    });
  } else if constexpr (is_vector<T>) {
    for (std::size_t i = 0; i < x.size(); ++i)
      add(x[i], path + "[" + key_of(x[i], i, names) + "]", names, out);
  } else {
    out[path] = scalar_text(x, names);
  }
}

}  // namespace fields

template <class T>
FieldTexts field_texts(const T& x, const State* names) {
  FieldTexts out;
  fields::add(x, "", names, out);
  return out;
}

}  // namespace lockstep
