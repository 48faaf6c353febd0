// What the tests and benchmarks of this module ask with: a caller, an empty past, a seeded book of the
// preset, and a method's answer as a tree of another library's making.
#pragma once

#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "core/base/assert.h"
#include "node/book/book.h"
#include "node/feed/plan.h"
#include "node/history/history.h"
#include "node/io/memory_disk.h"
#include "node/rules/compile.h"
#include "node/view/desk.h"

namespace lockstep::view {

using Tree = nlohmann::json;

inline std::string file_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(std::string(LOCKSTEP_SOURCE_DIR) + "/" + path).rdbuf();
  return text.str();
}
inline Rulebook rules_of(const std::string& name) {
  Result<Rulebook, Fault> rules = compile_rulebook_text(file_text("rulebooks/" + name), name);
  LS_ASSERT(static_cast<bool>(rules));
  return std::move(rules).value();
}
inline std::unique_ptr<Engine> book_of(const std::string& rules, const std::string& book) {
  Result<std::unique_ptr<Engine>, Fault> opened =
      open_book(file_text("books/" + book), book, rules_of(rules));
  LS_ASSERT(static_cast<bool>(opened));
  return std::move(opened).value();
}

inline api::Caller operator_key() {
  return {.by = "ops",
          .party = "",
          .account = "",
          .read = true,
          .simulate = true,
          .trade = true,
          .operate = true};
}
inline api::Caller party_key(const std::string& party) {
  return {.by = "key",
          .party = party,
          .account = "",
          .read = true,
          .simulate = true,
          .trade = true,
          .operate = true};
}

// The engine with a desk that has settled.
struct Asking {
  Engine& engine;
  Desk desk = {};
  std::unique_ptr<history::History> past = history::History::open("").value();  // in memory, empty
  std::vector<api::Method> all = {};

  explicit Asking(Engine& of) : engine(of) {
    all = methods(desk);
    desk.settle(engine, 1'000'000);
  }
  const api::Method& method(const std::string& name) const {
    for (const api::Method& one : all) {
      if (one.name == "lockstep/" + name) return one;
    }
    bug(__FILE__, __LINE__, name.c_str());
  }
  api::Reply reply(const std::string& name, const Tree& params, const api::Caller& caller) {
    Result<JsonValue, std::string> read = parse_json(params.dump());
    LS_ASSERT(static_cast<bool>(read));
    api::Params asked(std::move(read).value());
    api::Context context{engine, *past, caller, 0};
    return method(name).call(context, asked);
  }
  api::Answer answer(const std::string& name, const Tree& params, const api::Caller& caller) {
    api::Reply given = reply(name, params, caller);
    if (auto* job = std::get_if<api::Job>(&given)) return job->work(engine);
    return std::get<api::Answer>(std::move(given));
  }
  std::string text(const std::string& name, const Tree& params = Tree::object(),
                   const api::Caller& caller = operator_key()) {
    api::Answer given = answer(name, params, caller);
    return given ? given.value() : "error: " + given.error().reason;
  }
  Tree ask(const std::string& name, const Tree& params = Tree::object(),
           const api::Caller& caller = operator_key()) {
    const std::string said = text(name, params, caller);
    Tree tree = Tree::parse(said, nullptr, false);
    return tree.is_discarded() ? Tree(said) : tree;  // an error's text, or not JSON
  }
};

// The preset with so many seeded accounts, `steps` steps into it; every command is shown to the desk.
struct PresetBook {
  std::unique_ptr<Engine> engine = std::make_unique<Engine>();
  Desk desk;
  MemoryDisk disk;

  PresetBook(u32 accounts, int steps) {
    FeedRequest request;
    request.first_rulebook = rules_of("deribit.toml");
    request.second_rulebook = rules_of("binance-usdm.toml");
    request.portfolios.accounts = accounts;
    Result<Feed, Fault> feed = open_feed(disk, request);
    LS_ASSERT(static_cast<bool>(feed));
    Step step;
    for (int i = 0; i < steps; ++i) {
      const Result<bool, Fault> more = feed.value().next(step);
      LS_ASSERT(static_cast<bool>(more));
      if (!more.value()) break;
      for (const Command& command : step.commands) {
        const Outcome outcome = apply(*engine, step.time, command);
        desk.observe(*engine, command, outcome);
      }
      desk.settle(*engine, 50);
    }
  }
};

}  // namespace lockstep::view
