#include "experiments/probes/loop_probe.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "platform/clock.hpp"
#include "workloads/kernels.hpp"

namespace trilane::lab {
namespace {

constexpr std::int64_t kTickNs = 5'000'000;
constexpr std::int64_t kPauseNs = 20'000'000;    // before and after what may block
constexpr std::int64_t kComputeNs = 50'000'000;  // one CPU loop
constexpr int kWaiters = 8, kWaits = 4;
constexpr double kCommitMs = 30;
constexpr std::size_t kFirstRows = 4000, kMostRows = 60'000;

/// Something that ran on the loop's thread without giving it back.
struct Piece {
  Culprit what = Culprit::nobody;
  std::int64_t begin_ns = 0, end_ns = 0;
};

struct Round {
  explicit Round(LabContext& context) : lab(context), ended(context.scheduler()), stopped(context.scheduler()) {}

  LabContext& lab;
  coro::Event ended;    // the work
  coro::Event stopped;  // the ticker
  bool over = false;
  int left = 0;
  LoopRound seen;
  std::vector<Piece> pieces;
  std::optional<Error> error;

  auto pause() { return lab.scheduler().delay(kPauseNs); }
  void ran(Culprit what, std::int64_t begin_ns) { pieces.push_back({what, begin_ns, now_ns()}); }
  void end() {
    if (--left == 0) ended.set();
  }
};

double ms_since(std::int64_t begin_ns) { return static_cast<double>(now_ns() - begin_ns) / 1e6; }

coro::Detached tick(Round& round) {
  std::int64_t due = round.seen.begin_ns + kTickNs;
  while (!round.over) {
    co_await round.lab.scheduler().delay(due - now_ns());
    for (const std::int64_t now = now_ns(); due <= now; due += kTickNs) round.seen.ticks.push_back({due, now});
  }
  round.stopped.set();
}

coro::Detached wait_only(Round& round) {
  for (int i = 0; i < kWaits; ++i) co_await round.pause();
  round.end();
}

coro::Detached compute(Round& round) {
  co_await round.pause();
  const std::int64_t begin = now_ns();
  KernelFrame frame;
  std::uint64_t done = 0;
  while (now_ns() - begin < kComputeNs) {
    kSumKernel.step(frame, done, done + kSumKernel.chunk_units);
    done += kSumKernel.chunk_units;
  }
  round.seen.took_ms = ms_since(begin);
  round.ran(Culprit::cpu_loop, begin);
  co_await round.pause();
  round.end();
}

std::vector<PageRow> make_rows(std::size_t count) {
  std::vector<PageRow> rows(count);
  for (std::size_t i = 0; i < count; ++i) {
    rows[i] = {static_cast<std::uint32_t>(i), 3, i * 7919, "A page of the lab"};
  }
  return rows;
}

coro::Detached commit(Round& round, PageDatabase& database, std::vector<PageRow> rows) {
  co_await round.pause();
  const std::int64_t begin = now_ns();
  const Status status = database.save(rows);
  round.seen.took_ms = ms_since(begin);
  round.ran(Culprit::commit, begin);
  if (!status) round.error = status.error();
  co_await round.pause();
  round.end();
}

/// `co_await`: what became of a commit that the loop only waits for.
struct OffLoop {
  Round& round;
  PageDatabase& database;
  std::vector<PageRow> rows;
  PageDatabase::Saved saved;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    const std::int64_t begin = now_ns();
    database.save_off_loop(round.lab.scheduler().loop(), std::move(rows), [this, handle](PageDatabase::Saved done) {
      saved = std::move(done);
      round.lab.scheduler().ready(handle);
    });
    round.ran(Culprit::sending, begin);
  }
  void await_resume() const noexcept {}
};

coro::Detached commit_elsewhere(Round& round, PageDatabase& database, std::vector<PageRow> rows) {
  co_await round.pause();
  OffLoop saving{round, database, std::move(rows), {}};  // a variable: see AsyncWeb::fetch
  co_await saving;
  if (!saving.saved.status) round.error = saving.saved.status.error();
  round.seen.took_ms = static_cast<double>(saving.saved.end_ns - saving.saved.begin_ns) / 1e6;
  co_await round.pause();
  round.end();
}

Culprit culprit_of(const std::vector<Tick>& ticks, const std::vector<Piece>& pieces) {
  const auto worst = std::ranges::max_element(ticks, {}, [](const Tick& one) { return one.late_ms(); });
  Culprit guilty = Culprit::nobody;
  if (worst == ticks.end()) return guilty;
  std::int64_t longest = 0;
  for (const Piece& piece : pieces) {
    const std::int64_t inside = std::min(piece.end_ns, worst->ran_ns) - std::max(piece.begin_ns, worst->due_ns);
    if (inside <= longest) continue;
    longest = inside;
    guilty = piece.what;
  }
  return guilty;
}

/// `co_await`: a new table.
struct MakeTable {
  LabContext& lab;
  Result<std::unique_ptr<PageTable>> table = fail("");
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    PageTable::create(lab.scheduler().loop(), false, [this, handle](Result<std::unique_ptr<PageTable>> made) {
      table = std::move(made);
      lab.scheduler().ready(handle);
    });
  }
  void await_resume() const noexcept {}
};

}  // namespace

coro::Task<Result<LoopRound>> run_loop_round(LabContext& lab, LoopWay way, PageDatabase* database, std::size_t rows) {
  Round round(lab);
  round.left = way == kAwaiting ? kWaiters : 1;
  std::vector<PageRow> pages = way == kCommit || way == kOffLoop ? make_rows(rows) : std::vector<PageRow>();
  round.seen.begin_ns = now_ns();
  tick(round);
  switch (way) {
    case kAwaiting:
      for (int i = 0; i < kWaiters; ++i) wait_only(round);
      break;
    case kCompute: compute(round); break;
    case kCommit: commit(round, *database, std::move(pages)); break;
    default: commit_elsewhere(round, *database, std::move(pages)); break;
  }
  co_await round.ended;
  round.over = true;
  co_await round.stopped;
  if (round.error) co_return std::unexpected(*round.error);
  round.seen.culprit = culprit_of(round.seen.ticks, round.pieces);
  co_return std::move(round.seen);
}

coro::Task<Result<LoopStorage>> open_loop_storage(LabContext& lab) {
  MakeTable making{lab};
  co_await making;
  if (!making.table) co_return std::unexpected(making.table.error());
  LoopStorage storage{std::move(*making.table), nullptr};
  auto database = open_page_database(storage.table->address());
  if (!database) co_return std::unexpected(database.error());
  storage.database = std::move(*database);
  co_return std::move(storage);
}

coro::Task<Result<std::size_t>> choose_commit_rows(LabContext& lab) {
  auto storage = co_await open_loop_storage(lab);
  if (!storage) co_return std::unexpected(storage.error());
  if (!storage->table->saves_are_waited_for()) co_return std::size_t{0};
  const std::vector<PageRow> rows = make_rows(kFirstRows);
  double ms = 1e9;
  for (int i = 0; i < 4; ++i) {  // the quickest: the first also starts the database, and others may disturb
    const std::int64_t begin = now_ns();
    const Status saved = storage->database->save(rows);
    if (!saved) co_return std::unexpected(saved.error());
    ms = std::min(ms, ms_since(begin));
  }
  const double wanted = kFirstRows * kCommitMs / std::max(ms, 0.1);
  co_return static_cast<std::size_t>(std::clamp<double>(wanted, kFirstRows, kMostRows));
}

}  // namespace trilane::lab
