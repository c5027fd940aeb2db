// The pages' database: SQLite in WAL mode, so that a reader and a writer do not wait for each other, and writers only
// for each other's commits.
#include "platform/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/stats.hpp"
#include "platform/clock.hpp"
#include "platform/host.hpp"

namespace trilane::native {
namespace {

constexpr const char* kFileName = "pages.sqlite";
/// An address is one of these and the file's path: how well commits are kept is every connection's own setting.
constexpr std::string_view kDurable = "durable:";
constexpr std::string_view kRelaxed = "relaxed:";

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Connection = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

std::unexpected<Error> failed(std::string_view what, int code, sqlite3* db) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fail(fmt::format("cannot {} the database: it is locked by another writer for too long", what));
    case SQLITE_FULL: return fail(fmt::format("cannot {} the database: the disk is full", what));
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return fail(fmt::format("cannot {} the database: the file is damaged or not a database ({})", what,
                              sqlite3_errstr(code)));
    default: {
      const int system_error = db != nullptr ? sqlite3_system_errno(db) : 0;
      return fail(fmt::format("cannot {} the database: {}{}", what,
                              db != nullptr ? sqlite3_errmsg(db) : "out of memory",
                              system_error != 0 ? fmt::format(" (system error {})", system_error) : ""));
    }
  }
}

