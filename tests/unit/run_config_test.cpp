#include "models/run_config.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "experiments/run/runner.hpp"
#include "models/model.hpp"

namespace trilane {
namespace {

using nlohmann::json;

/// Parses, expects a refusal, and checks that its words help: field, value and what is allowed.
void expect_refused(const json& config, const std::string& field, const std::vector<std::string>& words) {
  const auto parsed = parse_config(config);
  ASSERT_FALSE(parsed) << config.dump();
  EXPECT_EQ(parsed.error().field, field) << parsed.error().message;
  for (const std::string& word : words) {
    EXPECT_NE(parsed.error().message.find(word), std::string::npos)
        << "\"" << parsed.error().message << "\" lacks " << word;
  }
}

std::string text_of(double value) { return fmt::format("{}", value); }

TEST(RunConfig, FillsWhatIsAbsentWithTheWorkloadsDefaults) {
  for (const WorkloadInfo* info : workload_catalog()) {
    const auto config = parse_config({{"workload", std::string(info->name)}});
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->tasks, info->default_tasks);
    EXPECT_EQ(config->size, info->default_size);
    EXPECT_EQ(config->wait_ms, info->default_wait_ms);
    EXPECT_GE(config->workers, 1U);
  }
}

TEST(RunConfig, AGivenZeroWaitStaysZero) {
  const auto config = parse_config({{"workload", "sleep"}, {"wait_ms", 0}});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->wait_ms, 0);
}

TEST(RunConfig, NullIsAbsent) {
  const auto config = parse_config({{"workload", "primes"}, {"tasks", nullptr}});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->tasks, find_workload("primes")->default_tasks);
}

TEST(RunConfig, ComesBackFromItsJson) {
  const auto config = parse_config({{"model", "threads"},
                                    {"workload", "mixed"},
                                    {"tasks", 9},
                                    {"size", 1234},
                                    {"wait_ms", 2.5},
                                    {"workers", 3},
                                    {"gil", true},
                                    {"switch_interval_ms", 0.5},
                                    {"repeat", 2},
                                    {"warmup", 0},
                                    {"seed", 77},
                                    {"cpu_share", 0.25},
                                    {"counter_mode", "mutex"},
                                    {"trace", false},
                                    {"concurrency", 4}});
  ASSERT_TRUE(config) << config.error().message;
  const auto again = parse_config(to_json(*config));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, *config);
}

class EveryField : public ::testing::TestWithParam<ConfigField> {};

// "sum" has the widest size, so the table's own bound is what counts.
json with(const ConfigField& field, const json& value) {
  return {{"model", "threads"}, {"workload", "sum"}, {std::string(field.name), value}};
}

TEST_P(EveryField, TakesItsBounds) {
  for (const double bound : {GetParam().min, GetParam().max}) {
    const auto config = parse_config(with(GetParam(), bound));
    EXPECT_TRUE(config) << config.error().message;
  }
}

TEST_P(EveryField, RefusesWhatIsBelowAboveOrNoNumber) {
  const ConfigField& field = GetParam();
  const std::string name(field.name);
  expect_refused(with(field, field.min - 1), name, {name, text_of(field.min - 1), text_of(field.min)});
  expect_refused(with(field, field.max * 2 + 1), name, {name, " to "});
  expect_refused(with(field, -1e300), name, {name, "-1e+300"});
  expect_refused(with(field, 1e300), name, {name, "1e+300"});
  expect_refused(with(field, std::numeric_limits<double>::quiet_NaN()), name, {name, "nan"});
  expect_refused(with(field, std::numeric_limits<double>::infinity()), name, {name, "inf"});
  expect_refused(with(field, std::numeric_limits<std::uint64_t>::max()), name, {name});
  expect_refused(with(field, std::numeric_limits<std::int64_t>::min()), name, {name});
  expect_refused(with(field, "12"), name, {name, "\"12\"", "number"});
  expect_refused(with(field, true), name, {name, "number"});
  expect_refused(with(field, json::array({1})), name, {name, "number"});
  expect_refused(with(field, json::object()), name, {name, "number"});
  if (field.integer) expect_refused(with(field, field.min + 0.5), name, {name, "whole"});
}

INSTANTIATE_TEST_SUITE_P(Table, EveryField, ::testing::ValuesIn(config_fields().begin(), config_fields().end()),
                         [](const auto& field) { return std::string(field.param.name); });

TEST(RunConfig, SizeIsAlsoBoundedByTheWorkload) {
  for (const WorkloadInfo* info : workload_catalog()) {
    if (info->size_unit.empty()) continue;
    const json config = {{"workload", std::string(info->name)}, {"size", info->max_size + 1}};
    expect_refused(config, "size", {"size", std::to_string(info->max_size + 1), std::to_string(info->max_size)});
  }
}

TEST(RunConfig, UnknownNamesAreRefusedWithTheKnownOnes) {
  for (const std::string name : {"bogus", "", "Threads", "threads "}) {
    expect_refused({{"model", name}}, "model", {"model", "\"" + name + "\"", "sync", "threads", "processes", "async"});
    expect_refused({{"workload", name}}, "workload", {"workload", "primes", "sleep"});
    expect_refused({{"counter_mode", name}}, "counter_mode", {"counter_mode", "split", "atomic"});
  }
  expect_refused({{"wokers", 4}}, "wokers", {"wokers", "workers"});
}

TEST(RunConfig, WrongTypesAreRefused) {
  for (const char* flag : {"gil", "spawn_per_task", "trace"}) {
    for (const json& value : {json(1), json("yes"), json::array()}) {
      expect_refused({{"model", "threads"}, {flag, value}}, flag, {flag, "true or false"});
    }
  }
  for (const char* text : {"model", "workload", "counter_mode"}) {
    for (const json& value : {json(1), json(true), json::object()}) expect_refused({{text, value}}, text, {text});
  }
  for (const json& config : {json(5), json("run"), json::array({1}), json(nullptr)}) {
    EXPECT_FALSE(parse_config(config)) << config.dump();
  }
}

