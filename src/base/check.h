#pragma once

namespace litetts::internal {
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);
}  // namespace litetts::internal

// Ends the process with a message when an invariant of ours is broken. For the caller's bugs only:
// what a file, a client or a disk can cause is a Status.
#define LITETTS_CHECK(condition)                     \
  (__builtin_expect(static_cast<bool>(condition), 1) \
       ? static_cast<void>(0)                        \
       : ::litetts::internal::CheckFailed(#condition, __FILE__, __LINE__))

// The same in hot code: compiled in with -DLITETTS_DCHECKS=ON (presets dev, asan, tsan, fuzz).
#ifdef LITETTS_DCHECKS
#define LITETTS_DCHECK(condition) LITETTS_CHECK(condition)
#else
#define LITETTS_DCHECK(condition) static_cast<void>(sizeof(static_cast<bool>(condition)))
#endif