Status execute(sqlite3* db, std::string_view what, const char* sql) {
  const int code = sqlite3_exec(db, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failed(what, code, db);
  return {};
}

Result<Statement> prepare(sqlite3* db, std::string_view what, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return failed(what, code, db);
  return Statement(statement);
}

Result<Connection> connect(const std::string& path, bool durable, int flags, int busy_ms) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Connection db(opened);
  if (code != SQLITE_OK) return failed("open", code, db.get());
  sqlite3_extended_result_codes(db.get(), 1);
  sqlite3_busy_timeout(db.get(), busy_ms);
  if (Status set = execute(db.get(), "open", durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"); !set)
    return std::unexpected(set.error());
  return db;
}

class SqlitePageDatabase final : public PageDatabase {
 public:
  SqlitePageDatabase(Connection db, Statement begin, Statement insert, Statement commit)
      : db_(std::move(db)), begin_(std::move(begin)), insert_(std::move(insert)), commit_(std::move(commit)) {}

  Status save(std::span<const PageRow> rows) override {
    // IMMEDIATE: the writers' lock is waited for here; a transaction that asked for it later could not wait.
    if (Status begun = step(begin_.get()); !begun) return begun;
    for (const PageRow& row : rows) {
      if (Status inserted = insert(row); !inserted) return rolled_back(std::move(inserted));
    }
    if (Status committed = step(commit_.get()); !committed) return rolled_back(std::move(committed));
    return {};
  }

  void save_off_loop(EventLoop& loop, std::vector<PageRow> rows, std::function<void(Saved)> done) override {
    auto saved = std::make_shared<Saved>();
    run_blocking(
        loop,
        [this, saved, rows = std::move(rows)] {
          saved->begin_ns = now_ns();
          saved->status = save(rows);
          saved->end_ns = now_ns();
        },
        [saved, done = std::move(done)] { done(std::move(*saved)); });
  }

 private:
  Status insert(const PageRow& row) {
    sqlite3_bind_int64(insert_.get(), 1, row.page);
    sqlite3_bind_int64(insert_.get(), 2, row.links);
    sqlite3_bind_int64(insert_.get(), 3, static_cast<sqlite3_int64>(row.text_hash));  // SQLite's numbers are signed
    sqlite3_bind_text(insert_.get(), 4, row.title.data(), static_cast<int>(row.title.size()), SQLITE_STATIC);
    return step(insert_.get());
  }

  Status step(sqlite3_stmt* statement) {
    const int code = sqlite3_step(statement);
    Status status;
    if (code != SQLITE_DONE) status = failed("save to", code, db_.get());  // before the reset, which forgets why
    sqlite3_reset(statement);
    return status;
  }

  /// SQLite rolls back by itself after some errors; then there is no transaction left to end.
  Status rolled_back(Status why) {
    if (sqlite3_get_autocommit(db_.get()) == 0) sqlite3_exec(db_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    return why;
  }

  Connection db_;  // closed last
  Statement begin_, insert_, commit_;
};

bool is_in_memory(const std::string& folder);

class SqlitePageTable final : public PageTable {
 public:
  /// `lock`: the folder's, held until it is deleted.
  SqlitePageTable(std::filesystem::path folder, int lock) : folder_(std::move(folder)), lock_(lock) {}
  ~SqlitePageTable() override {
    db_.reset();
    std::error_code ignored;  // what cannot be deleted stays among the temporary files
    std::filesystem::remove_all(folder_, ignored);
    close(lock_);
  }
  SqlitePageTable(const SqlitePageTable&) = delete;
  SqlitePageTable& operator=(const SqlitePageTable&) = delete;

  Status set_up(bool durable) {
    const std::string path = folder_ / kFileName;
    auto db = connect(path, durable, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, PageDatabase::kBusyMs);
    if (!db) return std::unexpected(db.error());
    db_ = std::move(*db);
    address_ = std::string(durable ? kDurable : kRelaxed) + path;
    in_memory_ = durable && is_in_memory(folder_);
    // No index on `page`: a page that is saved twice has to show, and an index would cost every insert.
    return execute(db_.get(), "make",
                   "PRAGMA journal_mode=WAL;"
                   "CREATE TABLE pages (id INTEGER PRIMARY KEY AUTOINCREMENT, page INTEGER NOT NULL,"
                   " links INTEGER NOT NULL, text_hash INTEGER NOT NULL, title TEXT NOT NULL)");
  }

  const std::string& address() const override { return address_; }

  std::vector<Note> notes() const override {
    if (!in_memory_) return {};
    return {trilane::notes::database_in_memory()};
  }

  void read(std::uint64_t, std::function<void(Result<Contents>)> done) override { done(contents()); }

 private:
  Result<Contents> contents() {
    // Sorted, so that equal pages follow each other.
    auto select = prepare(db_.get(), "read", "SELECT page, links, text_hash, title FROM pages ORDER BY page");
    if (!select) return std::unexpected(select.error());
    sqlite3_stmt* statement = select->get();
    Contents contents;
    std::int64_t last_page = -1;
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
      const PageRow row = row_of(statement);
      ++contents.rows;
      if (row.page != last_page) ++contents.pages;
      last_page = row.page;
      contents.digest += checksum_term(row.page, page_value(row));
    }
    if (code != SQLITE_DONE) return failed("read", code, db_.get());
    return contents;
  }

  static PageRow row_of(sqlite3_stmt* statement) {
    const auto* title = reinterpret_cast<const char*>(sqlite3_column_text(statement, 3));
    return {.page = static_cast<std::uint32_t>(sqlite3_column_int64(statement, 0)),
            .links = static_cast<std::uint32_t>(sqlite3_column_int64(statement, 1)),
            .text_hash = static_cast<std::uint64_t>(sqlite3_column_int64(statement, 2)),
            .title = title == nullptr
                         ? std::string()
                         : std::string(title, static_cast<std::size_t>(sqlite3_column_bytes(statement, 3)))};
  }

  std::filesystem::path folder_;
  int lock_;
  Connection db_;
  std::string address_;
  bool in_memory_ = false;
};

constexpr std::string_view kFolderBegin = "trilane-table-";

constexpr std::string_view kLockName = "/owner";

/// Opens and locks a folder's lock; -1 when another holds it, or it cannot be opened. The system lets go of it when its
/// owner ends, however that ends, and knows owners in other PID namespaces too.
int lock_folder(const std::string& folder, int flags) {
  const int lock = open((folder + std::string(kLockName)).c_str(), flags | O_RDWR | O_CLOEXEC, 0600);
  if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
  close(lock);
  return -1;
}

/// The folders of programs that were killed and could not delete theirs.
void remove_orphaned_folders(const std::filesystem::path& parent) {
  std::error_code error;
  for (std::filesystem::directory_iterator at(parent, error), end; !error && at != end; at.increment(error)) {
    if (!at->path().filename().string().starts_with(kFolderBegin)) continue;
    const int lock = lock_folder(at->path(), 0);
    if (lock < 0) continue;   // somebody's, or not made yet
    std::error_code ignored;  // another user's, or gone meanwhile
    std::filesystem::remove_all(at->path(), ignored);
    close(lock);
  }
}

/// Files of such a file system are memory: nothing is ever written through to a disk.
bool is_in_memory(const std::string& folder) {
  constexpr unsigned long kTmpfs = 0x01021994, kRamfs = 0x858458f6;  // statfs(2)
  struct statfs about{};
  if (statfs(folder.c_str(), &about) != 0) return false;
  const auto type = static_cast<unsigned long>(about.f_type) & 0xffffffff;
  return type == kTmpfs || type == kRamfs;
}

Result<std::unique_ptr<PageTable>> make_table(bool durable) {
  std::error_code error;
  const auto parent = std::filesystem::temp_directory_path(error);
  if (!error) remove_orphaned_folders(parent);
  std::string folder = parent / fmt::format("{}XXXXXX", kFolderBegin);
  if (error || mkdtemp(folder.data()) == nullptr) {
    return fail(fmt::format("cannot make a folder for the database among the temporary files: {}",
                            error ? error.message() : std::generic_category().message(errno)));
  }
  const int lock = lock_folder(folder, O_CREAT);
  if (lock < 0) {
    return fail(fmt::format("cannot lock a folder for the database among the temporary files: {}",
                            std::generic_category().message(errno)));
  }
  auto table = std::make_unique<SqlitePageTable>(folder, lock);
  if (Status set_up = table->set_up(durable); !set_up) return std::unexpected(set_up.error());
  return table;
}

}  // namespace
}  // namespace trilane::native

namespace trilane {

void PageTable::create(EventLoop&, bool durable, std::function<void(Result<std::unique_ptr<PageTable>>)> made) {
  made(native::make_table(durable));
}

Result<std::unique_ptr<PageDatabase>> open_page_database(const std::string& address, int busy_ms) {
  using namespace native;
  const bool durable = address.starts_with(kDurable);
  if (!durable && !address.starts_with(kRelaxed)) return fail("not the address of a table of pages: " + address);
  auto db = connect(address.substr(kDurable.size()), durable, SQLITE_OPEN_READWRITE, busy_ms);
  if (!db) return std::unexpected(db.error());
  auto begin = prepare(db->get(), "open", "BEGIN IMMEDIATE");
  auto insert = prepare(db->get(), "open", "INSERT INTO pages (page, links, text_hash, title) VALUES (?, ?, ?, ?)");
  auto commit = prepare(db->get(), "open", "COMMIT");
  for (auto* statement : {&begin, &insert, &commit}) {
    if (!*statement) return std::unexpected(statement->error());
  }
  return std::make_unique<SqlitePageDatabase>(std::move(*db), std::move(*begin), std::move(*insert),
                                              std::move(*commit));
}

}  // namespace trilane
