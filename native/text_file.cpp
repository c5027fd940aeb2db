#include "text_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/bytes.hpp"
#include "fd_io.hpp"

namespace trilane::native {

std::string read_text_file(const std::string& path, std::size_t limit) {
  std::string text;
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  char buffer[8192];
  while (text.size() < limit) {
    const ssize_t got = read(fd, buffer, std::min(sizeof buffer, limit - text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  close(fd);
  return text;
}

namespace {

Result<std::string> read_to_end(int fd, const std::string& name, std::size_t limit) {
  const auto refused = [&name](const std::string& why) { return fail("cannot open " + name + ": " + why); };
  std::string text;
  char buffer[64 * 1024];
  for (;;) {
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refused(std::strerror(errno));
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > limit) return refused("it has more than " + std::to_string(limit >> 20U) + " MiB");
  }
}

}  // namespace

Result<std::string> read_whole_file(const std::string& path, std::size_t limit) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe without a writer would wait for one
  if (fd < 0) return fail("cannot open " + path + ": " + std::strerror(errno));
  auto text = read_to_end(fd, path, limit);
  close(fd);
  return text;
}

Result<std::string> read_standard_input(std::size_t limit) {
  return read_to_end(STDIN_FILENO, "standard input", limit);
}

std::string_view line_value(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.starts_with(key)) continue;
    line.remove_prefix(key.size());
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return line.substr(first, line.find_last_not_of(" \t\r") + 1 - first);
  }
  return {};
}

Status write_file_atomically(const std::string& path, std::string_view content) {
  const std::string temporary = path + ".new." + std::to_string(getpid());
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return fail("cannot write " + path + ": " + std::strerror(errno));
  // Synced before the rename: otherwise a power cut can leave the new name with no bytes behind it.
  bool ok = write_all(fd, as_byte_span(content)) && fsync(fd) == 0;
  int why = errno;
  if (close(fd) != 0 && ok) {
    ok = false;
    why = errno;
  }
  if (ok && std::rename(temporary.c_str(), path.c_str()) != 0) {
    ok = false;
    why = errno;
  }
  if (ok) return {};
  unlink(temporary.c_str());
  return fail("cannot write " + path + ": " + std::strerror(why));
}

}  // namespace trilane::native
