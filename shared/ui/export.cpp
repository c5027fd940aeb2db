#include "ui/export.hpp"

#include <cstdio>

#include "trace/chrome_trace.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

/// More than the numbers that systems give to processes.
constexpr std::int64_t kProcessesOfARun = 10'000'000;

std::string plain(double value) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.10g", value);
  return buffer;
}

std::string plain(const std::optional<double>& value) { return value ? plain(*value) : std::string(); }

void csv_line(std::string& out, const RunResult& r) {
  const auto lost = r.counter_expected && r.counter_observed && *r.counter_expected >= *r.counter_observed
                        ? std::to_string(*r.counter_expected - *r.counter_observed)
                        : std::string();
  const std::string cells[] = {r.config.model,
                               r.config.gil ? "1" : "0",
                               r.config.workload,
                               std::to_string(r.config.tasks),
                               std::to_string(r.config.size),
                               plain(r.config.wait_ms),
                               std::to_string(r.config.workers),
                               std::to_string(r.config.repeat),
                               std::to_string(r.config.seed),
                               plain(r.wall_ms.median),
                               plain(r.wall_ms.low),
                               plain(r.wall_ms.high),
                               plain(r.throughput_per_s.median),
                               plain(r.throughput_per_s.low),
                               plain(r.throughput_per_s.high),
                               r.latency_ms ? plain(r.latency_ms->p50) : "",
                               r.latency_ms ? plain(r.latency_ms->p99) : "",
                               plain(r.cpu_user_ms),
                               plain(r.cpu_system_ms),
                               plain(r.peak_rss_bytes),
                               plain(r.startup_ms),
                               plain(r.lock_wait_ms),
                               lost,
                               r.valid ? "1" : "0"};
  bool first = true;
  for (const std::string& cell : cells) {
    if (!first) out += ',';
    first = false;
    out += cell;
  }
  out += "\r\n";
}

std::string number_text(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

}  // namespace

json export_results(const Session& session) {
  json runs = json::array();
  json python = json::array();
  for (const RunView& run : session.own_runs()) {
    if (!run.document.is_null()) (run.beside.empty() ? runs : python).push_back(run.document);
  }
  json out = {{"schema", "trilane.race/1"}, {"runs", std::move(runs)}, {"sweeps", session.sweep_view().documents}};
  if (!python.empty()) out["python"] = std::move(python);
  return out;
}

std::string export_csv(const Session& session) {
  std::string out =
      "model,gil,workload,tasks,size,wait_ms,workers,repeat,seed,wall_ms,wall_ms_low,wall_ms_high,throughput_per_s,"
      "throughput_low,throughput_high,latency_p50_ms,latency_p99_ms,cpu_user_ms,cpu_system_ms,peak_rss_bytes,"
      "startup_ms,lock_wait_ms,lost_updates,valid\r\n";
  for (const RunView& run : session.own_runs()) {
    if (run.result) csv_line(out, *run.result);
  }
  for (const auto& points : session.sweep_view().points) {
    for (const auto& point : points) csv_line(out, point.result);
  }
  return out;
}

