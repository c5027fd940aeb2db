#include "experiments/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "models/picture.hpp"
#include "platform/clock.hpp"

namespace trilane {
namespace {

constexpr int kPumpMs = 40;
constexpr double kBlockedMs = 50;  // a longer block of the event loop is named in the notes
constexpr std::size_t kSeriesBins = 120;
constexpr std::size_t kLatencySamples = 200'000;  // of one repeat; evenly spread over its tasks when there are more
constexpr std::size_t kRingBudget = 1U << 19;     // spans in all rings together: 16 MB

std::size_t ring_capacity(std::uint32_t lanes) {
  std::size_t capacity = 1U << 16;
  while (capacity > 1024 && capacity * lanes > kRingBudget) capacity /= 2;
  return capacity;
}

/// One repeat under way: carries what is recorded to the observer while the model runs.
class Repeat {
 public:
  Repeat(RunContext& context, RunObserver* observer) : context_(context), observer_(observer) {
    context_.pump = capabilities().ticks_while_blocked ? std::function<void()>() : [this] { pump_if_due(); };
    if (observer_ == nullptr) return;
    if (context_.workload.picture_side() != 0) {
      context_.on_tile = [this](std::uint32_t task, std::uint16_t lane) { send_tile(task, lane); };
    }
  }

  void begin() {
    begin_ns_ = now_ns();
    last_pump_ns_ = begin_ns_;
    ticker_ = start_ticker(kPumpMs, [this] { pump(); });
  }

  void end() {
    ticker_.reset();
    pump();
  }

  std::int64_t begin_ns() const { return begin_ns_; }

 private:
  // Ticker's thread, or the loop's.
  void pump() {
    const std::lock_guard lock(mutex_);
    last_pump_ns_ = now_ns();
    spans_.clear();
    context_.recorder.drain(spans_);
    if (observer_ == nullptr) return;
    for (Span& span : spans_) {
      span.begin_ns -= begin_ns_;
      span.end_ns -= begin_ns_;
    }
    if (!spans_.empty()) observer_->on_spans(spans_);
    std::uint64_t done = 0;
    for (const LaneProgress& lane : context_.progress) done += lane.done.load(std::memory_order_relaxed);
    observer_->on_progress(done, static_cast<double>(last_pump_ns_ - begin_ns_) / 1e6);
  }

  void pump_if_due() {
    if (now_ns() - last_pump_ns_ > kPumpMs * 1'000'000LL) pump();
  }

  // A worker's thread.
  void send_tile(std::uint32_t task, std::uint16_t lane) {
    const Workload::Tile tile = context_.workload.tile(task);
    const auto pixels = read_tile(context_, tile);
    const std::lock_guard lock(mutex_);
    observer_->on_tile(tile, lane, pixels);
  }

  RunContext& context_;
  RunObserver* observer_;
  std::mutex mutex_;  // the observer's calls come one at a time
  std::vector<Span> spans_;
  std::unique_ptr<Ticker> ticker_;
  std::int64_t begin_ns_ = 0;
  std::int64_t last_pump_ns_ = 0;
};

/// Collects over the repeats what becomes one RunResult.
struct Collector {
  RunResult result;
  std::vector<double> wall, throughput, user, system, voluntary, involuntary, startup, lock_wait, latency, lag,
      per_worker;
  double latency_max = 0;
  LoopBlock longest_block;
  bool checksum_known = false;
  bool below_clock_step = false;  // of a coarse clock: what it shows of such a run is no measurement

  template <class T>
  static void push(std::vector<double>& to, const std::optional<T>& value) {
    if (value) to.push_back(static_cast<double>(*value));
  }

  // `before` and `after` are this address space's; children are added where their share is known.
  void add_usage(const Usage& before, const Usage& after, const Outcome& outcome, bool has_children) {
    const auto difference = [&](auto Usage::* field, std::vector<double>& to) {
      if (!(before.*field) || !(after.*field)) return;
      if (has_children && !(outcome.children.*field)) return;  // half of the truth is not shown
      to.push_back(static_cast<double>(*(after.*field) - *(before.*field)) +
                   static_cast<double>((outcome.children.*field).value_or(0)));
    };
    difference(&Usage::user_ms, user);
    difference(&Usage::system_ms, system);
    difference(&Usage::voluntary_switches, voluntary);
    difference(&Usage::involuntary_switches, involuntary);
    if (after.peak_rss_bytes && (!has_children || outcome.children.peak_rss_bytes)) {
      const auto peak = static_cast<double>(*after.peak_rss_bytes + outcome.children.peak_rss_bytes.value_or(0));
      result.peak_rss_bytes = std::max(result.peak_rss_bytes.value_or(0), peak);
    }
    push(per_worker, outcome.per_worker_bytes);
  }

