#include "node/rest/reference.h"

#include <utility>

#include "node/book/words.h"
#include "node/rest/command_json.h"
#include "node/rest/fields.h"
#include "node/rest/required.h"

namespace lockstep::rest {
namespace {

template <class T>
std::string fields_of();

template <class T, class F>
std::string kind_of(std::string_view name) {
  if constexpr (is_vector<F>) {
    return "[ " + fields_of<typename F::value_type>() + " ]";
  } else if constexpr (std::is_same_v<F, Rulebook>) {
    return "the text of a rulebook file";
  } else if constexpr (HasFields<F>) {
    return "{ " + fields_of<F>() + " }";
  } else if constexpr (std::is_same_v<T, ObservedValue> && std::is_same_v<F, u32>) {
    return "instrument, index or asset";
  } else if constexpr (IsId<F>) {
    return std::string(table_name(F{}));
  } else if constexpr (IsDecimal<F>) {
    return "decimal";
  } else if constexpr (std::is_same_v<T, RegisterInstrument> && std::is_same_v<F, i64>) {
    return "decimal";
  } else if constexpr (std::is_same_v<F, Lots>) {
    return name == "lots" ? "whole number, or `size` decimal" : "whole number";
  } else if constexpr (std::is_same_v<F, Time>) {
    return "moment, or `" + std::string(name) + "_ms`";
  } else if constexpr (std::is_same_v<F, Duration>) {
    return "span";
  } else if constexpr (std::is_enum_v<F>) {
    return "(" + all_words<F>() + ")";
  } else if constexpr (std::is_same_v<F, bool>) {
    return "flag";
  } else if constexpr (std::is_same_v<F, std::string>) {
    return name == "by" ? "" : "text";
  } else {
    return "whole number";
  }
}

template <class T>
std::string fields_of() {
  std::string text;
  T x;
  T::each_field(x, [&](std::string_view name, const auto& field) {
    using F = std::remove_cvref_t<decltype(field)>;
    const std::string kind = kind_of<T, F>(name);
    if (kind.empty()) return;  // who asks
    const std::string shown = std::is_same_v<F, Rulebook> ? "rulebook_text" : std::string(name);
    const std::string mark = is_needed<T, F>(name) ? "**" : "";
    text += (text.empty() ? "" : ", ") + mark + shown + mark + " " + kind;
  });
  return text;
}

template <std::size_t... I>
std::string fields_among(std::string_view command, std::index_sequence<I...>) {
  std::string text;
  const auto add = [&]<class T>(const T*) {
    if constexpr (may_be_asked<T>) {
      if (command == T::name_of) text = fields_of<T>();
    }
  };
  (add(static_cast<const std::variant_alternative_t<I, Command>*>(nullptr)), ...);
  return text;
}

std::string_view word_of(api::Scope scope) {
  constexpr std::string_view words[] = {"open", "read", "simulate", "trade", "operate"};
  return words[static_cast<std::size_t>(scope)];
}

void add_group(const std::vector<api::Method>& methods, const std::string& group, std::string& text) {
  std::string rows;
  for (const api::Method& method : methods) {
    if (!method.name.starts_with(group + "/")) continue;
    rows += "| `" + method.name + "` | " + std::string(word_of(method.scope)) + " | " + method.text + " |\n";
  }
  if (!rows.empty()) text += "\n## " + group + "\n\n| Method | Scope | |\n| --- | --- | --- |\n" + rows;
}

}  // namespace

std::string fields_reference(std::string_view command) {
  return fields_among(command, std::make_index_sequence<std::variant_size_v<Command>>());
}

std::string reference(const std::vector<api::Method>& methods) {
  std::string text =
      "# Methods and commands\n\n"
      "Written by `lockstep docs` from the tables that the service is made of; what parameters and results "
      "mean\n"
      "is in [api.md](api.md), and for `public/` and `private/` in Deribit's documentation and in\n"
      "[deribit.md](../deribit.md). Scopes: open needs no key; read, simulate, trade and operate are what a "
      "key may do.\n";
  for (const char* group : {"lockstep", "public", "private"}) add_group(methods, group, text);
  text +=
      "\n## Commands\n\n"
      "What `lockstep/command` and `POST /v1/commands` take. Bold: required. What a kind of field looks like "
      "is in\n"
      "[api.md](api.md#commands); what a command does is in "
      "[methodology.md](../methodology.md).\n\n| Command | Fields |\n| --- | --- |\n";
  for (const std::string_view name : command_names()) {
    text += "| `" + std::string(name) + "` | " + fields_reference(name) + " |\n";
  }
  return text;
}

}  // namespace lockstep::rest
