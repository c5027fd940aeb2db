// The latency server that a run starts for itself: its port on stdout, /lab/ on 127.0.0.1, until stdin ends.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <span>
#include <thread>

#include "base/bytes.hpp"
#include "fd_io.hpp"
#include "http_server.hpp"
#include "lab_service.hpp"
#include "roles.hpp"

namespace trilane::native {

int lab_server_main() {
  start_role();
  UvEventLoop loop;
  LabService lab(loop);
  HttpServer server(loop);
  lab.add_to(server);
  sockaddr_in address{};
  uv_ip4_addr("127.0.0.1", 0, &address);
  if (Status listening = server.listen(reinterpret_cast<const sockaddr&>(address), 0); !listening) {
    std::fprintf(stderr, "trilane lab server: %s\n", listening.error().message.c_str());
    return 1;
  }
  // Nobody is left to serve when it cannot be written.
  if (!write_all(STDOUT_FILENO, as_byte_span(fmt::format("{}\n", server.port())))) return 1;

  // On a thread of its own: stdin may be a pipe, a file or a terminal, and all of them can be read to their end.
  bool over = false;  // loop thread only
  std::thread reader([&] {
    std::array<std::byte, 256> buffer;
    while (read_some(STDIN_FILENO, buffer) != 0) {
    }
    loop.post([&over] { over = true; });
  });
  loop.run_until([&over] { return over; });
  reader.join();
  return 0;
}

}  // namespace trilane::native
