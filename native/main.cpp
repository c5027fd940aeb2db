// One program, five roles: the desktop window and the command line, which people start, and the engine, the child and
// the lab's server, which the program starts for itself.
#include <string_view>

#include "cli.hpp"
#include "process_start.hpp"
#include "python_beside.hpp"
#include "roles.hpp"

int main(int argc, char** argv) {
  trilane::native::prepare_process();
  const std::string_view role = argc == 2 ? argv[1] : "";
  if (role == "--child") return trilane::native::child_main();
  if (role == "--engine") return trilane::native::engine_main(trilane::native::python_for_engine());
  if (role == "--lab-server") return trilane::native::lab_server_main();
  return trilane::native::cli_main(argc, argv);
}
