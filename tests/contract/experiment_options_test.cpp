// What each experiment declares that its plan reads: a declared setting changes what is run, one that is not declared
// never reaches the plan, and what a front end shows at first is what the plan does of itself.
#include <gtest/gtest.h>

#include <algorithm>

#include "experiments/run/lab_runner.hpp"
#include "platform/event_loop.hpp"

namespace trilane {
namespace {

using nlohmann::json;

/// Runs nothing: notes what a plan asks to be run, and answers with figures of a machine that is always the same.
class Notes final : public LabContext {
 public:
  Notes(coro::Scheduler& scheduler, json options) : scheduler_(scheduler), options_(std::move(options)) {}

  coro::Scheduler& scheduler() override { return scheduler_; }
  CancelToken& cancel() override { return cancel_; }
  coro::Task<Result<RunResult>> run(json options, std::vector<Span>*) override {
    auto config = parse_config(options);
    if (!config) co_return std::unexpected(config.error());
    seen.push_back(to_json(*config));
    RunResult result;
    result.config = *config;
    result.wall_ms = summarize(std::vector<double>{10.0});
    result.throughput_per_s = summarize(std::vector<double>{100.0});
    result.counter_lost = {0.0};
    result.lock_wait_ms = result.startup_ms = result.cpu_user_ms = result.cpu_system_ms = 1.0;
    co_return result;
  }
  coro::Task<Result<json>> ask(json) override { co_return fail("nobody is asked"); }
  void step(double fraction, BothTexts what) override { seen.push_back({{"at", fraction}, {"step", what.en}}); }
  const json& options() const override { return options_; }

  json seen = json::array();  ///< Runs and steps, in their order; at the end the settings that it reads.

 private:
  coro::Scheduler& scheduler_;
  CancelToken cancel_;
  json options_;
};

Result<json> plan_of(const Experiment& experiment, const json& options) {
  const auto loop = EventLoop::create();
  coro::Scheduler scheduler(*loop);
  Notes notes(scheduler, options);
  const auto entry = coro::block_on(scheduler, run_experiment(experiment, notes));
  if (!entry) return std::unexpected(entry.error());
  // What a plan does by means of its own is told by nothing else.
  const json& settings = entry->at("settings");
  json read = json::object();
  for (const std::string_view field : experiment.reads) {
    if (settings.contains(field)) read[std::string(field)] = settings[std::string(field)];
  }
  notes.seen.push_back(std::move(read));
  return notes.seen;
}

/// What a front end shows of a setting when the experiment opens; null: it depends on the machine or on what is
/// measured.
json shown(const Experiment& experiment, std::string_view field) {
  const json config = json::parse(experiment.config);
  const std::string key(field);
  if (config.contains(key)) return config[key];
  if (field == "workers" || field == "repeat") return nullptr;  // what the machine has; as many as a verdict needs
  const WorkloadInfo* const workload = find_workload(config.value("workload", "primes"));
  if (field == "tasks") return workload->default_tasks;
  if (field == "size") return workload->default_size;
  if (field == "wait_ms") return workload->default_wait_ms;
  return to_json(RunConfig{}).value(key, json());
}

json another(const json& value) {
  if (value.is_boolean()) return !value.get<bool>();
  if (value.is_null()) return 3;
  const double number = value.get<double>();
  return number == 0 ? json(2) : number < 1 ? json(number / 2) : json(number + 1);
}

/// What a plan does, without its rounds: where their number is not given, they are as many as decide what this machine
/// shows.
json without_rounds(const json& plan) {
  json out = json::array();
  for (json entry : plan) {
    if (entry.is_object() && entry.contains("step")) {
      entry.erase("at");
      const auto& step = entry["step"].get_ref<const std::string&>();
      if (const std::size_t round = step.find(": round "); round != std::string::npos)
        entry["step"] = step.substr(0, round);
    }
    if (std::ranges::find(out, entry) == out.end()) out.push_back(std::move(entry));
  }
  return out;
}

class ExperimentOptions : public testing::TestWithParam<const Experiment*> {};

TEST_P(ExperimentOptions, WhatIsDeclaredChangesThePlan) {
  const Experiment& experiment = *GetParam();
  json quick = json::object();
  if (std::ranges::find(experiment.reads, "repeat") != experiment.reads.end()) quick["repeat"] = 2;
  const auto normal = plan_of(experiment, quick);
  ASSERT_TRUE(normal) << normal.error().message;
  for (const std::string_view field : experiment.reads) {
    if (field == "server" || field == "urls") continue;  // no numbers
    json options = quick;
    options[std::string(field)] = field == "repeat" ? json(3) : another(shown(experiment, field));
    const auto changed = plan_of(experiment, options);
    ASSERT_TRUE(changed) << field << ": " << changed.error().message;
    EXPECT_NE(*changed, *normal) << field;
  }
}

TEST_P(ExperimentOptions, WhatIsShownAtFirstIsWhatThePlanDoes) {
  const Experiment& experiment = *GetParam();
  json options = json::object();
  for (const std::string_view field : experiment.reads) {
    if (field == "server" || field == "urls") continue;
    if (const json value = shown(experiment, field); !value.is_null()) options[std::string(field)] = value;
  }
  const auto asked = plan_of(experiment, options);
  const auto normal = plan_of(experiment, json::object());
  ASSERT_TRUE(asked) << asked.error().message;
  ASSERT_TRUE(normal) << normal.error().message;
  EXPECT_EQ(json::diff(without_rounds(*asked), without_rounds(*normal)), json::array());
}

TEST_P(ExperimentOptions, WhatIsNotDeclaredDoesNotReachThePlan) {
  const Experiment& experiment = *GetParam();
  json quick = json::object();
  if (std::ranges::find(experiment.reads, "repeat") != experiment.reads.end()) quick["repeat"] = 2;
  json options = quick;
  for (const ConfigField& field : config_fields()) {
    if (std::ranges::find(experiment.reads, field.name) == experiment.reads.end())
      options[std::string(field.name)] = std::min(field.max, field.min + 1);
  }
  for (const char* flag : {"spawn_per_task", "durable", "save_on_loop"}) {
    if (std::ranges::find(experiment.reads, flag) == experiment.reads.end()) options[flag] = true;
  }
  const auto normal = plan_of(experiment, quick);
  const auto changed = plan_of(experiment, options);
  ASSERT_TRUE(normal) << normal.error().message;
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(*changed, *normal);
}

INSTANTIATE_TEST_SUITE_P(All, ExperimentOptions,
                         testing::ValuesIn(experiment_catalog().begin(), experiment_catalog().end()),
                         [](const auto& one) {
                           std::string name(one.param->id);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace trilane
