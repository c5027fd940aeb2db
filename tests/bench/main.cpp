// The figures to reach, each beside its limit. Started again by itself as a child of the processes model, and for rows
// that need a fresh process.
#include <string_view>

#include "bench/table.hpp"
#include "roles.hpp"

int main(int argc, char** argv) {
  using namespace trilane;
  const std::string_view role = argc == 2 ? argv[1] : "";
  if (role == "--child") return native::child_main();
  if (role == "--lab-server") return native::lab_server_main();
  if (role == "--async-million") return bench::async_million_main();
  if (role == "--uv-timers") return bench::uv_timers_main();
  bench::print_header();
  bench::threads_rows();
  bench::processes_rows();
  bench::async_rows();
  bench::client_rows();
  bench::trace_rows();
  bench::server_rows();
  bench::timeline_rows();
  return 0;
}
