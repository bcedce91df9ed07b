#pragma once

#include <span>
#include <string_view>

#include "server/http_types.h"

namespace litetts::server {

// A file of web/ as the build embedded it, in each encoding.
struct PageFile {
  std::string_view path;  // "/dashboard", "/assets/studio-B2x.js"
  std::string_view content_type;
  std::string_view etag;      // W/"..."
  bool is_immutable = false;  // its name holds a hash of its content
  std::string_view identity;
  std::string_view gzip;
  std::string_view brotli;
  std::string_view style_hashes = {};  // of the styles inside it, as its policy names them
};

// Empty where the program was built without Node.
std::span<const PageFile> PageFiles();

// The file of that path in an encoding that the client takes, 304 where it has it already.
HttpResponse ServePage(const HttpRequest& request, std::span<const PageFile> files = PageFiles());

}  // namespace litetts::server
