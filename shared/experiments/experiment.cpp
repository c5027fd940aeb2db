#include "experiments/experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "experiments/report/lab_python.hpp"
#include "experiments/sheet.hpp"
#include "platform/clock.hpp"

namespace trilane {
namespace {

using nlohmann::json;

constexpr std::string_view kVerdicts[] = {"confirmed", "refuted", "undecided"};
constexpr std::string_view kHolds[] = {"no", "unclear", "yes"};
constexpr std::string_view kRoles[] = {"decisive", "supporting", "setting"};
constexpr std::string_view kQuestions[] = {"choice", "rank", "number", "curve"};

json or_null(const auto& value) { return value ? json(*value) : json(nullptr); }

json to_json(const Predicate& one) {
  json value = nullptr;
  if (one.value) {
    value = {{"median", one.value->median}, {"low", one.value->low}, {"high", one.value->high}, {"unit", one.unit}};
  }
  json out = {{"id", one.id},
              {"label", trilane::to_json(one.label)},
              {"kind", one.kind},
              {"every", one.every},
              {"holds", holds_name(one.holds)},
              {"value", value},
              {"unit", one.unit},
              {"yes", one.yes},
              {"no", one.no},
              {"text", trilane::to_json(one.text)}};
  if (one.target) out["target"] = *one.target;
  return out;
}

json to_json(const Number& one) {
  return {{"id", one.id},
          {"label", trilane::to_json(one.label)},
          {"value", or_null(one.value)},
          {"low", or_null(one.low)},
          {"high", or_null(one.high)},
          {"unit", one.unit},
          {"role", kRoles[static_cast<int>(one.role)]},
          {"hue", one.hue}};
}

json to_json(const Fairness& one) {
  return {{"case", one.of},
          {"label", one.label.en.empty() ? json(nullptr) : to_json(one.label)},
          {"workers", or_null(one.workers)},
          {"in_flight", or_null(one.in_flight)},
          {"creation", one.creation},
          {"start", one.start}};
}

template <class T>
json list_of(const std::vector<T>& items) {
  json out = json::array();
  for (const T& one : items) out.push_back(to_json(one));
  return out;
}

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
  DeclaredOptions(LabContext& lab, const Experiment& experiment) : lab_(lab), experiment_(experiment) {
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
  bool decided(const Measured& measured) const override {
    return experiment_.judge(measured).verdict != Verdict::undecided;
  }

 private:
  LabContext& lab_;
  const Experiment& experiment_;
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

std::string_view holds_name(Holds holds) { return kHolds[static_cast<int>(holds)]; }

std::string unknown_experiment(std::string_view id) {
  std::string known;
  for (const Experiment* experiment : experiment_catalog()) {
    known += (known.empty() ? "" : ", ") + std::string(experiment->id);
  }
  return fmt::format("there is no experiment \"{}\": there are {}", id.substr(0, 80), known);
}

json experiment_to_json(const Experiment& experiment) {
  json sentences = json::array();
  for (const SheetSentence& one : sheet()) {
    if (std::ranges::find(one.tested_by, experiment.id) != one.tested_by.end())
      sentences.push_back(to_json(one.text.texts()));
  }
  const Status possible = experiment.check(capabilities());
  return {{"id", experiment.id},
          {"section", experiment.section},
          {"title", to_json(experiment.title)},
          {"claim", to_json(experiment.claim)},
          {"origin", origin_name(experiment.origin)},
          {"sheet", std::move(sentences)},
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
  json entry = entry_of(experiment, *measured);
  entry["duration_ms"] = static_cast<double>(now_ns() - begin_ns) / 1e6;
  co_return entry;
}

BothTexts finding_text(const Finding& finding) {
  BothTexts out;
  const auto add = [&out](const BothTexts& text) {
    if (text.en.empty()) return;
    out.en += (out.en.empty() ? "" : " ") + text.en;
    out.ru += (out.ru.empty() ? "" : " ") + text.ru;
  };
  for (const Predicate& one : finding.predicates) add(one.text);
  add(finding.advice);
  return out;
}

json entry_of(const Experiment& experiment, const Measured& measured) {
  const Finding finding = experiment.judge(measured);
  return {
      {"id", experiment.id},
      {"section", experiment.section},
      {"title", to_json(experiment.title)},
      {"claim", to_json(experiment.claim)},
      {"verdict", verdict_name(finding.verdict)},
      {"predicates", list_of(finding.predicates)},
      {"numbers", list_of(finding.numbers)},
      {"finding", to_json(finding_text(finding))},
      {"advice", finding.advice.en.empty() ? json(nullptr) : to_json(finding.advice)},
      {"background", to_json(finding.background)},
      {"figures", list_of(finding.figures)},
      {"truth", finding.truth},
      {"fairness", list_of(measured.fairness)},
      {"subject", experiment.subject},
      {"settings", measured.settings},
      {"plan", {{"rounds", measured.plan.rounds}, {"error", measured.plan.error}, {"chosen", measured.plan.chosen}}},
      {"samples", measured.samples.to_json()},
      {"details", measured.details},
      {"runs", measured.runs}};
}

namespace {

/// What of a saved entry the verdict follows from.
Result<Measured> measured_of(const json& entry) {
  Measured measured;
  const auto part = [&entry](const char* name) {
    const auto found = entry.find(name);
    return found == entry.end() ? json() : *found;
  };
  if (part("samples").is_null()) {
    return fail("it has no samples: documents before trilane.lab/2 can be shown, but not judged anew", "samples");
  }
  auto samples = lab::Samples::from_json(part("samples"));
  if (!samples) return std::unexpected(samples.error());
  measured.samples = std::move(*samples);
  const json settings = part("settings"), plan = part("plan"), details = part("details");
  if (!settings.is_object()) return fail("settings must be an object of numbers", "settings");
  for (const auto& [name, value] : settings.items()) {
    if (!value.is_number()) return fail("settings." + name.substr(0, 80) + " must be a number", "settings");
    measured.settings[name] = value.get<double>();
  }
  if (!plan.is_object() || !plan.contains("rounds") || !plan["rounds"].is_number_unsigned() ||
      !plan.contains("error") || !plan["error"].is_number() || !plan.contains("chosen") ||
      !plan["chosen"].is_boolean()) {
    return fail("plan must be {\"rounds\", \"error\", \"chosen\"}", "plan");
  }
  measured.plan = {.rounds = plan["rounds"].get<std::uint32_t>(),
                   .error = plan["error"].get<double>(),
                   .chosen = plan["chosen"].get<bool>()};
  // An interval that may miss more often would make anything decided.
  if (!(measured.plan.error > 0 && measured.plan.error <= Plan::kError)) {
    return fail("plan.error must be more than 0 and at most 0.05", "plan");
  }
  if (details.is_object()) measured.details = details;
  return measured;
}

}  // namespace

Result<json> judge_entry(const json& entry) {
  if (!entry.is_object() || !entry.contains("id") || !entry["id"].is_string()) {
    return fail("an entry of a lab document must be an object with an id", "experiments");
  }
  const std::string id = entry["id"].get<std::string>();
  const Experiment* experiment = find_experiment(id);
  if (experiment == nullptr) return fail(unknown_experiment(id), "id");
  const auto measured = measured_of(entry);
  if (!measured) return fail(id + ": " + measured.error().message, measured.error().field);
  json judged = entry_of(*experiment, *measured);
  // What was noted of the measuring itself stays as it was told.
  for (const char* kept : {"fairness", "runs", "duration_ms", "prediction"}) {
    if (entry.contains(kept)) judged[kept] = entry[kept];
  }
  if (const json python = entry.value("python", json()); python.is_array()) {
    lab::add_python(judged, python.get<std::vector<json>>(), {});
    if (entry.contains("python_notes")) judged["python_notes"] = entry["python_notes"];
  }
  return judged;
}

json lab_document(json entries) {
  return {{"schema", "trilane.lab/2"}, {"host", host_json()}, {"experiments", std::move(entries)}};
}

}  // namespace trilane
