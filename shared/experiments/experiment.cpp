#include "experiments/experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "platform/clock.hpp"

namespace trilane {
namespace {

using nlohmann::json;

constexpr std::string_view kVerdicts[] = {"confirmed", "refuted", "undecided"};
constexpr std::string_view kQuestions[] = {"choice", "rank", "number", "curve"};

json question_json(const PredictionQuestion& question) {
  json out = {{"kind", kQuestions[static_cast<int>(question.kind)]}, {"text", to_json(question.text)}};
  switch (question.kind) {
    case PredictionKind::choice:
    case PredictionKind::rank:
      out["options"] = json::array();
      for (const PredictionOption& option : question.options) {
        out["options"].push_back({{"id", option.id}, {"text", to_json(option.text)}});
      }
      break;
    case PredictionKind::number:
      out["unit"] = question.unit;
      out["min"] = question.min;
      out["max"] = question.max;
      break;
    case PredictionKind::curve:
      out["unit"] = question.unit;
      out["figure"] = question.figure;
      out["x_min"] = question.x_min;
      out["x_max"] = question.x_max;
      out["y_min"] = question.y_min;
      out["y_max"] = question.y_max;
      out["x_log"] = question.x_log;
      out["y_log"] = question.y_log;
      out["x_label"] = to_json(question.x_label);
      out["y_label"] = to_json(question.y_label);
      break;
  }
  return out;
}

// What is not the experiment's own must be an option that a run would take: one table says which and how far.
Status check_options(const Experiment& experiment, const json& options) {
  if (!options.is_object()) return fail("the options of an experiment must be an object", "options");
  json of_runs = options;
  for (const std::string_view own : experiment.own_options) of_runs.erase(std::string(own));
  // The plan chooses these itself, run by run.
  for (const char* planned : {"model", "gil"}) {
    if (of_runs.contains(planned)) {
      return fail(fmt::format("{} is chosen by the experiment, run by run: leave it out", planned), planned);
    }
  }
  // Bounds of the size depend on the workload, which the experiment knows.
  const json defaults = json::parse(experiment.config, nullptr, false);
  if (defaults.is_object() && defaults.contains("workload") && !of_runs.contains("workload")) {
    of_runs["workload"] = defaults["workload"];
  }
  const auto parsed = parse_config(of_runs);
  if (!parsed) return std::unexpected(parsed.error());
  return {};
}

/// What was asked for, less what the plan does not read: a plan that passes all options on to its runs reads no more
/// than it declares.
class DeclaredOptions final : public LabContext {
 public:
  DeclaredOptions(LabContext& lab, const Experiment& experiment) : lab_(lab) {
    for (const auto& [name, value] : lab.options().items()) {
      if (reads_option(experiment, name)) options_[name] = value;
    }
  }

  coro::Scheduler& scheduler() override { return lab_.scheduler(); }
  CancelToken& cancel() override { return lab_.cancel(); }
  coro::Task<Result<RunResult>> run(json options, std::vector<Span>* spans) override {
    return lab_.run(std::move(options), spans);
  }
  coro::Task<Result<json>> ask(json state) override { return lab_.ask(std::move(state)); }
  void step(double fraction, BothTexts what) override { lab_.step(fraction, std::move(what)); }
  const json& options() const override { return options_; }

 private:
  LabContext& lab_;
  json options_ = json::object();
};

}  // namespace

bool reads_option(const Experiment& experiment, std::string_view name) {
  const auto among = [name](std::span<const std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
  };
  return among(experiment.reads) || among(experiment.own_options);
}

std::string_view origin_name(Origin origin) {
  constexpr std::string_view kOrigins[] = {"says", "completed", "asks", "task", "beyond"};
  return kOrigins[static_cast<int>(origin)];
}

std::string_view verdict_name(Verdict verdict) { return kVerdicts[static_cast<int>(verdict)]; }

std::string unknown_experiment(std::string_view id) {
  std::string known;
  for (const Experiment* experiment : experiment_catalog()) {
    known += (known.empty() ? "" : ", ") + std::string(experiment->id);
  }
  return fmt::format("there is no experiment \"{}\": there are {}", id.substr(0, 80), known);
}

json experiment_to_json(const Experiment& experiment) {
  const Status possible = experiment.check(capabilities());
  return {{"id", experiment.id},
          {"section", experiment.section},
          {"title", to_json(experiment.title)},
          {"claim", to_json(experiment.claim)},
          {"origin", origin_name(experiment.origin)},
          {"about", to_json(experiment.about)},
          {"question", question_json(experiment.question)},
          {"config", json::parse(experiment.config)},
          {"reads", experiment.reads},
          {"own_options", experiment.own_options},
          {"missing", possible ? json(nullptr) : json(possible.error().message)}};
}

coro::Task<Result<json>> run_experiment(const Experiment& experiment, LabContext& lab) {
  if (Status possible = experiment.check(capabilities()); !possible) co_return std::unexpected(possible.error());
  if (Status fine = check_options(experiment, lab.options()); !fine) co_return std::unexpected(fine.error());
  const std::int64_t begin_ns = now_ns();
  DeclaredOptions declared(lab, experiment);
  auto measured = co_await experiment.measure(declared);
  if (!measured) co_return std::unexpected(measured.error());
  Finding finding = experiment.judge(*measured);
  json figures = json::array();
  for (const Figure& figure : finding.figures) figures.push_back(to_json(figure));
  json entry = {{"id", experiment.id},
                {"section", experiment.section},
                {"title", to_json(experiment.title)},
                {"claim", to_json(experiment.claim)},
                {"verdict", verdict_name(finding.verdict)},
                {"numbers", std::move(finding.numbers)},
                {"why", to_json(finding.why)},
                {"runs", std::move(measured->runs)},
                {"figures", std::move(figures)},
                {"truth", std::move(finding.truth)},
                {"details", std::move(measured->details)},
                {"duration_ms", static_cast<double>(now_ns() - begin_ns) / 1e6}};
  co_return entry;
}

json lab_document(json entries) {
  return {{"schema", "trilane.lab/1"}, {"host", host_json()}, {"experiments", std::move(entries)}};
}

}  // namespace trilane
