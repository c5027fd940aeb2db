// What differs between the page's builds with and without threads. One of host_threads.cpp and host_plain.cpp is
// linked.
#pragma once

#include <cstdint>
#include <optional>

namespace trilane::web {

/// HostInfo::platform.
extern const char* const kPlatformName;

/// How much of this instance's wasm memory is in use. Any thread.
std::uint64_t used_memory_bytes();

/// thread_stack_bytes() of platform/system_info.hpp.
std::optional<std::uint64_t> stack_of_thread();

}  // namespace trilane::web
