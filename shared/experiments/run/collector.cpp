#include "experiments/run/collector.hpp"

#include <algorithm>

#include "platform/clock.hpp"

namespace trilane {
namespace {

constexpr std::size_t kSeriesBins = 120;
// A thread that sleeps 40 ms at a time is woken later than this only when the whole program does not run.
constexpr std::int64_t kStoppedNs = 250'000'000;
constexpr double kSuspendedMs = 10;
constexpr double kLeastProcessorsMs = 100;  // the system counts processors' time in ticks of 10 ms
constexpr std::size_t kNamedBlocks = 3;

template <class T>
void push(std::vector<double>& to, const std::optional<T>& value) {
  if (value) to.push_back(static_cast<double>(*value));
}

std::size_t bin_of(double at_ms, double bin_ms) {
  return std::min(static_cast<std::size_t>(std::max(at_ms / bin_ms, 0.0)), kSeriesBins - 1);
}

}  // namespace

void KindTimes::add(std::span<const Span> spans) {
  for (const Span& span : spans) ns[static_cast<int>(span.kind)] += span.end_ns - span.begin_ns;
}

Surroundings look_around() { return {read_processor_times(), now_ns(), suspended_ns()}; }

void Collector::add_usage(const Measurement& measurement, const Outcome& outcome, const Ticker::Report& ticked,
                          std::size_t held_bytes, bool has_children) {
  const Usage& before = measurement.before();
  const Usage& after = measurement.after();
  const auto difference = [&](auto Usage::* field, const auto& of_instrument, std::vector<double>& to) {
    if (!(before.*field) || !(after.*field)) return;
    if (has_children && !(outcome.children.*field)) return;  // half of the truth is not shown
    const double own =
        static_cast<double>(*(after.*field) - *(before.*field)) - static_cast<double>(of_instrument.value_or(0));
    to.push_back(std::max(own, 0.0) + static_cast<double>((outcome.children.*field).value_or(0)));
  };
  difference(&Usage::user_ms, ticked.user_ms, user_);
  difference(&Usage::system_ms, ticked.system_ms, system_);
  difference(&Usage::voluntary_switches, ticked.voluntary_switches, voluntary_);
  difference(&Usage::involuntary_switches, ticked.involuntary_switches, involuntary_);
  if (ticked.user_ms && ticked.system_ms) instrument_.push_back(*ticked.user_ms + *ticked.system_ms);
  push(children_involuntary_, outcome.children.involuntary_switches);
  if (after.peak_rss_bytes && (!has_children || outcome.children.peak_rss_bytes)) {
    const auto own = static_cast<double>(*after.peak_rss_bytes) - static_cast<double>(held_bytes);
    const double peak = std::max(own, 0.0) + static_cast<double>(outcome.children.peak_rss_bytes.value_or(0));
    result_.peak_rss_bytes = std::max(result_.peak_rss_bytes.value_or(0), peak);
  }
  push(per_worker_, outcome.per_worker_bytes);
  if (ticked.longest_gap_ns && *ticked.longest_gap_ns > kStoppedNs) {
    result_.interrupted = true;
    add_error(notes::stood_still(static_cast<double>(*ticked.longest_gap_ns) / 1e6));
  }
}

void Collector::add_surroundings(const Surroundings& before, const Surroundings& after) {
  const double suspended_ms = static_cast<double>(after.suspended_ns - before.suspended_ns) / 1e6;
  if (suspended_ms > kSuspendedMs) {
    result_.interrupted = true;
    add_error(notes::suspended(suspended_ms));
  }
  if (!before.processors || !after.processors) return;
  const double own = after.processors->own_ms - before.processors->own_ms;
  const double busy = after.processors->busy_ms - before.processors->busy_ms;
  const double idle = after.processors->idle_ms - before.processors->idle_ms;
  others_ms_ += std::max(busy - own, 0.0);
  idle_ms_ += idle;
  processors_ms_ += busy + idle;
}

void Collector::add_times(const RunContext& context) {
  const std::int64_t begin_ns = context.measurement.begin_ns();
  Histogram latency, since_start;
  for (const TaskRecord& task : context.tasks) {
    latency.add(task.end_ns - task.begin_ns);
    since_start.add(task.end_ns - begin_ns);
  }
  result_.latency_repeats.push_back(*percentiles_ms(latency));
  result_.since_start_repeats.push_back(*percentiles_ms(since_start));
  latency_.add(latency);
  since_start_.add(since_start);
  CompletionSeries& series = result_.series;
  series.bin_ms = std::max(wall_.back() / kSeriesBins, 1e-6);
  series.done.assign(kSeriesBins, 0);
  for (const TaskRecord& task : context.tasks) {
    ++series.done[bin_of(static_cast<double>(task.end_ns - begin_ns) / 1e6, series.bin_ms)];
  }
}

void Collector::add_lag(const Outcome& outcome) {
  lag_.add(outcome.loop_lag.all());
  result_.lag_series = {outcome.loop_lag.slot_ms(), outcome.loop_lag.max_ms()};
  for (const LoopBlock& block : outcome.blocks.longest) result_.blocks.add(block);
  // What add() counted are the longest of each repeat only.
  result_.blocks.count += outcome.blocks.count - outcome.blocks.longest.size();
}

void Collector::add_split(const RunContext& context, const Outcome& outcome, const KindTimes& times) {
  result_.time_split.reset();
  // With spans missing the sums would be too small, and nobody would know by how much.
  if (!context.recorder.enabled() || context.recorder.dropped() + outcome.dropped_spans != 0) return;
  TimeSplit split;
  for (int kind = 0; kind < kSpanKinds; ++kind) {
    if (times.ns[kind] != 0) split.emplace_back(static_cast<SpanKind>(kind), static_cast<double>(times.ns[kind]) / 1e6);
  }
  result_.time_split = std::move(split);
}

std::uint64_t Collector::checksum_of(const RunContext& context) {
  std::uint64_t checksum = 0;
  for (std::size_t i = 0; i < context.tasks.size(); ++i) {
    checksum += checksum_term(static_cast<std::uint32_t>(i), context.tasks[i].value);
  }
  return checksum;
}

void Collector::add_error(Note error) {
  result_.valid = false;
  add_once(result_.errors, std::move(error));
}

void Collector::add_checksum(const RunContext& context) {
  const std::uint64_t checksum = checksum_of(context);
  // Tasks that failed have no value; that is said in its own words.
  if (checksum_known_ && checksum != result_.checksum && task_errors_.count == 0) {
    add_error(notes::checksums_differ());
  }
  checksum_known_ = true;
  result_.checksum = checksum;
}

void Collector::add_counter(const Outcome& outcome) {
  if (!outcome.counted) return;
  result_.counter_expected = result_.config.size;
  result_.counter_observed = outcome.counted;
  result_.counter_lost.push_back(static_cast<double>(result_.config.size) - static_cast<double>(*outcome.counted));
}

void Collector::add_saved(const SavedPages& saved) {
  result_.saved = saved;
  if (saved.equal) return;
  if (saved.rows != saved.pages) {
    add_error(notes::saved_twice(saved.rows, saved.pages));
  } else if (saved.rows != result_.config.tasks) {
    add_error(notes::saved_too_few(saved.rows, result_.config.tasks));
  } else {
    add_error(notes::saved_wrongly());
  }
}

void Collector::add(const RunContext& context, Outcome& outcome, const KindTimes& times,
                    const std::optional<SavedPages>& saved) {
  const double wall_ms = static_cast<double>(context.measurement.end_ns() - context.measurement.begin_ns()) / 1e6;
  below_clock_step_ |= wall_ms <= 0 || wall_ms * 1e6 < clock_resolution_ns();
  wall_.push_back(wall_ms);
  throughput_.push_back(static_cast<double>(context.tasks.size()) / (wall_ms / 1e3));
  startup_.push_back(static_cast<double>(outcome.startup_ns) / 1e6);
  lock_wait_.push_back(static_cast<double>(outcome.lock_wait_ns) / 1e6);
  task_errors_.add(outcome.errors);
  for (Note& accident : outcome.accidents) add_error(std::move(accident));
  add_checksum(context);
  if (saved) add_saved(*saved);
  if (context.recorder.enabled()) add_times(context);
  if (find_workload(result_.config.workload)->counts) add_counter(outcome);
  add_lag(outcome);
  add_split(context, outcome, times);
  result_.lanes = context.lanes;
  result_.dropped_spans = context.recorder.dropped() + outcome.dropped_spans;
  for (Note& note : outcome.notes) add_once(result_.notes, std::move(note));
}

void Collector::add_warm_up(Outcome& outcome) {
  // Nothing is measured in it: what went wrong there and was made good spoils no figure.
  for (std::vector<Note>* said : {&outcome.notes, &outcome.accidents}) {
    for (Note& note : *said) add_once(warm_up_notes_, std::move(note));
  }
}

// What the measured repeats say too is no event of the warm-up: it is said of the model, of every repeat.
void Collector::add_warm_up_notes() {
  const std::vector<Note> measured = result_.notes;
  for (const Note& note : warm_up_notes_) {
    if (std::ranges::find(measured, note) == measured.end()) result_.notes.push_back(notes::in_warm_up(note));
  }
}

void Collector::add_loop_notes() {
  const LoopBlocks& blocks = result_.blocks;
  for (std::size_t i = 0; i < std::min(blocks.longest.size(), kNamedBlocks); ++i) {
    const LoopBlock& block = blocks.longest[i];
    add_note(block.task == kNoTask ? notes::loop_blocked_by_commit(block.ms)
                                   : notes::loop_blocked(block.task, block.ms, block.segment, block.what));
  }
  if (blocks.count > kNamedBlocks) add_note(notes::loop_blocks(blocks.count, LoopBlocks::kLongMs));
}

RunResult Collector::finish(bool has_workers, bool has_loop) {
  add_warm_up_notes();
  if (below_clock_step_) {
    add_note(notes::shorter_than_clock(clock_resolution_ns() / 1e6));
  } else {
    result_.wall_ms = summarize(wall_);
    result_.throughput_per_s = summarize(throughput_);
  }
  result_.cpu_user_ms = median(user_);
  result_.cpu_system_ms = median(system_);
  result_.switches_voluntary = median(voluntary_);
  result_.switches_involuntary = median(involuntary_);
  result_.children_involuntary = median(children_involuntary_);
  result_.per_worker_bytes = median(per_worker_);
  if (has_workers) result_.startup_ms = median(startup_);
  result_.lock_wait_ms = median(lock_wait_);
  if (has_loop) result_.loop_lag_ms = percentiles_ms(lag_);
  result_.latency_ms = percentiles_ms(latency_);
  result_.since_start_ms = percentiles_ms(since_start_);
  result_.instrument_ms = median(instrument_);
  if (processors_ms_ >= kLeastProcessorsMs) {
    result_.machine = {others_ms_ / processors_ms_, idle_ms_ / processors_ms_};
  }
  result_.failed_tasks = task_errors_.count;
  if (task_errors_.count != 0) {
    add_error(notes::tasks_failed(task_errors_.count, std::uint64_t{result_.config.tasks} * wall_.size(),
                                  task_errors_.first));
  }
  add_loop_notes();
  if (!below_clock_step_ && wall_.size() > 1 && wall_.size() < 6) {
    add_note(notes::few_repeats(wall_.size(), median_interval(wall_)->coverage));
  }
  if (result_.dropped_spans != 0) add_note(notes::spans_dropped(result_.dropped_spans));
  return std::move(result_);
}

}  // namespace trilane
