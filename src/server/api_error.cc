#include "server/api_error.h"

#include <boost/json.hpp>

namespace litetts::server {
namespace {

namespace json = boost::json;

struct CodeFacts {
  StatusCode code;
  int http_status;
  const char* type;
  const char* name;
};

constexpr CodeFacts kCodes[] = {
    {StatusCode::kInvalidArgument, 400, "invalid_request_error", "invalid_value"},
    {StatusCode::kNotFound, 404, "invalid_request_error", "not_found"},
    {StatusCode::kAlreadyExists, 409, "invalid_request_error", "already_exists"},
    {StatusCode::kPermissionDenied, 403, "permission_error", "permission_denied"},
    {StatusCode::kResourceExhausted, 503, "server_error", "overloaded"},
    {StatusCode::kFailedPrecondition, 409, "invalid_request_error", "failed_precondition"},
    {StatusCode::kCancelled, 499, "server_error", "cancelled"},
    {StatusCode::kDeadlineExceeded, 504, "server_error", "timeout"},
    {StatusCode::kUnavailable, 503, "server_error", "unavailable"},
    {StatusCode::kUnimplemented, 501, "server_error", "not_implemented"},
    {StatusCode::kDataLoss, 500, "server_error", "data_loss"},
    {StatusCode::kInternal, 500, "server_error", "internal_error"},
};

json::value StringOrNull(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

}  // namespace

HttpResponse ErrorResponse(const ApiError& error) {
  HttpResponse response;
  response.status = error.status;
  const json::object body = {{"error",
                              {{"message", error.message},
                               {"type", error.type},
                               {"param", StringOrNull(error.param)},
                               {"code", StringOrNull(error.code)}}}};
  response.body = json::serialize(body);
  if (error.retry_after_seconds > 0) {
    response.headers.push_back({"Retry-After", std::to_string(error.retry_after_seconds)});
  }
  return response;
}

ApiError ErrorFromStatus(const Status& status) {
  for (const CodeFacts& facts : kCodes) {
    if (facts.code != status.code()) continue;
    return {.status = facts.http_status,
            .type = facts.type,
            .message = status.message(),
            .param = {},
            .code = facts.name};
  }
  return {.status = 500,
          .type = "server_error",
          .message = status.message(),
          .param = {},
          .code = "internal_error"};
}

ApiError InvalidField(std::string_view field, std::string_view code, std::string message) {
  return {.message = std::move(message), .param = std::string(field), .code = std::string(code)};
}

ApiError NotImplementedYet(std::string message, std::string_view field) {
  return {.status = 501,
          .type = "server_error",
          .message = std::move(message),
          .param = std::string(field),
          .code = "not_implemented"};
}

}  // namespace litetts::server
