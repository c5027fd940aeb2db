// The build with threads: the database's Worker writes its reply into this instance's memory, where the writer sleeps.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "database_wait.hpp"

// database.lib.js
extern "C" void trilane_js_db_post(int table, const void* rows, std::size_t size, void* reply);

namespace trilane::web {
namespace {

/// As database_worker.js writes it.
struct Reply {
  enum State : std::int32_t { waiting, saved, not_saved };
  std::atomic<std::int32_t> state{waiting};
  std::int32_t text_bytes = 0;
  char text[240] = {};
};

struct Sent {
  std::vector<std::byte> rows;
  Reply reply;
};

}  // namespace

Status save_and_wait(int table, std::vector<std::byte> rows, int timeout_ms) {
  auto sent = std::make_unique<Sent>();
  sent->rows = std::move(rows);
  trilane_js_db_post(table, sent->rows.data(), sent->rows.size(), &sent->reply);
  auto* word = reinterpret_cast<std::int32_t*>(&sent->reply.state);
  // Returns at once when the reply is already there.
  constexpr int kTimedOut = 2;
  if (__builtin_wasm_memory_atomic_wait32(word, Reply::waiting, std::int64_t{timeout_ms} * 1'000'000) == kTimedOut) {
    (void)sent.release();  // never freed: the reply may still come
    return fail("cannot save to the database: it has not answered for " + std::to_string(timeout_ms / 1000) + " s");
  }
  // Acquire: the text was written before the state.
  if (sent->reply.state.load(std::memory_order_acquire) == Reply::saved) return {};
  const auto size = std::clamp<std::int32_t>(sent->reply.text_bytes, 0, sizeof(sent->reply.text));
  return fail(std::string(sent->reply.text, static_cast<std::size_t>(size)));
}

}  // namespace trilane::web
