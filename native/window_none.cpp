// A build without the window (TRILANE_GUI=OFF).
#include <cstdio>

#include "window.hpp"

namespace trilane::native {

int window_main(const WindowOptions&) {
  std::fputs("trilane: this build has no window; see trilane help for the command line\n", stderr);
  return 1;
}

}  // namespace trilane::native
