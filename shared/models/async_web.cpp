#include "models/async_web.hpp"

#include <optional>

#include "platform/clock.hpp"

namespace trilane {

/// `co_await`: the answer to one request.
struct AsyncWeb::Answer {
  AsyncWeb& web;
  HttpGet request;
  std::optional<Result<HttpAnswer>> result;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    // The awaiter lives in the suspended coroutine's frame until it is resumed: `this` is good until then.
    web.client_->get(std::move(request), [this, handle](Result<HttpAnswer> answer) {
      result.emplace(std::move(answer));
      web.context_.scheduler.ready(handle);
    });
  }
  Result<HttpAnswer> await_resume() { return std::move(*result); }
};

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
    case SegmentKind::parse: parse(task, index, segment.units, page, value); break;
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
  // A variable, not a temporary: GCC 12 destroys the members of an aggregate in a co_await expression twice.
  Answer awaiter{*this, {.url = url, .timeout_ms = static_cast<int>(context_.web.timeout_ms)}, {}};
  Result<HttpAnswer> answer = co_await awaiter;
  runner_.record(SpanKind::fetch, begin, now_ns(), task, index, 0);
  co_return take_answer(std::move(answer), url, page, value);
}

void AsyncWeb::parse(std::uint32_t task, std::uint32_t index, std::uint64_t times, PageInWork& page,
                     std::uint64_t& value) {
  const std::int64_t begin = now_ns();
  for (std::uint64_t i = 0; i < times && !context_.cancel.requested(); ++i) parse_body(task, page, value);
  const std::int64_t end = now_ns();
  runner_.record(SpanKind::parse, begin, end, task, index, times);
  blocks_.add({static_cast<double>(end - begin) / 1e6, task, index, "parse"});
}

// Any thread, one at a time.
Status AsyncWeb::commit_rows(const std::vector<PageRow>& rows, std::uint32_t task, std::uint32_t index, LaneRing* ring,
                             std::uint16_t lane) {
  const std::int64_t begin = now_ns();
  const Status status = saver_.commit(rows);
  if (ring != nullptr) {
    ring->push({begin, now_ns(), task, lane, SpanKind::save, static_cast<std::uint8_t>(std::min(index, 255U)), 0});
  }
  return status;
}

coro::Task<void> AsyncWeb::commit(std::uint32_t task, std::uint32_t index) {
  std::vector<PageRow> rows = saver_.take();
  Status status;
  if (context_.config.save_on_loop) {
    const std::int64_t begin = now_ns();
    status = commit_rows(rows, task, index, context_.recorder.lane(0), 0);
    blocks_.add({static_cast<double>(now_ns() - begin) / 1e6, task, index, "commit"});
  } else {
    // One connection, so one commit at a time; others wait here, not on the loop.
    const std::int64_t begin = now_ns();
    while (committing_) {
      commit_ended_.reset();
      co_await commit_ended_;
    }
    committing_ = true;
    LaneRing* ring = context_.recorder.enabled() ? context_.recorder.lane(kDatabaseLane) : nullptr;
    co_await context_.scheduler.blocking([&] { status = commit_rows(rows, task, index, ring, kDatabaseLane); });
    committing_ = false;
    commit_ended_.set();
    runner_.record(SpanKind::wait, begin, now_ns(), task, index, 0);
  }
  if (!status) {
    for (const PageRow& row : rows) errors_.add(row.page, status.error().message);
  }
}

coro::Task<void> AsyncWeb::flush() {
  if (saver_.kept() != 0 && !context_.cancel.requested()) co_await commit(kNoTask, save_segment_);
}

}  // namespace trilane
