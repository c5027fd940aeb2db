// Both ends of a pipe to a child process.
#pragma once

#include <fcntl.h>
#include <unistd.h>
#include <uv.h>

#include <cerrno>

namespace trilane::native {

constexpr int kPipeBytes = 256 * 1024;

/// Owns the ends that were not taken out of it. Pipes, not the socket pairs that libuv would make: a small message
/// costs half as much in them.
struct PipePair {
  int read_end = -1;
  int write_end = -1;

  PipePair() = default;
  ~PipePair() {
    if (read_end >= 0) ::close(read_end);
    if (write_end >= 0) ::close(write_end);
  }
  PipePair(const PipePair&) = delete;
  PipePair& operator=(const PipePair&) = delete;

  /// 0 or libuv's error code. No other child inherits the ends: it would keep this one's stdin open.
  int open() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return uv_translate_sys_error(errno);
    read_end = ends[0];
    write_end = ends[1];
    // Room for a batch of results beyond the usual 64 KiB, so that the child is not held up while the loop is busy.
    // It may be refused (a limit for each user); then it works with what there is.
    fcntl(write_end, F_SETPIPE_SZ, kPipeBytes);
    return 0;
  }
};

}  // namespace trilane::native
