#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "experiments/probes/child_questions.hpp"
#include "fd_io.hpp"
#include "models/child_service.hpp"
#include "roles.hpp"

namespace trilane::native {

void start_role() {
  // The whole foreground process group gets a terminal's SIGINT. The parent turns it into an orderly end; a child that
  // died of it would look like a fault.
  std::signal(SIGINT, SIG_IGN);
  // Only an extra: it follows the parent's thread, not its process, and does nothing when the parent is gone already.
  // What holds always is the end of stdin.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
}

int child_main() {
  start_role();
  const auto write = [](std::span<const std::byte> bytes) {
    // The parent is gone, perhaps in the middle of a long job, whose signs of life come through here: nobody waits
    // for the rest.
    if (!write_all(STDOUT_FILENO, bytes)) _exit(1);
  };
  ChildService service(write, child::answer_question);
  static std::array<std::byte, 64 * 1024> buffer;
  while (const std::size_t got = read_some(STDIN_FILENO, buffer))
    if (!service.on_bytes(std::span(buffer).first(got))) break;
  return 0;
}

}  // namespace trilane::native
