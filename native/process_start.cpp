#include "process_start.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <new>
#include <string_view>

namespace trilane::native {
namespace {

/// Started with a standard stream closed: the next file opened would get its number, and messages would land in it.
void open_standard_streams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) != fd) _exit(1);
  }
}

/// A blocked mask is inherited from whoever started us, and without SIGCHLD no child's end would be noticed.
void reset_signals() {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  std::signal(SIGCHLD, SIG_DFL);
  // A reader that went away is an error of the write, not the end of the program.
  std::signal(SIGPIPE, SIG_IGN);
}

/// Instead of the C++ runtime's abort: a child's end then names its cause, too.
[[noreturn]] void out_of_memory() {
  constexpr std::string_view kWords = "trilane: not enough memory: use fewer tasks or workers, or a smaller size\n";
  static_cast<void>(!write(STDERR_FILENO, kWords.data(), kWords.size()));
  _exit(1);
}

}  // namespace

void prepare_process() {
  open_standard_streams();
  reset_signals();
  std::set_new_handler(out_of_memory);
}

}  // namespace trilane::native
