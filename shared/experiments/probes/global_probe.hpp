// One global variable, the same in the program of the engine and in that of its children: what a thread writes to it
// the engine sees; what a child writes it does not, because a process (on the page a Worker with its own memory) has
// its own.
#pragma once

#include <cstdint>

namespace trilane {

struct GlobalReport {
  std::uint64_t address = 0;    ///< Where the variable is in this address space.
  std::int64_t before = 0;      ///< What it held.
  std::int64_t after = 0;       ///< What it holds now.
  std::int64_t process_id = 0;  ///< 0 on the page.
  std::int64_t thread_id = 0;
};

/// Adds to this address space's variable. Any thread.
GlobalReport add_to_global(std::int64_t amount);
/// Sets it. Any thread.
void set_global(std::int64_t value);
std::int64_t read_global();

}  // namespace trilane
