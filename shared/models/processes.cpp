// processes: K children with memory of their own; jobs and results travel as frames. Jobs are batched by the tasks'
// cost and pipelined, so that a child seldom waits for its next job. A child that dies is replaced, and its tasks are
// run once more; tasks that kill two children fail the run.
#include <algorithm>
#include <deque>

#include "coro/scope.hpp"
#include "models/child_link.hpp"
#include "models/model.hpp"
#include "models/picture.hpp"
#include "models/task_queue.hpp"
#include "platform/clock.hpp"

namespace trilane {
namespace {

constexpr std::int64_t kBatchNs = 500'000;  // work in one job message
constexpr std::uint64_t kMaxBatch = 4096;
constexpr std::int64_t kLongTaskNs = 10'000'000;   // from here on a job waits in our queue, not in a child's
constexpr std::int64_t kSuperviseNs = 50'000'000;  // rare: each time takes a core from a child that computes
constexpr std::int64_t kStartDeadlineNs = 20'000'000'000;
constexpr std::int64_t kExitDeadlineNs = 2'000'000'000;
constexpr int kMaxDeathsPerLane = 3;
constexpr int kMaxAttempts = 2;

struct Batch {
  child::Job job;
  int attempts = 0;
  std::int64_t sent_ns = 0;
  bool child_was_idle = false;
};

struct Lane {
  std::unique_ptr<ChildLink> link;
  std::deque<Batch> in_flight;
  ChunkSizer sizer{kBatchNs, kMaxBatch};
  std::int64_t requested_ns = 0;
  std::int64_t last_result_ns = 0;
  std::int64_t task_ns = 0;  // how long a task took lately
  std::uint64_t done = 0;
  std::uint64_t counted = 0, dropped = 0;  // of the child that is running
  std::int64_t lock_wait_ns = 0;
  TaskErrors errors;
  int deaths = 0;
};

class ProcessesRun final : private ChildLinkListener {
 public:
  explicit ProcessesRun(RunContext& context)
      : context_(context),
        changed_(context.scheduler),
        helpers_(context.scheduler),
        setup_{context.config.workload, context.config.params(), context.recorder.enabled(), context.web},
        // A child made for one task has it at once: then the limit on tasks in flight is one on children.
        lanes_(context.config.spawn_per_task ? context.config.busy_workers() : context.config.workers) {}

  coro::Task<Result<Outcome>> run() {
    helpers_.start(supervise());
    context_.measurement.begin();
    begin_ns_ = context_.measurement.begin_ns();
    for (std::size_t i = 0; i < lanes_.size() && !failure_; ++i) spawn(i);
    while (!over()) co_await next_change();
    context_.measurement.end();
    co_await end_children();
    if (failure_) co_return std::unexpected(*failure_);
    summarize_children();
    co_return std::move(outcome_);
  }

 private:
  std::uint32_t tasks() const { return context_.config.tasks; }
  bool over() const { return failure_ || outcome_.cancelled || done_ == tasks(); }

  coro::Event& next_change() {
    changed_.reset();
    return changed_;
  }

  void give_up(std::string message, std::string field = {}) {
    if (!failure_) failure_ = Error{std::move(message), std::move(field)};
    changed_.set();
  }

  void spawn(std::size_t index) {
    Lane& lane = lanes_[index];
    lane.requested_ns = now_ns();
    ChildLinkListener& listener = *this;
    auto link = std::make_unique<ChildLink>(listener, static_cast<std::uint16_t>(index));
    if (Status status = link->start(context_.scheduler.loop(), setup_); !status) {
      return give_up("process " + std::to_string(index + 1) + " could not be started: " + status.error().message,
                     status.error().field);
    }
    context_.lanes[index] = {link->pid(), 0};
    ++live_;
    ++started_children_;
    lane.link = std::move(link);
  }

