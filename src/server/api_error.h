#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "server/http_types.h"

namespace litetts::server {

// What a client is told when its request fails, in OpenAI's shape:
// {"error":{"message":...,"type":...,"param":...,"code":...}}.
struct ApiError {
  int status = 400;
  std::string type = "invalid_request_error";
  std::string message;
  std::string param;            // the field at fault; empty: null
  std::string code;             // empty: null
  int retry_after_seconds = 0;  // 0: no Retry-After
};

HttpResponse ErrorResponse(const ApiError& error);

// The one table from our codes to HTTP's.
ApiError ErrorFromStatus(const Status& status);

ApiError InvalidField(std::string_view field, std::string_view code, std::string message);
ApiError NotImplementedYet(std::string message, std::string_view field = {});

}  // namespace litetts::server
