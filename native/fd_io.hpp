// Blocking reads and writes on file descriptors, without the interruptions and short counts of the system calls.
#pragma once

#include <cstddef>
#include <span>

namespace trilane::native {

/// Writes everything; false with errno set when it cannot. Any thread; callers keep their writes apart.
bool write_all(int fd, std::span<const std::byte> bytes);

/// At least one byte; 0 at the end of the stream or when it is broken.
std::size_t read_some(int fd, std::span<std::byte> buffer);

}  // namespace trilane::native
