// The page and the documents that are built into the executable, with the headers that keep a browser from
// doing anything else with them.
#pragma once

#include <span>
#include <string_view>

#include "node/net/server.h"

namespace lockstep::service {

struct EmbeddedFile {
  std::string_view path;  // "/index.html"
  std::string_view type;
  std::string_view content;  // compressed with gzip if `zipped`
  bool zipped = false;
  bool hashed = false;  // the name changes with the content: may be kept for ever
};

// Made at build time from web/dist and docs/api, by path; empty where the page was not built.
std::span<const EmbeddedFile> embedded_files();

// 404 as a problem where there is no such file; 405 for other methods than GET and HEAD.
net::Response file_response(const net::Request& request);

}  // namespace lockstep::service
