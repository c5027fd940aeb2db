// The page's server alone, for ./web/run: to see the page nobody has to wait for the desktop program, nor have its
// libraries. `trilane serve` is the same server with its options checked and explained.
#include <cstdio>
#include <cstdlib>

#include "process_start.hpp"
#include "serve.hpp"

int main(int argc, char** argv) {
  trilane::native::prepare_process();
  char* end = nullptr;
  const unsigned long port = argc == 3 ? std::strtoul(argv[1], &end, 10) : 65536;
  if (port > 65535 || end == argv[1] || *end != '\0') {
    std::fputs("usage: trilane-serve PORT FOLDER\n", stderr);
    return 2;
  }
  return trilane::native::serve_main({.port = static_cast<std::uint16_t>(port), .root = argv[2]});
}
