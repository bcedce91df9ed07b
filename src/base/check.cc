#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace litetts::internal {

void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "litetts: internal error: %s does not hold (%s:%d)\n", condition, file,
               line);
  std::abort();
}

}  // namespace litetts::internal
