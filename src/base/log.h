#pragma once

#include <string_view>

namespace litetts {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Where the libraries report what is worth knowing and is no one's error. main() decides what
// happens to it. Implementations are thread-safe. Never called per sample or from the synthesis
// path.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void Write(LogLevel level, std::string_view message) = 0;
};

// Drops everything. For tests and for callers that do not care.
LogSink& NullLogSink();

}  // namespace litetts
