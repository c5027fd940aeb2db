// Platform seam: the database that pages are saved to. native/database.cpp is SQLite through its C library, in WAL
// mode; one connection for each thread or process that writes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/hash.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace trilane {

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

  static constexpr int kBusyMs = 10'000;
};

/// The table of one run: made empty before it, checked and deleted after it.
class PageTable {
 public:
  /// A new database in a folder of its own among the system's temporary files. `durable`: every commit is written
  /// through to the disk before save() returns (PRAGMA synchronous=FULL); otherwise the disk is left its own pace.
  static Result<std::unique_ptr<PageTable>> create(bool durable);
  /// Deletes the files.
  virtual ~PageTable() = default;
  /// How open_page_database() finds it, from any thread or process of this machine.
  virtual const std::string& address() const = 0;

  struct Contents {
    std::uint64_t rows = 0;
    std::uint64_t pages = 0;   ///< Different pages among the rows: equal to `rows` when each was saved once.
    std::uint64_t digest = 0;  ///< Sum of checksum_term(page, page_value(row)) over all rows, modulo 2^64.
  };
  virtual Result<Contents> read() = 0;
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
