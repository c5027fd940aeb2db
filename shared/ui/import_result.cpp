#include "ui/import_result.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/json_scan.hpp"
#include "trace/chrome_trace_reader.hpp"
#include "ui/result_reader.hpp"

namespace trilane::ui {
namespace {

using nlohmann::json;

constexpr double kMostNumber = 1e15;
constexpr std::size_t kMostListed = 100'000;
constexpr std::size_t kLongestText = 2000;
constexpr std::size_t kMostGroups = 16;  // processes of a foreign trace that get a group each

const json& member(const json& object, const char* key) {
  static const json kNull;
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

std::unexpected<Error> wrong(const std::string& path, const std::string& wanted) {
  return fail("\"" + path + "\" " + wanted, path);
}

Status check_number(const json& value, const std::string& path) {
  if (value.is_null()) return {};
  if (!value.is_number()) return wrong(path, "must be a number, or null where it was not measured.");
  const double number = value.get<double>();
  if (!std::isfinite(number) || number > kMostNumber) return wrong(path, "is too large.");
  if (number < 0) return wrong(path, "is negative.");
  return {};
}

Status check_whole(const json& value, const std::string& path, std::uint64_t most) {
  if (value.is_null()) return {};
  if (!value.is_number_unsigned()) return wrong(path, "must be a whole number, not negative.");
  if (value.get<std::uint64_t>() > most) return wrong(path, "is too large.");
  return {};
}

template <class Check>
Status check_list(const json& value, const std::string& path, Check check) {
  if (value.is_null()) return {};
  if (!value.is_array()) return wrong(path, "must be a list.");
  if (value.size() > kMostListed) return wrong(path, "has more than 100000 entries.");
  for (const json& one : value) {
    if (one.is_null()) return wrong(path, "has an entry that is null.");
    if (Status fine = check(one, path); !fine) return fine;
  }
  return {};
}

Status check_text(const json& value, const std::string& path) {
  if (value.is_null()) return {};
  if (!value.is_string()) return wrong(path, "must be a text.");
  if (value.get_ref<const std::string&>().size() > kLongestText) return wrong(path, "is longer than 2000 bytes.");
  return {};
}

/// {"code", "text": {"en", "ru"}}; before there were codes, a text.
Status check_note(const json& value, const std::string& path) {
  if (!value.is_object()) return check_text(value, path);
  if (Status fine = check_text(member(value, "code"), path + ".code"); !fine) return fine;
  for (const char* lang : {"en", "ru"}) {
    if (Status fine = check_text(member(member(value, "text"), lang), path + ".text." + lang); !fine) return fine;
  }
  return {};
}

/// An object (or null) whose members of these names are numbers.
Status check_numbers(const json& document, const char* key, std::initializer_list<const char*> names) {
  const json& object = member(document, key);
  if (object.is_null()) return {};
  if (!object.is_object()) return wrong(key, "must be an object, or null.");
  for (const char* name : names) {
    if (Status fine = check_number(member(object, name), std::string(key) + "." + name); !fine) return fine;
  }
  return {};
}

Status check_summary(const json& document, const char* key) {
  if (Status fine = check_numbers(document, key, {"median", "low", "high"}); !fine) return fine;
  const json& summary = member(document, key);
  const json& low = member(summary, "low");
  const json& high = member(summary, "high");
  const json& middle = member(summary, "median");
  if (low.is_number() != high.is_number()) return wrong(key, "must have both \"low\" and \"high\", or neither.");
  if (low.is_number() &&
      (!middle.is_number() || low.get<double>() > middle.get<double>() || middle.get<double>() > high.get<double>()))
    return wrong(key, "must have its median between \"low\" and \"high\".");
  return check_list(member(summary, "samples"), std::string(key) + ".samples", check_number);
}

Status check_lists(const json& document) {
  for (const char* key : {"notes", "errors"}) {
    if (Status fine = check_list(member(document, key), key, check_note); !fine) return fine;
  }
  const auto series = [&](const char* key, const char* name) {
    if (Status fine = check_numbers(document, key, {"bin_ms"}); !fine) return fine;
    return check_list(member(member(document, key), name), std::string(key) + "." + name,
                      [](const json& value, const std::string& path) {
                        return value.is_number() && value.is_number_float() ? check_number(value, path)
                                                                            : check_whole(value, path, UINT32_MAX);
                      });
  };
  if (Status fine = series("series", "done"); !fine) return fine;
  for (const json& value : member(member(document, "series"), "done")) {
    if (!value.is_number_unsigned()) return wrong("series.done", "must hold whole numbers.");
  }
  if (Status fine = series("lag_series", "max_ms"); !fine) return fine;
  const json& counter = member(document, "counter");
  if (!counter.is_null() && !counter.is_object()) return wrong("counter", "must be an object, or null.");
  return check_list(member(counter, "lost"), "counter.lost", check_number);
}

Status check_counts(const json& document) {
  for (const char* key : {"failed_tasks", "dropped_spans"}) {
    if (Status fine = check_whole(member(document, key), key, UINT64_MAX); !fine) return fine;
  }
  const auto inner = [&](const char* key, const char* name) {
    return check_whole(member(member(document, key), name), std::string(key) + "." + name, UINT64_MAX);
  };
  if (Status fine = inner("counter", "expected"); !fine) return fine;
  if (Status fine = inner("counter", "observed"); !fine) return fine;
  if (Status fine = inner("saved", "rows"); !fine) return fine;
  if (Status fine = inner("saved", "pages"); !fine) return fine;
  const json& valid = member(document, "valid");
  if (!valid.is_null() && !valid.is_boolean()) return wrong("valid", "must be true or false.");
  return {};
}

/// Where it was measured: known facts only, of known types.
json read_host(const json& host) {
  if (!host.is_object()) return nullptr;
  json out = json::object();
  for (const char* key : {"platform", "os", "cpu", "version"}) {
    const json& value = member(host, key);
    if (value.is_string()) out[key] = pin_name(value.get_ref<const std::string&>());
  }
  for (const char* key : {"cores", "clock_resolution_ns"}) {
    const json& value = member(host, key);
    if (value.is_number() && check_number(value, key)) out[key] = value;
  }
  return out.empty() ? json() : out;
}

class Importer {
 public:
  Status take(const json& document) {
    const json& schema = member(document, "schema");
    if (schema == "trilane.run/1") {
      if (Status fine = run(document, ""); !fine) return fine;
      return list(document, "python", &Importer::run);
    }
    if (schema == "trilane.sweep/1") return sweep(document, "");
    if (schema == "trilane.lab/2" || schema == "trilane.lab/1") return lab(document);
    if (schema == "trilane.race/1") return race(document);
    const std::string found =
        schema.is_string() ? "\"" + pin_name(schema.get_ref<const std::string&>()) + "\"" : "missing";
    return fail("The file's \"schema\" is " + found +
                    ": trilane.run/1, trilane.sweep/1, trilane.lab/2 (and /1), trilane.race/1 and Chrome traces can be "
                    "opened.",
                "schema");
  }

  Result<Pin> pin() {
    if (pin_.empty()) return fail("The file has no results in it.", "runs");
    pin_.imported = true;
    return std::move(pin_);
  }

 private:
  static Status placed(Status status, const std::string& place) {
    if (status || place.empty()) return status;
    return fail(place + ": " + status.error().message, place + "." + status.error().field);
  }

  Status run(const json& document, const std::string& place) {
    if (!document.is_object()) return fail(place + " must be a document of schema trilane.run/1.", place);
    if (Status fine = check_run_document(document); !fine) return placed(std::move(fine), place);
    if (pin_.runs.size() == kMostImportedRuns)
      return fail("The file has more than " + std::to_string(kMostImportedRuns) + " runs.", "runs");
    RunView view;
    if (Status fine = set_finished(view, document); !fine) return placed(std::move(fine), place);
    note_host(document);
    pin_.runs.push_back(std::move(view));
    return {};
  }

  Status sweep(const json& document, const std::string& place) {
    const json& runs = member(document, "runs");
    if (!runs.is_array()) return placed(wrong("runs", "must be a list."), place);
    if (runs.size() > 1000) return placed(wrong("runs", "has more than 1000 entries."), place);
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const std::string path = (place.empty() ? "" : place + ".") + "runs[" + std::to_string(i) + "]";
      if (!runs[i].is_object()) return fail(path + " must be an object.", path);
      if (Status fine = check_run_document(runs[i]); !fine) return placed(std::move(fine), path);
      note_host(runs[i]);
    }
    const json& over = member(document, "over");
    constexpr std::string_view kKnown[] = {"workers", "size", "tasks", "wait_ms", "concurrency"};
    if (!over.is_string() || std::ranges::find(kKnown, over.get_ref<const std::string&>()) == std::end(kKnown))
      return placed(wrong("over", "must be workers, size, tasks, wait_ms or concurrency."), place);
    if (!pin_.sweep.empty() && pin_.sweep.over != over.get_ref<const std::string&>())
      return placed(wrong("over", "must be " + pin_.sweep.over +
                                      " as in the sweep before it, for a plot has one axis. Put them into two files."),
                    place);
    return placed(add_sweep(pin_.sweep, document), place);
  }

  Status list(const json& document, const char* key, Status (Importer::*read)(const json&, const std::string&)) {
    const json& all = member(document, key);
    if (all.is_null()) return {};
    if (!all.is_array()) return wrong(key, "must be a list.");
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (Status fine = (this->*read)(all[i], std::string(key) + "[" + std::to_string(i) + "]"); !fine) return fine;
    }
    return {};
  }

