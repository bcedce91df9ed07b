#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace litetts::server {

struct Header {
  std::string name;
  std::string value;
};

// A request whose head and body are complete, free of any HTTP library's types.
struct HttpRequest {
  std::string method;  // "GET"
  std::string path;    // without the query, percent-decoded, no trailing slash
  std::string query;   // as it came, without the '?'
  std::vector<Header> headers;
  std::string body;
  std::string request_id;
  std::string client;  // for fairness and limits: the API key's name, else the address
  std::chrono::steady_clock::time_point arrival;

  // The value of the first header of that name, in any case; empty if there is none.
  std::string_view Find(std::string_view name) const;
  // What follows the last '/' of the path.
  std::string_view LastPart() const { return std::string_view(path).substr(path.rfind('/') + 1); }
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<Header> headers;
};

// The first part of an answer whose body follows while it is made.
struct ResponseHead {
  int status = 200;
  std::string content_type;
  std::vector<Header> headers;
  // The exact number of bytes that follow; none: chunked.
  long long content_length = -1;
};

// "Content-Type" equals "content-type".
bool EqualsIgnoreCase(std::string_view a, std::string_view b);

}  // namespace litetts::server
