#include "cli_lab.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "cli_output.hpp"
#include "cli_progress.hpp"
#include "cli_signals.hpp"
#include "cli_verdict.hpp"
#include "experiments/experiment.hpp"
#include "experiments/report/lab_python.hpp"
#include "experiments/run/lab_runner.hpp"
#include "lab_python.hpp"
#include "lab_report.hpp"
#include "print_result.hpp"

namespace trilane::native {
namespace {

using nlohmann::json;

Result<std::vector<const Experiment*>> chosen(const std::vector<std::string>& ids) {
  std::vector<const Experiment*> experiments;
  bool every = false;
  for (const std::string& id : ids) {
    if (id == "all") {
      every = true;
      continue;
    }
    const Experiment* experiment = find_experiment(id);
    if (experiment == nullptr) return fail(unknown_experiment(id));
    if (std::ranges::find(experiments, experiment) == experiments.end()) experiments.push_back(experiment);
  }
  if (!every) return experiments;
  const auto all = experiment_catalog();
  return std::vector<const Experiment*>(all.begin(), all.end());
}

/// Options that no experiment of these reads change nothing: that is said, once, before anything runs.
void say_unread(const std::vector<const Experiment*>& experiments, const json& config) {
  if (!config.is_object()) return;
  for (const auto& [name, value] : config.items()) {
    if (std::ranges::any_of(experiments, [&name](const Experiment* one) { return reads_option(*one, name); })) continue;
    std::string option = name;
    std::ranges::replace(option, '_', '-');
    std::string list;
    if (experiments.size() == 1) {
      for (const std::string_view one : experiments.front()->reads) {
        list += (list.empty() ? "" : ", ") + ("--" + std::string(one));
      }
      std::ranges::replace(list, '_', '-');
    }
    std::fprintf(stderr, "trilane: --%s changes nothing here: %s\n", option.c_str(),
                 list.empty() ? "no experiment of these reads it"
                              : (std::string(experiments.front()->id) + " reads " + list).c_str());
  }
}

/// Tells the progress bar what an experiment tells.
class Observer final : public LabObserver {
 public:
  Observer(ProgressBar& bar, bool russian) : bar_(bar), russian_(russian) {}
  void begin(std::size_t index, std::string_view id) {
    index_ = index;
    id_ = id;
    on_step(0, {}, false);
  }
  void on_step(double fraction, const BothTexts& what, bool) override {
    bar_.show(static_cast<double>(index_) + fraction, std::string(id_) + "  " + (russian_ ? what.ru : what.en));
  }

 private:
  ProgressBar& bar_;
  const bool russian_;
  std::size_t index_ = 0;
  std::string_view id_;
};

struct Lab {
  json entries = json::array();
  std::vector<PythonRun> python;
  std::vector<std::string> skipped;  ///< What cannot run here, and why.
  std::optional<Error> error;
  int signal = 0;
};

void measure_python(json& entry, CancelToken& cancel, Observer& observer, Lab& lab) {
  PythonProgress progress;
  progress.on_run = [&observer](std::size_t index, std::size_t count, const RunConfig& config) {
    observer.on_step(static_cast<double>(index) / static_cast<double>(count), {config.model, config.model}, false);
  };
  progress.on_repeat = [](int) {};
  progress.on_wait = [] {};
  PythonBeside beside = add_python(entry, cancel, progress);
  for (const std::string& remark : beside.remarks) std::fprintf(stderr, "trilane: %s\n", remark.c_str());
  for (PythonRun& run : beside.runs) lab.python.push_back(std::move(run));
  lab.error = beside.error;
}

Lab measure(const std::vector<const Experiment*>& experiments, const CliOptions& options) {
  Lab lab;
  CancelToken cancel;
  const StopSignals signals(cancel);
  const auto loop = EventLoop::create();
  coro::Scheduler scheduler(*loop);
  ProgressBar bar(experiments.size());
  Observer observer(bar, options.russian);
  const bool one = experiments.size() == 1;
  for (std::size_t i = 0; i < experiments.size() && !lab.error; ++i) {
    const Experiment& experiment = *experiments[i];
    // Of many, what cannot run here is left out and said; asked for alone, it is a failure.
    if (const Status possible = experiment.check(capabilities()); !possible && !one) {
      lab.skipped.push_back(fmt::format("{}: {}", experiment.id, possible.error().message));
      continue;
    }
    observer.begin(i, experiment.id);
    LabRunner runner(scheduler, cancel, options.config, &observer);
    auto entry = coro::block_on(scheduler, run_experiment(experiment, runner));
    if (!entry) {
      lab.error = entry.error();
      if (!one && lab.error->message != kCancelled)
        lab.error->message = fmt::format("{}: {}", experiment.id, lab.error->message);
      break;
    }
    if (options.with_python && lab::has_python(*entry)) measure_python(*entry, cancel, observer, lab);
    bar.clear();
    if (options.format == OutputFormat::table) {
      if (const auto shown = read_entry(*entry)) print_result(verdict_text(*shown, options.russian, output_width()));
    }
    lab.entries.push_back(std::move(*entry));
  }
  lab.signal = signals.caught();
  return lab;
}

}  // namespace

int lab_main(const CliOptions& options) {
  const auto experiments = chosen(options.experiments);
  if (!experiments) {
    std::fprintf(stderr, "trilane: %s\nSee trilane help lab.\n", experiments.error().message.c_str());
    return 2;
  }
  std::optional<ReportFolder> folder;
  if (!options.report_folder.empty()) {
    auto opened = ReportFolder::open(options.report_folder);
    if (!opened) {
      std::fprintf(stderr, "trilane: %s\n", opened.error().message.c_str());
      return 1;
    }
    folder = std::move(*opened);
  }
  say_unread(*experiments, options.config);
  Lab lab = measure(*experiments, options);
  int code = 0;
  json document = lab_document(std::move(lab.entries));
  if (!lab.skipped.empty()) document["notes"] = lab.skipped;
  // What was measured before something went wrong is kept; what is missing is said in it.
  if (lab.error) document["errors"] = json::array({lab.error->message});
  const bool some = !document["experiments"].empty();
  if (options.format == OutputFormat::json && some)
    code = print_result(document.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
  if (options.format == OutputFormat::table) print_result(python_table(lab.python));
  for (const std::string& line : lab.skipped) std::fprintf(stderr, "trilane: left out %s\n", line.c_str());
  if (folder && some) {
    if (const Status written = folder->write(document, options.russian); !written) {
      std::fprintf(stderr, "trilane: %s\n", written.error().message.c_str());
      code = 1;
    } else {
      std::fprintf(stderr, "trilane: the report is %s/report.md\n", folder->path().c_str());
    }
  }
  if (lab.error) {
    std::fprintf(stderr, "trilane: %s\n", with_option_name(*lab.error).c_str());
    code = 1;
  }
  return lab.signal != 0 ? 128 + lab.signal : code;
}

}  // namespace trilane::native