  void add_times(const RunContext& context, std::int64_t begin_ns) {
    const std::size_t stride = context.tasks.size() / kLatencySamples + 1;
    for (std::size_t i = 0; i < context.tasks.size(); ++i) {
      const double ms = static_cast<double>(context.tasks[i].end_ns - context.tasks[i].begin_ns) / 1e6;
      latency_max = std::max(latency_max, ms);
      if (i % stride == 0) latency.push_back(ms);
    }
    CompletionSeries& series = result.series;
    series.bin_ms = std::max(wall.back() / kSeriesBins, 1e-6);
    series.done.assign(kSeriesBins, 0);
    for (const TaskRecord& task : context.tasks) {
      const double at = static_cast<double>(task.end_ns - begin_ns) / 1e6 / series.bin_ms;
      ++series.done[std::min(static_cast<std::size_t>(std::max(at, 0.0)), kSeriesBins - 1)];
    }
  }

  void add_checksum(const RunContext& context) {
    std::uint64_t checksum = 0;
    for (std::size_t i = 0; i < context.tasks.size(); ++i) {
      checksum += checksum_term(static_cast<std::uint32_t>(i), context.tasks[i].value);
    }
    if (checksum_known && checksum != result.checksum) {
      result.valid = false;
      result.errors.push_back("Two repeats gave different checksums: this model computed a wrong answer.");
    }
    checksum_known = true;
    result.checksum = checksum;
  }

  void add_counter(const Outcome& outcome) {
    if (!outcome.counted) return;
    result.counter_expected = result.config.size;
    result.counter_observed = outcome.counted;
    result.counter_lost.push_back(static_cast<double>(result.config.size) - static_cast<double>(*outcome.counted));
  }

  void add(const RunContext& context, Outcome& outcome, std::int64_t begin_ns) {
    const double wall_ms = static_cast<double>(outcome.finished_ns - begin_ns) / 1e6;
    below_clock_step |= wall_ms <= 0 || wall_ms * 1e6 < clock_resolution_ns();
    wall.push_back(wall_ms);
    throughput.push_back(static_cast<double>(context.tasks.size()) / (wall_ms / 1e3));
    startup.push_back(static_cast<double>(outcome.startup_ns) / 1e6);
    lock_wait.push_back(static_cast<double>(outcome.lock_wait_ns) / 1e6);
    lag.insert(lag.end(), outcome.loop_lag_ms.begin(), outcome.loop_lag_ms.end());
    add_checksum(context);
    if (context.recorder.enabled()) add_times(context, begin_ns);
    if (find_workload(result.config.workload)->counts) add_counter(outcome);
    if (outcome.longest_block.ms > longest_block.ms) longest_block = std::move(outcome.longest_block);
    result.lanes = context.lanes;
    result.dropped_spans = context.recorder.dropped() + outcome.dropped_spans;
    for (std::string& note : outcome.notes) {
      if (std::ranges::find(result.notes, note) == result.notes.end()) result.notes.push_back(std::move(note));
    }
  }

