#include "bench/pipe_peer.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "bench/table.hpp"

namespace trilane::bench {
namespace {

constexpr std::size_t kMessage = 64;

void require(bool condition) {
  if (condition) return;
  std::perror("bench: pipe");
  std::exit(1);
}

void read_exactly(int fd, char* to, std::size_t size) {
  while (size != 0) {
    const ssize_t got = read(fd, to, size);
    require(got > 0);
    to += got;
    size -= static_cast<std::size_t>(got);
  }
}

}  // namespace

PipePeer::PipePeer() {
  int there[2];
  int back[2];
  require(pipe(there) == 0 && pipe(back) == 0);
  child_ = fork();
  require(child_ >= 0);
  if (child_ == 0) {
    close(there[1]);
    close(back[0]);
    static char buffer[65536];
    ssize_t got;
    while ((got = read(there[0], buffer, sizeof buffer)) > 0) {
      if (write(back[1], buffer, static_cast<std::size_t>(got)) != got) break;
    }
    _exit(0);
  }
  close(there[0]);
  close(back[1]);
  to_ = there[1];
  from_ = back[0];
}

PipePeer::~PipePeer() {
  close(to_);
  close(from_);
  waitpid(child_, nullptr, 0);
}

double PipePeer::round_trip_s(int count) {
  char message[kMessage] = {};
  return seconds([&] {
           for (int i = 0; i < count; ++i) {
             require(write(to_, message, kMessage) == static_cast<ssize_t>(kMessage));
             read_exactly(from_, message, kMessage);
           }
         }) /
         count;
}

double PipePeer::pipelined_s(int count) {
  return seconds([&] {
           std::thread writer([&] {
             const char message[kMessage] = {};
             for (int i = 0; i < count; ++i) require(write(to_, message, kMessage) == static_cast<ssize_t>(kMessage));
           });
           std::vector<char> buffer(65536);
           std::size_t left = kMessage * static_cast<std::size_t>(count);
           while (left != 0) {
             const ssize_t got = read(from_, buffer.data(), buffer.size());
             require(got > 0);
             left -= static_cast<std::size_t>(got);
           }
           writer.join();
         }) /
         count;
}

}  // namespace trilane::bench
