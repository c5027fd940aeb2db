#include "models/async_web.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "platform/clock.hpp"
#include "platform/html_parser.hpp"

namespace trilane {

Status AsyncWeb::open() {
  // Others' sites are asked politely; the lab's own server takes as many connections as there are tasks in flight.
  const std::size_t per_host = context_.web.urls.empty() ? 0 : kPoliteConnections;
  auto client = AsyncHttpClient::create(context_.scheduler.loop(), per_host);
  if (!client) return std::unexpected(client.error());
  client_ = std::move(*client);
  return {};
}

void AsyncWeb::cancel() {
  if (client_) client_->cancel_all();
}

coro::Task<void> AsyncWeb::run(std::uint32_t task) {
  TaskRecord& record = context_.tasks[task];
  PageInWork page;
  std::uint64_t value = 0;
  record.begin_ns = now_ns();
  Segment next;
  for (std::uint32_t index = 0; context_.workload.segment(task, index, next); ++index) {
    const Status status = co_await segment(task, index, next, page, value);
    if (context_.cancel.requested()) co_return;
    if (!status) {
      errors_.add(task, status.error().message);
      value = 0;
      break;
    }
  }
  record.value = value;
  record.end_ns = now_ns();
  context_.progress[0].done.store(++done_, std::memory_order_relaxed);
}

coro::Task<Status> AsyncWeb::segment(std::uint32_t task, std::uint32_t index, const Segment& segment, PageInWork& page,
                                     std::uint64_t& value) {
  switch (segment.kind) {
    case SegmentKind::fetch: co_return co_await fetch(task, index, page, value);
    case SegmentKind::parse: co_return parse(task, index, segment.units, page, value);
    case SegmentKind::save:
      saver_.keep(page.row);
      save_segment_ = index;
      if (saver_.full()) co_await commit(task, index);
      break;
    case SegmentKind::yield: co_await context_.scheduler.yield(); break;
    case SegmentKind::wait: {
      const std::int64_t begin = now_ns();
      co_await context_.scheduler.delay(segment.wait_ns);
      runner_.record(SpanKind::wait, begin, now_ns(), task, index, 0);
      break;
    }
    case SegmentKind::compute:
    case SegmentKind::critical:
      runner_.set_last_ns(now_ns());
      runner_.run_segment(task, index, segment, value);
      break;
  }
  co_return Status{};
}

coro::Task<Status> AsyncWeb::fetch(std::uint32_t task, std::uint32_t index, PageInWork& page, std::uint64_t& value) {
  const std::string url = context_.web.url(context_.workload, task);
  const std::int64_t begin = now_ns();
  const std::int64_t blocked_before = blocked_ns_;
  auto answering = coro::from_callback<Result<HttpAnswer>>(context_.scheduler, [&](auto done) {
    client_->get({.url = url, .timeout_ms = static_cast<int>(context_.web.timeout_ms)}, std::move(done));
  });
  Result<HttpAnswer> answer = co_await answering;
  runner_.record(SpanKind::fetch, begin, now_ns(), task, index, 0);
  if (!answer && answer.error().message.find("timed out") != std::string::npos) {
    note_timeout(blocked_ns_ - blocked_before);
  }
  co_return take_answer(std::move(answer), url, page, value);
}

void AsyncWeb::note_timeout(std::int64_t blocked_ns) {
  // Less, and the server may well have been late by itself.
  if (blocked_ns < std::int64_t{context_.web.timeout_ms} * 1'000'000 / 2) return;
  ++blocked_timeouts_;
  longest_blocked_ns_ = std::max(longest_blocked_ns_, blocked_ns);
}

std::optional<Note> AsyncWeb::blocked_timeouts_note() const {
  if (blocked_timeouts_ == 0) return std::nullopt;
  return notes::blocked_timeouts(blocked_timeouts_, context_.web.timeout_ms, longest_blocked_ns_ / 1'000'000);
}

Status AsyncWeb::parse(std::uint32_t task, std::uint32_t index, std::uint64_t times, PageInWork& page,
                       std::uint64_t& value) {
  if (Status ready = prepare_parser(); !ready) return ready;
  const std::int64_t begin = now_ns();
  for (std::uint64_t i = 0; i < times && !context_.cancel.requested(); ++i) parse_body(task, page, value);
  const std::int64_t end = now_ns();
  runner_.record(SpanKind::parse, begin, end, task, index, times);
  blocked_ns_ += end - begin;
  blocks_.add({static_cast<double>(end - begin) / 1e6, task, index, "parse"});
  return {};
}

Status AsyncWeb::commit_on_loop(const std::vector<PageRow>& rows, std::uint32_t task, std::uint32_t index) {
  const std::int64_t begin = now_ns();
  const Status status = saver_.commit(rows);
  const std::int64_t end = now_ns();
  runner_.record(SpanKind::save, begin, end, task, index, 0);
  blocked_ns_ += end - begin;
  blocks_.add({static_cast<double>(end - begin) / 1e6, task, index, "commit"});
  return status;
}

coro::Task<Status> AsyncWeb::commit_off_loop(const std::vector<PageRow>& rows, std::uint32_t task,
                                             std::uint32_t index) {
  // One connection, so one commit at a time; others wait here, not on the loop.
  const std::int64_t begin = now_ns();
  PageDatabase::Saved saved;
  {
    const auto lock = co_await commit_lock_.lock();
    const auto database = saver_.database();
    if (!database) co_return std::unexpected(database.error());
    auto saving = coro::from_callback<PageDatabase::Saved>(context_.scheduler, [&](auto done) {
      (*database)->save_off_loop(context_.scheduler.loop(), rows, std::move(done));
    });
    saved = co_await saving;
  }
  if (LaneRing* ring = context_.recorder.enabled() ? context_.recorder.lane(kDatabaseLane) : nullptr) {
    ring->push({saved.begin_ns, saved.end_ns, task, kDatabaseLane, SpanKind::save,
                static_cast<std::uint8_t>(std::min(index, 255U)), 0});
  }
  runner_.record(SpanKind::wait, begin, now_ns(), task, index, 0);
  co_return saved.status;
}

coro::Task<void> AsyncWeb::commit(std::uint32_t task, std::uint32_t index) {
  std::vector<PageRow> rows = saver_.take();
  Status status;
  if (context_.config.save_on_loop) {
    status = commit_on_loop(rows, task, index);
  } else {
    status = co_await commit_off_loop(rows, task, index);
  }
  if (!status) {
    for (const PageRow& row : rows) errors_.add(row.page, status.error().message);
  }
}

coro::Task<void> AsyncWeb::flush() {
  if (saver_.kept() != 0 && !context_.cancel.requested()) co_await commit(kNoTask, save_segment_);
}

}  // namespace trilane
