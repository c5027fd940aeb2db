#include "cli_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "python_beside.hpp"
#include "workloads/workload.hpp"

namespace trilane::native {
namespace {

using Row = std::vector<std::string>;

/// Columns as wide as their widest cell; the first is aligned left, numbers right.
std::string aligned(const std::vector<Row>& rows, std::size_t left_columns) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string gap = i == 0 ? "" : "  ";
      line += i < left_columns ? fmt::format("{}{:<{}}", gap, row[i], widths[i])
                               : fmt::format("{}{:>{}}", gap, row[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string interval(const Summary& summary) {
  if (!summary.low || !summary.high) return "";
  return fmt::format("[{}, {}]", figure(*summary.low), figure(*summary.high));
}

std::string mebibytes(double bytes) { return figure(bytes / (1024.0 * 1024.0)); }

std::string or_empty(const std::optional<double>& value) { return value ? figure(*value) : ""; }

std::string plural(std::uint64_t count, const char* thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

std::string describe(const RunConfig& config) {
  const WorkloadInfo* info = find_workload(config.workload);
  std::string text = fmt::format("{} on {}, {}", config.workload, config.model, plural(config.tasks, "task"));
  if (info != nullptr && !info->size_unit.empty()) text += fmt::format(", size {} {}", config.size, info->size_unit);
  if (info != nullptr && info->waits) text += fmt::format(", wait {} ms", short_figure(config.wait_ms));
  const ModelTraits traits = traits_of(config);
  const bool has_workers = traits.workers;
  if (has_workers) text += ", " + plural(config.workers, "worker");
  if (has_workers && config.spawn_per_task) text += ", a new worker for every task";
  if (config.gil) text += fmt::format(", GIL with a switch interval of {} ms", short_figure(config.switch_interval_ms));
  const bool limited = has_workers ? config.busy_workers() < config.workers : traits.loop && config.concurrency != 0;
  if (limited) text += fmt::format(", at most {} at a time", config.concurrency);
  if (info != nullptr && info->counts)
    text += fmt::format(", counter {}", kCounterModeNames[static_cast<std::size_t>(config.counter_mode)]);
  return text + fmt::format("; {} after {}, seed {}\n", plural(config.repeat, "repeat"),
                            plural(config.warmup, "warm-up"), config.seed);
}

void add_percentiles(std::vector<Row>& rows, const std::string& name, const std::optional<Percentiles>& p) {
  if (!p) return;
  rows.push_back({name + " p50", figure(p->p50), "", "ms"});
  rows.push_back({name + " p95", figure(p->p95), "", "ms"});
  rows.push_back({name + " p99", figure(p->p99), "", "ms"});
  rows.push_back({name + " max", figure(p->max), "", "ms"});
}

void add_counter(std::vector<Row>& rows, const RunResult& result) {
  if (!result.counter_expected || !result.counter_observed) return;
  rows.push_back({"counter should be", fmt::format("{}", *result.counter_expected), "", ""});
  rows.push_back({"counter is", fmt::format("{}", *result.counter_observed), "", ""});
  const Summary lost = summarize(result.counter_lost);
  rows.push_back({"lost updates", lost.median ? fmt::format("{:.0f}", *lost.median) : "", interval(lost), ""});
}

/// What the tasks' time went for, where that is the question.
void add_split(std::vector<Row>& rows, const RunResult& result) {
  if (!find_workload(result.config.workload)->fetches || !result.time_split) return;
  for (const auto& [kind, ms] : *result.time_split)
    rows.push_back({fmt::format("in all, {}", span_kind_name(kind)), figure(ms), "", "ms"});
  if (result.saved) rows.push_back({"pages saved", std::to_string(result.saved->rows), "", ""});
}

std::string remarks(const RunResult& result) {
  std::string text;
  for (const Note& note : result.notes) text += "note: " + note.text.en + "\n";
  for (const Note& error : result.errors) text += "error: " + error.text.en + "\n";
  return text;
}

std::string host_line(const HostInfo& host) {
  return fmt::format("{}, {} cores, {}, clock step {} ns\n", host.cpu, host.cores, host.os,
                     short_figure(host.clock_resolution_ns));
}

/// What decides a run's checksum besides the workload: runs with the same work must agree.
bool same_work(const RunConfig& a, const RunConfig& b) {
  return a.workload == b.workload && a.tasks == b.tasks && a.size == b.size && a.seed == b.seed &&
         a.cpu_share == b.cpu_share && a.wait_ms == b.wait_ms;
}

std::string speed_up(const RunResult& run, std::span<const RunResult> runs) {
  const auto base = std::ranges::find_if(runs, [&](const RunResult& other) {
    return other.config.model == "sync" && same_work(other.config, run.config);
  });
  if (base == runs.end() || !base->wall_ms.median || !run.wall_ms.median || *run.wall_ms.median <= 0) return "";
  return fmt::format("{:.2f}", *base->wall_ms.median / *run.wall_ms.median);
}

std::string value_of(const RunConfig& config, const std::string& variable) {
  return short_figure(config_number(config, variable).value_or(0));
}

/// Each remark once, with the runs that it is about.
std::string gathered_remarks(const SweepConfig& sweep, std::span<const RunResult> runs) {
  std::vector<std::pair<std::string, std::vector<std::string>>> gathered;
  for (const RunResult& run : runs) {
    const std::string who = fmt::format("{} at {}", run.config.model, value_of(run.config, sweep.over));
    const auto add = [&](const std::string& remark) {
      auto known = std::ranges::find(gathered, remark, [](const auto& entry) { return entry.first; });
      if (known == gathered.end()) known = gathered.insert(gathered.end(), {remark, {}});
      known->second.push_back(who);
    };
    for (const Note& note : run.notes) add("note: " + note.text.en);
    for (const Note& error : run.errors) add("error: " + error.text.en);
  }
  std::string text;
  for (const auto& [remark, who] : gathered) {
    text += remark;
    if (who.size() != runs.size()) text += fmt::format(" ({})", fmt::join(who, ", "));
    text += "\n";
  }
  return text;
}

std::string csv_number(const std::optional<double>& value) { return value ? fmt::format("{}", *value) : ""; }

}  // namespace

std::string figure(double value) {
  if (value == 0 || !std::isfinite(value)) return fmt::format("{:.0f}", value);
  const int magnitude = static_cast<int>(std::floor(std::log10(std::fabs(value))));
  return fmt::format("{:.{}f}", value, std::clamp(3 - magnitude, 0, 9));
}

std::string short_figure(double value) {
  std::string text = figure(value);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string run_table(const RunResult& result) {
  std::vector<Row> rows = {{"", "median", "interval", "unit"}};
  const auto add = [&rows](const char* name, const Summary& summary, const char* unit) {
    rows.push_back({name, or_empty(summary.median), interval(summary), unit});
  };
  const auto add_one = [&rows](const char* name, const std::optional<double>& value, const char* unit) {
    if (value) rows.push_back({name, figure(*value), "", unit});
  };
  add("makespan", result.wall_ms, "ms");
  add("throughput", result.throughput_per_s, "tasks/s");
  add_percentiles(rows, "latency", result.latency_ms);
  add_percentiles(rows, "since the start", result.since_start_ms);
  add_one("CPU user", result.cpu_user_ms, "ms");
  add_one("CPU system", result.cpu_system_ms, "ms");
  add_one("CPU of the instrument", result.instrument_ms, "ms");
  if (result.peak_rss_bytes) rows.push_back({"peak memory", mebibytes(*result.peak_rss_bytes), "", "MiB"});
  if (result.per_worker_bytes) rows.push_back({"memory a worker", mebibytes(*result.per_worker_bytes), "", "MiB"});
  const auto add_count = [&rows](const char* name, const std::optional<double>& count) {
    if (count) rows.push_back({name, short_figure(*count), "", ""});
  };
  add_count("switches, voluntary", result.switches_voluntary);
  add_count("switches, involuntary", result.switches_involuntary);
  add_one("start-up", result.startup_ms, "ms");
  add_one("lock wait", result.lock_wait_ms, "ms");
  add_percentiles(rows, "loop lag", result.loop_lag_ms);
  add_split(rows, result);
  add_counter(rows, result);
  return describe(result.config) + "\n" + aligned(rows, 1) + fmt::format("\nchecksum {:016x}\n", result.checksum) +
         host_line(host_info()) + remarks(result);
}

std::string sweep_table(const SweepConfig& sweep, std::span<const RunResult> runs) {
  std::vector<Row> rows = {{sweep.over, "model", "makespan ms", "interval", "tasks/s", "speed-up", "p50 ms", "p99 ms",
                            "CPU ms", "peak MiB", "start-up ms", "checksum"}};
  for (const RunResult& run : runs) {
    const auto latency = [&run](double Percentiles::* field) {
      return run.latency_ms ? figure((*run.latency_ms).*field) : std::string();
    };
    std::optional<double> cpu_ms;
    if (run.cpu_user_ms && run.cpu_system_ms) cpu_ms = *run.cpu_user_ms + *run.cpu_system_ms;
    rows.push_back({value_of(run.config, sweep.over), run.config.model, or_empty(run.wall_ms.median),
                    interval(run.wall_ms), or_empty(run.throughput_per_s.median), speed_up(run, runs),
                    latency(&Percentiles::p50), latency(&Percentiles::p99), or_empty(cpu_ms),
                    run.peak_rss_bytes ? mebibytes(*run.peak_rss_bytes) : "", or_empty(run.startup_ms),
                    fmt::format("{:016x}", run.checksum)});
  }
  return aligned(rows, 2) + host_line(host_info()) + gathered_remarks(sweep, runs);
}

std::string python_table(std::span<const PythonRun> runs) {
  if (runs.empty()) return "";
  std::vector<Row> rows = {{"beside it, in Python", "workload", "tasks", "size", "workers", "makespan ms", "interval",
                            "tasks/s", "p50 ms", "p99 ms", "CPU ms", "start-up ms", "checksum"}};
  std::vector<std::string> said;
  for (const PythonRun& run : runs) {
    const RunResult& r = run.result;
    const bool pooled = run.flavour != "asyncio";
    std::optional<double> cpu_ms;
    if (r.cpu_user_ms && r.cpu_system_ms) cpu_ms = *r.cpu_user_ms + *r.cpu_system_ms;
    rows.push_back({run.label, r.config.workload, std::to_string(r.config.tasks), std::to_string(r.config.size),
                    pooled ? std::to_string(r.config.workers) : "", or_empty(r.wall_ms.median), interval(r.wall_ms),
                    or_empty(r.throughput_per_s.median), r.latency_ms ? figure(r.latency_ms->p50) : "",
                    r.latency_ms ? figure(r.latency_ms->p99) : "", or_empty(cpu_ms), or_empty(r.startup_ms),
                    fmt::format("{:016x}", r.checksum)});
    for (const Note& note : r.notes) said.push_back("note: " + run.label + ": " + note.text.en + "\n");
    for (const Note& error : r.errors) said.push_back("error: " + run.label + ": " + error.text.en + "\n");
  }
  return fmt::format("\n{}{}", aligned(rows, 2), fmt::join(said, ""));
}

std::string to_csv(std::span<const RunResult> runs) {
  std::string text =
      "model,workload,tasks,size,wait_ms,workers,concurrency,gil,switch_interval_ms,cpu_share,counter_mode,"
      "spawn_per_task,seed,repeat,wall_ms,throughput_per_s,checksum,counter_lost,latency_p50_ms,latency_p95_ms,"
      "latency_p99_ms,latency_max_ms,since_start_p50_ms,since_start_p95_ms,since_start_p99_ms,since_start_max_ms,"
      "instrument_ms,cpu_user_ms,cpu_system_ms,peak_rss_bytes,per_worker_bytes,switches_voluntary,"
      "switches_involuntary,startup_ms,lock_wait_ms,loop_lag_p50_ms,loop_lag_p99_ms,loop_lag_max_ms,valid\n";
  for (const RunResult& run : runs) {
    const RunConfig& c = run.config;
    const std::string head =
        fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}", c.model, c.workload, c.tasks, c.size, c.wait_ms,
                    c.workers, c.concurrency, c.gil, c.switch_interval_ms, c.cpu_share,
                    kCounterModeNames[static_cast<std::size_t>(c.counter_mode)], c.spawn_per_task, c.seed);
    const auto percentile = [](const std::optional<Percentiles>& p, double Percentiles::* field) {
      return p ? fmt::format("{}", (*p).*field) : std::string();
    };
    const std::string tail = fmt::format(
        "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}", percentile(run.latency_ms, &Percentiles::p50),
        percentile(run.latency_ms, &Percentiles::p95), percentile(run.latency_ms, &Percentiles::p99),
        percentile(run.latency_ms, &Percentiles::max), percentile(run.since_start_ms, &Percentiles::p50),
        percentile(run.since_start_ms, &Percentiles::p95), percentile(run.since_start_ms, &Percentiles::p99),
        percentile(run.since_start_ms, &Percentiles::max), csv_number(run.instrument_ms), csv_number(run.cpu_user_ms),
        csv_number(run.cpu_system_ms), csv_number(run.peak_rss_bytes), csv_number(run.per_worker_bytes),
        csv_number(run.switches_voluntary), csv_number(run.switches_involuntary), csv_number(run.startup_ms),
        csv_number(run.lock_wait_ms), percentile(run.loop_lag_ms, &Percentiles::p50),
        percentile(run.loop_lag_ms, &Percentiles::p99), percentile(run.loop_lag_ms, &Percentiles::max), run.valid);
    for (std::size_t i = 0; i < run.wall_ms.samples.size(); ++i) {
      text += fmt::format("{},{},{},{},{:016x},{},{}\n", head, i + 1, run.wall_ms.samples[i],
                          run.throughput_per_s.samples[i], run.checksum,
                          i < run.counter_lost.size() ? fmt::format("{:.0f}", run.counter_lost[i]) : "", tail);
    }
  }
  return text;
}

}  // namespace trilane::native