  // A pause before a dead child is replaced, so that one that dies at once does not make us spin.
  coro::Task<void> respawn_later(std::size_t index, std::int64_t delay_ns) {
    co_await context_.scheduler.delay(delay_ns);
    if (!closing_ && !over()) spawn(index);
  }

  coro::Task<void> supervise() {
    while (true) {
      co_await context_.scheduler.delay(kSuperviseNs);
      ended_.clear();
      look_after();
    }
  }

  void look_after() {
    const std::int64_t now = now_ns();
    if (context_.cancel.requested() && !outcome_.cancelled) {
      outcome_.cancelled = true;
      changed_.set();
    }
    if (closing_ && now > exit_deadline_ns_) {
      for (Lane& lane : lanes_) {
        if (lane.link) lane.link->kill("it did not exit when asked to");
      }
    }
    if (closing_) return;
    for (Lane& lane : lanes_) {
      if (!lane.link || lane.link->ended()) continue;
      const std::int64_t silent = now - lane.link->last_heard_ns();
      const std::string who = "process " + std::to_string(lane.link->pid());
      if (!lane.link->ready() && silent > kStartDeadlineNs) lane.link->kill(who + " was not ready in time");
      if (!lane.in_flight.empty() && silent > child::kSilenceNs) {
        lane.link->kill(who + " gave no sign of life for " + std::to_string(child::kSilenceNs / 1'000'000'000) +
                        " s and was killed");
      }
    }
  }

  bool take_batch(Lane& lane, Batch& batch) {
    if (!again_.empty()) {
      batch = again_.front();
      again_.pop_front();
      return true;
    }
    if (next_ == tasks()) return false;
    const std::uint64_t left = tasks() - next_;
    const std::uint64_t fair = std::max<std::uint64_t>(left / (2 * lanes_.size()), 1);
    const std::uint64_t count = context_.config.spawn_per_task ? 1 : std::min(lane.sizer.size(), fair);
    batch = {.job = {next_, static_cast<std::uint32_t>(count)}};
    next_ += batch.job.count;
    return true;
  }

  std::size_t depth(const Lane& lane) const {
    const bool tail = tasks() - next_ <= 2 * lanes_.size();
    return context_.config.spawn_per_task || tail || lane.task_ns > kLongTaskNs ? 1 : 2;
  }

  // With a limit on the tasks in flight, a child without work gets none while as many as that have some.
  bool may_have_work(const Lane& lane) const {
    const std::size_t most = context_.config.busy_workers();
    if (most >= lanes_.size() || !lane.in_flight.empty()) return true;
    return std::ranges::count_if(lanes_, [](const Lane& other) { return !other.in_flight.empty(); }) <
           static_cast<std::ptrdiff_t>(most);
  }

  // A child has died: what it had, and its place among those with work, others may wait for. After a result there is
  // nobody to ask: the child itself takes what there is.
  void feed_idle() {
    for (Lane& lane : lanes_) {
      if (lane.link && lane.in_flight.empty()) feed(lane);
    }
  }

  void feed(Lane& lane) {
    while (!over() && lane.link->ready() && may_have_work(lane) && lane.in_flight.size() < depth(lane)) {
      Batch batch;
      if (!take_batch(lane, batch)) return;
      batch.child_was_idle = lane.in_flight.empty();
      batch.sent_ns = now_ns();
      lane.in_flight.push_back(batch);
      if (Status status = lane.link->send_job(batch.job); !status) {
        lane.link->kill("process " + std::to_string(lane.link->pid()) + " took no job: " + status.error().message);
        return;
      }
    }
  }

  void on_link_ready(ChildLink& link, std::int64_t started_ns) override {
    Lane& lane = lanes_[link.lane()];
    const std::int64_t now = now_ns();
    // Ready when all is over: end_children() has drawn its creation up to the end of the run.
    if (LaneRing* ring = context_.recorder.lane(link.lane()); ring != nullptr && !closing_) {
      ring->push({lane.requested_ns, std::clamp(started_ns, lane.requested_ns, now), kNoTask, link.lane(),
                  SpanKind::create, 0, 0});
    }
    if (++ready_children_ <= lanes_.size()) outcome_.startup_ns = now - begin_ns_;
    lane.last_result_ns = now;
    feed(lane);
    // Created one a task: the last children may find nothing left.
    if (context_.config.spawn_per_task && lane.in_flight.empty()) link.quit();
  }

  void on_link_result(ChildLink& link, child::JobResult& result) override {
    Lane& lane = lanes_[link.lane()];
    if (lane.in_flight.empty() || lane.in_flight.front().job.first != result.job.first ||
        lane.in_flight.front().job.count != result.job.count) {
      return link.kill("process " + std::to_string(link.pid()) + " answered a question that was not asked");
    }
    const Batch batch = lane.in_flight.front();
    lane.in_flight.pop_front();
    const std::int64_t now = now_ns();
    const std::int64_t took = now - std::max(batch.sent_ns, lane.last_result_ns);
    lane.last_result_ns = now;
    lane.sizer.took(took, batch.job.count);
    lane.task_ns = took / batch.job.count;
    lane.counted = result.counted;
    lane.lock_wait_ns = result.lock_wait_ns;
    lane.dropped = result.dropped_spans;
    lane.errors = std::move(result.errors);
    std::ranges::copy(result.records, context_.tasks.begin() + batch.job.first);
    record_spans(link.lane(), batch, result);
    lane.done += batch.job.count;
    context_.progress[link.lane()].done.store(lane.done, std::memory_order_relaxed);
    done_ += batch.job.count;
    if (done_ == tasks()) return changed_.set();
    if (context_.config.spawn_per_task) {
      link.quit();
    } else {
      feed(lane);
    }
  }

  void record_spans(std::uint16_t lane, const Batch& batch, const child::JobResult& result) {
    LaneRing* ring = context_.recorder.lane(lane);
    if (ring == nullptr) return;
    // Only a job that found the child idle shows its way: others travelled while the child worked.
    if (batch.child_was_idle && result.records.front().begin_ns > batch.sent_ns) {
      ring->push({batch.sent_ns, result.records.front().begin_ns, batch.job.first, lane, SpanKind::message, 0,
                  wire::kHeaderSize + sizeof(child::Job)});
    }
    for (const Span& span : result.spans) ring->push(span);
  }

  void on_link_tile(ChildLink& link, std::uint32_t task, std::uint32_t first_row,
                    std::span<const std::uint8_t> pixels) override {
    if (task < tasks()) place_tile(context_, task, link.lane(), pixels, first_row);
  }

  void on_link_usage(ChildLink&, const child::ChildUsage& usage) override {
    const auto add = [](auto& to, auto value) { to = to.value_or(0) + value; };
    const std::uint64_t memory = usage.peak_rss_bytes != 0 ? usage.peak_rss_bytes : usage.current_bytes;
    if (memory != 0) {
      memory_sum_ += memory;
      ++memory_reports_;
    }
    if (usage.known == 0) return;
    ++usage_reports_;
    add(outcome_.children.user_ms, usage.user_ms);
    add(outcome_.children.system_ms, usage.system_ms);
    add(outcome_.children.voluntary_switches, usage.voluntary);
    add(outcome_.children.involuntary_switches, usage.involuntary);
  }

  void on_link_end(ChildLink& link, const std::string& reason) override {
    const std::size_t index = link.lane();
    Lane& lane = lanes_[index];
    --live_;
    counted_ += std::exchange(lane.counted, 0);
    outcome_.lock_wait_ns += std::exchange(lane.lock_wait_ns, 0);
    outcome_.dropped_spans += std::exchange(lane.dropped, 0);
    outcome_.errors.add(std::exchange(lane.errors, {}));
    ended_.push_back(std::move(lane.link));  // it is calling us: supervise() destroys it
    if (closing_ || over()) return changed_.set();
    if (context_.config.spawn_per_task && lane.in_flight.empty()) {
      if (next_ != tasks() || !again_.empty()) spawn(index);
      return;
    }
    replace(index, reason);
  }

  void replace(std::size_t index, const std::string& reason) {
    Lane& lane = lanes_[index];
    ++lane.deaths;
    for (Batch batch : std::exchange(lane.in_flight, {})) {
      if (++batch.attempts >= kMaxAttempts) {
        return give_up(reason + " while it ran task " + std::to_string(batch.job.first) +
                       "; another process had died on the same task before");
      }
      again_.push_back(batch);
    }
    if (lane.deaths >= kMaxDeathsPerLane) {
      return give_up(reason + ": the third process that ended on this lane, so no more are started");
    }
    outcome_.accidents.push_back(notes::child_replaced(reason));
    helpers_.start(respawn_later(index, 50'000'000LL << lane.deaths));
    feed_idle();
  }

  coro::Task<void> end_children() {
    closing_ = true;
    exit_deadline_ns_ = now_ns() + kExitDeadlineNs;
    for (Lane& lane : lanes_) {
      if (!lane.link) continue;
      // Not ready yet: the others had done everything before. Its creation is drawn as far as it came.
      LaneRing* ring = context_.recorder.lane(lane.link->lane());
      if (!lane.link->ready() && ring != nullptr && !failure_) {
        ring->push({lane.requested_ns, std::max(context_.measurement.end_ns(), lane.requested_ns), kNoTask,
                    lane.link->lane(), SpanKind::create, 0, 0});
      }
      if (failure_ || outcome_.cancelled) {
        lane.link->kill("stopped");
      } else {
        lane.link->quit();
      }
    }
    while (live_ != 0) co_await next_change();
  }

  void summarize_children() {
    outcome_.counted = counted_;
    if (memory_reports_ != 0) outcome_.per_worker_bytes = memory_sum_ / memory_reports_;
    if (usage_reports_ != started_children_) outcome_.children = {};  // a sum with parts missing is no sum
    if (usage_reports_ == started_children_ && memory_reports_ != 0) {
      // No more children than lanes live at a time, also when there is one for each task.
      outcome_.children.peak_rss_bytes = memory_sum_ / memory_reports_ * std::min(started_children_, lanes_.size());
    }
    if (capabilities().processes_are_workers) outcome_.notes.push_back(notes::processes_are_workers());
  }

  RunContext& context_;
  std::int64_t begin_ns_ = 0;
  coro::Event changed_;
  coro::Scope helpers_;  // ends with this object
  child::Setup setup_;
  std::vector<Lane> lanes_;
  std::vector<std::unique_ptr<ChildLink>> ended_;
  std::deque<Batch> again_;
  std::uint32_t next_ = 0;
  std::uint32_t done_ = 0;
  std::size_t live_ = 0, started_children_ = 0, ready_children_ = 0, usage_reports_ = 0;
  std::uint64_t counted_ = 0, memory_sum_ = 0, memory_reports_ = 0;
  std::int64_t exit_deadline_ns_ = 0;
  bool closing_ = false;
  std::optional<Error> failure_;
  Outcome outcome_;
};

class Processes final : public Model {
 public:
  std::string_view name() const override { return "processes"; }
  ModelTraits traits() const override { return {.workers = true, .processes = true}; }

  Status check(const RunConfig& config, const Capabilities& host) const override {
    if (!host.processes) return fail("processes are not available here", "model");
    if (config.workers > host.max_children) {
      return fail("workers is " + std::to_string(config.workers) + ": at most " + std::to_string(host.max_children) +
                      " processes are allowed here",
                  "workers");
    }
    return {};
  }

  std::uint32_t lanes(const RunConfig& config) const override { return config.workers; }

  coro::Task<Result<Outcome>> run(RunContext& context) const override {
    ProcessesRun run(context);
    co_return co_await run.run();
  }
};

}  // namespace

const Model& processes_model() {
  static const Processes model;
  return model;
}

}  // namespace trilane
