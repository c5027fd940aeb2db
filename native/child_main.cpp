// `trilane-child` and `trilane-web-child`: a worker of the processes model as a program of its own. `trilane --child` does
// the same, but its window's libraries alone take many times as long to load as a worker (CMakeLists.txt).
#include "process_start.hpp"
#include "roles.hpp"

int main() {
  trilane::native::prepare_process();
  return trilane::native::child_main();
}
