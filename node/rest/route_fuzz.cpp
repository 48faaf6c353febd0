// No request can hurt the router: it is not ours, or is answered with a problem, or is a call of a method;
// and a result of that method is presented.  The input: verb, target, If-None-Match and Idempotency-Key, one
// a line, and the body.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "node/json/value.h"
#include "node/rest/rest.h"

using namespace lockstep;

namespace {

std::string take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string line(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  net::Request request;
  request.method = take_line(text);
  request.target = take_line(text);
  request.path = request.target.substr(0, request.target.find('?'));
  if (request.path.size() < request.target.size()) {
    request.query = request.target.substr(request.path.size() + 1);
  }
  request.headers = {{"if-none-match", take_line(text)},
                     {"idempotency-key", take_line(text)},
                     {"content-type", "application/json"}};
  request.body = text;

  static const api::Method method{"lockstep/any", api::Scope::read, "", nullptr};
  const std::optional<rest::Routed> routed = rest::route(
      request, [](std::string_view) { return &method; }, "r");
  if (!routed) return 0;
  if (routed->response) {
    const u16 status = routed->response->status;
    LS_ASSERT(status == 204 || (status >= 400 && status < 500));
    LS_ASSERT(routed->response->body.empty() || parse_json(routed->response->body));
    return 0;
  }
  rest::not_modified(*routed, 81'234);
  const char* results[] = {
      "{}", R"({"position":5,"total":9,"first":1,"last":4,"rows":[{"position":3},{}]})",
      R"({"position":5,"rulebooks":[{"rulebook":"m","epochs":[{"epoch":1}]}],"refusal":5002})"};
  for (const char* result : results) {
    const net::Response response = rest::present(*routed, std::string(result), 5);
    LS_ASSERT(response.body.empty() || parse_json(response.body));
  }
  return 0;
}
