#include "experiments/run/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

#include "base/random.hpp"
#include "experiments/run/collector.hpp"
#include "experiments/run/web_run.hpp"
#include "models/picture.hpp"
#include "platform/clock.hpp"

namespace trilane {
namespace {

constexpr int kPumpMs = 40;
constexpr std::size_t kRingBudget = 1U << 19;  // spans in all rings together: 16 MB

std::size_t ring_capacity(std::uint32_t lanes) {
  std::size_t capacity = 1U << 16;
  while (capacity > 1024 && capacity * lanes > kRingBudget) capacity /= 2;
  return capacity;
}

/// Carries what is recorded to the observer while the model runs, beside it: workers leave spans in their lanes' rings
/// and marks of finished tiles, and wait for nobody.
class Instrument {
 public:
  Instrument(RunContext& context, RunObserver* observer, DrainBuffer& buffer)
      : context_(context), observer_(observer), spans_(buffer.spans), most_spans_(buffer.most) {
    context_.pump = capabilities().ticks_while_blocked ? std::function<void()>() : [this] { pump_if_due(); };
    if (observer_ != nullptr && context_.workload.picture_side() != 0) {
      context_.tile_done = std::vector<std::atomic<std::uint16_t>>(context_.config.tasks);
    }
  }

  void begin() {
    last_pump_ns_ = now_ns();
    ticker_ = start_ticker(kPumpMs, [this] { pump(); });
  }

  /// After the measurement: carries the rest. What it took of what was measured.
  Ticker::Report end() {
    Ticker::Report report = ticker_->stop();
    pump();
    return report;
  }

  /// After end().
  const KindTimes& times() const { return times_; }

 private:
  // Ticker's thread, or the loop's.
  void pump() {
    const std::lock_guard lock(mutex_);
    last_pump_ns_ = now_ns();
    const std::int64_t begin_ns = context_.measurement.begin_ns();
    if (begin_ns == 0) return;  // not begun yet
    spans_.clear();
    context_.recorder.drain(spans_);
    times_.add(spans_);
    most_spans_ = std::max(most_spans_, spans_.size());
    if (observer_ == nullptr) return;
    for (Span& span : spans_) {
      span.begin_ns -= begin_ns;
      span.end_ns -= begin_ns;
    }
    if (!spans_.empty()) observer_->on_spans(spans_);
    send_tiles();
    std::uint64_t done = 0;
    for (const LaneProgress& lane : context_.progress) done += lane.done.load(std::memory_order_relaxed);
    observer_->on_progress(done, static_cast<double>(last_pump_ns_ - begin_ns) / 1e6);
  }

  void pump_if_due() {
    if (now_ns() - last_pump_ns_ > kPumpMs * 1'000'000LL) pump();
  }

  void send_tiles() {
    auto& tiles = context_.tile_done;
    for (std::size_t task = first_tile_; task < tiles.size(); ++task) {
      // Acquire pairs with the release of place_tile(): the pixels are there.
      const std::uint16_t mark = tiles[task].load(std::memory_order_acquire);
      if (mark != 0 && mark != kSent) {
        const Workload::Tile tile = context_.workload.tile(static_cast<std::uint32_t>(task));
        observer_->on_tile(tile, static_cast<std::uint16_t>(mark - 1), read_tile(context_, tile));
        tiles[task].store(kSent, std::memory_order_relaxed);
      }
      if (task == first_tile_ && tiles[task].load(std::memory_order_relaxed) == kSent) ++first_tile_;
    }
  }

  static constexpr std::uint16_t kSent = 0xffff;

