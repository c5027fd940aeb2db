#include "cli_run.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <vector>

#include "cli_output.hpp"
#include "cli_progress.hpp"
#include "cli_signals.hpp"
#include "cli_trace.hpp"
#include "experiments/run/runner.hpp"
#include "print_result.hpp"
#include "python_beside.hpp"

namespace trilane::native {
namespace {

/// What was asked for, checked as a whole before anything runs.
struct Plan {
  SweepConfig sweep;  ///< Only for a sweep.
  std::vector<RunConfig> configs;
};

Result<Plan> make_plan(const CliOptions& options) {
  Plan plan;
  if (options.command == Command::sweep) {
    auto sweep = parse_sweep(options.config);
    if (!sweep) return std::unexpected(sweep.error());
    plan.sweep = std::move(*sweep);
    plan.configs = *expand_sweep(plan.sweep);
  } else {
    auto config = parse_config(options.config);
    if (!config) return std::unexpected(config.error());
    plan.configs.push_back(std::move(*config));
  }
  for (const RunConfig& config : plan.configs) {
    if (Status possible = check_run(config); !possible) return std::unexpected(possible.error());
  }
  return plan;
}

class CliObserver final : public RunObserver {
 public:
  CliObserver(ProgressBar& bar, TraceFile& trace) : bar_(bar), trace_(trace) {}
  void on_repeat(int repeat) override {
    bar_.begin_repeat(repeat);
    trace_.begin_repeat();
  }
  void on_progress(std::uint64_t tasks_done, double) override { bar_.update(tasks_done); }
  void on_spans(std::span<const Span> spans) override {
    if (trace_.is_open()) trace_.add(spans);
  }

 private:
  ProgressBar& bar_;
  TraceFile& trace_;
};

class CliSeries final : public SeriesObserver {
 public:
  CliSeries(std::span<const RunConfig> configs, ProgressBar& bar, RunObserver& observer)
      : results(configs.size()), configs_(configs), bar_(bar), observer_(observer) {}
  RunObserver* on_turn(std::size_t index) override {
    bar_.begin_run(configs_[index]);
    return &observer_;
  }
  void on_end(std::size_t index, Result<RunResult> result) override { results[index] = std::move(result); }

  std::vector<std::optional<Result<RunResult>>> results;

