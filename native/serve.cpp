#include "serve.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "end_signals.hpp"
#include "event_loop_uv.hpp"
#include "http_server.hpp"
#include "lab_service.hpp"
#include "print_result.hpp"
#include "static_files.hpp"

namespace trilane::native {
namespace {

/// The program lies in build/native, the page in build/site.
std::string page_beside_program() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  return (program.parent_path().parent_path() / "site").string();
}

int complain(const std::string& what, int code) {
  std::fprintf(stderr, "trilane: %s\n", what.c_str());
  return code;
}

}  // namespace

int serve_main(const ServerOptions& options) {
  const bool is_default = options.root.empty();
  auto files = StaticFiles::open(is_default ? page_beside_program() : options.root);
  if (!files && is_default)
    return complain("there is no page here yet (" + files.error().message +
                        "). Build it with ./web/run --build-only, or name a folder with --root",
                    1);
  if (!files) return complain("cannot serve the folder of --root: " + files.error().message, 1);

  sockaddr_storage address{};
  const std::string host = options.host == "localhost" ? "127.0.0.1" : options.host;
  const bool v6 = host.find(':') != std::string::npos;
  const int parsed = v6 ? uv_ip6_addr(host.c_str(), options.port, reinterpret_cast<sockaddr_in6*>(&address))
                        : uv_ip4_addr(host.c_str(), options.port, reinterpret_cast<sockaddr_in*>(&address));
  if (parsed != 0)
    return complain("--host is \"" + options.host +
                        "\": an address of this machine (127.0.0.1, 0.0.0.0, ::1 …) or "
                        "localhost is allowed",
                    2);

  EndSignals signals;
  UvEventLoop loop;
  signals.watch(loop);
  int code = 0;
  {
    LabService lab(loop);
    HttpServer server(loop);
    lab.add_to(server);
    server.add_route(
        "/", [&files](const HttpRequest& request, Responder responder) { responder.send(files->respond(request)); });
    if (Status listening = server.listen(reinterpret_cast<const sockaddr&>(address), options.port); !listening) {
      code = complain(listening.error().message, 1);
    } else {
      const bool local = host.starts_with("127.") || host == "::1";
      const std::string shown = local && !v6 ? "localhost" : v6 ? "[" + host + "]" : host;
      // Flushed: whoever started us with port 0 waits for this line.
      code = print_result(
          fmt::format("Serving {} at http://{}:{}/ (Ctrl-C ends it)\n", files->root(), shown, server.port()));
      if (!local)
        std::fputs(
            "note: browsers on other machines give a page threads only over https; without, it runs the plain "
            "engine\n",
            stderr);
      if (code == 0) loop.run_until([&signals] { return signals.ended(); });
    }
  }
  signals.unwatch();
  return code;
}

}  // namespace trilane::native
