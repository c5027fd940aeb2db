// `trilane serve`: the page over HTTP/1.1 with the headers that a cross-origin isolated page needs,
// and the lab's own web (workloads/lab_web.hpp) under /lab/ beside it.
#pragma once

#include <cstdint>
#include <string>

namespace trilane::native {

struct ServerOptions {
  std::string host = "127.0.0.1";  ///< An address of this machine, IPv4 or IPv6, or "localhost".
  std::uint16_t port = 8080;       ///< 0: any free port; the one chosen is printed.
  std::string root;                ///< Folder to serve; empty: the page beside this program (build/site).
};

/// Serves until SIGINT or SIGTERM. Returns the exit code: 0 then, 1 when it cannot (why, on stderr).
int serve_main(const ServerOptions& options);

}  // namespace trilane::native