  Status race(const json& document) {
    if (Status fine = list(document, "runs", &Importer::run); !fine) return fine;
    if (Status fine = list(document, "python", &Importer::run); !fine) return fine;
    return list(document, "sweeps", &Importer::sweep);
  }

  Status experiment(const json& one, const std::string& place) {
    if (!one.is_object()) return fail(place + " must be an object.", place);
    auto entry = pinned_entry(one);
    if (!entry) {
      return fail(place + " must have an \"id\", and a \"verdict\" that is confirmed, refuted or undecided.", place);
    }
    if (pin_.entries.size() == kMostPinnedEntries)
      return fail("The file has more than " + std::to_string(kMostPinnedEntries) + " experiments.", "experiments");
    pin_.entries.push_back(std::move(*entry));
    const json& runs = member(one, "runs");
    if (runs.is_null()) return {};
    if (!runs.is_array()) return fail(place + ".runs must be a list.", place);
    for (std::size_t i = 0; i < runs.size() && pin_.runs.size() < kMostImportedRuns; ++i) {
      if (Status fine = run(runs[i], place + ".runs[" + std::to_string(i) + "]"); !fine) return fine;
    }
    return {};
  }

  Status lab(const json& document) {
    pin_.host = read_host(member(document, "host"));
    return list(document, "experiments", &Importer::experiment);
  }