  RunContext& context_;
  RunObserver* observer_;
  std::mutex mutex_;  // the observer's calls come one at a time
  std::vector<Span>& spans_;
  std::size_t& most_spans_;
  std::unique_ptr<Ticker> ticker_;
  KindTimes times_;
  std::int64_t last_pump_ns_ = 0;
  std::size_t first_tile_ = 0;  // all before it were sent
};

// Everything a run keeps for its tasks, its picture and its workers' scratch must fit; a page's memory is small.
Status check_config(const RunConfig& config, const Model& model, const Workload& workload) {
  const std::uint64_t limit = capabilities().max_memory_bytes;
  const ModelTraits traits = model.traits();
  const std::uint64_t records = std::uint64_t{config.tasks} * (sizeof(TaskRecord) + traits.bytes_per_task);
  if (limit != 0 && records > limit / 3) {
    return fail(fmt::format("tasks is {}: too many for this page's memory of {} MB", config.tasks, limit >> 20),
                "tasks");
  }
  Segment segment;
  if (limit != 0 && workload.segment(0, 0, segment) && segment.kernel != nullptr && segment.kernel->name == "sort") {
    const std::uint64_t scratch = segment.param[0] * 8 * (traits.workers && !traits.processes ? config.workers : 1);
    if (scratch > limit / 3) {
      return fail(fmt::format("size is {}: too much for this page's memory of {} MB; use more tasks or a smaller size",
                              config.size, limit >> 20),
                  "size");
    }
  }
  if (Status status = check_web(config); !status) return status;
  return model.check(config, capabilities());
}

}  // namespace

Status check_run(const RunConfig& config) {
  const auto workload = find_workload(config.workload)->make(config.params());
  return check_config(config, *find_model(config.model), *workload);
}

/// The rings of one run, for all its repeats: the first one pays for their memory.
class MeasuredRun::Rings {
 public:
  explicit Rings(std::uint32_t lanes) : recorder(lanes, ring_capacity(lanes)) {}
  ~Rings() { all_held_ -= held_; }
  Rings(const Rings&) = delete;
  Rings& operator=(const Rings&) = delete;

  /// What the rings of all runs take: it is in the memory of each that is measured.
  std::size_t all_held() {
    all_held_ += recorder.touched_bytes() - held_;
    held_ = recorder.touched_bytes();
    return all_held_;
  }

  Recorder recorder;

