// docs/api/openapi.yaml describes the resources that there are, and no others; docs/api/api.md every method.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "node/rest/methods.h"
#include "node/rest/reference.h"
#include "node/rest/rest.h"

namespace lockstep::rest {
namespace {

std::string file(const std::string& name) {
  std::ifstream in(LOCKSTEP_SOURCE_DIR "/" + name);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// "GET /v1/overview", of the lines "  /v1/overview:" and "    get:" under "paths:".
std::set<std::string> described() {
  std::istringstream in(file("docs/api/openapi.yaml"));
  std::set<std::string> all;
  std::string line, path;
  bool inside = false;
  while (std::getline(in, line)) {
    if (!line.empty() && line[0] != ' ') inside = line == "paths:";
    if (!inside || !line.ends_with(':')) continue;
    if (line.starts_with("  /")) path = line.substr(2, line.size() - 3);
    for (const char* verb : {"get", "post", "put", "patch", "delete", "head", "options"}) {
      if (line != "    " + std::string(verb) + ":") continue;
      std::string upper(verb);
      for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
      all.insert(upper + " " + path);
    }
  }
  return all;
}

TEST(OpenApi, DescribesEveryResourceAndNoOther) {
  std::set<std::string> table{"POST /api/v2"};
  for (const Route& route : routes()) table.insert(std::string(route.verb) + " " + std::string(route.path));
  EXPECT_EQ(table, described());
  EXPECT_EQ(table.size(), routes().size() + 1);  // none twice
}

TEST(Reference, ExplainsEveryMethod) {
  const std::string text = file("docs/api/api.md");
  for (const Route& route : routes()) {
    EXPECT_NE(text.find("### " + std::string(route.method) + "\n"), std::string::npos) << route.method;
  }
  for (const api::Method& method : command_methods(true)) {
    EXPECT_NE(text.find("### " + method.name + "\n"), std::string::npos) << method.name;
  }
}

TEST(Reference, IsWrittenFromTheTables) {
  EXPECT_EQ(fields_reference("deposit"), "**account** account, **asset** asset, **amount** decimal");
  EXPECT_EQ(fields_reference("approve_epoch"), "**rulebook** rulebook, **epoch** whole number, note text");
  EXPECT_EQ(fields_reference("forward_curve"),
            "**index** index, source whole number, **sequence** whole number, "
            "**rows** [ **expiry** moment, or `expiry_ms`, **price** decimal ]");
  EXPECT_EQ(fields_reference("request"), "");
  EXPECT_EQ(fields_reference("tick"), "");
  const std::string text = reference({{"public/test", api::Scope::open, "Says hello.", nullptr},
                                      {"lockstep/overview", api::Scope::read, "All.", nullptr}});
  EXPECT_NE(text.find("\n## lockstep\n\n| Method | Scope | |\n| --- | --- | --- |\n"
                      "| `lockstep/overview` | read | All. |\n\n## public\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("## private"), std::string::npos);
  EXPECT_NE(text.find("| `amend_order` | **account** account, **order** whole number, price decimal, "
                      "trigger decimal, lots whole number, or `size` decimal |\n"),
            std::string::npos);
}

}  // namespace
}  // namespace lockstep::rest
