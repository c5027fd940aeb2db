#include "print_result.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace trilane::native {

int print_result(std::string_view text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return 0;
  std::fprintf(stderr, "trilane: cannot write to standard output: %s\n", std::strerror(errno));
  return 1;
}

}  // namespace trilane::native
