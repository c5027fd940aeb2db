// Platform seam: the database that pages are saved to. native/database.cpp is SQLite through its C library, in WAL
// mode; one connection for each thread or process that writes. web/database.cpp is SQLite as WebAssembly, in memory, in
// one Worker that every writer sends its rows to, as to a database server.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "base/notes.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace trilane {

class EventLoop;

/// What is kept of a parsed page.
struct PageRow {
  std::uint32_t page = 0;
  std::uint32_t links = 0;
  std::uint64_t text_hash = 0;  ///< Of its text content (html_parser.hpp).
  std::string title;
};

/// One writer's connection: one thread at a time.
class PageDatabase {
 public:
  virtual ~PageDatabase() = default;
  /// All rows in one transaction, or none. Blocks: other writers' commits are waited for, for at most the connection's
  /// busy_ms. Errors name the cause: locked, disk full, not a database, …
  virtual Status save(std::span<const PageRow> rows) = 0;

  /// What became of a commit, and when it began and ended.
  struct Saved {
    Status status;
    std::int64_t begin_ns = 0;
    std::int64_t end_ns = 0;
  };
  /// The same for an event loop, which turns meanwhile: natively a thread of the pool blocks instead, on the page the
  /// database's Worker is sent a message. Loop thread; one at a time. `done` is called there once, never before this
  /// returns.
  virtual void save_off_loop(EventLoop& loop, std::vector<PageRow> rows, std::function<void(Saved)> done) = 0;

  static constexpr int kBusyMs = 10'000;
};

/// The table of one run: made empty before it, checked and deleted after it. Loop thread only.
class PageTable {
 public:
  /// A new database: natively in a folder of its own among the system's temporary files, on the page in the memory of
  /// the database's Worker. `durable`: every commit is written through to the disk before save() returns (PRAGMA
  /// synchronous=FULL); otherwise the disk is left its own pace. `made` is called once, at once or later.
  static void create(EventLoop& loop, bool durable, std::function<void(Result<std::unique_ptr<PageTable>>)> made);
  /// Deletes the database. No `done` of read() is called any more.
  virtual ~PageTable() = default;
  /// How open_page_database() finds it, from any thread or process of the engine.
  virtual const std::string& address() const = 0;
  /// Does PageDatabase::save() return only when its rows are committed? Loop thread.
  virtual bool saves_are_waited_for() const { return true; }
  /// What a reader of the result must know about how rows are kept here.
  virtual std::vector<Note> notes() const { return {}; }

  struct Contents {
    std::uint64_t rows = 0;
    std::uint64_t pages = 0;   ///< Different pages among the rows: equal to `rows` when each was saved once.
    std::uint64_t digest = 0;  ///< Sum of checksum_term(page, page_value(row)) over all rows, modulo 2^64.
  };
  /// `rows`: how many should be there; where saving is not waited for, the read waits for them, a few seconds at most.
  /// One at a time. `done` is called once, at once or later.
  virtual void read(std::uint64_t rows, std::function<void(Result<Contents>)> done) = 0;
};

/// `address`: PageTable::address(). `busy_ms`: how long save() waits for other writers.
Result<std::unique_ptr<PageDatabase>> open_page_database(const std::string& address,
                                                         int busy_ms = PageDatabase::kBusyMs);

/// A row as a number: what a task that parses and saves contributes to the run's checksum. Equal for equal rows.
/// FNV-1a over title, then mixed with links and text_hash.
constexpr std::uint64_t page_value(const PageRow& row) {
  return mix64(mix64(fnv1a(row.title) ^ row.links) ^ row.text_hash);
}

}  // namespace trilane