TEST(RunConfig, TheGilBelongsToThreads) {
  EXPECT_TRUE(parse_config({{"model", "threads"}, {"gil", true}}));
  for (const char* model : {"sync", "processes", "async"}) {
    expect_refused({{"model", model}, {"gil", true}}, "gil", {"gil", model});
    EXPECT_TRUE(parse_config({{"model", model}, {"gil", false}}));
  }
}

TEST(RunConfig, HostileTextIsQuotedNotBelieved) {
  expect_refused({{"model", "<script>alert(1)</script>"}}, "model", {"<script>"});
  const std::string broken_utf8 = "\xff\xfe";
  EXPECT_FALSE(parse_config({{"tasks", broken_utf8}}));
  EXPECT_FALSE(parse_config({{"model", std::string(100'000, 'x')}}));
}

TEST(Models, CheckNamesTheLimitOfWorkers) {
  Capabilities host;
  host.threads = host.processes = true;
  host.max_threads = 4;
  host.max_children = 3;
  RunConfig config = *parse_config({{"model", "threads"}, {"workers", 5}});
  const auto threads = find_model("threads")->check(config, host);
  ASSERT_FALSE(threads);
  EXPECT_EQ(threads.error().field, "workers");
  EXPECT_NE(threads.error().message.find("4"), std::string::npos);
  config.workers = 4;
  EXPECT_TRUE(find_model("threads")->check(config, host));
  EXPECT_FALSE(find_model("processes")->check(config, host));

  host.threads = false;
  host.threads_missing_because = "this page is not isolated";
  const auto missing = find_model("threads")->check(config, host);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "this page is not isolated");
}

TEST(Sweep, RunsEveryModelForEachValueInTurn) {
  const auto sweep = parse_sweep({{"over", "workers"},
                                  {"values", {1, 2, 4}},
                                  {"models", {"sync", "threads"}},
                                  {"workload", "primes"},
                                  {"tasks", 8}});
  ASSERT_TRUE(sweep) << sweep.error().message;
  const auto runs = expand_sweep(*sweep);
  ASSERT_TRUE(runs);
  ASSERT_EQ(runs->size(), 6U);
  const std::uint32_t workers[] = {1, 1, 2, 2, 4, 4};
  for (std::size_t i = 0; i < runs->size(); ++i) {
    EXPECT_EQ((*runs)[i].workers, workers[i]);
    EXPECT_EQ((*runs)[i].model, i % 2 == 0 ? "sync" : "threads");
    EXPECT_EQ((*runs)[i].tasks, 8U);
  }
}

TEST(Sweep, EveryVariableIsVaried) {
  for (const std::string_view over : kSweepVariables) {
    const auto sweep =
        parse_sweep({{"over", std::string(over)}, {"values", {2, 3}}, {"models", {"threads"}}, {"workload", "mixed"}});
    ASSERT_TRUE(sweep) << sweep.error().message;
    const auto runs = expand_sweep(*sweep);
    ASSERT_TRUE(runs);
    EXPECT_EQ(to_json((*runs)[0])[std::string(over)], 2);
    EXPECT_EQ(to_json((*runs)[1])[std::string(over)], 3);
  }
  EXPECT_EQ(parse_sweep({{"over", "wait-ms"}, {"values", {1}}})->over, "wait_ms") << "as the command line writes it";
}

void expect_sweep_refused(const json& config, const std::string& field, const std::string& word) {
  const auto sweep = parse_sweep(config);
  ASSERT_FALSE(sweep) << config.dump();
  EXPECT_EQ(sweep.error().field, field) << sweep.error().message;
  EXPECT_NE(sweep.error().message.find(word), std::string::npos) << sweep.error().message;
}

TEST(Sweep, BadInputIsRefusedBeforeTheFirstRun) {
  expect_sweep_refused({{"over", "weather"}, {"values", {1}}}, "over", "workers");
  expect_sweep_refused({{"over", 3}, {"values", {1}}}, "over", "workers");
  expect_sweep_refused({{"over", "workers"}}, "values", "values");
  expect_sweep_refused({{"over", "workers"}, {"values", json::array()}}, "values", "at least one");
  expect_sweep_refused({{"over", "workers"}, {"values", 4}}, "values", "list");
  expect_sweep_refused({{"over", "workers"}, {"values", {1, "2"}}}, "values", "\"2\"");
  expect_sweep_refused({{"over", "workers"}, {"values", {1, 2, 0}}}, "values", "0");
  expect_sweep_refused({{"over", "workers"}, {"values", {1, 1e9}}}, "values", "256");
  expect_sweep_refused({{"over", "workers"}, {"values", {std::nan("")}}}, "values", "nan");
  expect_sweep_refused({{"over", "workers"}, {"values", {1}}, {"models", {"fibers"}}}, "models", "fibers");
  expect_sweep_refused({{"over", "workers"}, {"values", {1}}, {"models", json::array()}}, "models", "at least one");
  expect_sweep_refused({{"over", "workers"}, {"values", {1}}, {"models", {7}}}, "models", "7");
  expect_sweep_refused({{"over", "workers"}, {"values", {1}}, {"workload", "x"}}, "workload", "primes");
  json many = {{"over", "tasks"}, {"values", json::array()}, {"models", {"sync"}}};
  for (int i = 1; i <= 501; ++i) many["values"].push_back(i);
  expect_sweep_refused(many, "values", "500");
  EXPECT_FALSE(parse_sweep(json::array()));
}

}  // namespace
}  // namespace trilane
