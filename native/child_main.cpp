// `trilane-child` and `trilane-web-child`: a worker of the processes model as a program of its own; the first of them
// is the latency server of a run, too. `trilane` itself can be all of them, but its window's libraries alone take many
// times as long to load as a worker (CMakeLists.txt).
#include <string_view>

#include "process_start.hpp"
#include "roles.hpp"

int main(int argc, char** argv) {
  trilane::native::prepare_process();
  if (argc == 2 && std::string_view(argv[1]) == "--lab-server") return trilane::native::lab_server_main();
  return trilane::native::child_main();
}
