// The test program is its own child: native/child_process.cpp starts /proc/self/exe in one of these roles.
#include <gtest/gtest.h>

#include <string_view>

#include "platform/event_loop.hpp"
#include "roles.hpp"

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--child") return trilane::native::child_main();
  if (argc == 2 && std::string_view(argv[1]) == "--engine") return trilane::native::engine_main();
  if (argc == 2 && std::string_view(argv[1]) == "--lab-server") return trilane::native::lab_server_main();
  // libuv opens a pipe for signals with a process's first loop and keeps it: tests that count open files start after.
  trilane::EventLoop::create();
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
