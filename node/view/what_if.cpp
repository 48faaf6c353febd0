// lockstep/what_if, lockstep/what_if_batch: the questions of node/whatif, asked by parameters.
#include "node/view/what_if_json.h"

#include <map>
#include <memory>

#include "node/view/parts.h"

namespace lockstep::view {
namespace {

using whatif::Question;

constexpr std::size_t changes_max = 200, questions_max = 1'000;
// Questions without statements that are answered at once; more are work for the worker.
constexpr std::size_t at_once_max = 100;

Result<Rulebook, Fault> no_files(const std::string&) {
  return Fault{"a rulebook file cannot be read here; lockstep/preview takes a rulebook"};
}

// where: the parameter, for the error.
Result<std::vector<whatif::Change>, api::Error> changes_of(const Engine& engine, const Question& question,
                                                           const std::string& where) {
  std::vector<whatif::Change> changes;
  if (question.changes.empty() || question.changes.size() > changes_max) {
    return api::invalid_params(where, where + ": must be an array of 1 to " + std::to_string(changes_max) +
                                          " changes, such as \"price BTC -10 %\"");
  }
  for (const std::string& text : question.changes) {
    Result<whatif::Change, std::string> change = whatif::parse_change(text, engine, no_files);
    if (!change) return api::invalid_params(where, where + ": " + json_shown(text) + ": " + change.error());
    changes.push_back(std::move(change).value());
  }
  return changes;
}

class Session {
 public:
  Session(Engine& engine, whatif::Workspace& workspace, WhatIfParts parts)
      : engine_(engine), workspace_(workspace), parts_(parts) {}

  // The error, if there is one.
  std::optional<api::Error> answer(Json& json, const Question& question, AccountId account,
                                   const std::string& where) {
    const Result<std::vector<whatif::Change>, api::Error> changes = changes_of(engine_, question, where);
    if (!changes) return changes.error();
    std::unique_ptr<whatif::Asker>& asker = askers_[account.index];
    if (asker == nullptr) {
      const whatif::Wants wants{.statements = parts_.explain, .boundaries = parts_.prices};
      asker = std::make_unique<whatif::Asker>(engine_, workspace_, account, wants);
    }
    const Result<whatif::Answer, std::string> answer = asker->ask(changes.value());
    if (!answer) return api::invalid_params(where, where + ": " + answer.error());
    write_what_if(json, engine_.state, asker->state(), question, answer.value(), parts_);
    return std::nullopt;
  }

 private:
  Engine& engine_;
  whatif::Workspace& workspace_;
  WhatIfParts parts_;
  std::map<u32, std::unique_ptr<whatif::Asker>> askers_;
};

bool text_member(const JsonValue& object, const char* name, std::string& out) {
  const JsonValue* value = object.find(name);
  if (value == nullptr || value->kind == JsonValue::Kind::null) return true;
  if (value->kind != JsonValue::Kind::text) return false;
  out = value->text;
  return true;
}

// As in a file of questions (node/whatif/batch.h); the error says what is wrong.
Result<Question, std::string> question_of(const JsonValue& value, std::size_t number) {
  if (value.kind != JsonValue::Kind::object) return std::string("must be an object {name, account, if}");
  Question question;
  question.line = static_cast<u32>(number + 1);
  question.name = "question " + std::to_string(number + 1);
  for (const auto& [key, unused] : value.members) {
    if (key != "name" && key != "account" && key != "if") {
      return "unknown key " + json_shown(key) + "; expected name, account, if";
    }
  }
  if (!text_member(value, "name", question.name)) return std::string("\"name\" must be a text");
  if (!text_member(value, "account", question.account)) return std::string("\"account\" must be a text");
  const JsonValue* changes = value.find("if");
  if (changes == nullptr || changes->kind != JsonValue::Kind::array) {
    return std::string("\"if\" must be an array of changes, each a text such as \"price BTC -10 %\"");
  }
  for (const JsonValue& change : changes->items) {
    if (change.kind != JsonValue::Kind::text) return std::string("a change must be a text");
    question.changes.push_back(change.text);
  }
  return question;
}

}  // namespace

api::Reply what_if(whatif::Workspace& workspace, api::Context& context, api::Params& params) {
  Question question{.line = 0, .name = "what-if", .account = "", .changes = params.texts("changes")};
  const Result<AccountId, api::Error> found = account_of(context, params);
  WhatIfParts parts;
  parts.explain = params.flag("explain", false);
  parts.prices = params.flag("prices", false);
  parts.position = context.engine.state.position;
  params.nothing_else();
  if (params.error()) return api::failed(*params.error());
  if (!found) return api::failed(found.error());
  Json json;
  Session session(context.engine, workspace, parts);
  const std::optional<api::Error> error = session.answer(json, question, found.value(), "changes");
  return error ? api::failed(*error) : api::answered(json.str());
}

namespace {

struct Asked {
  Question question;
  AccountId account;
};

api::Answer answers_of(Engine& engine, whatif::Workspace& workspace, const std::vector<Asked>& all,
                       WhatIfParts parts) {
  Json json;
  json.begin_object().field("position", engine.state.position).key("answers").begin_array();
  Session session(engine, workspace, parts);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string where = "questions[" + std::to_string(i) + "].if";
    const std::optional<api::Error> error = session.answer(json, all[i].question, all[i].account, where);
    if (error) return *error;
  }
  return json.end_array().end_object().str();
}

}  // namespace

api::Reply what_if_batch(whatif::Workspace& workspace, api::Context& context, api::Params& params) {
  const JsonValue* questions = params.find("questions");
  WhatIfParts parts;
  parts.explain = params.flag("explain", false);
  const bool is_list = questions != nullptr && questions->kind == JsonValue::Kind::array;
  if (!is_list || questions->items.empty() || questions->items.size() > questions_max) {
    params.fail("questions", "must be an array of 1 to 1000 objects {name, account, if}");
  }
  params.nothing_else();
  if (params.error()) return api::failed(*params.error());
  std::vector<Asked> all;
  for (std::size_t i = 0; i < questions->items.size(); ++i) {
    const std::string where = "questions[" + std::to_string(i) + "]";
    Result<Question, std::string> question = question_of(questions->items[i], i);
    if (!question) return api::failed(api::invalid_params(where, where + ": " + question.error()));
    const Result<AccountId, api::Error> found = account_named(context, question.value().account);
    if (!found) return api::failed(found.error());
    all.push_back({std::move(question).value(), found.value()});
  }
  if (all.size() * (parts.explain ? 10 : 1) <= at_once_max) {
    return answers_of(context.engine, workspace, all, parts);
  }
  return api::Job{[all = std::move(all), parts](Engine& engine) {
    whatif::Workspace own;
    return answers_of(engine, own, all, parts);
  }};
}

}  // namespace lockstep::view
