#include "python_beside.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/hash.hpp"
#include "embedded/python_work.hpp"
#include "experiments/run/runner.hpp"
#include "experiments/run/web_run.hpp"
#include "python_child.hpp"
#include "workloads/lab_web.hpp"

namespace trilane::native {
namespace {

using nlohmann::json;

struct Flavour {
  const char* name;
  const char* counterpart;
};
constexpr Flavour kFlavours[] = {{"threading", "threads"}, {"multiprocessing", "processes"}, {"asyncio", "async"}};

/// No further repeat begins after this.
constexpr int kBudgetMs = 20'000;
constexpr std::uint32_t kMostTasks = 100'000;

/// RFC 1950's checksum, which Python has built in: what it fetched is compared with what had to come.
std::uint32_t adler32(std::string_view text) {
  std::uint32_t a = 1, b = 0;
  for (const char c : text) {
    a = (a + static_cast<std::uint8_t>(c)) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

/// What is measured of one flavour while its lines come in.
struct Collected {
  std::vector<double> wall_ms, user_ms, system_ms, startup_ms, latency_ms;
  std::vector<std::uint64_t> values;
  json interpreter, spans;
  std::vector<Note> errors;
  std::uint64_t failed = 0;
  bool strange = false;  ///< It said something that our script does not say.
};

bool take_tasks(const json& tasks, std::uint32_t count, Collected& out) {
  if (!tasks.is_array() || tasks.size() != count) return false;
  out.values.assign(count, 0);
  out.spans = json::array();
  for (const json& task : tasks) {
    if (!task.is_array() || task.size() != 5) return false;
    for (const json& number : task)
      if (!number.is_number_unsigned()) return false;
    const auto index = task[0].get<std::uint64_t>();
    if (index >= count) return false;
    out.values[index] = task[2].get<std::uint64_t>();
    const double begin_ms = task[3].get<double>() / 1e6;
    const double end_ms = task[4].get<double>() / 1e6;
    out.latency_ms.push_back(end_ms - begin_ms);
    out.spans.push_back({{"task", index}, {"lane", task[1]}, {"begin_ms", begin_ms}, {"end_ms", end_ms}});
  }
  return true;
}

void take_line(std::string_view line, std::uint32_t tasks, Collected& out, const std::function<void(int)>& on_repeat) {
  const json said = json::parse(line, nullptr, false);
  out.strange = true;  // until all of it was understood
  if (!said.is_object()) return;
  if (said.contains("implementation")) {
    const auto text = [&said](const char* key) { return said.contains(key) && said[key].is_string(); };
    const auto flag = [&said](const char* key) { return said.contains(key) && said[key].is_boolean(); };
    out.strange = !text("implementation") || !text("version") || !flag("gil");
    out.interpreter = said;
    if (on_repeat) on_repeat(-1);
    return;
  }
  for (const char* key : {"repeat", "wall_ms", "startup_ms", "user_ms", "system_ms", "failed"})
    if (!said.contains(key) || !said[key].is_number()) return;
  if (!said.contains("tasks") || !said.contains("errors") || !said["errors"].is_array()) return;
  const int repeat = said["repeat"].get<int>();
  if (repeat >= 0) {
    out.wall_ms.push_back(said["wall_ms"].get<double>());
    out.user_ms.push_back(said["user_ms"].get<double>());
    out.system_ms.push_back(said["system_ms"].get<double>());
    out.startup_ms.push_back(said["startup_ms"].get<double>());
    if (!take_tasks(said["tasks"], tasks, out)) return;
    out.failed += said["failed"].get<std::uint64_t>();
    for (const json& error : said["errors"])
      if (error.is_string() && out.errors.empty()) out.errors.push_back(notes::other_program(error.get<std::string>()));
  }
  out.strange = false;
  if (on_repeat) on_repeat(repeat + 1);
}

/// The values as Trilane's own client has them: the hash of the page that came, when it is the one that had to come.
void check_pages(const Workload& workload, Collected& out) {
  for (std::uint32_t task = 0; task < out.values.size(); ++task) {
    const auto request = parse_lab_target(workload.target(task));
    if (!request) continue;
    const std::string body = lab_body(*request);
    if (out.values[task] != adler32(body) && out.errors.empty()) out.errors.push_back(notes::wrong_page(task));
    out.values[task] = hash_long(body);
  }
}

std::string label_of(const json& interpreter, std::string_view flavour) {
  std::string label = fmt::format("{} {} {}", interpreter["implementation"].get<std::string>(),
                                  interpreter["version"].get<std::string>(), flavour);
  if (flavour == "threading") label += interpreter["gil"].get<bool>() ? " (GIL)" : " (free-threaded)";
  return label;
}

PythonRun finish(RunConfig config, const Flavour& flavour, Collected got, std::uint32_t asked) {
  PythonRun run;
  run.flavour = flavour.name;
  run.label = label_of(got.interpreter, flavour.name);
  config.repeat = static_cast<std::uint32_t>(got.wall_ms.size());
  config.gil = run.flavour == "threading" && got.interpreter["gil"].get<bool>();
  if (const auto& interval = got.interpreter["switch_interval_ms"]; config.gil && interval.is_number())
    config.switch_interval_ms = interval.get<double>();
  RunResult& result = run.result;
  std::vector<double> throughput;
  for (const double ms : got.wall_ms) throughput.push_back(config.tasks / std::max(ms, 1e-6) * 1e3);
  for (std::uint32_t task = 0; task < got.values.size(); ++task)
    result.checksum += checksum_term(task, got.values[task]);
  result.wall_ms = summarize(std::move(got.wall_ms));
  result.throughput_per_s = summarize(std::move(throughput));
  result.latency_ms = percentiles(std::move(got.latency_ms));
  result.cpu_user_ms = median(std::move(got.user_ms));
  result.cpu_system_ms = median(std::move(got.system_ms));
  if (run.flavour != "asyncio") result.startup_ms = median(std::move(got.startup_ms));
  result.failed_tasks = got.failed;
  result.errors = std::move(got.errors);
  result.valid = result.errors.empty();
  if (config.repeat < asked) {
    result.notes.push_back(notes::python_repeats(config.repeat, asked, kBudgetMs / 1000));
  }
  result.config = std::move(config);
  run.interpreter = std::move(got.interpreter);
  run.spans = std::move(got.spans);
  return run;
}

Result<PythonRun> run_flavour(RunConfig config, const Flavour& flavour, const CancelToken& cancel,
                              const PythonProgress& progress) {
  const WorkloadInfo& info = *find_workload(config.workload);
  const auto workload = info.make(config.params());
  // The server's process lives as long as this; its loop need not turn meanwhile.
  const auto loop = EventLoop::create();
  coro::Scheduler scheduler(*loop);
  WebRun web(config, scheduler);
  json urls = json::array();
  if (info.fetches) {
    if (Status opened = coro::block_on(scheduler, web.open()); !opened) return std::unexpected(opened.error());
    const auto access = coro::block_on(scheduler, web.begin_repeat());
    if (!access) return std::unexpected(access.error());
    for (std::uint32_t task = 0; task < config.tasks; ++task) urls.push_back(access->url(*workload, task));
  }
  // Those that could never have a task are not started.
  const std::uint32_t workers = std::min(config.busy_workers(), config.tasks);
  const json job = {{"flavour", flavour.name},   {"workload", config.workload},
                    {"size", config.size},       {"tasks", config.tasks},
                    {"workers", workers},        {"concurrency", config.concurrency},
                    {"wait_ms", config.wait_ms}, {"timeout_ms", config.timeout_ms},
                    {"urls", std::move(urls)},   {"warmup", config.warmup},
                    {"repeat", config.repeat},   {"budget_ms", kBudgetMs}};
  const auto script = embedded::python_work;
  Collected got;
  const Status ended = run_python(
      std::string_view(reinterpret_cast<const char*>(script.data()), script.size()), job.dump(), cancel,
      [&](std::string_view line) {
        if (!got.strange) take_line(line, config.tasks, got, progress.on_repeat);
      },
      progress.on_wait);
  if (!ended) return std::unexpected(ended.error());
  if (got.strange || got.wall_ms.empty() || !got.interpreter.is_object())
    return fail("Python did not answer as our script does: is TRILANE_PYTHON a Python 3.9 or later?");
  if (info.fetches && got.failed == 0) check_pages(*workload, got);
  const std::uint32_t asked = config.repeat;
  return finish(std::move(config), flavour, std::move(got), asked);
}

/// The configs' different works: one config each, with what only says who runs it taken out.
std::vector<RunConfig> works_of(std::span<const RunConfig> configs) {
  std::vector<RunConfig> works;
  for (RunConfig config : configs) {
    config.model.clear();
    config.gil = config.spawn_per_task = false;
    if (std::ranges::find(works, config) == works.end()) works.push_back(std::move(config));
  }
  return works;
}

std::string missing_here(const RunConfig& config) {
  if (config.workload != "sum" && config.workload != "sleep" && config.workload != "fetch")
    return fmt::format("Python runs sum, sleep and fetch, not {}: Trilane's runs stand alone", config.workload);
  if (!config.urls.empty()) return "Python fetches the lab's pages, not --urls: Trilane's runs stand alone";
  if (!config.server.empty() && !config.server.starts_with("http://"))
    return "Python's client here speaks http:// only: Trilane's runs stand alone";
  if (config.tasks > kMostTasks)
    return fmt::format("Python runs at most {} tasks: Trilane's runs stand alone", kMostTasks);
  return "";
}

void compare_checksum(PythonRun& run, std::span<const RunResult> own) {
  const RunConfig& a = run.result.config;
  const auto same = std::ranges::find_if(own, [&](const RunResult& other) {
    const RunConfig& b = other.config;
    return a.workload == b.workload && a.tasks == b.tasks && a.size == b.size && a.wait_ms == b.wait_ms &&
           a.seed == b.seed;
  });
  if (same == own.end() || same->checksum == run.result.checksum || !run.result.valid) return;
  run.result.valid = false;
  run.result.errors.push_back(notes::checksum_is_not(run.result.checksum, "Trilane", same->checksum));
}

}  // namespace

json to_json(const PythonRun& run) {
  json out = to_json(run.result);
  out["schema"] = "trilane.python/1";
  out["label"] = run.label;
  out["flavour"] = run.flavour;
  for (const Flavour& flavour : kFlavours)
    if (run.flavour == flavour.name) out["counterpart"] = flavour.counterpart;
  out["interpreter"] = run.interpreter;
  out["start_method"] = run.flavour == "multiprocessing" ? json("fork") : json(nullptr);
  out["spans"] = run.spans;
  return out;
}

PythonBeside run_python_beside(std::span<const RunConfig> configs, std::span<const RunResult> own,
                               const CancelToken& cancel, const PythonProgress& progress, std::string_view only) {
  PythonBeside out;
  const std::vector<RunConfig> works = works_of(configs);
  const std::size_t count = works.size() * std::size(kFlavours);
  std::size_t index = 0;
  for (const RunConfig& work : works) {
    if (std::string why = missing_here(work); !why.empty()) {
      if (std::ranges::find(out.remarks, why) == out.remarks.end()) out.remarks.push_back(std::move(why));
      index += std::size(kFlavours);
      continue;
    }
    for (const Flavour& flavour : kFlavours) {
      if (!only.empty() && only != flavour.name) continue;
      RunConfig config = work;
      config.model = fmt::format("python-{}", flavour.name);
      if (progress.on_run) progress.on_run(index, count, config);
      ++index;
      auto run = run_flavour(std::move(config), flavour, cancel, progress);
      if (!run && run.error().field == kNoPython) {
        out.remarks.push_back(run.error().message + "; Trilane's runs stand alone");
        return out;
      }
      if (!run) {
        out.error = run.error();
        return out;
      }
      compare_checksum(*run, own);
      out.runs.push_back(std::move(*run));
    }
  }
  return out;
}

RunBeside python_for_engine() {
  if (!has_interpreter()) return {};
  return [](const RunConfig& config, const std::string& flavour, const CancelToken& cancel,
            const std::function<void(int)>& on_repeat) -> Result<json> {
    const PythonProgress progress{.on_run = {}, .on_repeat = on_repeat, .on_wait = [] {}};
    PythonBeside beside = run_python_beside(std::span(&config, 1), {}, cancel, progress, flavour);
    if (beside.error) return std::unexpected(*beside.error);
    if (!beside.runs.empty()) return to_json(beside.runs.front());
    return fail(beside.remarks.empty() ? "Python has no flavour \"" + flavour + "\"" : beside.remarks.front(),
                "flavour");
  };
}

}  // namespace trilane::native
