// How a writer that blocks waits for the database's Worker: database_wait_threads.cpp or database_wait_plain.cpp.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.hpp"

namespace trilane::web {

/// Sends rows (as database.cpp encodes them) to a table and blocks until they are committed, for at most `timeout_ms`.
/// Any thread. Where nothing can be waited with, it returns when they are sent (database_link.js, "sent").
Status save_and_wait(int table, std::vector<std::byte> rows, int timeout_ms);

}  // namespace trilane::web
