#include "support/processes.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace trilane::test {
namespace {

namespace fs = std::filesystem;

/// State and parent from /proc/PID/stat; the name in it may hold spaces and brackets, so what counts follows the last
/// ')'.
struct Stat {
  char state = 0;
  pid_t parent = 0;
};
Stat stat_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::stringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  const std::size_t at = all.rfind(')');
  Stat stat;
  if (at == std::string::npos) return stat;
  std::istringstream rest(all.substr(at + 1));
  rest >> stat.state >> stat.parent;
  return stat;
}

std::size_t entries_of(const char* folder) {
  std::error_code error;
  std::size_t count = 0;
  for (fs::directory_iterator it(folder, error), end; it != end; it.increment(error)) ++count;
  return count;
}

}  // namespace

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  std::error_code error;
  for (fs::directory_iterator it("/proc", error), end; it != end; it.increment(error)) {
    const std::string name = it->path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const pid_t pid = static_cast<pid_t>(std::stol(name));
    if (stat_of(pid).parent == parent) children.push_back(pid);
  }
  return children;
}

char state_of(pid_t pid) { return stat_of(pid).state; }
std::size_t thread_count() { return entries_of("/proc/self/task"); }
std::size_t open_files() { return entries_of("/proc/self/fd"); }

std::size_t virtual_bytes() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

void expect_no_children() {
  const auto children = children_of(getpid());
  EXPECT_TRUE(children.empty()) << children.size() << " children left, the first in state "
                                << state_of(children.front());
}

void expect_nothing_left(const Footprint& before) {
  expect_no_children();
  // A joined thread leaves /proc a moment after its join.
  EXPECT_TRUE(eventually([&] { return thread_count() <= before.threads; }, std::chrono::seconds(2)))
      << thread_count() << " threads, before there were " << before.threads;
  EXPECT_LE(open_files(), before.files) << "open files left";
}

}  // namespace trilane::test