  void note_host(const json& document) {
    if (pin_.host.is_null()) pin_.host = read_host(member(document, "host"));
  }

  Pin pin_;
};

/// A run's view of those lanes that `belongs` names.
template <class Belongs>
RunView view_of(const ReadTrace& trace, Belongs belongs, const ReadTrace::Run* ours) {
  RunView run;
  run.phase = RunPhase::done;
  run.config.workload.clear();
  run.config.tasks = 0;
  if (ours != nullptr) {
    const auto racer = std::ranges::find(kRacerKeys, ours->racer);
    if (racer != std::end(kRacerKeys)) run.racer = static_cast<Racer>(racer - std::begin(kRacerKeys));
    run.config.model = std::string(model_name(run.racer));
    run.config.gil = run.racer == Racer::threads_gil;
    if (find_workload(ours->workload) != nullptr) run.config.workload = ours->workload;
    // More tasks than spans: then no account of them can be given.
    if (ours->tasks <= trace.spans.size()) run.config.tasks = ours->tasks;
  } else {
    run.span_names = trace.names;
  }
  std::vector<std::optional<std::uint16_t>> lane_of(trace.lanes.size());
  for (std::size_t i = 0; i < trace.lanes.size(); ++i) {
    const ReadTrace::Lane& lane = trace.lanes[i];
    if (!belongs(lane)) continue;
    lane_of[i] = static_cast<std::uint16_t>(run.lane_names.size());
    run.lane_names.push_back(lane.depth == 0 ? lane.name : lane.name + " (" + std::to_string(lane.depth + 1) + ")");
  }
  run.lanes.resize(std::max<std::size_t>(run.lane_names.size(), 1));
  std::vector<Span> spans;
  for (Span span : trace.spans) {
    if (!lane_of[span.lane]) continue;
    span.lane = *lane_of[span.lane];
    spans.push_back(span);
  }
  run.add_spans(spans);
  run.settle();
  return run;
}

Result<Pin> read_trace(std::string_view text) {
  auto trace = read_chrome_trace(text, kMostSpans);
  if (!trace) return std::unexpected(trace.error());
  Pin pin;
  pin.imported = true;
  if (!trace->cpu.empty()) pin.host = {{"cpu", pin_name(trace->cpu)}};
  for (const ReadTrace::Run& run : trace->runs) {
    RunView view = view_of(
        *trace,
        [&](const ReadTrace::Lane& lane) {
          return std::ranges::find(run.process_ids, lane.process_id) != run.process_ids.end();
        },
        &run);
    if (view.span_count != 0) pin.runs.push_back(std::move(view));
  }
  if (!pin.runs.empty()) return pin;
  std::vector<std::int64_t> processes;
  for (const ReadTrace::Lane& lane : trace->lanes) {
    if (processes.empty() || processes.back() != lane.process_id) processes.push_back(lane.process_id);
  }
  const bool apart = processes.size() <= kMostGroups;
  if (!apart) processes.resize(1);
  for (const std::int64_t id : processes) {
    const auto first = std::ranges::find(trace->lanes, id, &ReadTrace::Lane::process_id);
    const auto belongs = [&](const ReadTrace::Lane& lane) { return !apart || lane.process_id == id; };
    RunView view = view_of(*trace, belongs, nullptr);
    view.title = apart ? first->process_name : std::to_string(trace->lanes.size()) + " lanes";
    view.dropped_oldest += trace->left_out;
    pin.runs.push_back(std::move(view));
  }
  return pin;
}

}  // namespace

