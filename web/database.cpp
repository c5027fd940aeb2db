// The page's database: one Worker with SQLite in memory (database_worker.js), which the engine starts and every writer
// sends its rows to. The event loop sends a message and hears the answer; a writer that blocks waits as the platform
// can (database_wait.hpp).
#include "platform/database.hpp"

#include <emscripten.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "base/stats.hpp"
#include "database_wait.hpp"
#include "platform/clock.hpp"
#include "platform/event_loop.hpp"

// Texts that come from JavaScript are malloc'd, and ours to free; a null text: all is well.
extern "C" {
EMSCRIPTEN_KEEPALIVE void trilane_db_answered(int request, char* problem);
EMSCRIPTEN_KEEPALIVE void trilane_db_rows(int request, const std::byte* rows, std::size_t size);
// database.lib.js. Each `request` is answered once, by trilane_db_answered, never before these return.
void trilane_js_db_create(int request, int table);
void trilane_js_db_drop(int table);
int trilane_js_db_waits();
void trilane_js_db_read(int request, int table, double rows);
void trilane_js_db_save(int request, int table, const void* rows, std::size_t size);
}

namespace trilane {
namespace {

/// What is under way between the loop's thread and the Worker, by number.
struct Request {
  std::function<void(Status)> done;
  std::function<void(std::span<const std::byte>)> rows;
};
std::unordered_map<int, Request>& requests() {
  static std::unordered_map<int, Request> all;
  return all;
}
int next_number() {
  static int last = 0;
  return ++last;
}
int add_request(Request request) {
  const int number = next_number();
  requests().emplace(number, std::move(request));
  return number;
}

// A row is uint32 page, uint32 links, uint64 text_hash, uint32 bytes of the title, the title (database_worker.js).
constexpr std::size_t kRowBytes = 20;

template <class T>
void append(std::vector<std::byte>& out, T value) {
  const auto* bytes = reinterpret_cast<const std::byte*>(&value);
  out.insert(out.end(), bytes, bytes + sizeof(value));
}

std::vector<std::byte> encode(std::span<const PageRow> rows) {
  std::vector<std::byte> out;
  for (const PageRow& row : rows) {
    append(out, row.page);
    append(out, row.links);
    append(out, row.text_hash);
    append(out, static_cast<std::uint32_t>(row.title.size()));
    const auto* title = reinterpret_cast<const std::byte*>(row.title.data());
    out.insert(out.end(), title, title + row.title.size());
  }
  return out;
}

template <class T>
T read_as(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

/// Takes the first row off `bytes`.
PageRow take_row(std::span<const std::byte>& bytes) {
  PageRow row{.page = read_as<std::uint32_t>(bytes.data()),
              .links = read_as<std::uint32_t>(bytes.data() + 4),
              .text_hash = read_as<std::uint64_t>(bytes.data() + 8),
              .title = {}};
  const auto size = read_as<std::uint32_t>(bytes.data() + 16);
  row.title.assign(reinterpret_cast<const char*>(bytes.data() + kRowBytes), size);
  bytes = bytes.subspan(kRowBytes + size);
  return row;
}

class WorkerDatabase final : public PageDatabase {
 public:
  WorkerDatabase(int table, int busy_ms) : table_(table), busy_ms_(busy_ms) {}
  ~WorkerDatabase() override { requests().erase(request_); }
  WorkerDatabase(const WorkerDatabase&) = delete;
  WorkerDatabase& operator=(const WorkerDatabase&) = delete;

  Status save(std::span<const PageRow> rows) override { return web::save_and_wait(table_, encode(rows), busy_ms_); }

  void save_off_loop(EventLoop&, std::vector<PageRow> rows, std::function<void(Saved)> done) override {
    const std::vector<std::byte> bytes = encode(rows);
    const std::int64_t begin = now_ns();
    request_ = add_request(
        {.done = [begin, done = std::move(done)](Status status) { done({std::move(status), begin, now_ns()}); },
         .rows = {}});
    trilane_js_db_save(request_, table_, bytes.data(), bytes.size());
  }

 private:
  int table_;
  int busy_ms_;
  int request_ = 0;
};

class WorkerTable final : public PageTable {
 public:
  explicit WorkerTable(int table) : table_(table), address_(std::to_string(table)) {}
  ~WorkerTable() override {
    requests().erase(request_);
    trilane_js_db_drop(table_);
  }
  WorkerTable(const WorkerTable&) = delete;
  WorkerTable& operator=(const WorkerTable&) = delete;

  const std::string& address() const override { return address_; }

  std::vector<Note> notes() const override {
    if (saves_are_waited_for()) return {trilane::notes::page_database()};
    return {trilane::notes::page_database(), trilane::notes::commits_not_awaited()};
  }
  bool saves_are_waited_for() const override { return trilane_js_db_waits() != 0; }

  void read(std::uint64_t rows, std::function<void(Result<Contents>)> done) override {
    contents_ = {};
    last_page_ = -1;
    request_ = add_request({.done =
                                [this, done = std::move(done)](const Status& status) {
                                  if (status) return done(contents_);
                                  done(std::unexpected(status.error()));
                                },
                            .rows = [this](std::span<const std::byte> bytes) { take(bytes); }});
    trilane_js_db_read(request_, table_, saves_are_waited_for() ? 0 : static_cast<double>(rows));
  }

 private:
  // Ordered by page: equal pages follow each other.
  void take(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const PageRow row = take_row(bytes);
      ++contents_.rows;
      if (row.page != last_page_) ++contents_.pages;
      last_page_ = row.page;
      contents_.digest += checksum_term(row.page, page_value(row));
    }
  }

  int table_;
  std::string address_;
  int request_ = 0;
  Contents contents_;
  std::int64_t last_page_ = -1;
};

}  // namespace

void PageTable::create(EventLoop&, bool, std::function<void(Result<std::unique_ptr<PageTable>>)> made) {
  const int table = next_number();
  const int request = add_request({.done =
                                       [table, made = std::move(made)](const Status& status) {
                                         if (!status) return made(std::unexpected(status.error()));
                                         made(std::make_unique<WorkerTable>(table));
                                       },
                                   .rows = {}});
  trilane_js_db_create(request, table);
}

Result<std::unique_ptr<PageDatabase>> open_page_database(const std::string& address, int busy_ms) {
  int table = 0;
  const auto parsed = std::from_chars(address.data(), address.data() + address.size(), table);
  if (parsed.ec != std::errc{} || table <= 0) return fail("not the address of a table of pages: " + address);
  return std::make_unique<WorkerDatabase>(table, busy_ms);
}

}  // namespace trilane

void trilane_db_answered(int request, char* problem) {
  trilane::Status status;
  if (problem != nullptr) status = trilane::fail(problem);
  std::free(problem);
  const auto found = trilane::requests().find(request);
  if (found == trilane::requests().end()) return;
  const trilane::Request ended = std::move(found->second);
  trilane::requests().erase(found);
  ended.done(std::move(status));
}

void trilane_db_rows(int request, const std::byte* rows, std::size_t size) {
  const auto found = trilane::requests().find(request);
  if (found != trilane::requests().end()) found->second.rows({rows, size});
}