std::string export_trace(std::span<const RunView> runs) {
  std::vector<ChromeTraceLane> lanes;
  std::vector<ChromeTraceRun> told;
  std::vector<Span> spans;
  std::vector<std::pair<std::string, std::string>> facts = {{"program", "Trilane " TRILANE_VERSION},
                                                            {"times", "each run's from its own start"}};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const RunView& run = runs[i];
    const std::string racer(kRacerKeys[index_of(run.racer)]);
    // One engine runs them one after another: its process stands for each of them once.
    const auto id_of = [i](std::int64_t process) { return static_cast<std::int64_t>(i) * kProcessesOfARun + process; };
    const auto info_of = [&run](std::size_t lane) {
      return run.result && lane < run.result->lanes.size() ? run.result->lanes[lane] : LaneInfo{};
    };
    const std::string name = racer + ", " + run.config.workload;
    const bool apart = run.racer == Racer::processes;
    const std::size_t first = lanes.size();
    if (first + run.lanes.size() > UINT16_MAX) break;
    const auto add_spans = [&](std::span<const Span> all) {
      for (Span span : all) {
        span.lane = static_cast<std::uint16_t>(span.lane + first);
        spans.push_back(span);
      }
    };
    for (std::size_t lane = 0; lane < run.lanes.size(); ++lane) {
      const LaneInfo info = info_of(lane);
      const std::string number = std::to_string(lane + 1);
      lanes.push_back(
          {.process_id = id_of(apart ? (info.process_id != 0 ? info.process_id : static_cast<std::int64_t>(lane) + 2)
                                     : std::max<std::int64_t>(info.process_id, 1)),
           .process_name = apart ? name + ", child " + number : name,
           .lane_name = lane_name(model_name(run.racer), lane),
           .thread_id = apart ? 1 : info.thread_id,
           .run = i});
      add_spans(run.lanes[lane].main.spans());
      add_spans(run.lanes[lane].lag.spans());
    }
    for (const Track& track : run.wait_rows) add_spans(track.spans());
    add_spans(run.unplaced);
    told.push_back({.racer = racer,
                    .workload = run.config.workload,
                    .tasks = run.config.tasks,
                    .process_id = apart || lanes.size() == first ? id_of(1) : lanes[first].process_id,
                    .process_name = name});
    if (i == 0) {
      facts.emplace_back("workload", run.config.workload);
      facts.emplace_back("tasks", std::to_string(run.config.tasks));
      facts.emplace_back("size", std::to_string(run.config.size));
      facts.emplace_back("seed", std::to_string(run.config.seed));
      const json host = run.document.is_object() ? run.document.value("host", json::object()) : json::object();
      for (const char* key : {"cpu", "platform", "cores"}) {
        if (host.is_object() && host.contains(key)) facts.emplace_back(key, number_text(host[key]));
      }
    }
    facts.emplace_back(racer + ", workers", std::to_string(run.lanes.size()));
    facts.emplace_back(racer + ", oldest spans dropped",
                       std::to_string(run.dropped_oldest + (run.result ? run.result->dropped_spans : 0)));
  }
  std::string out;
  write_chrome_trace({.lanes = lanes, .spans = spans, .facts = facts, .runs = told}, [&out](std::string_view part) {
    out += part;
    return true;
  });
  return out;
}

std::string share_query(const Settings& settings) {
  const json now = to_json(settings);
  const json plain_settings = to_json(default_settings(settings.workload, settings.workers));
  std::string out = "?workload=" + settings.workload + "&racers=";
  bool first = true;
  for (const json& racer : now["racers"]) {
    out += (first ? "" : ",") + racer.get<std::string>();
    first = false;
  }
  // The workers of a link are the author's: another machine's default would be another experiment.
  for (const auto& [key, value] : now.items()) {
    if (key == "workload" || key == "racers") continue;
    if (key == "workers" || value != plain_settings[key]) out += "&" + key + "=" + number_text(value);
  }
  return out;
}

std::string share_query(const Session& session) {
  const LabEntry* const entry = session.lab().open();
  if (entry == nullptr) return share_query(session.settings());
  std::string out = "?lab=" + entry->id;
  const json options = session.lab_options();  // kept: items() only refers to it
  for (const auto& [key, value] : options.items()) out += "&" + key + "=" + number_text(value);
  return out;
}

std::string share_query(const Session& session, const TimelineState& view) {
  const std::string looked_at = view_query(view);
  return share_query(session) + (looked_at.empty() ? "" : "&" + looked_at);
}

std::string share_command(const Settings& settings) {
  static constexpr struct {
    std::string_view field, option;
  } kOptions[] = {{"tasks", "--tasks"},
                  {"size", "--size"},
                  {"workers", "--workers"},
                  {"wait_ms", "--wait-ms"},
                  {"concurrency", "--concurrency"},
                  {"cpu_share", "--cpu-share"},
                  {"counter_mode", "--counter-mode"},
                  {"repeat", "--repeat"},
                  {"seed", "--seed"}};
  const json values = to_json(settings);
  std::string out;
  for (int i = 0; i < kRacers; ++i) {
    const auto racer = static_cast<Racer>(i);
    if (!settings.races(racer)) continue;
    out += "trilane run --model " + std::string(model_name(racer)) + " --workload " + settings.workload;
    const bool pooled = racer == Racer::sync || racer == Racer::async;
    for (const auto& [field, option] : kOptions) {
      if (!field_matters(settings, field) || (field == "workers" && pooled)) continue;
      if (field == "concurrency" && racer == Racer::sync) continue;
      out += " " + std::string(option) + " " + number_text(values[std::string(field)]);
    }
    if (racer == Racer::threads_gil) out += " --gil --switch-interval-ms " + plain(settings.switch_interval_ms);
    if (settings.spawn_per_task && !pooled) out += " --spawn-per-task";
    out += "\n";
  }
  return out;
}

}  // namespace trilane::ui