 private:
  std::span<const RunConfig> configs_;
  ProgressBar& bar_;
  RunObserver& observer_;
};

/// What has been measured; when something went wrong on the way, `error` says what, and the runs before it are kept.
struct Measured {
  std::vector<RunResult> runs;
  PythonBeside python;  ///< --with-python
  std::optional<Error> error;
  int signal = 0;
};

Measured measure(const Plan& plan, TraceFile& trace) {
  Measured measured;
  CancelToken cancel;
  const StopSignals signals(cancel);
  const auto loop = EventLoop::create();
  coro::Scheduler scheduler(*loop);
  const std::span<const RunConfig> configs = plan.configs;
  ProgressBar bar(configs.size());
  CliObserver observer(bar, trace);
  // The models of one value of a sweep alternate.
  const std::size_t together = std::max<std::size_t>(plan.sweep.models.size(), 1);
  for (std::size_t first = 0; first < configs.size() && !measured.error; first += together) {
    const auto part = configs.subspan(first, together);
    CliSeries series(part, bar, observer);
    (void)coro::block_on(scheduler, run_series({part.begin(), part.end()}, scheduler, cancel, series));
    for (std::size_t i = 0; i < part.size(); ++i) {
      Result<RunResult>& result = *series.results[i];
      if (result) {
        measured.runs.push_back(std::move(*result));
      } else if (!measured.error) {
        measured.error = result.error();
        if (configs.size() > 1 && measured.error->message != kCancelled)
          measured.error->message = fmt::format("run {} of {}, {}: {}", first + i + 1, configs.size(), part[i].model,
                                                measured.error->message);
      }
    }
  }
  measured.signal = signals.caught();
  return measured;
}

/// The same work must give the same answer, whoever did it.
void compare_checksums(Measured& measured) {
  for (RunResult& run : measured.runs) {
    for (const RunResult& first : measured.runs) {
      const RunConfig& a = first.config;
      const RunConfig& b = run.config;
      if (a.tasks != b.tasks || a.size != b.size || a.wait_ms != b.wait_ms) continue;
      if (run.checksum != first.checksum) {
        run.valid = false;
        run.errors.push_back(notes::checksum_is_not(run.checksum, a.model, first.checksum));
      }
      break;  // the first run of this work is what all are compared with
    }
  }
}

/// The same work in Python, after all of Trilane's: they must not disturb each other.
void measure_python(const Plan& plan, Measured& measured) {
  CancelToken cancel;
  const StopSignals signals(cancel);
  std::optional<ProgressBar> bar;
  PythonProgress progress;
  progress.on_run = [&bar](std::size_t, std::size_t count, const RunConfig& config) {
    if (!bar) bar.emplace(count);
    bar->begin_run(config);
  };
  progress.on_repeat = [&bar](int repeat) { bar->begin_repeat(repeat); };
  progress.on_wait = [&bar] { bar->update(0); };
  measured.python = run_python_beside(plan.configs, measured.runs, cancel, progress);
  measured.error = measured.python.error;
  measured.signal = signals.caught();
}

std::vector<RunResult> with_python(const Measured& measured) {
  std::vector<RunResult> runs = measured.runs;
  for (const PythonRun& run : measured.python.runs) runs.push_back(run.result);
  return runs;
}

int print(const CliOptions& options, const Plan& plan, const Measured& measured) {
  const bool is_sweep = options.command == Command::sweep;
  if (measured.runs.empty()) return 0;
  if (options.format == OutputFormat::csv) return print_result(to_csv(with_python(measured)));
  if (options.format == OutputFormat::table) {
    return print_result((is_sweep ? sweep_table(plan.sweep, measured.runs) : run_table(measured.runs.front())) +
                        python_table(measured.python.runs));
  }
  using nlohmann::json;
  json document = is_sweep ? sweep_to_json(plan.sweep, measured.runs) : to_json(measured.runs.front());
  if (options.with_python) {
    document["python"] = json::array();
    for (const PythonRun& run : measured.python.runs) document["python"].push_back(to_json(run));
    document["python_notes"] = measured.python.remarks;
  }
  // A sweep that was cut short is still one document; what is missing is said in it.
  if (measured.error) document["errors"] = json::array({measured.error->message});
  return print_result(document.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

int complain(const CliOptions& options, const Error& error, int code) {
  std::fprintf(stderr, "trilane: %s\n", with_option_name(error).c_str());
  if (code == 2) std::fprintf(stderr, "See trilane help %s.\n", options.command == Command::sweep ? "sweep" : "run");
  return code;
}

}  // namespace

int run_main(const CliOptions& options) {
  const auto plan = make_plan(options);
  if (!plan) return complain(options, plan.error(), 2);
  TraceFile trace;
  if (!options.trace_file.empty()) {
    if (Status opened = trace.open(options.trace_file); !opened)
      return complain(options, {opened.error().message, ""}, 1);
  }

  Measured measured = measure(*plan, trace);
  compare_checksums(measured);
  if (options.with_python && !measured.error && measured.signal == 0) measure_python(*plan, measured);
  int code = print(options, *plan, measured);
  for (const RunResult& run : measured.runs) {
    if (run.valid) continue;
    code = 1;
    for (const Note& error : run.errors)
      std::fprintf(stderr, "trilane: %s with %u workers: %s\n", run.config.model.c_str(), run.config.workers,
                   error.text.en.c_str());
  }
  for (const PythonRun& run : measured.python.runs) {
    if (run.result.valid) continue;
    code = 1;
    for (const Note& error : run.result.errors)
      std::fprintf(stderr, "trilane: %s: %s\n", run.label.c_str(), error.text.en.c_str());
  }
  for (const std::string& remark : measured.python.remarks) std::fprintf(stderr, "trilane: %s\n", remark.c_str());
  if (measured.error) {
    code = complain(options, *measured.error, 1);
  } else if (trace.is_open()) {
    if (Status written = trace.write(measured.runs.back()); !written)
      code = complain(options, {written.error().message, ""}, 1);
  }
  return measured.signal != 0 ? 128 + measured.signal : code;
}

}  // namespace trilane::native
