// `trilane-child`: a worker of the processes model as a program of its own. `trilane --child` does the same and can
// fetch and save besides; for that it is linked with libraries that take more than ten times as long to load as this.
#include "process_start.hpp"
#include "roles.hpp"

int main() {
  trilane::native::prepare_process();
  return trilane::native::child_main();
}
