#include "node/service/files.h"

#include <algorithm>

#include "node/json/json.h"

namespace lockstep::service {
namespace {

// The page runs its own scripts and talks to its own server, and nothing else.
constexpr std::string_view page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
// The rendered reference brings styles inside its document.
constexpr std::string_view reference_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

net::Response problem(u16 status, std::string_view title, std::string_view detail) {
  Json json;
  json.begin_object().field("type", "about:blank").field("title", title).field("status", u32{status});
  json.field("detail", detail).end_object();
  net::Response response;
  response.status = status;
  response.type = "application/problem+json";
  response.body = json.str();
  return response;
}

const EmbeddedFile* find_file(std::string_view path) {
  const std::span<const EmbeddedFile> files = embedded_files();
  const auto at =
      std::lower_bound(files.begin(), files.end(), path,
                       [](const EmbeddedFile& file, std::string_view name) { return file.path < name; });
  return at == files.end() || at->path != path ? nullptr : &*at;
}

bool takes_gzip(const net::Request& request) {
  const std::string_view codings = request.header("accept-encoding");
  return codings.empty() || codings.find("gzip") != std::string_view::npos;  // RFC 9110 12.5.3: none is any
}

}  // namespace

void protect(net::Response& response, std::string_view policy) {
  response.headers.emplace_back("Content-Security-Policy", policy);
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
}

net::Response file_response(const net::Request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    net::Response response = problem(405, "Method Not Allowed", "files are read with GET");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  std::string path = request.path;
  if (path == "/") path = "/index.html";
  if (path == "/docs" || path == "/docs/") path = "/docs/index.html";
  if (path == "/openapi.yaml" || path == "/openapi.json") path = "/docs" + path;
  const EmbeddedFile* file = find_file(path);
  if (file == nullptr) {
    if (path == "/index.html")
      return problem(404, "Not Found", "this build has no page: it was made without npm");
    return problem(404, "Not Found", "there is nothing at this path; see /openapi.yaml");
  }
  if (file->zipped && !takes_gzip(request)) {
    return problem(406, "Not Acceptable", "this file is sent compressed: accept gzip (curl --compressed)");
  }
  net::Response response;
  response.type = file->type;
  response.body = file->content;
  if (file->zipped) response.headers.emplace_back("Content-Encoding", "gzip");
  response.headers.emplace_back("Cache-Control",
                                file->hashed ? "public, max-age=31536000, immutable" : "no-cache");
  protect(response, path.starts_with("/docs/") ? reference_policy : page_policy);
  return response;
}

}  // namespace lockstep::service
