#pragma once

#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace litetts {

// The closed list of ways in which an operation fails. The server maps each to one HTTP status, the
// command line to an exit code.
enum class StatusCode {
  kOk,
  kInvalidArgument,     // the caller's input is wrong; the message says what to change
  kNotFound,            // a named thing does not exist
  kAlreadyExists,       // would overwrite
  kPermissionDenied,    // the operating system or a key says no
  kResourceExhausted,   // queue, memory, disk or rate limit is full; later may work
  kFailedPrecondition,  // the system is not in the state that this needs
  kCancelled,           // the caller went away or asked to stop
  kDeadlineExceeded,    // out of time
  kUnavailable,         // not ready yet or shutting down
  kUnimplemented,       // understood, and not supported
  kDataLoss,            // a file or stream is damaged
  kInternal,            // our bug
};

std::string_view StatusCodeName(StatusCode code);

// Success, or a code and a message of one line that says what happened and what to do.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {}

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  const std::string& message() const { return message_; }
  // "INVALID_ARGUMENT: voice 'x' is unknown", or "OK".
  std::string ToString() const;

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
};

inline Status OkStatus() { return {}; }

template <typename... Args>
std::string Concat(const Args&... args) {
  std::ostringstream out;
  (out << ... << args);
  return std::move(out).str();
}

template <typename... Args>
Status InvalidArgument(const Args&... args) {
  return {StatusCode::kInvalidArgument, Concat(args...)};
}
template <typename... Args>
Status NotFound(const Args&... args) {
  return {StatusCode::kNotFound, Concat(args...)};
}
template <typename... Args>
Status PermissionDenied(const Args&... args) {
  return {StatusCode::kPermissionDenied, Concat(args...)};
}
template <typename... Args>
Status ResourceExhausted(const Args&... args) {
  return {StatusCode::kResourceExhausted, Concat(args...)};
}
template <typename... Args>
Status FailedPrecondition(const Args&... args) {
  return {StatusCode::kFailedPrecondition, Concat(args...)};
}
template <typename... Args>
Status Cancelled(const Args&... args) {
  return {StatusCode::kCancelled, Concat(args...)};
}
template <typename... Args>
Status DeadlineExceeded(const Args&... args) {
  return {StatusCode::kDeadlineExceeded, Concat(args...)};
}
template <typename... Args>
Status Unavailable(const Args&... args) {
  return {StatusCode::kUnavailable, Concat(args...)};
}
template <typename... Args>
Status Unimplemented(const Args&... args) {
  return {StatusCode::kUnimplemented, Concat(args...)};
}
template <typename... Args>
Status DataLoss(const Args&... args) {
  return {StatusCode::kDataLoss, Concat(args...)};
}
template <typename... Args>
Status Internal(const Args&... args) {
  return {StatusCode::kInternal, Concat(args...)};
}

// A value or the reason why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}         // NOLINT: implicit on purpose
  Result(Status status) : status_(std::move(status)) {  // NOLINT: implicit on purpose
    LITETTS_CHECK(!status_.ok());
  }

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }

  // REQUIRES: ok().
  T& value() & {
    LITETTS_CHECK(ok());
    return *value_;
  }
  const T& value() const& {
    LITETTS_CHECK(ok());
    return *value_;
  }
  T&& value() && {
    LITETTS_CHECK(ok());
    return std::move(*value_);
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::optional<T> value_;
  Status status_;
};

}  // namespace litetts

#define LITETTS_CONCAT_INNER(a, b) a##b
#define LITETTS_CONCAT(a, b) LITETTS_CONCAT_INNER(a, b)

// Returns the status of `expr` from the enclosing function unless it is OK.
#define LITETTS_RETURN_IF_ERROR(expr)                                      \
  do {                                                                     \
    if (::litetts::Status litetts_status = (expr); !litetts_status.ok()) { \
      return litetts_status;                                               \
    }                                                                      \
  } while (false)

// Assigns the value of a Result, or returns its status from the enclosing function:
//   LITETTS_ASSIGN_OR_RETURN(const Voice voice, FindVoice(table, name));
#define LITETTS_ASSIGN_OR_RETURN(lhs, expr) \
  LITETTS_ASSIGN_OR_RETURN_IMPL(LITETTS_CONCAT(litetts_result_, __LINE__), lhs, expr)
#define LITETTS_ASSIGN_OR_RETURN_IMPL(result, lhs, expr) \
  auto result = (expr);                                  \
  if (!result.ok()) return result.status();              \
  lhs = std::move(result).value()
