// What this process has: children, threads, open files; from /proc.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace trilane::test {

/// Ids of this process's children, zombies included.
std::vector<pid_t> children_of(pid_t parent);
/// 'R', 'S', 'T' (stopped), 'Z' (zombie)…; 0 when there is no such process.
char state_of(pid_t pid);
std::size_t thread_count();
std::size_t open_files();
/// Address space in use.
std::size_t virtual_bytes();

struct Footprint {
  std::size_t threads;
  std::size_t files;
  static Footprint now() { return {thread_count(), open_files()}; }
};

/// Polls until `condition` holds; false after `limit`. For things that have no event to wait for: other processes.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit = std::chrono::seconds(10));

void expect_no_children();
/// No children, and no more threads and files than before.
void expect_nothing_left(const Footprint& before);

}  // namespace trilane::test
