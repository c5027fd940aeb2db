#include "ui/result_reader.hpp"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "ui/pins.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

/// The member, or null when there is none.
const json& member(const json& object, const char* key) {
  static const json kNull;
  if (!object.is_object()) return kNull;
  const auto it = object.find(key);
  return it == object.end() ? kNull : *it;
}

std::optional<double> number(const json& value) {
  if (!value.is_number()) return std::nullopt;
  return value.get<double>();
}

template <class V>
std::vector<V> numbers(const json& list) {
  std::vector<V> out;
  if (!list.is_array()) return out;
  for (const json& one : list) {
    if (one.is_number()) out.push_back(one.get<V>());
  }
  return out;
}

/// In documents of earlier versions they were plain texts, English.
std::vector<Note> notes_of(const json& list) {
  const auto word = [](const json& value) { return value.is_string() ? value.get<std::string>() : std::string(); };
  std::vector<Note> out;
  for (const json& one : list.is_array() ? list : json::array()) {
    const json& text = member(one, "text");
    out.push_back(one.is_string()
                      ? Note{"", {word(one), word(one)}}
                      : Note{word(member(one, "code")), {word(member(text, "en")), word(member(text, "ru"))}});
  }
  return out;
}

Summary summary(const json& value) {
  return {number(member(value, "median")), number(member(value, "low")), number(member(value, "high")),
          numbers<double>(member(value, "samples"))};
}

std::optional<Percentiles> percentiles_of(const json& value) {
  const auto p50 = number(member(value, "p50"));
  const auto p99 = number(member(value, "p99"));
  const auto max = number(member(value, "max"));
  if (!p50 || !p99 || !max) return std::nullopt;
  return Percentiles{*p50, number(member(value, "p95")).value_or(*p99), *p99, *max};
}

std::optional<std::uint64_t> count(const json& value) {
  if (!value.is_number_unsigned() && !value.is_number_integer()) return std::nullopt;
  return value.get<std::uint64_t>();
}

std::optional<TimeSplit> split_of(const json& value) {
  if (!value.is_object()) return std::nullopt;
  TimeSplit split;
  for (int i = 0; i < kSpanKinds; ++i) {
    const auto kind = static_cast<SpanKind>(i);
    if (const auto ms = number(member(value, time_split_key(kind).c_str()))) split.emplace_back(kind, *ms);
  }
  return split;
}

}  // namespace

