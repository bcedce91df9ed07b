#include "base/log.h"

namespace litetts {
namespace {

class NullSink final : public LogSink {
 public:
  void Write(LogLevel /*level*/, std::string_view /*message*/) override {}
};

}  // namespace

LogSink& NullLogSink() {
  static NullSink sink;  // has no state, so sharing it is harmless
  return sink;
}

}  // namespace litetts
