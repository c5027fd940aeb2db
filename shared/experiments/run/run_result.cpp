#include "experiments/run/run_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "experiments/figure.hpp"

namespace trilane {
namespace {

using nlohmann::json;

template <class T>
json or_null(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}

json to_json(const Summary& summary) {
  return {{"median", or_null(summary.median)},
          {"low", or_null(summary.low)},
          {"high", or_null(summary.high)},
          {"samples", summary.samples}};
}

json to_json(const std::optional<Percentiles>& p, bool with_p95) {
  json out = {{"p50", nullptr}, {"p99", nullptr}, {"max", nullptr}};
  if (with_p95) out["p95"] = nullptr;
  if (!p) return out;
  out["p50"] = p->p50;
  if (with_p95) out["p95"] = p->p95;
  out["p99"] = p->p99;
  out["max"] = p->max;
  return out;
}

json counter_json(const RunResult& result) {
  if (!result.counter_expected) return nullptr;
  return {{"mode", kCounterModeNames[static_cast<std::size_t>(result.config.counter_mode)]},
          {"expected", *result.counter_expected},
          {"observed", or_null(result.counter_observed)},
          {"lost", result.counter_lost}};
}

json split_json(const std::optional<TimeSplit>& split) {
  if (!split) return nullptr;
  json out = json::object();
  for (const auto& [kind, ms] : *split) out[time_split_key(kind)] = ms;
  return out;
}

json blocks_json(const LoopBlocks& blocks) {
  json longest = json::array();
  for (const LoopBlock& block : blocks.longest) {
    longest.push_back({{"ms", block.ms}, {"task", block.task}, {"segment", block.segment}, {"what", block.what}});
  }
  return {{"count", blocks.count}, {"longest", std::move(longest)}};
}

json saved_json(const std::optional<SavedPages>& saved) {
  if (!saved) return nullptr;
  return {{"rows", saved->rows}, {"pages", saved->pages}, {"equal", saved->equal}};
}

json lanes_json(const std::vector<LaneInfo>& lanes) {
  json out = json::array();
  for (const LaneInfo& lane : lanes) {
    out.push_back({{"process_id", lane.process_id == 0 ? json(nullptr) : json(lane.process_id)},
                   {"thread_id", lane.thread_id == 0 ? json(nullptr) : json(lane.thread_id)}});
  }
  return out;
}

}  // namespace

json notes_json(std::span<const Note> notes) {
  json out = json::array();
  for (const Note& note : notes) out.push_back({{"code", note.code}, {"text", to_json(note.text)}});
  return out;
}

std::string time_split_key(SpanKind kind) {
  std::string name(span_kind_name(kind));
  std::ranges::replace(name, ' ', '_');
  return name;
}

json host_json() {
  const HostInfo& host = host_info();
  return {{"platform", host.platform},
          {"os", host.os},
          {"cpu", host.cpu},
          {"cores", host.cores},
          {"clock_resolution_ns", host.clock_resolution_ns},
          {"version", host.version}};
}

json to_json(const RunResult& result) {
  json out = to_json(result.config);
  out["schema"] = "trilane.run/1";
  out["wall_ms"] = to_json(result.wall_ms);
  out["throughput_per_s"] = to_json(result.throughput_per_s);
  out["checksum"] = fmt::format("{:016x}", result.checksum);
  out["latency_ms"] = to_json(result.latency_ms, true);
  out["since_start_ms"] = to_json(result.since_start_ms, true);
  out["instrument_ms"] = or_null(result.instrument_ms);
  out["machine"] = result.machine ? json{{"others_share", result.machine->others}, {"idle_share", result.machine->idle}}
                                  : json(nullptr);
  out["cpu_ms"] = {{"user", or_null(result.cpu_user_ms)}, {"system", or_null(result.cpu_system_ms)}};
  out["memory"] = {{"peak_rss_bytes", or_null(result.peak_rss_bytes)},
                   {"per_worker_bytes", or_null(result.per_worker_bytes)}};
  out["context_switches"] = {{"voluntary", or_null(result.switches_voluntary)},
                             {"involuntary", or_null(result.switches_involuntary)}};
  out["startup_ms"] = or_null(result.startup_ms);
  out["lock_wait_ms"] = or_null(result.lock_wait_ms);
  out["loop_lag_ms"] = to_json(result.loop_lag_ms, false);
  out["counter"] = counter_json(result);
  out["series"] = {{"bin_ms", result.series.bin_ms}, {"done", result.series.done}};
  out["lag_series"] = {{"bin_ms", result.lag_series.bin_ms}, {"max_ms", result.lag_series.max_ms}};
  out["loop_blocks"] = traits_of(result.config).loop ? blocks_json(result.blocks) : json(nullptr);
  out["time_split_ms"] = split_json(result.time_split);
  out["saved"] = saved_json(result.saved);
  out["failed_tasks"] = result.failed_tasks;
  out["lanes"] = lanes_json(result.lanes);
  out["dropped_spans"] = result.dropped_spans;
  out["host"] = host_json();
  out["valid"] = result.valid;
  out["notes"] = notes_json(result.notes);
  out["errors"] = notes_json(result.errors);
  return out;
}

}  // namespace trilane
