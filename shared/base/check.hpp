// TRILANE_CHECK(condition): an invariant of our own code. It stays on in release builds, because a wrong measurement
// is worse than a stopped program: the engine role dies, its supervisor reports the line and starts a new one.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace trilane {

[[noreturn]] inline void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "trilane: internal error: %s at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace trilane

#define TRILANE_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::trilane::check_failed(#condition, __FILE__, __LINE__))
