#include "server/pages.h"

#include <algorithm>
#include <array>

#include "server/api_error.h"

namespace litetts::server {
namespace {

// Written by web/tools/embed.mjs, or by src/server/CMakeLists.txt where there is no Node.
#include "pages.inc"

// Everything from this server, no script inside the documents and no style but their own; blob: for
// downloads.
std::string Policy(const PageFile& file) {
  return Concat(
      "default-src 'none'; script-src 'self'; style-src 'self' ", file.style_hashes,
      "; img-src 'self' data:; connect-src 'self'; media-src 'self' blob:; base-uri 'none'; "
      "form-action 'none'; frame-ancestors 'none'");
}

// Whether a comma-separated list names the token; a token with q=0 is refused.
bool Lists(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const size_t end = std::min(list.find(','), list.size());
    std::string_view item = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    const size_t begin = item.find_first_not_of(" \t");
    if (begin == std::string_view::npos) continue;
    item.remove_prefix(begin);
    const std::string_view name = item.substr(0, item.find_first_of("; \t"));
    const bool is_refused = item.ends_with(";q=0") || item.ends_with("; q=0");
    if (EqualsIgnoreCase(name, token) && !is_refused) return true;
  }
  return false;
}

}  // namespace

std::span<const PageFile> PageFiles() { return kPageFiles; }

HttpResponse ServePage(const HttpRequest& request, std::span<const PageFile> files) {
  if (files.empty()) {
    return ErrorResponse(NotImplementedYet(
        "this litetts was built without its pages, because Node was missing: install nodejs and "
        "npm and build again; /docs lists the interface"));
  }
  const auto file = std::find_if(files.begin(), files.end(), [&](const PageFile& candidate) {
    return candidate.path == request.path;
  });
  if (file == files.end()) {
    return ErrorResponse({.status = 404,
                          .message = "there is no such file; it may be of an older version",
                          .param = {},
                          .code = "not_found"});
  }
  HttpResponse response;
  response.headers = {
      {"ETag", std::string(file->etag)},
      {"Cache-Control", file->is_immutable ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Vary", "Accept-Encoding"},
      {"Content-Security-Policy", Policy(*file)}};
  const std::string_view known = request.Find("If-None-Match");
  if (known == "*" || Lists(known, file->etag)) {
    response.status = 304;
    response.content_type.clear();
    return response;
  }
  response.content_type = file->content_type;
  const std::string_view accepted = request.Find("Accept-Encoding");
  if (Lists(accepted, "br")) {
    response.body = file->brotli;
    response.headers.push_back({"Content-Encoding", "br"});
  } else if (Lists(accepted, "gzip")) {
    response.body = file->gzip;
    response.headers.push_back({"Content-Encoding", "gzip"});
  } else {
    response.body = file->identity;
  }
  return response;
}

}  // namespace litetts::server