Status check_run_document(const json& document) {
  for (const char* key : {"wall_ms", "throughput_per_s"}) {
    if (Status fine = check_summary(document, key); !fine) return fine;
  }
  for (const char* key : {"latency_ms", "since_start_ms", "loop_lag_ms"}) {
    if (Status fine = check_numbers(document, key, {"p50", "p95", "p99", "max"}); !fine) return fine;
  }
  if (Status fine = check_numbers(document, "cpu_ms", {"user", "system"}); !fine) return fine;
  if (Status fine = check_numbers(document, "machine", {"others_share", "idle_share"}); !fine) return fine;
  if (Status fine = check_numbers(document, "memory", {"peak_rss_bytes", "per_worker_bytes"}); !fine) return fine;
  if (Status fine = check_numbers(document, "context_switches", {"voluntary", "involuntary"}); !fine) return fine;
  for (const char* key : {"startup_ms", "lock_wait_ms", "instrument_ms"}) {
    if (Status fine = check_number(member(document, key), key); !fine) return fine;
  }
  if (const json& split = member(document, "time_split_ms"); split.is_object()) {
    for (const auto& [key, value] : split.items()) {
      if (Status fine = check_number(value, "time_split_ms." + key.substr(0, 40)); !fine) return fine;
    }
  } else if (!split.is_null()) {
    return wrong("time_split_ms", "must be an object, or null.");
  }
  if (Status fine = check_text(member(document, "checksum"), "checksum"); !fine) return fine;
  if (Status fine = check_lists(document); !fine) return fine;
  return check_counts(document);
}

Result<Pin> read_import(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  JsonScan begin(text);
  if (begin.peek() == '\0') return fail("The file is empty.");
  if (text.size() > kMostImportBytes)
    return fail("The file has more than " + std::to_string(kMostImportBytes >> 20U) + " MiB.");
  if (begin.peek() != '{' && begin.peek() != '[')
    return fail("The file is not JSON: results and traces of Trilane are, and Chrome's traces.");
  if (looks_like_chrome_trace(text)) return read_trace(text);
  if (text.size() > kMostResultBytes)
    return fail("A result file has at most " + std::to_string(kMostResultBytes >> 20U) + " MiB.");
  if (Status shape = check_json_shape(text); !shape) return std::unexpected(shape.error());
  const json document = json::parse(text, nullptr, false);
  if (document.is_discarded())
    return fail("The file is not valid JSON, or has a number that is out of range (NaN and Infinity are no JSON).");
  Importer importer;
  if (Status taken = importer.take(document); !taken) return std::unexpected(taken.error());
  return importer.pin();
}

}  // namespace trilane::ui