 private:
  std::size_t held_ = 0;
  static std::atomic<std::size_t> all_held_;
};
std::atomic<std::size_t> MeasuredRun::Rings::all_held_ = 0;

MeasuredRun::MeasuredRun(RunConfig config, coro::Scheduler& scheduler, CancelToken& cancel, DrainBuffer& buffer)
    : config_(std::move(config)),
      scheduler_(scheduler),
      cancel_(cancel),
      model_(*find_model(config_.model)),
      workload_(find_workload(config_.workload)->make(config_.params())),
      collector_(std::make_unique<Collector>(config_)),
      web_(find_workload(config_.workload)->fetches ? std::make_unique<WebRun>(config_, scheduler) : nullptr),
      buffer_(buffer),
      next_(-static_cast<int>(config_.warmup)) {}

MeasuredRun::~MeasuredRun() = default;

coro::Task<Status> MeasuredRun::begin() {
  static bool warmed = false;
  if (capabilities().kernels_need_warming && !std::exchange(warmed, true)) {
    co_await scheduler_.blocking([] { warm_kernels(); });
  }
  if (Status status = check_config(config_, model_, *workload_); !status) co_return status;
  const std::uint32_t lanes = config_.trace ? model_.lanes(config_) : 0;
  rings_ = std::make_unique<Rings>(lanes);
  buffer_.spans.reserve(ring_capacity(lanes) * lanes);  // touched only as far as it is needed
  if (web_) {
    if (Status opened = co_await web_->open(); !opened) co_return opened;
    for (Note& note : web_->notes()) collector_->add_note(std::move(note));
  }
  // A real request blocks by itself.
  const WorkloadInfo& info = *find_workload(config_.workload);
  const ModelTraits traits = model_.traits();
  const bool spins = info.waits && (!web_ || web_->simulated());
  if (capabilities().waits_are_busy && spins && !traits.workers && !traits.loop) {
    collector_->add_note(notes::waits_are_busy());
  }
  co_return Status{};
}

coro::Task<Status> MeasuredRun::repeat(RunObserver* observer) {
  const bool measured = next_ >= 0;
  const std::uint32_t lanes = model_.lanes(config_);
  rings_->recorder.forget_dropped();
  const std::uint64_t ran_on_loop = scheduler_.ran_on_loop();
  RunContext context{.config = config_,
                     .workload = *workload_,
                     .scheduler = scheduler_,
                     .cancel = cancel_,
                     .recorder = rings_->recorder,
                     .tasks = std::vector<TaskRecord>(config_.tasks),
                     .progress = std::vector<LaneProgress>(lanes),
                     .lanes = std::vector<LaneInfo>(lanes),
                     .picture = {},
                     .tile_done = {},
                     .pump = {},
                     .web = {},
                     .measurement = {}};
  if (web_) {
    auto access = co_await web_->begin_repeat();
    if (!access) co_return std::unexpected(access.error());
    context.web = std::move(*access);
    for (Note& note : web_->table_notes()) collector_->add_note(std::move(note));
  }
  context.picture.resize(std::size_t{workload_->picture_side()} * workload_->picture_side());
  if (observer != nullptr) observer->on_repeat(measured ? next_ : -1);
  Instrument instrument(context, observer, buffer_);
  reset_peak_memory();
  const Surroundings before = look_around();
  instrument.begin();
  Result<Outcome> outcome = co_await model_.run(context);
  const Ticker::Report ticked = instrument.end();
  const Surroundings after = look_around();
  if (!outcome) co_return std::unexpected(web_ ? web_->explain(outcome.error()) : outcome.error());
  if (outcome->cancelled) co_return fail(kCancelled);
  std::optional<SavedPages> saved;
  std::string server_gone;
  if (web_) {
    const auto read = co_await web_->end_repeat(Collector::checksum_of(context));
    if (!read) co_return std::unexpected(read.error());
    saved = *read;
    server_gone = web_->server_gone();
  }
  ++next_;
  if (!measured) {
    if (!server_gone.empty()) co_return fail("the latency server ended in the warm-up: " + server_gone);
    collector_->add_warm_up(*outcome);
    co_return Status{};
  }
  const std::size_t held = rings_->all_held() + buffer_.most * sizeof(Span);
  collector_->add_usage(context.measurement, *outcome, ticked, held, model_.traits().processes);
  collector_->add_surroundings(before, after);
  collector_->add(context, *outcome, instrument.times(), saved);
  if (scheduler_.ran_on_loop() != ran_on_loop) collector_->add_note(notes::no_blocking_thread());
  if (!server_gone.empty()) {
    // The cause of all that failed; further repeats would fail the same way.
    collector_->add_note(notes::server_ended(server_gone));
    next_ = static_cast<int>(config_.repeat);
  }
  co_return Status{};
}

RunResult MeasuredRun::finish() {
  const ModelTraits traits = model_.traits();
  return collector_->finish(traits.workers, traits.loop);
}

coro::Task<Result<RunResult>> run_config(RunConfig config, coro::Scheduler& scheduler, CancelToken& cancel,
                                         RunObserver* observer) {
  DrainBuffer buffer;
  MeasuredRun run(std::move(config), scheduler, cancel, buffer);
  Status status = co_await run.begin();
  while (status && run.has_next()) status = co_await run.repeat(observer);
  if (!status) co_return std::unexpected(status.error());
  co_return run.finish();
}

coro::Task<Status> run_series(std::vector<RunConfig> configs, coro::Scheduler& scheduler, CancelToken& cancel,
                              SeriesObserver& observer) {
  DrainBuffer buffer;
  std::vector<std::unique_ptr<MeasuredRun>> runs;
  for (RunConfig& config : configs) {
    runs.push_back(std::make_unique<MeasuredRun>(std::move(config), scheduler, cancel, buffer));
  }
  bool stopped = false;
  const auto end = [&](std::size_t index, Result<RunResult> result) {
    stopped |= !result && result.error().message == kCancelled;
    runs[index].reset();
    observer.on_end(index, std::move(result));
  };
  const auto left = [&] {
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (runs[i]) indices.push_back(i);
    }
    return indices;
  };
  for (std::size_t i = 0; i < runs.size() && !stopped; ++i) {
    RunObserver* const told = observer.on_turn(i);
    Status status = co_await runs[i]->begin();
    while (status && runs[i]->warming_up()) status = co_await runs[i]->repeat(told);
    if (!status) end(i, std::unexpected(status.error()));
  }
  Random random(configs.empty() ? 0 : configs.front().seed);
  for (auto round = left(); !round.empty() && !stopped; round = left()) {
    // Fisher-Yates: Knuth, The Art of Computer Programming 2, 3.4.2, algorithm P.
    for (std::size_t i = round.size(); i > 1; --i)
      std::swap(round[i - 1], round[static_cast<std::size_t>(random.unit() * static_cast<double>(i))]);
    for (const std::size_t i : round) {
      if (stopped) break;
      Status status = co_await runs[i]->repeat(observer.on_turn(i));
      if (!status) {
        end(i, std::unexpected(status.error()));
      } else if (!runs[i]->has_next()) {
        end(i, runs[i]->finish());
      }
    }
  }
  for (const std::size_t i : left()) end(i, fail(kCancelled));
  if (stopped) co_return fail(kCancelled);
  co_return Status{};
}

}  // namespace trilane