  RunResult finish(bool has_workers, bool has_loop) {
    if (below_clock_step) {
      result.notes.push_back(
          fmt::format("The run was shorter than one step of this platform's clock ({:.3g} ms), so its makespan and "
                      "throughput are not available: use more tasks or a greater size.",
                      clock_resolution_ns() / 1e6));
    } else {
      result.wall_ms = summarize(wall);
      result.throughput_per_s = summarize(throughput);
    }
    result.cpu_user_ms = median(user);
    result.cpu_system_ms = median(system);
    result.switches_voluntary = median(voluntary);
    result.switches_involuntary = median(involuntary);
    result.per_worker_bytes = median(per_worker);
    if (has_workers) result.startup_ms = median(startup);
    result.lock_wait_ms = median(lock_wait);
    if (has_loop) result.loop_lag_ms = percentiles(lag);
    result.latency_ms = percentiles(latency);
    if (result.latency_ms) result.latency_ms->max = latency_max;
    if (longest_block.ms > kBlockedMs) {
      result.notes.push_back(
          fmt::format("Task {} blocked the event loop for {:.0f} ms in its segment {} ({}): nothing else ran "
                      "meanwhile.",
                      longest_block.task, longest_block.ms, longest_block.segment, longest_block.what));
    }
    if (!below_clock_step && wall.size() > 1 && wall.size() < 6) {
      result.notes.push_back(
          fmt::format("The interval of {} repeats is their smallest and largest value and covers {:.1f} %; "
                      "six or more repeats give 95 %.",
                      wall.size(), median_interval(wall)->coverage * 100));
    }
    if (result.dropped_spans != 0) {
      result.notes.push_back(
          fmt::format("{} spans of the last repeat were not recorded: there were more than the buffers hold. "
                      "All times and counts are complete.",
                      result.dropped_spans));
    }
    return std::move(result);
  }
};

// Everything a run keeps for its tasks, its picture and its workers' scratch must fit; a page's memory is small.
Status check_config(const RunConfig& config, const Model& model, const Workload& workload) {
  const std::uint64_t limit = capabilities().max_memory_bytes;
  const std::uint64_t records =
      std::uint64_t{config.tasks} * (sizeof(TaskRecord) + (config.model == "async" ? 128 : 0));
  if (limit != 0 && records > limit / 3) {
    return fail(fmt::format("tasks is {}: too many for this page's memory of {} MB", config.tasks, limit >> 20),
                "tasks");
  }
  Segment segment;
  if (limit != 0 && workload.segment(0, 0, segment) && segment.kernel != nullptr && segment.kernel->name == "sort") {
    const std::uint64_t scratch = segment.param[0] * 8 * (config.model == "threads" ? config.workers : 1);
    if (scratch > limit / 3) {
      return fail(fmt::format("size is {}: too much for this page's memory of {} MB; use more tasks or a smaller size",
                              config.size, limit >> 20),
                  "size");
    }
  }
  return model.check(config, capabilities());
}

}  // namespace

coro::Task<Result<RunResult>> run_config(RunConfig config, coro::Scheduler& scheduler, CancelToken& cancel,
                                         RunObserver* observer) {
  const Model& model = *find_model(config.model);
  const WorkloadInfo& info = *find_workload(config.workload);
  static bool warmed = false;
  if (capabilities().kernels_need_warming && !std::exchange(warmed, true)) {
    co_await scheduler.blocking([] { warm_kernels(); });
  }
  const std::unique_ptr<Workload> workload = info.make(config.params());
  if (Status status = check_config(config, model, *workload); !status) co_return std::unexpected(status.error());
  const std::uint32_t lanes = model.lanes(config);
  const bool has_children = config.model == "processes";
  Collector collector;
  collector.result.config = config;
  if (capabilities().waits_are_busy && info.waits && config.model == "sync") {
    collector.result.notes.push_back("This page cannot block without computing: sync's waits are busy loops here.");
  }
  for (int repeat = -static_cast<int>(config.warmup); repeat < static_cast<int>(config.repeat); ++repeat) {
    Recorder recorder(config.trace ? lanes : 0, ring_capacity(lanes));
    RunContext context{.config = config,
                       .workload = *workload,
                       .scheduler = scheduler,
                       .cancel = cancel,
                       .recorder = recorder,
                       .tasks = std::vector<TaskRecord>(config.tasks),
                       .progress = std::vector<LaneProgress>(lanes),
                       .lanes = std::vector<LaneInfo>(lanes),
                       .picture = {},
                       .on_tile = {},
                       .pump = {}};
    context.picture.resize(std::size_t{workload->picture_side()} * workload->picture_side());
    const bool measured = repeat >= 0;
    if (observer != nullptr) observer->on_repeat(measured ? repeat : -1);
    Repeat carrier(context, observer);
    reset_peak_memory();
    const Usage before = read_usage();
    carrier.begin();
    Result<Outcome> outcome = co_await model.run(context);
    const Usage after = read_usage();
    carrier.end();
    if (!outcome) co_return std::unexpected(outcome.error());
    if (outcome->cancelled) co_return fail(kCancelled);
    if (!measured) continue;
    collector.add_usage(before, after, *outcome, has_children);
    collector.add(context, *outcome, carrier.begin_ns());
  }
  co_return collector.finish(config.model == "threads" || has_children, config.model == "async");
}

}  // namespace trilane
