#include "models/task_runner.hpp"

#include <algorithm>

#include "platform/clock.hpp"
#include "platform/html_parser.hpp"

namespace trilane {
namespace {

constexpr std::int64_t kWaitSliceNs = 100'000'000;
constexpr std::uint64_t kCriticalChunk = 4096;
// Shorter waits for the counter's mutex are added up but not drawn: there may be millions.
constexpr std::int64_t kDrawnLockWaitNs = 10'000;

}  // namespace

void TaskRunner::record(SpanKind kind, std::int64_t begin, std::int64_t end, std::uint32_t task, std::uint32_t segment,
                        std::uint64_t arg) {
  if (env_.ring == nullptr) return;
  env_.ring->push({begin, end, task, env_.lane, kind, static_cast<std::uint8_t>(std::min(segment, 255U)), arg});
}

void TaskRunner::take_gil(std::uint32_t task, std::uint32_t index) {
  const std::int64_t begin = now_ns();
  env_.gil->acquire();
  last_ns_ = now_ns();
  lock_wait_ns_ += last_ns_ - begin;
  record(SpanKind::gil_wait, begin, last_ns_, task, index, 0);
}

void TaskRunner::enter() {
  if (env_.gil != nullptr) {
    take_gil(kNoTask, 0);
  } else if (timed()) {
    last_ns_ = now_ns();
  }
}

void TaskRunner::leave() {
  if (env_.gil != nullptr) env_.gil->release();
}

void TaskRunner::give_gil_if_asked(std::uint32_t task, std::uint32_t index) {
  if (env_.gil == nullptr || !env_.gil->drop_requested()) return;
  const std::int64_t given = now_ns();
  record(busy_kind_, last_ns_, given, task, index, 0);
  env_.gil->yield();
  last_ns_ = now_ns();
  lock_wait_ns_ += last_ns_ - given;
  record(SpanKind::gil_wait, given, last_ns_, task, index, 0);
}

bool TaskRunner::checkpoint(std::uint32_t task, std::uint32_t index) {
  if (env_.cancel.requested()) return false;
  if (env_.at_checkpoint) env_.at_checkpoint();
  give_gil_if_asked(task, index);
  return true;
}

bool TaskRunner::compute(std::uint32_t task, std::uint32_t index, const Segment& segment, std::uint64_t& value) {
  const Workload::Tile tile = env_.workload.tile(task);
  picture_.resize(std::size_t{tile.width} * tile.height);
  KernelFrame frame{.scratch = &scratch_, .picture = picture_};
  std::ranges::copy(segment.param, frame.param);
  const Kernel& kernel = *segment.kernel;
  for (std::uint64_t first = 0; first < segment.units; first += kernel.chunk_units) {
    if (!checkpoint(task, index)) return false;
    kernel.step(frame, first, std::min(first + kernel.chunk_units, segment.units));
  }
  value += frame.value;
  return true;
}

bool TaskRunner::critical(std::uint32_t task, std::uint32_t index, const Segment& segment, std::uint64_t& value) {
  for (std::uint64_t done = 0; done < segment.units; done += kCriticalChunk) {
    if (!checkpoint(task, index)) return false;
    const std::uint64_t increments = std::min(kCriticalChunk, segment.units - done);
    if (env_.counter.mode() == CounterMode::call) {
      env_.counter.add_with_call(increments, [&] { give_gil_if_asked(task, index); });
      continue;
    }
    env_.counter.add(increments, env_.lane, [&](std::int64_t begin, std::int64_t end) {
      lock_wait_ns_ += end - begin;
      if (end - begin < kDrawnLockWaitNs || !timed()) return;
      record(SpanKind::compute, last_ns_, begin, task, index, 0);
      record(SpanKind::lock_wait, begin, end, task, index, 0);
      last_ns_ = end;
    });
  }
  value += segment.units;
  return true;
}

bool TaskRunner::run_segment(std::uint32_t task, std::uint32_t index, const Segment& segment, std::uint64_t& value) {
  const bool done = segment.kind == SegmentKind::compute ? compute(task, index, segment, value)
                                                         : critical(task, index, segment, value);
  if (timed()) {
    const std::int64_t now = now_ns();
    record(SpanKind::compute, last_ns_, now, task, index, segment.units);
    last_ns_ = now;
  }
  if (done && !picture_.empty() && env_.on_tile) env_.on_tile(task, picture_);
  return done;
}

bool TaskRunner::wait(std::uint32_t task, std::uint32_t index, std::int64_t duration_ns) {
  const std::int64_t begin = now_ns();
  if (env_.gil != nullptr) env_.gil->release();
  // In slices, so that a cancel is obeyed and a heartbeat sent in the middle of a long wait.
  const std::int64_t deadline = begin + duration_ns;
  std::int64_t now = begin;
  bool cancelled = false;
  while (now < deadline && !cancelled) {
    sleep_ns(std::min(deadline - now, kWaitSliceNs));
    if (env_.at_checkpoint) env_.at_checkpoint();
    now = now_ns();
    cancelled = env_.cancel.requested();
  }
  last_ns_ = now;
  record(SpanKind::wait, begin, now, task, index, 0);
  if (env_.gil != nullptr) take_gil(task, index);
  return !cancelled;
}

WebWorker& TaskRunner::web() {
  if (!web_) {
    web_ = std::make_unique<WebWorker>(*env_.web, [this] {
      if (env_.at_checkpoint) env_.at_checkpoint();
      return !env_.cancel.requested();
    });
  }
  return *web_;
}

template <class Work>
Status TaskRunner::without_gil(SpanKind kind, std::uint32_t task, std::uint32_t index, Work work) {
  if (env_.gil != nullptr) env_.gil->release();
  const std::int64_t begin = now_ns();
  const Status status = work();
  last_ns_ = now_ns();
  record(kind, begin, last_ns_, task, index, 0);
  if (env_.gil != nullptr) take_gil(task, index);
  return status;
}

Status TaskRunner::web_segment(std::uint32_t task, std::uint32_t index, const Segment& segment, std::uint64_t& value) {
  if (segment.kind == SegmentKind::fetch) {
    return without_gil(SpanKind::fetch, task, index,
                       [&] { return web().fetch(env_.web->url(env_.workload, task), page_, value); });
  }
  if (segment.kind == SegmentKind::save) {
    save_segment_ = index;
    web().saver().keep(page_.row);
    if (web().saver().full()) flush();
    return {};
  }
  if (Status ready = prepare_parser(); !ready) return ready;
  busy_kind_ = SpanKind::parse;
  last_ns_ = now_ns();
  for (std::uint64_t i = 0; i < segment.units && checkpoint(task, index); ++i) parse_body(task, page_, value);
  busy_kind_ = SpanKind::compute;
  const std::int64_t now = now_ns();
  record(SpanKind::parse, last_ns_, now, task, index, segment.units);
  last_ns_ = now;
  return {};
}

void TaskRunner::flush() {
  if (!web_ || web_->saver().kept() == 0) return;
  const std::vector<PageRow> rows = web_->saver().take();
  const Status status =
      without_gil(SpanKind::save, rows.back().page, save_segment_, [&] { return web_->saver().commit(rows); });
  if (status) return;
  for (const PageRow& row : rows) errors_.add(row.page, status.error().message);
}

bool TaskRunner::run_blocking(std::uint32_t task, TaskRecord& record_out) {
  std::uint64_t value = 0;
  const std::int64_t begin = last_ns_;
  std::uint32_t index = 0;
  for (Segment segment; env_.workload.segment(task, index, segment); ++index) {
    bool done = true;
    if (segment.kind == SegmentKind::wait) {
      done = wait(task, index, segment.wait_ns);
    } else if (is_web(segment.kind)) {
      const Status status = web_segment(task, index, segment, value);
      done = !env_.cancel.requested();
      if (!status && done) {
        errors_.add(task, status.error().message);
        value = 0;
        break;
      }
    } else if (segment.kind != SegmentKind::yield) {
      done = run_segment(task, index, segment, value);
    }
    if (!done) return false;
  }
  if (timed() && index == 0 && last_ns_ == begin) {
    last_ns_ = now_ns();
    record(SpanKind::compute, begin, last_ns_, task, 0, 0);
  }
  record_out = {value, begin, last_ns_};
  return true;
}

}  // namespace trilane
