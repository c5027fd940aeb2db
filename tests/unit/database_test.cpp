// The pages' database: what is saved is there once, and what cannot be saved fails with its cause.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "base/stats.hpp"
#include "platform/database.hpp"
#include "platform/event_loop.hpp"

namespace trilane {
namespace {

PageRow row_of(std::uint32_t page) {
  return {.page = page,
          .links = page % 7,
          .text_hash = 0xffffffff00000000ULL + page,
          .title = "Page " + std::to_string(page) + " \xD1\x8F 'quoted'"};
}

/// Natively both are done at once.
std::unique_ptr<PageTable> make_table(bool durable) {
  const auto loop = EventLoop::create();
  std::unique_ptr<PageTable> table;
  PageTable::create(*loop, durable, [&](Result<std::unique_ptr<PageTable>> made) { table = std::move(made).value(); });
  return table;
}

PageTable::Contents contents_of(PageTable& table) {
  PageTable::Contents contents;
  table.read(0, [&](Result<PageTable::Contents> read) { contents = read.value(); });
  return contents;
}

std::string file_of(const PageTable& table) { return table.address().substr(table.address().find('/')); }

/// A statement by somebody else, on a connection of its own that stays open.
class Stranger {
 public:
  explicit Stranger(const PageTable& table) { sqlite3_open(file_of(table).c_str(), &db_); }
  ~Stranger() { sqlite3_close(db_); }
  Stranger(const Stranger&) = delete;
  Stranger& operator=(const Stranger&) = delete;
  void run(const char* sql) {
    ASSERT_EQ(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db_);
  }

 private:
  sqlite3* db_ = nullptr;
};

class Database : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(DurableOrNot, Database, testing::Bool());

TEST_P(Database, TwoWritersSaveEveryPageOnce) {
  const auto table = make_table(GetParam());
  constexpr std::uint32_t kEach = 100;
  std::vector<std::thread> writers;
  for (std::uint32_t writer = 0; writer < 2; ++writer) {
    writers.emplace_back([&, writer] {
      const auto database = open_page_database(table->address()).value();
      for (std::uint32_t i = 0; i < kEach; i += 10) {
        std::vector<PageRow> rows;
        for (std::uint32_t k = 0; k < 10; ++k) rows.push_back(row_of(writer * kEach + i + k));
        const Status saved = database->save(rows);
        EXPECT_TRUE(saved) << saved.error().message;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  std::uint64_t digest = 0;
  for (std::uint32_t page = 0; page < 2 * kEach; ++page) digest += checksum_term(page, page_value(row_of(page)));
  const auto contents = contents_of(*table);
  EXPECT_EQ(contents.rows, 2 * kEach);
  EXPECT_EQ(contents.pages, 2 * kEach);
  EXPECT_EQ(contents.digest, digest);
}

TEST(DatabaseTable, APageThatIsSavedTwiceShows) {
  const auto table = make_table(false);
  const auto database = open_page_database(table->address()).value();
  const std::vector<PageRow> rows{row_of(1), row_of(2), row_of(1)};
  ASSERT_TRUE(database->save(rows));
  EXPECT_EQ(contents_of(*table).rows, 3U);
  EXPECT_EQ(contents_of(*table).pages, 2U);
}

TEST(DatabaseTable, ItsFilesEndWithIt) {
  auto table = make_table(false);
  const std::filesystem::path folder = std::filesystem::path(file_of(*table)).parent_path();
  ASSERT_TRUE(std::filesystem::exists(folder));
  const auto database = open_page_database(table->address()).value();
  ASSERT_TRUE(database->save(std::vector{row_of(1)}));
  table.reset();
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(DatabaseErrors, WaitsForAnotherWriter) {
  const auto table = make_table(false);
  const auto database = open_page_database(table->address()).value();
  Stranger stranger(*table);
  stranger.run("BEGIN EXCLUSIVE");
  std::thread writer([&] { EXPECT_TRUE(database->save(std::vector{row_of(1)})); });
  stranger.run("INSERT INTO pages (page, links, text_hash, title) VALUES (2, 0, 0, '')");
  stranger.run("COMMIT");
  writer.join();
  EXPECT_EQ(contents_of(*table).pages, 2U);
}

TEST(DatabaseErrors, LockedIsNamed) {
  const auto table = make_table(false);
  const auto database = open_page_database(table->address(), 1).value();
  Stranger stranger(*table);
  stranger.run("BEGIN EXCLUSIVE");
  const Status saved = database->save(std::vector{row_of(1)});
  ASSERT_FALSE(saved);
  EXPECT_NE(saved.error().message.find("locked by another writer"), std::string::npos) << saved.error().message;
  stranger.run("ROLLBACK");
  EXPECT_TRUE(database->save(std::vector{row_of(1)}));
}

TEST(DatabaseErrors, AllRowsOrNone) {
  const auto table = make_table(false);
  const auto database = open_page_database(table->address()).value();
  ASSERT_TRUE(database->save(std::vector{row_of(1)}));
  // Longer than any text that SQLite takes.
  std::vector<PageRow> rows{row_of(2), row_of(3)};
  rows.back().title.assign(1'000'000'001, 'x');
  const Status saved = database->save(rows);
  ASSERT_FALSE(saved);
  EXPECT_EQ(contents_of(*table).rows, 1U) << "a part of the transaction stayed";
  EXPECT_TRUE(database->save(std::vector{row_of(4)})) << "the connection is of no more use";
}

TEST(DatabaseTable, OffTheLoopTheLoopTurnsUntilItIsTold) {
  const auto table = make_table(false);
  const auto database = open_page_database(table->address()).value();
  const auto loop = EventLoop::create();
  bool told = false;
  database->save_off_loop(*loop, {row_of(1), row_of(2)}, [&](PageDatabase::Saved saved) {
    EXPECT_TRUE(saved.status);
    EXPECT_LE(saved.begin_ns, saved.end_ns);
    told = true;
  });
  EXPECT_FALSE(told) << "inside of the call";
  loop->run_until([&] { return told; });
  EXPECT_EQ(contents_of(*table).pages, 2U);
}

TEST(DatabaseErrors, DamagedFileIsNamed) {
  const auto table = make_table(false);
  std::ofstream(file_of(*table) + ".other") << std::string(8192, 'x');
  const auto opened = open_page_database(table->address() + ".other");
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("not a database"), std::string::npos) << opened.error().message;
  EXPECT_FALSE(open_page_database(table->address() + ".none"));
  EXPECT_FALSE(open_page_database("nonsense"));
}

}  // namespace
}  // namespace trilane
