// What the two halves of reading a book share: market (book.cpp) and accounts (accounts.cpp).  Private to
// node/book.
#pragma once

#include "core/engine/engine.h"
#include "core/units/limits.h"
#include "node/book/book.h"
#include "node/book/table_reader.h"

namespace lockstep {

struct BookBuilder {
  Engine& engine;
  const Rulebook& rules;
  Form form;
  Time at;
  std::optional<BookMode> mode;  // instead of what the accounts say
  u64 sequence = 0;              // of the one source of prices

  // Applies a command; a refusal becomes the fault at `node`.
  bool apply_at(const TomlNode& node, const Command& command);
  // The same for what adopts something into the engine.
  bool accept_at(const TomlNode& node, Refusal refusal, const Outcome* outcome = nullptr);

  // The id of a name read from `key`; an unknown name is an error there.
  AssetId asset(TableReader& reader, std::string_view key);
  IndexId index(TableReader& reader, std::string_view key);
  InstrumentId instrument(TableReader& reader, std::string_view key);
};

// dollars.cpp: see open_book_as.
void add_dollars(BookBuilder& book, const TomlNode& place);

void read_accounts(BookBuilder& book, const TomlNode* accounts);

}  // namespace lockstep
