// The builds without threads: JavaScript waits, in shared memory of its own or in a synchronous request.
#include <cstdlib>
#include <string>

#include "database_wait.hpp"

// database.lib.js. The text is the caller's to free.
extern "C" char* trilane_js_db_block(int table, const void* rows, std::size_t size, int timeout_ms);

namespace trilane::web {

Status save_and_wait(int table, std::vector<std::byte> rows, int timeout_ms) {
  char* problem = trilane_js_db_block(table, rows.data(), rows.size(), timeout_ms);
  if (problem == nullptr) return {};
  std::string text(problem);
  std::free(problem);
  return fail(std::move(text));
}

}  // namespace trilane::web