Result<RunResult> read_run_result(const json& document) {
  const bool python = member(document, "schema") == "trilane.python/1";
  if (!python && member(document, "schema") != "trilane.run/1")
    return fail("This is not a trilane.run/1 document.", "schema");
  RunResult out;
  // The options lie beside the figures; parse_config refuses keys that it does not know.
  json options = json::object();
  const json known = to_json(RunConfig{});
  for (const auto& [key, value] : known.items()) {
    if (document.contains(key)) options[key] = document[key];
  }
  // Its model is what it is Python's form of; its own name is its label.
  if (python) options["model"] = member(document, "counterpart");
  auto config = parse_config(options);
  if (!config) return std::unexpected(config.error());
  out.config = std::move(*config);
  out.wall_ms = summary(member(document, "wall_ms"));
  out.throughput_per_s = summary(member(document, "throughput_per_s"));
  if (const json& sum = member(document, "checksum"); sum.is_string()) {
    out.checksum = std::strtoull(sum.get_ref<const std::string&>().c_str(), nullptr, 16);
  }
  out.latency_ms = percentiles_of(member(document, "latency_ms"));
  out.since_start_ms = percentiles_of(member(document, "since_start_ms"));
  out.instrument_ms = number(member(document, "instrument_ms"));
  const json& machine = member(document, "machine");
  const auto others = number(member(machine, "others_share"));
  const auto idle = number(member(machine, "idle_share"));
  if (others && idle) out.machine = MachineLoad{*others, *idle};
  const json& cpu = member(document, "cpu_ms");
  out.cpu_user_ms = number(member(cpu, "user"));
  out.cpu_system_ms = number(member(cpu, "system"));
  const json& memory = member(document, "memory");
  out.peak_rss_bytes = number(member(memory, "peak_rss_bytes"));
  out.per_worker_bytes = number(member(memory, "per_worker_bytes"));
  const json& switches = member(document, "context_switches");
  out.switches_voluntary = number(member(switches, "voluntary"));
  out.switches_involuntary = number(member(switches, "involuntary"));
  out.startup_ms = number(member(document, "startup_ms"));
  out.lock_wait_ms = number(member(document, "lock_wait_ms"));
  out.loop_lag_ms = percentiles_of(member(document, "loop_lag_ms"));
  const json& counter = member(document, "counter");
  out.counter_expected = count(member(counter, "expected"));
  out.counter_observed = count(member(counter, "observed"));
  out.counter_lost = numbers<double>(member(counter, "lost"));
  const json& series = member(document, "series");
  out.series.bin_ms = number(member(series, "bin_ms")).value_or(0);
  out.series.done = numbers<std::uint32_t>(member(series, "done"));
  const json& lag = member(document, "lag_series");
  out.lag_series.bin_ms = number(member(lag, "bin_ms")).value_or(0);
  out.lag_series.max_ms = numbers<double>(member(lag, "max_ms"));
  out.time_split = split_of(member(document, "time_split_ms"));
  const json& saved = member(document, "saved");
  if (const auto rows = count(member(saved, "rows"))) {
    out.saved = SavedPages{*rows, count(member(saved, "pages")).value_or(0), member(saved, "equal") == true};
  }
  const json& lanes = member(document, "lanes");
  for (const json& lane : lanes.is_array() ? lanes : json::array()) {
    const auto id = [&lane](const char* key) {
      const json& value = member(lane, key);
      return value.is_number_integer() ? value.get<std::int64_t>() : 0;
    };
    out.lanes.push_back({id("process_id"), id("thread_id")});
  }
  out.failed_tasks = count(member(document, "failed_tasks")).value_or(0);
  out.dropped_spans = count(member(document, "dropped_spans")).value_or(0);
  const json& valid = member(document, "valid");
  out.valid = !valid.is_boolean() || valid.get<bool>();
  out.notes = notes_of(member(document, "notes"));
  out.errors = notes_of(member(document, "errors"));
  return out;
}

Status set_finished(RunView& run, const json& document) {
  auto result = read_run_result(document);
  if (!result) return std::unexpected(result.error());
  run.racer = racer_of(result->config);
  if (member(document, "schema") == "trilane.python/1") {
    // Another program's keeps its name; without one it is still not ours.
    const json& label = member(document, "label");
    run.beside = label.is_string() ? label.get<std::string>() : "Python";
    if (run.racer == Racer::threads) run.racer = Racer::threads_gil;
  }
  run.config = result->config;
  run.phase = RunPhase::done;
  run.repeats = static_cast<int>(run.config.repeat);
  run.repeat = run.repeats - 1;
  run.done = run.total = run.config.tasks;
  run.lanes.resize(1);  // nothing is drawn on it but its end
  run.document = document;
  run.result = std::move(*result);
  return {};
}

Status add_sweep(SweepView& sweep, const json& document) {
  if (member(document, "schema") != "trilane.sweep/1") return fail("This is not a trilane.sweep/1 document.", "schema");
  const json& over = member(document, "over");
  if (!over.is_string()) return fail("\"over\" must be an option's name.", "over");
  const json& runs = member(document, "runs");
  if (!runs.is_array()) return fail("\"runs\" must be a list.", "runs");
  std::vector<RunResult> results;
  for (const json& run : runs) {
    auto result = read_run_result(run);
    if (!result) return std::unexpected(result.error());
    results.push_back(std::move(*result));
  }
  sweep.over = over.get<std::string>();
  if (!results.empty()) sweep.workload = results.front().config.workload;
  for (RunResult& result : results) add_to_sweep(sweep, std::move(result));
  sweep.documents.push_back(document);
  return {};
}

}  // namespace trilane::ui
